"""Lists that callers read on from a place, in orders in which no row moves when others come."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.domain.event_lists import EventFilter, EventOrder, ListedEvent
from tracker.domain.reading_lists import (
    ConflictListFilter,
    DocumentFilter,
    ListedDocument,
    Slice,
    StatementListFilter,
)
from tracker.domain.views import ConflictView, StatementView
from tracker.storage.conflict_lists import SqlConflictLists
from tracker.storage.engine import reading
from tracker.storage.event_lists import SqlEventLists
from tracker.storage.reading_filters import conflicts_that_pass, documents_that_pass, statements_that_pass
from tracker.storage.reading_places import Dated, Sure, dated, sure, written
from tracker.storage.tables import ConflictRow, DocumentRow, SourceRow, StatementRow
from tracker.storage.views import join_conflicts, load_statement_views

_MOMENT = DocumentRow.published_at
_CONFLICT_COLUMNS = (ConflictRow.id, ConflictRow.score, ConflictRow.one, ConflictRow.other)


class SqlReadingLists:
    """Lists for callers, each in a bounded number of queries; nothing is counted.

    What was committed before a call is in its answer. All methods raise DatabaseError.
    """

    def __init__(self, engine: Engine, events: SqlEventLists, conflicts: SqlConflictLists) -> None:
        self._engine = engine
        self._events = events
        self._conflicts = conflicts

    def statements(self, wanted: StatementListFilter, after: str | None, size: int) -> Slice[StatementView]:
        """By publication, newest first, those without a date last; then by id.

        Raises NotFoundError for a place that this list did not give out, ValueError for a size below 1.
        """
        is_sqlite = self._engine.dialect.name == "sqlite"
        query = statements_that_pass(wanted, StatementRow.id, _MOMENT, by_document=is_sqlite)
        with reading(self._engine) as session:
            places = _by_publication(session, query, StatementRow.id, after, size + 1)
            views = load_statement_views(session, [place.id for place in places[:size]])
        return _slice([views[place.id] for place in places[:size]], places, size)

    def documents(self, wanted: DocumentFilter, after: str | None, size: int) -> Slice[ListedDocument]:
        """The same."""
        query = documents_that_pass(wanted, DocumentRow.id, _MOMENT)
        with reading(self._engine) as session:
            places = _by_publication(session, query, DocumentRow.id, after, size + 1)
            rows = _listed_documents(session, [place.id for place in places[:size]])
        return _slice([rows[place.id] for place in places[:size]], places, size)

    def conflicts(self, wanted: ConflictListFilter, after: str | None, size: int) -> Slice[ConflictView]:
        """The surest first, then by id, whatever their judgements. Raises as `statements` does."""
        _require(size)
        place = None if after is None else sure(after)
        with reading(self._engine) as session:
            found: list[Row[Any]] = []
            # A query for each judgement, so that an index gives the order.
            for query in conflicts_that_pass(wanted, *_CONFLICT_COLUMNS):
                following = query.where(*_less_sure(place))
                ordered = following.order_by(ConflictRow.score.desc(), ConflictRow.id).limit(size + 1)
                found += session.execute(ordered)
            found = sorted(found, key=lambda row: (-row.score, row.id))[: size + 1]
            sides = dict.fromkeys(side for row in found[:size] for side in (row.one, row.other))
            chosen = select(ConflictRow.id).where(ConflictRow.id.in_([row.id for row in found[:size]]))
            rows = join_conflicts(session, chosen, load_statement_views(session, list(sides)))
        places = [Sure(row.score, row.id) for row in found]
        return _slice(rows, places, size)

    def conflict(self, conflict_id: str) -> ConflictView:
        """One conflict. Raises NotFoundError."""
        return self._conflicts.conflict(conflict_id)

    def events(
        self, wanted: EventFilter, order: EventOrder | None, after: str | None, size: int
    ) -> Slice[ListedEvent]:
        """By id where no order is named. Raises as `statements` does."""
        _require(size)
        with self._events.board() as (board, _):
            return board.slice(wanted, order, after, size)


def _by_publication(
    session: Session, query: Select[Any], row_id: InstrumentedAttribute[str], after: str | None, most: int
) -> list[Dated]:
    """Places after this one, at most so many: of dated rows, and where these end, of undated ones."""
    _require(most - 1)
    place = None if after is None else dated(after)
    found: list[Dated] = []
    if place is None or place.published_at is not None:
        of_known_date = query.where(_MOMENT.is_not(None))
        if place is not None:
            later = or_(place.published_at > _MOMENT, row_id > place.id)
            of_known_date = of_known_date.where(place.published_at >= _MOMENT, later)
        ordered = of_known_date.order_by(_MOMENT.desc(), row_id).limit(most)
        found = [Dated(row.published_at, row.id) for row in session.execute(ordered)]
        place = None
    if len(found) < most:
        of_unknown_date = query.where(_MOMENT.is_(None))
        if place is not None:
            of_unknown_date = of_unknown_date.where(row_id > place.id)
        ordered = of_unknown_date.order_by(row_id).limit(most - len(found))
        found += [Dated(None, row.id) for row in session.execute(ordered)]
    return found


def _less_sure(place: Sure | None) -> list[ColumnElement[bool]]:
    if place is None:
        return []
    score = ConflictRow.score
    # The first condition follows from the second; it lets the database go by an index.
    return [score <= place.score, or_(score < place.score, ConflictRow.id > place.id)]


def _listed_documents(session: Session, ids: Sequence[str]) -> dict[str, ListedDocument]:
    statements = (
        select(func.count())
        .select_from(StatementRow)
        .where(StatementRow.document_id == DocumentRow.id)
        .scalar_subquery()
    )
    columns = (
        DocumentRow.id,
        func.coalesce(DocumentRow.external_id, DocumentRow.id).label("public_id"),
        DocumentRow.url,
        DocumentRow.title,
        func.coalesce(SourceRow.name, "").label("outlet"),
        DocumentRow.published,
        DocumentRow.published_found,
        DocumentRow.language,
        DocumentRow.sha256,
        DocumentRow.part,
        DocumentRow.constructed,
        DocumentRow.captured_at,
        DocumentRow.media_type,
        statements.label("statements"),
    )
    query = (
        select(*columns)
        .outerjoin(SourceRow, SourceRow.id == DocumentRow.source_id)
        .where(DocumentRow.id.in_(ids))
    )
    return {row.id: ListedDocument(*row) for row in session.execute(query)}


def _slice(rows: Sequence[Any], places: Sequence[Dated | Sure], size: int) -> Slice[Any]:
    # One place more than is shown says whether there are more.
    return Slice(tuple(rows), written(places[size - 1]) if len(places) > size else None)


def _require(size: int) -> None:
    if size < 1:
        raise ValueError(f"no list: {size} rows")
