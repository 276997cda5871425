"""The desk of an event: what people decided about it, and what a reader who may review can do with it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import g

from tracker.domain.decisions import Aspect, EventGrade, Key, SubjectKind, Value, stamp
from tracker.domain.events import Event
from tracker.domain.people import Person, Right
from tracker.web.histories import EntryView
from tracker.web.histories_pages import describe_entries
from tracker.web.reading_room import ReadingRoom

CANDIDATES = 12
HISTORY = 6

_EVENT = re.compile(r"(?<![0-9A-Za-z])e[0-9a-f]{15}(?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class Note:
    """A note that stands. `aspect` is what it is taken away by."""

    aspect: str
    text: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Remarks:
    """What people said about a subject beside what was found. `seen` are the stamps of it, by aspect."""

    kind: SubjectKind
    subject: str
    assignee: str | None
    notes: tuple[Note, ...]
    seen: Mapping[str, str] = field(metadata={"json": False})


@dataclass(frozen=True, slots=True)
class Candidate:
    """An event that statements might be put into. `same_place` tells that it is at the place of this one."""

    event: Event
    statements: int
    same_place: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a form, beside which of its fields, and what was typed into it.

    `ticked` are the statements that were ticked.
    """

    form: str
    field: str
    message: str
    typed: Mapping[str, str]
    ticked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class EventDeskView:
    """What templates/events/_acts.html shows.

    `may_act` says whether this reader may review; only then are `colleagues` and `candidates` read. `fault`
    is what was wrong with the form that was sent, if one was.
    """

    event: str
    grade: EventGrade | None
    remarks: Remarks
    history: tuple[EntryView, ...]
    may_act: bool = field(metadata={"json": False})
    colleagues: tuple[str, ...] = field(metadata={"json": False})
    candidates: tuple[Candidate, ...] = field(metadata={"json": False})
    fault: Fault | None = field(default=None, metadata={"json": False})

    @property
    def ticked(self) -> frozenset[str]:
        """The statements that were ticked in a form that is shown once more."""
        return self.fault.ticked if self.fault else frozenset()

    def typed(self, form: str, name: str, otherwise: object = "") -> object:
        """What a field of a form holds: what was typed, where the form is shown once more."""
        return typed_in(self.fault, form, name, otherwise)

    def fault_in(self, form: str, name: str) -> str | None:
        """What is wrong with a field of a form."""
        return fault_in(self.fault, form, name)


def typed_in(fault: Fault | None, form: str, name: str, otherwise: object) -> object:
    """What a field of a form holds: what was typed, where that form is shown once more."""
    return fault.typed.get(name, "") if fault and fault.form == form else otherwise


def fault_in(fault: Fault | None, form: str, name: str) -> str | None:
    """What is wrong with a field of a form, if anything is."""
    return fault.message if fault and (fault.form, fault.field) == (form, name) else None


Colleagues = Callable[[], Sequence[str]]
"""Names of those to whom something can be given to look after."""


def may_review() -> bool:
    """Whether this reader may decide anything."""
    person: Person | None = g.get("person")
    return person is not None and person.may(Right.REVIEW)


def lay_out_event_desk(
    event: Event, room: ReadingRoom, colleagues: Colleagues, fault: Fault | None = None
) -> EventDeskView:
    """The desk of an event for this reader."""
    allowed = may_review()
    standing = room.desk.annotations(SubjectKind.EVENT, event.id)
    grade = standing.get(Aspect.GRADE)
    history = room.decisions.decisions.history(subject=("event", event.id), size=HISTORY)
    return EventDeskView(
        event=event.id,
        grade=None if grade is None else EventGrade(str(grade)),
        remarks=lay_out_remarks(SubjectKind.EVENT, event.id, standing),
        history=describe_entries(room, history),
        may_act=allowed,
        colleagues=tuple(colleagues()) if allowed else (),
        candidates=candidates_for(event, room) if allowed else (),
        fault=fault,
    )


def lay_out_remarks(kind: SubjectKind, subject: str, standing: Mapping[str, Value]) -> Remarks:
    """Notes and who looks after it, from what stands on a subject."""
    assignee = standing.get(Aspect.ASSIGNEE)
    notes = [
        Note(aspect, str(value["text"]), str(value["author"]), datetime.fromisoformat(str(value["at"])))
        for aspect, value in standing.items()
        if aspect.partition(":")[0] == Aspect.NOTE and isinstance(value, dict)
    ]
    aspects = [Aspect.ASSIGNEE, *([Aspect.GRADE] if kind is SubjectKind.EVENT else [])]
    return Remarks(
        kind=kind,
        subject=subject,
        assignee=None if assignee is None else str(assignee),
        notes=tuple(sorted(notes, key=lambda note: note.at)),
        seen={str(one): stamp({Key(kind, subject, one): standing.get(one)}) for one in aspects},
    )


def candidates_for(event: Event, room: ReadingRoom) -> tuple[Candidate, ...]:
    """Events near this one in place and time."""
    place = event.place.id if event.place else None
    return tuple(
        Candidate(
            event=other,
            statements=count,
            same_place=place is not None and other.place is not None and other.place.id == place,
        )
        for other, count in room.desk.near(event, CANDIDATES)
    )


def event_named(written: str) -> str | None:
    """The id of an event in what somebody typed or pasted: the id itself, or the address of its page."""
    found = _EVENT.findall(written)
    return found[0] if found else None
