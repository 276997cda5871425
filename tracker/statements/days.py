"""The day that each sentence of a story speaks of: its own, or the one that its paragraph goes on with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracker.domain.documents import DateFound
from tracker.domain.statements import EventDate
from tracker.language.dates import most_exact
from tracker.language.sentences import Sentence

_REACH = 5  # sentences; a page without paragraphs is one


@dataclass(slots=True)
class Days:
    """Told a story's sentences in their order, knows which day each speaks of.

    Recollections stand in paragraphs of their own that name their time once, at the beginning: what follows
    there is of that time, not of the day of publication.
    """

    _day: EventDate | None = None
    _line: int = -1
    _since: int = 0

    def hear(self, sentence: Sentence, dates: Sequence[EventDate]) -> EventDate | None:
        """The most exact of a sentence's own dates, else that of one shortly before it in its paragraph.

        The spans of `dates` begin at the sentence; that of the day returned is the document's, and of one
        carried over it leads to the sentence that names it.
        """
        own = most_exact(dates)
        if own is not None:
            span = own.span.shifted(sentence.span.start) if own.span else None
            self._day, self._line, self._since = replace(own, span=span), sentence.line, 0
            return self._day
        self._since += 1
        if self._day is None or self._line != sentence.line or self._since > _REACH:
            return None
        return replace(self._day, found=DateFound.NEIGHBOUR)
