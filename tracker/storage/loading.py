"""Domain objects out of the database, many at a time: the number of queries never grows with the rows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from functools import cache
from typing import Final, TypeVar, cast

from sqlalchemy import ColumnElement, CompoundSelect, Select, Table, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.domain.documents import Document
from tracker.domain.errors import NotFoundError
from tracker.domain.events import Event, Membership
from tracker.domain.statements import Place, Statement
from tracker.storage.mapping import document_of, event_of, statement_of
from tracker.storage.tables import (
    DocumentRow,
    EventRow,
    FigureRow,
    MembershipRow,
    PlaceRow,
    SourceRow,
    StatementRow,
)
from tracker.storage.tables.base import Base

T = TypeVar("T")

Chosen = Sequence[str] | Select[str] | CompoundSelect[str]
"""Which rows: at most `CHUNK` ids, or a query that selects ids."""


def table_of(row: type[Base]) -> Table:
    """The table of a row class, for queries that make no entities."""
    return cast("Table", row.__table__)


# Made once, and of tables: entities, and making these anew, would take most of the time of a search.
_statement, _figure, _place, _document, _source = map(
    table_of, (StatementRow, FigureRow, PlaceRow, DocumentRow, SourceRow)
)
_OF_STATEMENT: Final = len(_statement.c)
_STATEMENTS: Final = select(*_statement.c, *(_place.c[one.name] for one in fields(Place))).join_from(
    _statement, _place, _place.c.id == _statement.c.place_id, isouter=True
)
_FIGURES: Final = select(*_figure.c).order_by(_figure.c.statement_id, _figure.c.position)
_DOCUMENTS: Final = select(
    *(_document.c[one.name] for one in fields(Document) if one.name != "outlet"), _source.c.name
).join_from(_document, _source, _source.c.id == _document.c.source_id, isouter=True)
_OF_DOCUMENTS: Final = select(_statement.c.document_id)

CHUNK = 500
"""How many ids one query names. SQLite refuses more than 32,766 values, older builds more than 999."""


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """The distinct values, in the order given, in lists of at most `CHUNK`."""
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), CHUNK):
        yield distinct[start : start + CHUNK]


def wanted(column: ColumnElement[str]) -> ColumnElement[bool]:
    """That a column holds one of the values given as `wanted` when the query is asked.

    For queries that are made once and asked of every document: making one takes longer than asking it.
    """
    return column.in_(bindparam("wanted", expanding=True))


@cache
def _held(column: InstrumentedAttribute[str]) -> Select[str]:
    of_table = column.property.columns[0]
    return select(of_table).where(wanted(of_table))


def held(session: Session, column: InstrumentedAttribute[str], values: Iterable[str]) -> set[str]:
    """Those of these values that `column` holds."""
    found: set[str] = set()
    for chunk in chunks(values):
        found.update(session.scalars(_held(column), {"wanted": chunk}))
    return found


def require(session: Session, column: InstrumentedAttribute[str], ids: Iterable[str], kind: str) -> None:
    """Raise NotFoundError for the first of these ids that `column` does not hold."""
    asked = list(ids)
    found = held(session, column, asked)
    missing = next((one for one in asked if one not in found), None)
    if missing is not None:
        raise NotFoundError(f"no {kind} is stored under {missing}")


def load_statements(session: Session, chosen: Chosen) -> dict[str, Statement]:
    """Statements by id. Two queries."""
    figures: defaultdict[str, list[FigureRow]] = defaultdict(list)
    for figure in session.execute(_FIGURES.where(_figure.c.statement_id.in_(chosen))).all():
        figures[figure.statement_id].append(cast("FigureRow", figure))
    found = {}
    for row in session.execute(_STATEMENTS.where(_statement.c.id.in_(chosen))).all():
        place = None if row.place_id is None else Place(*row[_OF_STATEMENT:])
        # A row answers by the same names as an entity.
        found[row.id] = statement_of(cast("StatementRow", row), place, figures.get(row.id, ()))
    return found


def load_documents(session: Session, chosen: Chosen) -> dict[str, Document]:
    """Documents by id. One query."""
    rows = session.execute(_DOCUMENTS.where(_document.c.id.in_(chosen)))
    return {row.id: document_of(cast("DocumentRow", row), row[-1]) for row in rows}


def load_members(session: Session, chosen: Chosen) -> dict[str, list[Membership]]:
    """The members of events by event id, in order; events without any are left out. One query."""
    members: defaultdict[str, list[Membership]] = defaultdict(list)
    for event, statement, score, reason in session.execute(
        select(MembershipRow.event_id, MembershipRow.statement_id, MembershipRow.score, MembershipRow.reason)
        .where(MembershipRow.event_id.in_(chosen))
        .order_by(MembershipRow.event_id, MembershipRow.position)
    ):
        members[event].append(Membership(statement, score, reason))
    return dict(members)


def load_events(session: Session, chosen: Chosen) -> dict[str, Event]:
    """Events by id. Two queries."""
    members = load_members(session, chosen)
    rows = session.execute(
        select(EventRow, PlaceRow)
        .outerjoin(PlaceRow, PlaceRow.id == EventRow.place_id)
        .where(EventRow.id.in_(chosen))
    )
    return {row.id: event_of(row, place, members.get(row.id, ())) for row, place in rows}


def documents_with(chosen: Chosen) -> Select[str]:
    """The ids of the documents in which these statements stand."""
    return _OF_DOCUMENTS.where(_statement.c.id.in_(chosen))


def has_members() -> Select[str]:
    """The ids of all events that any statement stands in: the ones that are shown."""
    return select(MembershipRow.event_id).distinct()


def in_order(found: dict[str, T], ids: Sequence[str], kind: str) -> list[T]:
    """What was found, in the order asked for. Raises NotFoundError for an id that was not found."""
    missing = next((wanted for wanted in ids if wanted not in found), None)
    if missing is not None:
        raise NotFoundError(f"no {kind} is stored under {missing}")
    return [found[wanted] for wanted in ids]
