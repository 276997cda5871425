"""Reading on while what was read before is heard, embedded, stored and linked."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.services.intake import Intake, ListenedPage, ReadPage, Taken

Outcomes = Iterator[tuple[IncomingDocument | ReadingError, Taken]]


def outcomes_ahead(
    intake: Intake, incoming: Iterable[IncomingDocument | ReadingError], pages: int
) -> Outcomes:
    """Take in one after the other, in order, while up to so many `pages` that follow are heard and embedded.

    What is stored is what would be stored without reading ahead.
    """
    ahead = _Ahead(intake)
    for one in incoming:
        # Whether a page is known already shows only once an earlier one that may be the same is stored.
        while not ahead.may_take_up(one):
            yield ahead.keep_next()
        ahead.take_up(one)
        # Half of them wait to be heard, half to be embedded: for either there is a long row of work.
        if len(ahead.listening) > pages // 2:
            ahead.read_next()
        if len(ahead.waiting) > pages // 2:
            yield ahead.keep_next()
    while ahead.listening or ahead.waiting:
        yield ahead.keep_next()


@dataclass(slots=True)
class _Ahead:
    """Pages that are being heard, then pages of which what they say is being embedded, all in order."""

    intake: Intake
    listening: deque[ListenedPage | ReadingError] = field(default_factory=deque)
    waiting: deque[ReadPage | ReadingError] = field(default_factory=deque)
    names: set[str] = field(default_factory=set)

    def may_take_up(self, one: IncomingDocument | ReadingError) -> bool:
        """Whether it cannot be the same as one that is not stored yet."""
        return isinstance(one, ReadingError) or self.names.isdisjoint(_names(one))

    def take_up(self, one: IncomingDocument | ReadingError) -> None:
        """Begin to have it heard."""
        if isinstance(one, IncomingDocument):
            self.names.update(_names(one))
        self.listening.append(one if isinstance(one, ReadingError) else self.intake.listen(one))

    def read_next(self) -> None:
        """Read the first of those that were heard, and begin to have what it says embedded."""
        page = self.listening.popleft()
        self.waiting.append(page if isinstance(page, ReadingError) else self.intake.read(page))

    def keep_next(self) -> tuple[IncomingDocument | ReadingError, Taken]:
        """Store the first of all."""
        if not self.waiting:
            # All of them before one is waited for: texts of many pages are embedded together.
            while self.listening:
                self.read_next()
        page = self.waiting.popleft()
        if isinstance(page, ReadingError):
            return page, Taken(failure=page.reason)
        self.names.difference_update(_names(page.incoming))
        return page.incoming, self.intake.keep(page)


def _names(page: IncomingDocument) -> tuple[str, ...]:
    """What two pages have in common if one is stored as the other."""
    digest = f"bytes {sha256(page.original).hexdigest()}"
    return (digest,) if page.external_id is None else (digest, f"id {page.external_id}")
