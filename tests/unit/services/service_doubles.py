"""What services need, in memory: small stand-ins for the database, the model and the index."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from tracker.domain.conflicts import Conflict, ConflictType, Judgement, Verdict
from tracker.domain.documents import DateFound, Document, IncomingDocument, Span
from tracker.domain.errors import DocumentChangedError, ModelMismatchError
from tracker.domain.events import Event, Membership
from tracker.domain.identifiers import document_id, event_id, statement_id, text_digest, vector_key
from tracker.domain.models import ModelIdentity
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.domain.statements import Polarity, Statement
from tracker.domain.views import Counts, StatementFilter, StatementView
from tracker.services.embedding import TextVectors

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)

Vector = NDArray[np.float32]


class CountingEmbedder:
    """Gives every text a vector of its own, and remembers which texts it was asked for."""

    name = "counting"
    revision = "1"
    dimension = 8

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vector:
        self.encoded.extend(texts)
        rows = [np.frombuffer(sha256(text.encode()).digest(), dtype=np.int32) for text in texts]
        vectors = np.array(rows, dtype=np.float32).reshape(len(texts), self.dimension)
        unit: Vector = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


IDENTITY = ModelIdentity("counting", "1", 8)


@dataclass
class MemoryStore:
    """A database as far as ingesting, embedding and exporting ask for one. It is its own transaction."""

    in_use: ModelIdentity | None = None
    documents: dict[str, Document] = field(default_factory=dict)
    stored: dict[str, Statement] = field(default_factory=dict)
    vectors_kept: dict[tuple[ModelIdentity, str], Vector] = field(default_factory=dict)
    digest_of: dict[str, str] = field(default_factory=dict)
    stored_events: list[Event] = field(default_factory=list)
    stored_conflicts: list[Conflict] = field(default_factory=list)
    captured_at: dict[str, datetime] = field(default_factory=dict)
    transactions: int = 0

    @contextmanager
    def writing(self, *, relying: bool = False) -> Iterator["MemoryStore"]:  # noqa: ARG002
        self.transactions += 1
        yield self

    def model(self) -> ModelIdentity | None:
        return self.in_use

    def set_model(self, model: ModelIdentity) -> None:
        self.in_use = model

    def known_document(self, document_id: str, external_id: str | None, sha256: str) -> bool:
        if document_id in self.documents:
            return True
        for document in self.documents.values():
            if external_id is not None and document.external_id == external_id:
                if document.sha256 != sha256:
                    raise DocumentChangedError(f"document {external_id} is already stored with other content")
                return True
        return False

    def add_document(self, document: Document, incoming: IncomingDocument, captured_at: datetime) -> bool:
        assert incoming.text == document.text
        if document.id in self.documents:
            return False
        self.documents[document.id] = document
        self.captured_at[document.id] = captured_at
        return True

    def add_statements(self, statements: Sequence[Statement]) -> None:
        self.stored.update((statement.id, statement) for statement in statements)

    def put_embeddings(self, model: ModelIdentity, vectors: Mapping[str, Vector]) -> None:
        for digest, vector in vectors.items():
            self.vectors_kept.setdefault((model, digest), vector)

    def set_statement_digests(self, model: ModelIdentity, digests: Mapping[str, str]) -> None:
        assert all((model, digest) in self.vectors_kept for digest in digests.values())
        self.digest_of.update(digests)

    def embeddings(self, model: ModelIdentity, digests: Sequence[str]) -> dict[str, Vector]:
        kept = self.vectors_kept
        return {digest: kept[model, digest] for digest in digests if (model, digest) in kept}

    def vectors(self, ids: Sequence[str]) -> Vector:
        assert self.in_use is not None
        return np.stack([self.vectors_kept[self.in_use, self.digest_of[one]] for one in ids])

    def all_documents(self) -> Iterator[Document]:
        yield from sorted(self.documents.values(), key=lambda document: document.id)

    def all_statements(self) -> Iterator[Statement]:
        yield from sorted(self.stored.values(), key=lambda one: (one.document, one.span.start))

    def all_events(self) -> Iterator[Event]:
        yield from self.stored_events

    def all_conflicts(self) -> Iterator[Conflict]:
        yield from self.stored_conflicts

    def mark(self) -> str:
        """A mark of what is exported, good enough for a folder's name."""
        exported = (self.documents, self.stored, self.stored_events, self.stored_conflicts)
        return text_digest(repr(exported))[:16]

    @contextmanager
    def snapshot(self) -> Iterator["MemorySnapshot"]:
        yield MemorySnapshot(self, self.mark())

    def counts(self) -> Counts:
        return Counts(
            len(self.documents), len(self.stored), len(self.stored_events), len(self.stored_conflicts)
        )


@dataclass
class MemorySnapshot:
    """What an export sees of a memory store."""

    store: MemoryStore
    mark: str

    @property
    def model(self) -> ModelIdentity | None:
        return self.store.in_use

    @property
    def trail(self) -> tuple[int, str]:
        return 3, "f" * 64

    def detectors(self) -> list[str]:
        return sorted({one.detector for one in self.store.stored_conflicts})

    def documents(self) -> Iterator[Document]:
        return self.store.all_documents()

    def statements(self) -> Iterator[tuple[Statement, str, str | None]]:
        events = {one: event.id for event in self.store.stored_events for one in event.statements}
        for one in self.store.all_statements():
            yield one, self.store.documents[one.document].public_id, events.get(one.id)

    def events(self) -> Iterator[tuple[Event, list[str]]]:
        for event in self.store.stored_events:
            yield event, sorted({self.store.stored[one].party for one in event.statements})

    def conflicts(self) -> Iterator[Conflict]:
        return (one for one in self.store.stored_conflicts if one.judgement is not Judgement.REJECTED)


@dataclass
class QuietLinking:
    """Links nothing, and remembers when it was asked to."""

    store: MemoryStore
    mismatch: ModelMismatchError | None = None
    linked_after: list[int] = field(default_factory=list)
    questions: TextVectors | None = None
    left: dict[str, tuple[str, ...]] = field(default_factory=dict)
    left_to_others: list[list[str]] = field(default_factory=list)

    def check_model(self) -> None:
        if self.mismatch is not None:
            raise self.mismatch

    def waiting(self) -> dict[str, tuple[str, ...]]:
        return dict(self.left)

    def link_pending(self, progress: object, others: Callable[[], Iterable[str]] = tuple) -> None:
        assert callable(progress)
        self.linked_after.append(len(self.store.documents))
        self.left_to_others.append(sorted(others()))


class FixedClock:
    def now(self) -> datetime:
        return NOW


@dataclass
class MemoryIndex:
    """Scores that a test sets, by statement."""

    scores: dict[str, float]
    asked: list[tuple[int, list[int] | None]] = field(default_factory=list)

    def search(
        self, vectors: Vector, k: int, allowed: NDArray[np.int64] | None = None
    ) -> list[list[tuple[int, float]]]:
        self.asked.append((k, None if allowed is None else allowed.tolist()))
        hits = [
            (vector_key(statement), score)
            for statement, score in self.scores.items()
            if allowed is None or vector_key(statement) in set(allowed.tolist())
        ]
        ordered = sorted(hits, key=lambda hit: (-hit[1], hit[0]))
        return [ordered[:k] for _ in vectors]


@dataclass
class MemoryLibrary:
    """Views of statements, and the filters it was asked to apply."""

    views: dict[str, StatementView]
    filters: list[StatementFilter] = field(default_factory=list)

    def matching_keys(self, wanted: StatementFilter) -> NDArray[np.int64]:
        self.filters.append(wanted)
        keys = [
            vector_key(key)
            for key, view in sorted(self.views.items())
            if not wanted.parties or view.statement.party in wanted.parties
        ]
        return np.array(keys, dtype=np.int64)

    def keys_by_language(self, wanted: StatementFilter) -> dict[str, NDArray[np.int64]]:
        keys = np.sort(self.matching_keys(wanted))
        return {"en": keys} if len(keys) else {}

    def statement_views(self, ids: Sequence[str]) -> list[StatementView]:
        return [self.views[key] for key in ids if key in self.views]


def incoming(text: str, **changes: object) -> IncomingDocument:
    document = IncomingDocument(
        origin="news.txt",
        original=text.encode(),
        media_type="text/plain",
        text=text,
        title="From the harbour",
        outlet="Coast Wire",
        published=datetime(2020, 3, 10, 8, 0, tzinfo=UTC),
        published_found=DateFound.GIVEN,
        language="en",
    )
    return replace(document, **changes)  # type: ignore[arg-type]


def a_document(text: str = "The port reopened.", **changes: object) -> Document:
    digest = sha256(text.encode()).hexdigest()
    document = Document(
        id=document_id(digest, None, None),
        external_id=None,
        url=None,
        title="From the harbour",
        outlet="Coast Wire",
        published=None,
        published_found=None,
        language="en",
        sha256=digest,
        text=text,
    )
    return replace(document, **changes)  # type: ignore[arg-type]


def a_statement(
    document: Document | None = None, start: int = 0, party: str = "GNA", **changes: object
) -> Statement:
    home = document or a_document()
    statement = Statement(
        id=statement_id(home.id, start, start + 8),
        document=home.id,
        span=Span(start, start + 8),
        quote=home.text[start : start + 8],
        language="en",
        attribution=Attribution(party, AttributionMethod.SPEAKER, 0.9),
        polarity=Polarity.ASSERTS,
    )
    return replace(statement, **changes)  # type: ignore[arg-type]


def an_event(*statements: Statement, **changes: object) -> Event:
    event = Event(
        id=event_id(statements[0].id),
        title="From the harbour",
        title_language="en",
        place=None,
        start=date(2020, 3, 9),
        end=date(2020, 3, 10),
        precision=None,
        members=tuple(Membership(one.id, 0.8, "same place") for one in statements),
    )
    return replace(event, **changes)  # type: ignore[arg-type]


def a_conflict(event: Event, one: Statement, other: Statement, judgement: Judgement) -> Conflict:
    first, second = sorted((one.id, other.id))
    verdict = Verdict(ConflictType.CONTROL, 0.7, "Both claim the port.", "control")
    return Conflict(f"c{first}{second}", event.id, first, second, verdict, "rules 1", judgement)


def a_view(statement: Statement, document: Document | None = None) -> StatementView:
    return StatementView(statement, document or a_document(), None, None, None, 0)
