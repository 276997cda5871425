"""Queries about the statements of one party, each of a fixed number of rows or groups."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, func, select, type_coerce, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tracker.domain.conflicts import Judgement
from tracker.domain.dossiers import ClashCount, EventCount, PartyFilter, PlaceCount, Tally
from tracker.storage.days import day_after, midnight
from tracker.storage.mapping import place_of
from tracker.storage.tables import (
    ConflictRow,
    DocumentRow,
    EventRow,
    MembershipRow,
    PlaceRow,
    StatementRow,
)

_FOREMOST = 12
"""How many events, places and speakers are named."""

Column = InstrumentedAttribute[Any] | ColumnElement[Any] | type[PlaceRow]

_ISO_MONTH = len("2020-01")


def told_by(wanted: PartyFilter, *columns: Column) -> Select[Any]:
    """Columns of the statements asked for, each beside its document."""
    query = (
        select(*columns)
        .select_from(StatementRow)
        .join(DocumentRow, DocumentRow.id == StatementRow.document_id)
        .where(StatementRow.party_code == wanted.party)
    )
    if wanted.start is not None:
        query = query.where(DocumentRow.published_at >= midnight(wanted.start))
    if wanted.end is not None:
        query = query.where(DocumentRow.published_at < day_after(wanted.end))
    if wanted.places:
        query = query.where(StatementRow.place_id.in_(wanted.places))
    return query


def tally(counts: Mapping[str, int]) -> Tally:
    """Counts as a tally: the most first, then by name."""
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def months_of(session: Session, wanted: PartyFilter) -> tuple[tuple[date, int], ...]:
    """Counts by month of publication, in order; by the clock of the place where it was published."""
    month = func.substr(type_coerce(DocumentRow.published, Text), 1, _ISO_MONTH)
    rows = session.execute(
        told_by(wanted, month, func.count())
        .where(DocumentRow.published_at.is_not(None))
        .group_by(month)
        .order_by(month)
    )
    return tuple((date.fromisoformat(f"{written}-01"), count) for written, count in rows)


def foremost_events(session: Session, wanted: PartyFilter) -> tuple[EventCount, ...]:
    """The events in which most of the statements stand."""
    count = func.count()
    rows = session.execute(
        told_by(wanted, EventRow.id, EventRow.title, EventRow.title_language, EventRow.end, count)
        .join(MembershipRow, MembershipRow.statement_id == StatementRow.id)
        .join(EventRow, EventRow.id == MembershipRow.event_id)
        .group_by(EventRow.id)
        .order_by(count.desc(), EventRow.id)
        .limit(_FOREMOST)
    )
    return tuple(EventCount(*row) for row in rows)


def foremost_places(session: Session, wanted: PartyFilter) -> tuple[PlaceCount, ...]:
    """The places of which most of the statements speak."""
    count = func.count()
    rows = session.execute(
        told_by(wanted, PlaceRow, count)
        .join(PlaceRow, PlaceRow.id == StatementRow.place_id)
        .group_by(PlaceRow.id)
        .order_by(count.desc(), PlaceRow.id)
        .limit(_FOREMOST)
    )
    return tuple(PlaceCount(place_of(row), number) for row, number in rows)


def clashes_of(session: Session, wanted: PartyFilter) -> tuple[ClashCount, ...]:
    """Against whom the party stands in conflicts, of which type."""
    opponent = aliased(StatementRow)
    sides: Sequence[tuple[Any, Any]] = (
        (ConflictRow.one, ConflictRow.other),
        (ConflictRow.other, ConflictRow.one),
    )
    halves = [
        told_by(wanted, opponent.party_code.label("party"), ConflictRow.type.label("type"))
        .join(ConflictRow, own == StatementRow.id)
        .join(opponent, opponent.id == theirs)
        .where(ConflictRow.judgement != Judgement.REJECTED, opponent.party_code != wanted.party)
        for own, theirs in sides
    ]
    clashing = union_all(*halves).subquery()
    count = func.count()
    rows = session.execute(
        select(clashing.c.party, clashing.c.type, count)
        .group_by(clashing.c.party, clashing.c.type)
        .order_by(count.desc(), clashing.c.party, clashing.c.type)
    )
    return tuple(ClashCount(party, kind, number) for party, kind, number in rows)


def foremost_speakers(session: Session, wanted: PartyFilter) -> Tally:
    """The speakers that most of the statements name, as the texts name them."""
    count = func.count()
    rows = session.execute(
        told_by(wanted, StatementRow.speaker, count)
        .where(StatementRow.speaker.is_not(None))
        .group_by(StatementRow.speaker)
        .order_by(count.desc(), StatementRow.speaker)
        .limit(_FOREMOST)
    )
    return tuple((speaker, number) for speaker, number in rows)
