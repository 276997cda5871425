"""Lists that are read on from a place, whole, while things are added: no row twice, none left out.

They stand in orders in which no row moves when others come. How many rows there are is not counted.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Generic, TypeVar

from tracker.domain.conflicts import ConflictType, Judgement
from tracker.domain.documents import DateFound
from tracker.domain.statements import FigureKind
from tracker.domain.views import StatementFilter

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """Some rows of a list; `following` is the place of the next ones, None at the end."""

    rows: tuple[T, ...]
    following: str | None = None


@dataclass(frozen=True, slots=True)
class StatementListFilter:
    """Which statements a list holds: those of `wanted`, and further limits; empty or None restricts nothing.

    `about_from` and `about_to` bound the day that a statement speaks of, `figures` are kinds of which it
    names at least one. `documents` are ids, ours or the callers'.
    """

    wanted: StatementFilter = field(default_factory=StatementFilter)
    documents: tuple[str, ...] = ()
    about_from: date | None = None
    about_to: date | None = None
    figures: tuple[FigureKind, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """Which documents a list holds; empty or None restricts nothing. Days of publication are days in UTC."""

    outlets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    published_from: date | None = None
    published_to: date | None = None
    constructed: bool | None = None


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """A row of the list of documents. `public_id` is the caller's id where one was given, else ours."""

    id: str
    public_id: str
    url: str | None
    title: str
    outlet: str
    published: datetime | None
    published_found: DateFound | None
    language: str
    sha256: str
    part: int | None
    constructed: bool
    captured_at: datetime
    media_type: str
    statements: int


@dataclass(frozen=True, slots=True)
class ConflictListFilter:
    """Which conflicts a list holds; empty or None restricts nothing.

    `parties` put forward the two statements, `languages` are those of the statements: one that either of them
    has, or two, in either order. `places` are ids; one that either statement speaks of. Days of publication
    are days in UTC, of either statement.
    """

    judgements: tuple[Judgement, ...] = ()
    types: tuple[ConflictType, ...] = ()
    parties: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    published_from: date | None = None
    published_to: date | None = None
