"""The day that each sentence of a story speaks of: its own, or the one that its paragraph goes on with."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracker.domain.documents import DateFound, Span
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


def outside_names(dates: Sequence[EventDate], names: Sequence[Span]) -> list[EventDate]:
    """The dates that are no part of a name: Souq al-Jumaa, "Friday Market", names no Friday.

    `names` are in order and do not overlap.
    """
    ends = [name.end for name in names]

    def stands_alone(span: Span | None) -> bool:
        if span is None:
            return True
        next_name = bisect_right(ends, span.start)
        return next_name == len(names) or span.end <= names[next_name].start

    return [date for date in dates if stands_alone(date.span)]
