"""When documents that were stored are linked."""

from collections.abc import Iterator, Mapping
from itertools import chain

from tracker.services.intake import Taken


class Rounds:
    """Rounds of linking, by how many pages came, not by how many of them were new.

    What was broken off is then linked at the same places when it is taken up, each time with the documents up
    to there: the same events.
    """

    def __init__(self, size: int, waiting: Mapping[str, tuple[str, ...]], before: int = 0) -> None:
        """A round every `size` pages, of which `before` came already.

        `waiting` are the statements that are stored but not linked, by document: those of a document are
        linked no sooner than that comes again.
        """
        self._size, self._left, self._came = size, dict(waiting), before
        self._is_due = False

    def took(self, taken: Taken) -> bool:
        """Take note of a page; whether it is time to link."""
        self._came += 1
        taken_up = [self._left.pop(known, ()) for known in taken.known]
        self._is_due = self._is_due or bool(taken.new) or any(taken_up)
        if not self._is_due or self._came % self._size:
            return False
        self._is_due = False
        return True

    def later(self) -> Iterator[str]:
        """The statements that wait for a later round."""
        return chain.from_iterable(self._left.values())
