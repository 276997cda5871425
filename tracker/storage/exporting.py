"""All that is exported, out of one transaction, few rows at a time."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import ColumnElement, Engine, Select, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker import __version__
from tracker.domain.conflicts import Conflict, Judgement
from tracker.domain.documents import Document
from tracker.domain.events import Event
from tracker.domain.models import ModelIdentity
from tracker.domain.statements import Statement
from tracker.storage.auditing import head_of
from tracker.storage.engine import reading
from tracker.storage.event_summaries import current_revision
from tracker.storage.lineage import events_by_statement
from tracker.storage.loading import CHUNK, has_members, in_order, load_events, load_statements
from tracker.storage.mapping import conflict_of
from tracker.storage.tables import (
    ConflictRow,
    DocumentRow,
    MembershipRow,
    ModelInUseRow,
    SourceRow,
    StatementRow,
)

_DIGITS = 16


class SqlExportSource:
    """Hands out the present state of a database. All methods raise DatabaseError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def mark(self) -> str:
        """The mark of the present state. A few queries that stand in indexes."""
        with reading(self._engine) as session:
            return _mark(session)

    @contextmanager
    def snapshot(self) -> Iterator["SqlSnapshot"]:
        """The present state, held for the length of a block."""
        with reading(self._engine) as session:
            yield SqlSnapshot(session)


def _mark(session: Session) -> str:
    # Documents and their statements are only ever added; whatever becomes of events and conflicts has a
    # revision; whatever people set right is in the trail.
    parts = [
        __version__,
        session.scalar(select(func.count()).select_from(DocumentRow)),
        session.scalar(select(func.count()).select_from(StatementRow)),
        current_revision(session),
        *head_of(session),
        str(_model(session)),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:_DIGITS]


def _model(session: Session) -> ModelIdentity | None:
    row = session.get(ModelInUseRow, 1)
    return None if row is None else ModelIdentity(row.model_name, row.revision, row.dimension)


class SqlSnapshot:
    """One state of the database."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.mark = _mark(session)
        self.model = _model(session)
        self.trail = head_of(session)

    def detectors(self) -> list[str]:
        """Which versions of the comparison have found the conflicts, in order."""
        wanted = select(ConflictRow.detector).where(_stands()).distinct().order_by(ConflictRow.detector)
        return list(self._session.scalars(wanted))

    def documents(self) -> Iterator[Document]:
        """Every document, by id, without its text."""
        after = ""
        while True:
            rows = self._session.execute(
                # By name, so that the two large columns are not read.
                select(
                    DocumentRow.id,
                    DocumentRow.external_id,
                    DocumentRow.url,
                    DocumentRow.title,
                    SourceRow.name,
                    DocumentRow.published,
                    DocumentRow.published_found,
                    DocumentRow.language,
                    DocumentRow.sha256,
                )
                .outerjoin(SourceRow, SourceRow.id == DocumentRow.source_id)
                .where(DocumentRow.id > after)
                .order_by(DocumentRow.id)
                .limit(CHUNK)
            ).all()
            for id_, external, url, title, outlet, published, found, language, sha256 in rows:
                after = id_
                yield Document(
                    id_, external, url, title, outlet or "", published, found, language, sha256, text=""
                )
            if len(rows) < CHUNK:
                return

    def statements(self) -> Iterator[tuple[Statement, str, str | None]]:
        """Every statement by document and span, with the public id of its document, and its event."""
        order = (StatementRow.document_id, StatementRow.start, StatementRow.end, StatementRow.id)
        after: tuple[str, int, int, str] = ("", -1, -1, "")
        while True:
            rows = self._session.execute(
                select(*order).where(tuple_(*order) > tuple_(*after)).order_by(*order).limit(CHUNK)
            ).all()
            ids = [row[3] for row in rows]
            yield from self._described(ids)
            if len(rows) < CHUNK:
                return
            last = rows[-1]
            after = (last[0], last[1], last[2], last[3])

    def _described(self, ids: Sequence[str]) -> Iterator[tuple[Statement, str, str | None]]:
        statements = in_order(load_statements(self._session, ids), ids, "statement")
        events = events_by_statement(self._session, ids)
        public = {
            document: external or document
            for document, external in self._session.execute(
                select(DocumentRow.id, DocumentRow.external_id).where(
                    DocumentRow.id.in_({one.document for one in statements})
                )
            )
        }
        self._session.expunge_all()
        for one in statements:
            yield one, public[one.document], events.get(one.id)

    def events(self) -> Iterator[tuple[Event, list[str]]]:
        """Every event that has members, by id, with its parties in order."""
        for ids in self._chunks(has_members(), MembershipRow.event_id):
            events = in_order(load_events(self._session, ids), ids, "event")
            parties: defaultdict[str, set[str]] = defaultdict(set)
            for event, party in self._session.execute(
                select(MembershipRow.event_id, StatementRow.party_code)
                .join(StatementRow, StatementRow.id == MembershipRow.statement_id)
                .where(MembershipRow.event_id.in_(ids))
                .distinct()
            ):
                parties[event].add(party)
            self._session.expunge_all()
            for one in events:
                yield one, sorted(parties[one.id])

    def conflicts(self) -> Iterator[Conflict]:
        """Every conflict that no person has rejected, by id."""
        for ids in self._chunks(select(ConflictRow.id).where(_stands()), ConflictRow.id):
            rows = self._session.scalars(
                select(ConflictRow).where(ConflictRow.id.in_(ids)).order_by(ConflictRow.id)
            )
            conflicts = [conflict_of(row) for row in rows]
            self._session.expunge_all()
            yield from conflicts

    def _chunks(self, wanted: Select[str], key: InstrumentedAttribute[str]) -> Iterator[list[str]]:
        """The ids that a query gives, in order and in lists of at most a chunk."""
        after = ""
        while True:
            ids = list(self._session.scalars(wanted.where(key > after).order_by(key).limit(CHUNK)))
            if ids:
                yield ids
                after = ids[-1]
            if len(ids) < CHUNK:
                return


def _stands() -> ColumnElement[bool]:
    return ConflictRow.judgement != Judgement.REJECTED
