"""What pages, answers and reports show: read-only rows, already joined.

Storage fills them, entry points render them; so no page touches a table.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from tracker.domain.conflicts import Conflict
from tracker.domain.documents import Document, Retrieval
from tracker.domain.events import Event
from tracker.domain.search import Found
from tracker.domain.statements import Polarity, Statement

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement beside its document and its event.

    `conflicts` counts the conflicts it stands in, rejected ones left out. Where it answers a search, `score`
    is what the results are ordered by (see `SearchService.search`), and `found` says why it is there.
    """

    statement: Statement
    document: Document
    event_id: str | None
    event_title: str | None
    event_title_language: str | None
    conflicts: int
    membership_reason: str = ""
    score: float | None = None
    found: Found | None = None


@dataclass(frozen=True, slots=True)
class ConflictView:
    """A conflict and both its statements."""

    conflict: Conflict
    one: StatementView
    other: StatementView
    event_title: str
    event_title_language: str


@dataclass(frozen=True, slots=True)
class EventSummary:
    """A row of the list of events. Counts are of statements, by party and by language of the document."""

    event: Event
    statements: int
    documents: int
    conflicts: int
    parties: tuple[tuple[str, int], ...]
    languages: tuple[tuple[str, int], ...]
    latest: datetime | None
    constructed: bool


@dataclass(frozen=True, slots=True)
class EventDetail:
    """One event with its statements (by date of publication, then place in the document) and conflicts."""

    summary: EventSummary
    statements: tuple[StatementView, ...]
    conflicts: tuple[ConflictView, ...]


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One document with the statements found in it, in order."""

    document: Document
    captured_at: datetime
    media_type: str
    size: int
    statements: tuple[StatementView, ...]
    retrieval: Retrieval | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is stored."""

    documents: int
    statements: int
    events: int
    conflicts: int


@dataclass(frozen=True, slots=True)
class StatementFilter:
    """Which statements a search or list may return; an empty tuple or None does not restrict.

    Days of publication are days in UTC. `events` and `places` are ids; `constructed` keeps the statements of
    constructed documents, or of all others.
    """

    parties: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    published_from: date | None = None
    published_to: date | None = None
    events: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    polarities: tuple[Polarity, ...] = ()
    constructed: bool | None = None

    @property
    def restricts(self) -> bool:
        """Whether anything is filtered out at all."""
        return self != StatementFilter()


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `following` is the cursor of the next page, None at the end."""

    rows: tuple[T, ...]
    total: int
    following: str | None = None
