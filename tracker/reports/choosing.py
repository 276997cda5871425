"""What belongs to a period: statements, events and conflicts, held to parties and a place if that is asked.

A statement is of the period if it was published in it, or speaks of a day in it that is known to the day or
week. An event is shown, and then whole, if it happened in the period or one of its statements is of it. A
conflict is of the period if one of its two statements is.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.conflicts import Conflict, Judgement
from tracker.domain.documents import DatePrecision
from tracker.domain.events import Event
from tracker.domain.reporting import CitedDocument, Stored, Told
from tracker.domain.statements import Place
from tracker.reports.names import Names
from tracker.reports.period import Period
from tracker.reports.week import day_of
from tracker.services.reporting import in_order

_EXACT_ENOUGH = frozenset({DatePrecision.DAY, DatePrecision.WEEK})


def is_of_period(told: Told, period: Period) -> bool:
    """Whether a statement was published in a period, or speaks of a day in it known to the day or week."""
    published = published_on(told.document)
    if published is not None and published in period:
        return True
    spoken_of = told.statement.date
    return spoken_of is not None and spoken_of.precision in _EXACT_ENOUGH and spoken_of.day in period


def published_on(document: CitedDocument) -> date | None:
    """The day in UTC on which a document was published, None where that is not known."""
    return day_of(document.published) if document.published else None


@dataclass(frozen=True, slots=True)
class Held:
    """What a report is held to: events in which each of these parties speaks, at a place or inside it."""

    parties: tuple[str, ...] = ()
    place: Place | None = None

    @property
    def restricts(self) -> bool:
        """Whether anything is left out at all."""
        return bool(self.parties) or self.place is not None


@dataclass(frozen=True, slots=True)
class ChosenEvent:
    """An event that is shown. `told` are all its statements in the order of publication.

    `conflicts` are all of it, rejected ones included; `here` those with a statement of the period.
    """

    event: Event
    told: tuple[Told, ...]
    of_period: frozenset[str]
    conflicts: tuple[Conflict, ...]
    here: tuple[Conflict, ...]
    happened: bool
    is_new: bool

    @property
    def standing(self) -> tuple[Conflict, ...]:
        """The conflicts of the period that no person rejected."""
        return tuple(one for one in self.here if one.judgement is not Judgement.REJECTED)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What belongs to a period. `documents` and `published` were published in it; ids of statements."""

    period: Period
    events: tuple[ChosenEvent, ...]
    documents: frozenset[str]
    published: frozenset[str]


def choose(stored: Stored, period: Period, held: Held, names: Names) -> Chosen:
    """What of all that is stored belongs to a period."""
    by_event: defaultdict[str, list[Conflict]] = defaultdict(list)
    for conflict in stored.conflicts:
        by_event[conflict.event].append(conflict)
    events = [
        found
        for event in stored.events
        if _is_wanted(event, stored.told, held, names)
        and (found := _chosen(event, by_event[event.id], stored.told, period)) is not None
    ]
    published = {
        key
        for key, one in stored.told.items()
        if (day := published_on(one.document)) is not None and day in period
    }
    documents = {
        one.id for one in stored.documents if (day := published_on(one)) is not None and day in period
    }
    if held.restricts:
        shown = {one.statement.id: one.document.id for event in events for one in event.told}
        published &= shown.keys()
        documents &= set(shown.values())
    return Chosen(period, tuple(events), frozenset(documents), frozenset(published))


def _is_wanted(event: Event, told: Mapping[str, Told], held: Held, names: Names) -> bool:
    speaking = {told[one].statement.party for one in event.statements} if held.parties else set()
    return speaking.issuperset(held.parties) and (
        held.place is None or names.is_inside(event.place, held.place)
    )


def _chosen(
    event: Event, conflicts: Sequence[Conflict], told: Mapping[str, Told], period: Period
) -> ChosenEvent | None:
    ordered = tuple(told[one] for one in in_order(event, told))
    of_period = frozenset(one.statement.id for one in ordered if is_of_period(one, period))
    happened = _happened(event, period)
    if not of_period and not happened:
        return None
    days = [published_on(one.document) for one in ordered]
    here = tuple(
        conflict
        for conflict in conflicts
        if any(is_of_period(told[one], period) for one in (conflict.one, conflict.other))
    )
    return ChosenEvent(
        event=event,
        told=ordered,
        of_period=of_period,
        conflicts=tuple(conflicts),
        here=here,
        happened=happened,
        is_new=not any(day is not None and day < period.first for day in days),
    )


def _happened(event: Event, period: Period) -> bool:
    """Whether it happened on a day of the period, as the list of events on the pages has it."""
    first, last = event.start or event.end, event.end or event.start
    return first is not None and last is not None and first <= period.last and last >= period.first
