"""What a report is made of: what is stored about some days, as it was known at the end of a day."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain.conflicts import Conflict, ConflictType
from tracker.domain.documents import DateFound
from tracker.domain.events import Event
from tracker.domain.statements import Statement


@dataclass(frozen=True, slots=True)
class CitedDocument:
    """A document as a footnote names it: everything but its words. `captured_at` is when it was stored."""

    id: str
    public_id: str
    url: str | None
    title: str
    outlet: str
    published: datetime | None
    published_found: DateFound | None
    language: str
    sha256: str
    constructed: bool
    captured_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A statement, its document, and the event that it stands in, None for none."""

    statement: Statement
    document: CitedDocument
    event: str | None


@dataclass(frozen=True, slots=True)
class TrailMark:
    """How far the audit trail went: how many entries, and the seal of the last."""

    entries: int
    head: str


@dataclass(frozen=True, slots=True)
class Judged:
    """The act that left a value as it stands: its entry in the trail, and on which day (UTC)."""

    entry: int
    day: date


@dataclass(frozen=True, slots=True)
class Clash:
    """A conflict in short, by the day on which the later of its statements was published, None for none."""

    type: ConflictType
    parties: tuple[str, str]
    day: date | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be read: everything about the days from `first` to `last`, as known at the end of `as_of`.

    `clashes_from` is the first day from which conflicts are counted for charts. `also` are ids of statements
    that are read whatever they are about, and of events of which it is asked where they lead.
    """

    first: date
    last: date
    as_of: date
    clashes_from: date
    also: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored about some days, as it was known at the end of a day.

    `told` holds the statements by id: those published on these days, those of the events told of, and those
    that clash with them. `documents` were published on these days, whether they tell anything or not.
    `events` have the members that they had; `conflicts` the judgement that they had, rejected ones included.
    `altered` are the events whose members or statements were others on that day than they are now: title,
    place, days and suggestions of theirs are still those of now. `judged` and `corrected` say which act of a
    person left a judgement, or an aspect of a statement, as it stood. `merged` leads from ids of events that
    held no statement then to the event that they led to. `relinked` counts statements that were linked (anew)
    after that day.
    """

    told: Mapping[str, Told]
    documents: tuple[CitedDocument, ...]
    events: tuple[Event, ...]
    conflicts: tuple[Conflict, ...]
    altered: frozenset[str]
    grades: Mapping[str, str]
    judged: Mapping[str, Judged]
    corrected: Mapping[str, Mapping[str, Judged]]
    merged: Mapping[str, str]
    clashes: tuple[Clash, ...]
    trail: TrailMark
    relinked: int
