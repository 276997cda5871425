"""Days: as bounds for instants, and the statements that are about them."""

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from sqlalchemy import Text, func, select, type_coerce, union_all
from sqlalchemy.orm import Session

from tracker.domain.documents import DatePrecision
from tracker.domain.identifiers import vector_key
from tracker.storage.tables import DocumentRow, StatementRow
from tracker.storage.vectors import Keys

_ISO_DAY = len("2020-01-06")


def midnight(day: date) -> datetime:
    """The instant at which a day begins, in UTC."""
    return datetime.combine(day, time(), tzinfo=UTC)


def day_after(day: date) -> datetime:
    """The instant at which a day is over, in UTC."""
    # The last day there is has no day after it; nothing is published later than its midnight either.
    return midnight(day if day == date.max else day + timedelta(days=1))


def keys_about(session: Session, start: date, end: date) -> Keys:
    """Vector keys, ascending, of the statements about a day from `start` to `end`, or about none known.

    A statement that names no day is about the day its document was published, by the clock of the place
    where it was: a month or a year that it names is no day. One query; shape (statements,).
    """
    named = select(StatementRow.id).where(
        StatementRow.event_day.between(start, end), StatementRow.event_precision == DatePrecision.DAY
    )
    unnamed = (
        select(StatementRow.id)
        .join(DocumentRow, DocumentRow.id == StatementRow.document_id)
        # Where there is no precision there is no day either.
        .where(StatementRow.event_precision.is_distinct_from(DatePrecision.DAY))
    )
    day = func.substr(type_coerce(DocumentRow.published, Text), 1, _ISO_DAY)
    # The day stands in no index. No clock is a whole day off UTC, so the index narrows it to a day around.
    published = unnamed.where(
        DocumentRow.published_at >= midnight(start if start == date.min else start - timedelta(days=1)),
        DocumentRow.published_at <= day_after(end if end == date.max else end + timedelta(days=1)),
        day.between(start.isoformat(), end.isoformat()),
    )
    undated = unnamed.where(DocumentRow.published_at.is_(None))
    # Three queries in one rather than one condition with "or": so each can go by its own index.
    rows = session.scalars(union_all(named, published, undated))
    return np.sort(np.array([vector_key(key) for key in rows], dtype=np.int64))
