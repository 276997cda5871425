"""The filters of lists as conditions of queries."""

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from tracker.domain.conflict_lists import IN_ORDER
from tracker.domain.reading_lists import ConflictListFilter, DocumentFilter, StatementListFilter
from tracker.domain.views import StatementFilter
from tracker.storage.days import day_after, midnight
from tracker.storage.tables import (
    ConflictRow,
    DocumentRow,
    FigureRow,
    MembershipRow,
    SourceRow,
    StatementRow,
)

Condition = ColumnElement[bool]
Column = InstrumentedAttribute[Any]


def statements_that_pass(
    listed: StatementListFilter, *columns: Column, by_document: bool = False
) -> Select[Any]:
    """These columns of statements and their documents, where they pass a filter.

    With `by_document`, SQLite goes through the documents and looks up the statements of each, not the other
    way about: so the first rows by publication are found without reading all others.
    """
    document = DocumentRow.id
    # What is made of a column can no longer be looked up in its index, so the documents have to come first.
    joined = document.concat("") if by_document and not _names_few(listed) else document
    query = select(*columns).join(DocumentRow, StatementRow.document_id == joined)
    conditions = _of_statements(listed.wanted)
    if listed.documents:
        ours, theirs = DocumentRow.id.in_(listed.documents), DocumentRow.external_id.in_(listed.documents)
        # Looked up first: "or" over a join would go through every document.
        conditions.append(
            StatementRow.document_id.in_(
                select(DocumentRow.id).where(ours).union(select(DocumentRow.id).where(theirs))
            )
        )
    if listed.about_from is not None:
        conditions.append(StatementRow.event_day >= listed.about_from)
    if listed.about_to is not None:
        conditions.append(StatementRow.event_day <= listed.about_to)
    if listed.figures:
        counted = select(FigureRow.statement_id).where(FigureRow.kind.in_(listed.figures))
        conditions.append(StatementRow.id.in_(counted))
    return query.where(*conditions)


def _names_few(listed: StatementListFilter) -> bool:
    """Whether an index leads to the few statements that pass."""
    wanted = listed.wanted
    by_index = (wanted.events, wanted.places, listed.documents, listed.figures)
    return any(by_index) or listed.about_from is not None or listed.about_to is not None


def _of_statements(wanted: StatementFilter) -> list[Condition]:
    conditions: list[Condition] = [
        column.in_(values)
        for column, values in (
            (StatementRow.party_code, wanted.parties),
            (StatementRow.language, wanted.languages),
            (StatementRow.place_id, wanted.places),
            (StatementRow.polarity, wanted.polarities),
        )
        if values
    ]
    if wanted.events:
        members = select(MembershipRow.statement_id).where(MembershipRow.event_id.in_(wanted.events))
        conditions.append(StatementRow.id.in_(members))
    conditions += _published(wanted)
    if wanted.constructed is not None:
        conditions.append(DocumentRow.constructed.is_(wanted.constructed))
    return conditions


def documents_that_pass(wanted: DocumentFilter, *columns: Column) -> Select[Any]:
    """These columns of documents that pass a filter."""
    conditions: list[Condition] = []
    if wanted.outlets:
        named = select(SourceRow.id).where(SourceRow.name.in_(wanted.outlets))
        conditions.append(DocumentRow.source_id.in_(named))
    if wanted.languages:
        conditions.append(DocumentRow.language.in_(wanted.languages))
    conditions += _published(wanted)
    if wanted.constructed is not None:
        conditions.append(DocumentRow.constructed.is_(wanted.constructed))
    return select(*columns).where(*conditions)


def conflicts_that_pass(wanted: ConflictListFilter, *columns: Column) -> list[Select[Any]]:
    """These columns of conflicts that pass a filter: a query for each judgement wanted."""
    conditions: list[Condition] = []
    if wanted.types:
        conditions.append(ConflictRow.type.in_(wanted.types))
    if wanted.events:
        conditions.append(ConflictRow.event_id.in_(wanted.events))
    conditions += _between(StatementRow.party_code, wanted.parties)
    conditions += _between(StatementRow.language, wanted.languages)
    if wanted.places:
        conditions.append(_either(_statements(StatementRow.place_id.in_(wanted.places))))
    published = _published(wanted)
    if published:
        told = select(StatementRow.id).join(DocumentRow, DocumentRow.id == StatementRow.document_id)
        conditions.append(_either(told.where(*published)))
    query = select(*columns).where(*conditions)
    return [query.where(ConflictRow.judgement == judgement) for judgement in wanted.judgements or IN_ORDER]


def _statements(condition: Condition) -> Select[str]:
    # A list made once, rather than two statements looked up for each conflict.
    return select(StatementRow.id).where(condition)


def _either(statements: Select[str]) -> Condition:
    """That one of the two statements is among these."""
    return or_(ConflictRow.one.in_(statements), ConflictRow.other.in_(statements))


def _between(column: Column, values: tuple[str, ...]) -> list[Condition]:
    """That one statement has the one value, or the two have the two values, in either order."""
    match values:
        case ():
            return []
        case (value,):
            return [_either(_statements(column == value))]
        case (first, second):
            # Two lists of statements would be long, and one pair is soon found: these are looked up.
            one, other = (_of(side, column) for side in (ConflictRow.one, ConflictRow.other))
            return [tuple_(one, other).in_([(first, second), (second, first)])]
    raise ValueError(f"a conflict has two sides, not {len(values)}")


def _of(side: Column, column: Column) -> ScalarSelect[Any]:
    return select(column).where(StatementRow.id == side).scalar_subquery()


def _published(wanted: StatementFilter | DocumentFilter | ConflictListFilter) -> list[Condition]:
    """That it was published within the days."""
    days: list[Condition] = []
    if wanted.published_from is not None:
        days.append(DocumentRow.published_at >= midnight(wanted.published_from))
    if wanted.published_to is not None:
        days.append(DocumentRow.published_at < day_after(wanted.published_to))
    return days
