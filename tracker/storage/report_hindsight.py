"""What stood at the end of an earlier day: everything that was decided since, taken back from the latest on.

The audit trail keeps for each act the values before it. The oldest act since then that touched a value says
what it was. Machines leave an entry where they merge or part events; where they add a statement to one, none.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.audit import MACHINE, AuditEntry
from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import Aspect, Key, SubjectKind, Value, changes_of
from tracker.domain.documents import DateFound, DatePrecision, Span
from tracker.domain.errors import TrackerError
from tracker.domain.parties import AttributionMethod
from tracker.domain.statements import (
    EventDate,
    Figure,
    FigureKind,
    Place,
    PlaceFound,
    PlaceMention,
    Polarity,
    Statement,
)
from tracker.storage.auditing import entry_of
from tracker.storage.loading import chunks
from tracker.storage.mapping import place_of
from tracker.storage.tables import AuditEntryRow, PlaceRow

_BATCH = 1_000

Json: TypeAlias = Any
"""A value as the trail keeps it."""


@dataclass(slots=True)
class Hindsight:
    """What was otherwise. `homes` gives the event of statements, None for none; `values` all other values."""

    homes: dict[str, str | None] = field(default_factory=dict)
    redirects: dict[str, str | None] = field(default_factory=dict)
    values: dict[Key, Value] = field(default_factory=dict)

    @property
    def statements(self) -> set[str]:
        """The statements of which anything was otherwise."""
        return set(self.homes) | {key.id for key in self.values if key.kind is SubjectKind.STATEMENT}

    @property
    def events(self) -> set[str]:
        """The events in which anything stood otherwise."""
        return {home for home in self.homes.values() if home is not None} | set(self.redirects)

    def take_back(self, entry: AuditEntry) -> None:
        """Undo one entry; to be called from the latest backward."""
        if entry.actor == MACHINE:
            self._take_back_lineage(entry)
            return
        try:
            changes = changes_of(entry)
        except TrackerError:
            return  # signing in, accounts and the like: no value of what reports tell
        for change in reversed(changes):
            self._take_back(change.key, change.before)

    def _take_back(self, key: Key, before: Json) -> None:
        if key.kind is SubjectKind.STATEMENT and key.aspect == Aspect.EVENT:
            self.homes[key.id] = before["event"] if before else None
        elif key.kind is SubjectKind.EVENT and key.aspect == Aspect.REDIRECT:
            self.redirects[key.id] = before
        else:
            self.values[key] = before

    def _take_back_lineage(self, entry: AuditEntry) -> None:
        before, after = json.loads(entry.before or "{}"), json.loads(entry.after or "{}")
        if entry.subject_kind != SubjectKind.EVENT:
            return
        if entry.action == "merge":
            self.homes |= dict.fromkeys(before.get("statements", ()), entry.subject_id)
            self.redirects[entry.subject_id] = before.get("redirects_to")
        elif entry.action == "split":
            self.homes |= dict.fromkeys(after.get("statements", ()), before.get("event"))

    def judgement(self, conflict: str, now: Judgement) -> Judgement:
        """How a conflict stood."""
        value = self.values.get(Key(SubjectKind.CONFLICT, conflict, Aspect.JUDGEMENT))
        return now if value is None else Judgement(str(value))

    def grade(self, event: str, now: str | None) -> str | None:
        """How well an event was said to be attested."""
        key = Key(SubjectKind.EVENT, event, Aspect.GRADE)
        value = self.values.get(key, now)
        return None if value is None else str(value)

    def statement(self, now: Statement, places: Mapping[str, Place]) -> Statement:
        """A statement as it stood; `places` holds those that values name, by id."""
        then = now
        for aspect, value in self._of_statement(now.id):
            then = _with(then, aspect, value, places)
        return then

    def _of_statement(self, statement: str) -> Iterable[tuple[Aspect, Json]]:
        for aspect in _CORRECTED:
            key = Key(SubjectKind.STATEMENT, statement, aspect)
            if key in self.values:
                yield aspect, self.values[key]


def hindsight(session: Session, since: datetime) -> Hindsight:
    """What was otherwise before this moment. A query for each thousand acts since."""
    found = Hindsight()
    last: int | None = None
    while True:
        query = select(AuditEntryRow).where(AuditEntryRow.at >= since).order_by(AuditEntryRow.id.desc())
        if last is not None:
            query = query.where(AuditEntryRow.id < last)
        rows = session.scalars(query.limit(_BATCH)).all()
        if not rows:
            return found
        for row in rows:
            found.take_back(entry_of(row))
        last = rows[-1].id
        session.expunge_all()


def places_named(session: Session, found: Hindsight) -> dict[str, Place]:
    """The places that values before name, by id."""
    wanted = [
        str(value["place"])
        for key, value in found.values.items()
        if key.aspect == Aspect.PLACE and isinstance(value, dict)
    ]
    places: dict[str, Place] = {}
    for chunk in chunks(sorted(wanted)):
        rows = session.scalars(select(PlaceRow).where(PlaceRow.id.in_(chunk)))
        places.update((row.id, place_of(row)) for row in rows)
    return places


def _with(statement: Statement, aspect: Aspect, value: Json, places: Mapping[str, Place]) -> Statement:
    match aspect:
        case Aspect.PARTY:
            attribution = replace(
                statement.attribution,
                party=value["party"],
                speaker=value["speaker"],
                speaker_span=_span(value["speaker_start"], value["speaker_end"]),
                method=AttributionMethod(value["method"]),
                confidence=value["confidence"],
            )
            return replace(statement, attribution=attribution)
        case Aspect.POLARITY:
            return replace(statement, polarity=Polarity(value))
        case Aspect.FIGURES:
            return replace(statement, figures=tuple(map(_figure, value)))
        case Aspect.PLACE:
            return replace(statement, place=_mention(value, places))
        case _:
            return replace(statement, date=_date(value))


_CORRECTED = (Aspect.PARTY, Aspect.PLACE, Aspect.DATE, Aspect.FIGURES, Aspect.POLARITY)


def _span(start: int | None, end: int | None) -> Span | None:
    return None if start is None or end is None else Span(start, end)


def _figure(value: Json) -> Figure:
    span = Span(value["start"], value["end"])
    return Figure(
        FigureKind(value["kind"]), value["low"], value["high"], span, value["counted"], value["side"]
    )


def _mention(value: Json, places: Mapping[str, Place]) -> PlaceMention | None:
    if value is None or value["place"] not in places:
        return None
    span = _span(value["start"], value["end"])
    return PlaceMention(places[value["place"]], PlaceFound(value["found"]), span)


def _date(value: Json) -> EventDate | None:
    if value is None:
        return None
    span = _span(value["start"], value["end"])
    day = date.fromisoformat(value["day"])
    return EventDate(day, DatePrecision(value["precision"]), DateFound(value["found"]), span)
