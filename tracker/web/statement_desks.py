"""The desk of a statement: what the machine read, what people set right, and what can be set right."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from tracker.domain.audit import AuditEntry
from tracker.domain.decisions import CORRECTIONS, Aspect, Key, SubjectKind, Value, stamp
from tracker.domain.errors import NotFoundError
from tracker.domain.statements import Figure, NamedPlace, PlaceMention
from tracker.domain.views import StatementView
from tracker.services.acts import membership_key
from tracker.web.corrections import NEW_FIGURES
from tracker.web.dates import day
from tracker.web.event_desks import (
    Candidate,
    Colleagues,
    Fault,
    Remarks,
    candidates_for,
    fault_in,
    lay_out_remarks,
    may_review,
    typed_in,
)
from tracker.web.histories import EntryView
from tracker.web.histories_pages import describe_entries
from tracker.web.maps import name_of
from tracker.web.reading_room import ReadingRoom

_ENTRIES = 200
"""Of the history of a statement that is looked through for what the machine had read."""

SHOWN = 12

ASPECTS = (Aspect.EVENT, *CORRECTIONS)
"""What of a statement can be decided, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Decided:
    """Who last set something right, and why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One aspect: what the machine read, what stands, and who decided that it should.

    `decided` is None while the machine's own reading stands. Places and days are named in the reader's
    language, in `machine_name` and `standing_name`.
    """

    aspect: Aspect
    machine: Value
    standing: Value
    decided: Decided | None
    seen: str = field(metadata={"json": False})
    machine_name: str | None = None
    standing_name: str | None = None


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A line of the form for figures; `figure` is None for an empty one."""

    number: int
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class StatementDesk:
    """What templates/statements/_acts.html and _history.html show.

    `may_act` says whether this reader may review; only then are `colleagues`, `candidates` and `places` read.
    """

    statement: str
    readings: tuple[Reading, ...]
    remarks: Remarks
    history: tuple[EntryView, ...]
    may_act: bool = field(metadata={"json": False})
    colleagues: tuple[str, ...] = field(metadata={"json": False})
    candidates: tuple[Candidate, ...] = field(metadata={"json": False})
    places: tuple[NamedPlace, ...] = field(metadata={"json": False})
    lines: tuple[FigureLine, ...] = field(metadata={"json": False})
    fault: Fault | None = field(default=None, metadata={"json": False})

    def typed(self, form: str, name: str, otherwise: object = "") -> object:
        """What a field of a form holds: what was typed, where the form is shown once more."""
        return typed_in(self.fault, form, name, otherwise)

    def fault_in(self, form: str, name: str) -> str | None:
        """What is wrong with a field of a form."""
        return fault_in(self.fault, form, name)


def lay_out_statement_desk(
    view: StatementView, room: ReadingRoom, colleagues: Colleagues, fault: Fault | None = None
) -> StatementDesk:
    """The desk of a statement for this reader."""
    allowed, statement = may_review(), view.statement
    history = room.decisions.decisions.history(subject=("statement", statement.id), size=_ENTRIES)
    annotations = room.desk.annotations(SubjectKind.STATEMENT, statement.id)
    figures: list[Figure | None] = [*statement.figures, *[None] * NEW_FIGURES]
    return StatementDesk(
        statement=statement.id,
        readings=tuple(_readings(statement.id, statement.place, history, room)),
        remarks=lay_out_remarks(SubjectKind.STATEMENT, statement.id, annotations),
        history=describe_entries(room, history[:SHOWN]),
        may_act=allowed,
        colleagues=tuple(colleagues()) if allowed else (),
        candidates=_candidates(view, room) if allowed else (),
        places=tuple(room.places) if allowed else (),
        lines=tuple(FigureLine(number, figure) for number, figure in enumerate(figures)),
        fault=fault,
    )


def _candidates(view: StatementView, room: ReadingRoom) -> tuple[Candidate, ...]:
    if view.event_id is None:
        return ()
    try:
        event = room.library.event(view.event_id).summary.event
    except NotFoundError:  # merged away between the two readings
        return ()
    return candidates_for(event, room)


def _readings(
    statement: str, place: PlaceMention | None, history: Sequence[AuditEntry], room: ReadingRoom
) -> Iterator[Reading]:
    keys = {aspect: Key(SubjectKind.STATEMENT, statement, aspect) for aspect in ASPECTS}
    keys[Aspect.EVENT] = membership_key(statement)
    standing = room.decisions.decisions.values(list(keys.values()))
    # What the gazetteer has lost keeps the name under which it was stored.
    own = {place.place.id: place.place.name} if place else {}
    names = own | {entry.place.id: name_of(entry) for entry in room.places}
    for aspect, key in keys.items():
        value = standing[key]
        first, decided = _decided(key, history)
        machine = value if first is None else first.before
        is_own = decided is None or _means_the_same(aspect, machine, value)
        yield Reading(
            aspect=aspect,
            machine=machine,
            standing=value,
            decided=None if is_own else decided,
            seen=stamp({key: value}),
            machine_name=_named(machine, names),
            standing_name=_named(value, names),
        )


@dataclass(frozen=True, slots=True)
class _Was:
    before: Value


def _decided(key: Key, history: Sequence[AuditEntry]) -> tuple[_Was | None, Decided | None]:
    """What stood before anybody decided, and who did last. `history` begins with the latest."""
    changed = [entry for entry in history if key_changes(entry, key) is not None]
    if not changed:
        return None, None
    before = key_changes(changed[-1], key)
    last = changed[0]
    return before, Decided(by=last.actor, at=last.at, reason=last.reason)


def key_changes(entry: AuditEntry, key: Key) -> _Was | None:
    """What an entry says a value was before; None where the entry did not change it."""
    try:
        before: Mapping[str, Value] = json.loads(entry.before or "null")
    except ValueError:
        return None
    written = str(key)
    return _Was(before[written]) if isinstance(before, dict) and written in before else None


def _means_the_same(aspect: Aspect, machine: Value, value: Value) -> bool:
    """Whether what stands is what the machine read: how well it fits an event is reckoned anew."""
    if aspect is Aspect.EVENT and isinstance(machine, dict) and isinstance(value, dict):
        return bool(machine.get("event") == value.get("event"))
    return machine == value


def _named(value: Value, names: Mapping[str, str]) -> str | None:
    """The place or the day of a value, as the reader's language has it."""
    if not isinstance(value, dict):
        return None
    if "day" in value:
        return day(date.fromisoformat(str(value["day"])))
    return names.get(str(value.get("place")))
