"""The database as services see it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy import Engine, Select, func, select
from sqlalchemy.orm import Session

from tracker.domain.conflicts import Conflict, Judgement
from tracker.domain.documents import Document
from tracker.domain.events import Event, LinkDecision
from tracker.domain.models import ModelIdentity
from tracker.domain.statements import Statement
from tracker.domain.views import Counts
from tracker.storage.days import keys_about
from tracker.storage.deciding import decision_mark, standing_decisions
from tracker.storage.engine import reading, rely_on_later, writing
from tracker.storage.former_events import former_events
from tracker.storage.lineage import events_by_statement
from tracker.storage.loading import (
    chunks,
    has_members,
    held,
    in_order,
    load_documents,
    load_events,
    load_statements,
)
from tracker.storage.mapping import conflict_of
from tracker.storage.states import KeptByState, last_commit
from tracker.storage.tables import (
    ConflictRow,
    DocumentRow,
    EventRow,
    MembershipRow,
    ModelInUseRow,
    StatementRow,
)
from tracker.storage.vectors import Keys, Vectors, all_vectors, vectors_by_digest, vectors_of
from tracker.storage.writing import SqlWriteSession, refuse_changed, sha256_of_caller


class SqlStore:
    """Writes in transactions that the caller opens; each reading method sees one state of the database.

    `clock` tells the time in UTC. All methods raise DatabaseError where the database fails, and
    those that are asked for ids raise NotFoundError for one that is not stored.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock
        self._model = KeptByState(engine, last_commit, 1)

    @contextmanager
    def writing(self, *, relying: bool = False) -> Iterator[SqlWriteSession]:
        """One write transaction, of which all is kept or nothing. On SQLite it holds the write lock.

        `relying`: on PostgreSQL it does not wait for the disk; a later one that does sees to both.
        """
        with writing(self._engine) as session:
            if relying:
                rely_on_later(session)
            yield SqlWriteSession(session, self._clock)

    def model(self) -> ModelIdentity | None:
        """Which model the statements' vectors come from; None while there are none."""
        return self._model.of("model", self._model_in_use)

    def _model_in_use(self) -> ModelIdentity | None:
        with reading(self._engine) as session:
            row = session.get(ModelInUseRow, 1)
            return None if row is None else ModelIdentity(row.model_name, row.revision, row.dimension)

    def known_document(self, document_id: str, external_id: str | None, sha256: str) -> bool:
        """Whether this very document is stored, under our id or with these bytes under the caller's.

        Raises DocumentChangedError where the caller's id is stored with other bytes.
        """
        with reading(self._engine) as session:
            if held(session, DocumentRow.id, [document_id]):
                return True
            if external_id is None:
                return False
            stored = sha256_of_caller(session, external_id)
        if stored is not None and stored != sha256:
            refuse_changed(external_id, stored, sha256)
        return stored is not None

    def embeddings(self, model: ModelIdentity, digests: Sequence[str]) -> dict[str, Vectors]:
        """The vectors already kept for these text digests, each of shape (dimension,)."""
        with reading(self._engine) as session:
            return vectors_by_digest(session, model, digests)

    def unlinked(self) -> list[str]:
        """Ids of statements not yet linked: by publication (undated documents last), document and span."""
        wanted = (
            select(StatementRow.id)
            .join(DocumentRow, DocumentRow.id == StatementRow.document_id)
            .where(StatementRow.linked_at.is_(None))
            .order_by(
                DocumentRow.published_at.asc().nulls_last(),
                StatementRow.document_id,
                StatementRow.start,
                StatementRow.end,
            )
        )
        with reading(self._engine) as session:
            return list(session.scalars(wanted))

    def former_events(self) -> Mapping[str, frozenset[str]]:
        """The statements of each event before all began to be linked anew; empty once all are linked."""
        with reading(self._engine) as session:
            return former_events(session)

    def statement_ids(self) -> list[str]:
        """The id of every statement, in order."""
        with reading(self._engine) as session:
            return list(session.scalars(select(StatementRow.id).order_by(StatementRow.id)))

    def count_unlinked(self) -> int:
        """How many statements are stored and not linked yet."""
        wanted = select(func.count()).select_from(StatementRow).where(StatementRow.linked_at.is_(None))
        with reading(self._engine) as session:
            return session.scalar(wanted) or 0

    def holds_only_constructed(self) -> bool:
        """Whether no document is stored but such as were written for demonstration."""
        wanted = select(DocumentRow.id).where(DocumentRow.constructed.is_(False)).limit(1)
        with reading(self._engine) as session:
            return session.scalar(wanted) is None

    def statements(self, ids: Sequence[str]) -> list[Statement]:
        """Statements by id, in the order asked for."""
        with reading(self._engine) as session:
            found: dict[str, Statement] = {}
            for chunk in chunks(ids):
                found.update(load_statements(session, chunk))
            return in_order(found, ids, "statement")

    def published_of(self, ids: Sequence[str]) -> dict[str, date | None]:
        """The day that the document of each of these statement ids was published. Raises NotFoundError."""
        days: dict[str, date | None] = {}
        with reading(self._engine) as session:
            for chunk in chunks(ids):
                rows = session.execute(
                    select(StatementRow.id, DocumentRow.published)
                    .join(DocumentRow, DocumentRow.id == StatementRow.document_id)
                    .where(StatementRow.id.in_(chunk))
                )
                days.update((statement, time.date() if time else None) for statement, time in rows)
        in_order(days, ids, "statement")
        return days

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """The current vectors of these statements, in order: shape (statements, dimension)."""
        with reading(self._engine) as session:
            return vectors_of(session, ids)

    def all_vectors(self, batch: int = 10_000) -> Iterator[tuple[Keys, Vectors]]:
        """All current vectors by key, at most `batch` at a time: keys (n,), vectors (n, dimension)."""
        with reading(self._engine) as session:
            yield from all_vectors(session, batch)

    def events_of(self, statements: Sequence[str]) -> dict[str, str]:
        """The event of each statement that has one."""
        with reading(self._engine) as session:
            return events_by_statement(session, statements)

    def link_decisions(self) -> list[LinkDecision]:
        """The decisions on linking that stand, in the order in which they were made."""
        with reading(self._engine) as session:
            return standing_decisions(session)

    def decision_mark(self) -> int:
        """A number that goes up with every act of a person."""
        with reading(self._engine) as session:
            return decision_mark(session)

    def due_events(self) -> list[str]:
        """Events with statements that wait to be described and compared anew after a decision."""
        query = select(EventRow.id).where(EventRow.due, EventRow.id.in_(has_members())).order_by(EventRow.id)
        with reading(self._engine) as session:
            return list(session.scalars(query))

    def keys_about(self, start: date, end: date) -> Keys:
        """Vector keys, ascending, of the statements about a day from `start` to `end`, or about none known.

        A statement that names no day is about the day its document was published, by the clock of the
        place where it was. Shape (statements,).
        """
        with reading(self._engine) as session:
            return keys_about(session, start, end)

    def events(self, ids: Sequence[str]) -> list[Event]:
        """Events by id, members included; those without members too."""
        with reading(self._engine) as session:
            found: dict[str, Event] = {}
            for chunk in chunks(ids):
                found.update(load_events(session, chunk))
            return in_order(found, ids, "event")

    def all_events(self) -> Iterator[Event]:
        """Every event that has members, by id."""
        with reading(self._engine) as session:
            ids = has_members().order_by(MembershipRow.event_id)
            for chunk in _chunked(session, ids):
                yield from in_order(load_events(session, chunk), chunk, "event")

    def all_conflicts(self) -> Iterator[Conflict]:
        """Every conflict, by id, rejected ones included."""
        with reading(self._engine) as session:
            for chunk in _chunked(session, select(ConflictRow.id).order_by(ConflictRow.id)):
                rows = session.scalars(
                    select(ConflictRow).where(ConflictRow.id.in_(chunk)).order_by(ConflictRow.id)
                )
                yield from [conflict_of(row) for row in rows]

    def all_documents(self) -> Iterator[Document]:
        """Every document, by id."""
        with reading(self._engine) as session:
            for chunk in _chunked(session, select(DocumentRow.id).order_by(DocumentRow.id)):
                yield from in_order(load_documents(session, chunk), chunk, "document")
                session.expunge_all()

    def all_statements(self) -> Iterator[Statement]:
        """Every statement, by document and span."""
        ids = select(StatementRow.id).order_by(StatementRow.document_id, StatementRow.start, StatementRow.end)
        with reading(self._engine) as session:
            for chunk in _chunked(session, ids):
                yield from in_order(load_statements(session, chunk), chunk, "statement")

    def last_linked(self) -> datetime | None:
        """When statements were linked last: later with every batch, whatever clock its machine goes by."""
        with reading(self._engine) as session:
            return session.scalar(select(func.max(StatementRow.linked_at)))

    def vectors_linked_after(
        self, moment: datetime | None, batch: int = 1_000
    ) -> Iterator[tuple[Keys, Vectors]]:
        """The vectors of statements that were linked after a moment, or at all; in batches, by key."""
        linked = StatementRow.linked_at.is_not(None) if moment is None else StatementRow.linked_at > moment
        with reading(self._engine) as session:
            yield from all_vectors(session, batch, linked)

    def count_vectors(self) -> int:
        """How many statements have a vector."""
        with reading(self._engine) as session:
            wanted = select(func.count()).where(StatementRow.text_digest.is_not(None))
            return session.scalar(wanted) or 0

    def counts(self) -> Counts:
        """How much is stored: events with members, conflicts that no person rejected."""
        with reading(self._engine) as session:
            return count_rows(session)


def _chunked(session: Session, ids: Select[str]) -> Iterator[list[str]]:
    return chunks(session.scalars(ids).all())


def count_rows(session: Session) -> Counts:
    """How much is stored. One query."""
    documents, statements, events, conflicts = session.execute(
        select(
            select(func.count()).select_from(DocumentRow).scalar_subquery(),
            select(func.count()).select_from(StatementRow).scalar_subquery(),
            select(func.count(MembershipRow.event_id.distinct())).scalar_subquery(),
            select(func.count())
            .select_from(ConflictRow)
            .where(ConflictRow.judgement != Judgement.REJECTED)
            .scalar_subquery(),
        )
    ).one()
    return Counts(documents=documents, statements=statements, events=events, conflicts=conflicts)
