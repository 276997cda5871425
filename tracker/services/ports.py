"""What services need from adapters. Adapters satisfy these by shape; they do not import them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tracker.domain.conflicts import Conflict
from tracker.domain.documents import Document, IncomingDocument
from tracker.domain.events import Event, LinkDecision, Linking
from tracker.domain.models import ModelIdentity
from tracker.domain.statements import Statement
from tracker.domain.views import (
    ConflictView,
    Counts,
    DocumentView,
    EventDetail,
    EventSummary,
    Page,
    StatementView,
)

Vectors = NDArray[np.float32]
"""Rows of unit length, one a text: shape (texts, dimension)."""

Keys = NDArray[np.int64]
"""Vector keys of statements (`tracker.domain.identifiers.vector_key`)."""


class Clock(Protocol):
    """Tells the time, in UTC and with its zone."""

    def now(self) -> datetime: ...


class Embedder(Protocol):
    """Turns texts into unit vectors. `name` and `revision` together say which model it is."""

    @property
    def name(self) -> str: ...
    @property
    def revision(self) -> str: ...
    @property
    def dimension(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> Vectors: ...


class VectorIndex(Protocol):
    """Finds the nearest vectors by inner product. A cache: the database can always rebuild it."""

    def upsert(self, keys: Keys, vectors: Vectors) -> None:
        """Add vectors, or replace those already under these keys."""

    def search(self, vectors: Vectors, k: int, allowed: Keys | None = None) -> list[list[tuple[int, float]]]:
        """For each row the k best (key, score), best first, ties by key; only keys in `allowed` if given."""

    def replace(self, batches: Iterable[tuple[Keys, Vectors]]) -> None:
        """Throw everything away and build anew."""

    def save(self) -> None:
        """Write what has changed to disk, whole or not at all."""

    def reload_if_changed(self) -> bool:
        """Take over what other processes have saved; whether there was anything."""

    def __len__(self) -> int: ...


class WriteSession(Protocol):
    """One write transaction: all of it is kept, or nothing."""

    def add_document(self, document: Document, incoming: IncomingDocument, captured_at: datetime) -> bool:
        """Store a document and its original bytes; whether it was not stored before.

        Raises DocumentChangedError for a caller's id in use.
        """

    def add_statements(self, statements: Sequence[Statement]) -> None: ...

    def put_embeddings(
        self, model: ModelIdentity, vectors: Mapping[str, Vectors | NDArray[np.float32]]
    ) -> None:
        """Keep vectors by digest of the text embedded; digests already there stay as they are."""

    def set_statement_digests(self, model: ModelIdentity, digests: Mapping[str, str]) -> None:
        """Say for each statement id under which text digest its vector is kept, for this model."""

    def apply_linking(self, linking: Linking) -> None:
        """Write events and memberships; events without members that redirect are kept as redirects."""

    def replace_conflicts(self, events: Sequence[str], conflicts: Sequence[Conflict]) -> None:
        """Write the conflicts of these events. Those that a person has judged are never touched."""

    def mark_linked(self, statements: Sequence[str]) -> None:
        """Remember that these statements have been through linking and comparison."""

    def clear_linking(self) -> None:
        """Take all statements out of the linked state, for `relink`, and remember where they stood.

        Judged conflicts stay.
        """

    def forget_former_events(self) -> None:
        """Say that all is linked again after `clear_linking`."""

    def require_mark(self, mark: int) -> None:
        """Raise DecidedMeanwhileError where people have decided anything since `Store.decision_mark`."""

    def set_model(self, model: ModelIdentity) -> None:
        """Say which model's vectors the statements now use."""


class Store(Protocol):
    """The database as services see it. Reading methods run in transactions of their own."""

    def writing(self, *, relying: bool = False) -> AbstractContextManager[WriteSession]:
        """Begin a write transaction (IMMEDIATE on SQLite).

        `relying`: it need not be on the disk before a later one is that is not.
        """

    def model(self) -> ModelIdentity | None:
        """Which model the statements' vectors come from; None while there are none."""

    def known_document(self, document_id: str, external_id: str | None, sha256: str) -> bool:
        """Whether this very document is stored. Raises DocumentChangedError (see WriteSession)."""

    def embeddings(self, model: ModelIdentity, digests: Sequence[str]) -> dict[str, Vectors]:
        """The vectors already kept for these text digests, each of shape (dimension,)."""

    def unlinked(self) -> list[str]:
        """Ids of statements not yet linked, in order of publication, document and span."""

    def former_events(self) -> Mapping[str, frozenset[str]]:
        """The statements of each event before all began to be linked anew; empty once all are linked."""

    def statement_ids(self) -> list[str]:
        """The id of every statement, in order."""

    def statements(self, ids: Sequence[str]) -> list[Statement]:
        """Statements by id, in the order asked for."""

    def published_of(self, ids: Sequence[str]) -> dict[str, date | None]:
        """The day that the document of each of these statement ids was published. Raises NotFoundError."""

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """The current vectors of these statements, in order."""

    def all_vectors(self, batch: int = 10_000) -> Iterator[tuple[Keys, Vectors]]:
        """All current vectors in batches, by key."""

    def events_of(self, statements: Sequence[str]) -> dict[str, str]:
        """The event of each statement that has one."""

    def link_decisions(self) -> list[LinkDecision]:
        """The decisions on linking that stand, in the order in which they were made."""

    def decision_mark(self) -> int:
        """A number that goes up with every act of a person."""

    def due_events(self) -> list[str]:
        """Events with statements that wait to be described and compared anew after a decision."""

    def keys_about(self, start: date, end: date) -> Keys:
        """Vector keys, ascending, of the statements about a day from `start` to `end`, or about none known.

        A statement that names no day is about the day its document was published.
        """

    def events(self, ids: Sequence[str]) -> list[Event]:
        """Events by id, members included."""

    def all_events(self) -> Iterator[Event]:
        """Every event that has members, by id."""

    def all_conflicts(self) -> Iterator[Conflict]:
        """Every conflict, by id, rejected ones included."""

    def all_documents(self) -> Iterator[Document]: ...

    def all_statements(self) -> Iterator[Statement]:
        """Every statement, by document and span."""

    def counts(self) -> Counts: ...


class Library(Protocol):
    """The database as readers of pages see it: joined views, never tables."""

    def statement_views(self, ids: Sequence[str]) -> list[StatementView]:
        """In the order asked for; unknown ids are left out."""

    def events_page(self, after: str | None, size: int, party: str | None = None) -> Page[EventSummary]:
        """Newest first by the day they end on (those without a day last), then by id."""

    def event(self, event_id: str) -> EventDetail:
        """Raises NotFoundError."""

    def redirect_of(self, event_id: str) -> str | None:
        """The event that this id now leads to, if it was merged away."""

    def document(self, document_id: str) -> DocumentView:
        """By our id or the caller's. Raises NotFoundError."""

    def original(self, document_id: str) -> bytes:
        """The bytes of a document as they were captured, by our id. Raises NotFoundError."""

    def parts_of(self, document_id: str) -> list[tuple[str, str]]:
        """Id and title of each story of the page that this document is one story of, in their order.

        By our id. Empty for a document that is a page of its own, and for an unknown one.
        """

    def statement(self, statement_id: str) -> StatementView:
        """Raises NotFoundError."""

    def events_between(self, start: date, end: date) -> list[EventDetail]:
        """Events with a statement published or happening from `start` up to and including `end`."""

    def conflicts_of(self, statement_id: str) -> list[ConflictView]: ...

    def counts(self) -> Counts: ...
