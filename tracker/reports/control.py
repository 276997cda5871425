"""Who says that they hold what: statements of the period about a place, by place and day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from tracker.conflicts.aspects import Aspects, Control
from tracker.domain.conflicts import ConflictType, Judgement
from tracker.domain.documents import DatePrecision
from tracker.domain.reporting import Told
from tracker.domain.statements import Place
from tracker.reports.choosing import ChosenEvent, published_on
from tracker.reports.content import ControlClaim, ControlDay
from tracker.reports.footnotes import numbers_of
from tracker.reports.sections import Desk

_Cell = tuple[str, date | None, str]


def control_by_day(events: Sequence[ChosenEvent], desk: Desk) -> tuple[ControlDay, ...]:
    """What was said of who holds a place, by place and day, then by party.

    The day is the one a statement names, else that of its publication.
    """
    contested = {
        side
        for event in events
        for one in event.standing
        if one.verdict.type is ConflictType.CONTROL and one.judgement is not Judgement.REJECTED
        for side in (one.one, one.other)
    }
    places: dict[str, Place] = {}
    cells: defaultdict[_Cell, list[Told]] = defaultdict(list)
    for event in events:
        for told in event.told:
            statement = told.statement
            if statement.id not in event.of_period or statement.place is None:
                continue
            if stances_of(desk.aspects[statement.id]):
                place = statement.place.place
                places[place.id] = place
                cells[place.id, _day(told), statement.party].append(told)
    days: defaultdict[tuple[str, date | None], list[ControlClaim]] = defaultdict(list)
    for cell in sorted(cells, key=lambda cell: desk.names.place_of_party(cell[2])):
        place_id, day, party = cell
        days[place_id, day].append(_claim(party, cells[cell], contested, desk))
    named = {key: desk.names.of_place(place) for key, place in places.items()}
    ordered = sorted(days, key=lambda key: (named[key[0]], key[0], key[1] or date.max))
    return tuple(ControlDay(places[key], named[key], day, tuple(days[key, day])) for key, day in ordered)


def stances_of(read: Aspects) -> frozenset[Control]:
    """What a statement says of who holds a place. Where people are counted, it is they who were lost."""
    return frozenset(read.control) - ({Control.LOST} if read.tolls else set())


def _claim(party: str, told: Sequence[Told], contested: set[str], desk: Desk) -> ControlClaim:
    said = {stance for one in told for stance in stances_of(desk.aspects[one.statement.id])}
    # One that somebody contests is quoted before one that nobody does, the latest first.
    first = max(told, key=lambda one: (one.statement.id in contested, _moment(one), one.statement.id))
    return ControlClaim(
        party=party,
        stances=tuple(stance for stance in Control if stance in said),
        quoted=desk.footnotes.cite(first),
        numbers=numbers_of(desk.footnotes.cite(one) for one in told),
        contested=any(one.statement.id in contested for one in told),
    )


def _day(told: Told) -> date | None:
    named = told.statement.date
    if named is not None and named.precision is DatePrecision.DAY:
        return named.day
    return published_on(told.document)


def _moment(told: Told) -> str:
    return told.document.published.isoformat() if told.document.published else ""
