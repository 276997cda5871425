"""Conflicts in short, for charts over the weeks."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import Aspect, Key, SubjectKind
from tracker.domain.reporting import Clash, Wanted
from tracker.storage.days import day_after, midnight
from tracker.storage.report_hindsight import Hindsight
from tracker.storage.tables import ConflictRow, DocumentRow, StatementRow


def clashes_between(session: Session, wanted: Wanted, until: datetime, then: Hindsight) -> tuple[Clash, ...]:
    """The conflicts whose later statement was published from `clashes_from` to `last`; none rejected.

    As they were judged, and between whom, at a moment. One query.
    """
    return tuple(_clashes(session, wanted, until, then))


def _clashes(session: Session, wanted: Wanted, until: datetime, then: Hindsight) -> Iterator[Clash]:
    one, other = aliased(StatementRow), aliased(StatementRow)
    told, answered = aliased(DocumentRow), aliased(DocumentRow)
    start, end = midnight(wanted.clashes_from), day_after(wanted.last)
    rows = session.execute(
        select(
            ConflictRow.id,
            ConflictRow.type,
            ConflictRow.judgement,
            one.id,
            other.id,
            one.party_code,
            other.party_code,
            told.published_at,
            answered.published_at,
        )
        .join(one, one.id == ConflictRow.one)
        .join(other, other.id == ConflictRow.other)
        .join(told, told.id == one.document_id)
        .join(answered, answered.id == other.document_id)
        .where(
            told.captured_at < until,
            answered.captured_at < until,
            or_(told.published_at >= start, answered.published_at >= start),
            or_(told.published_at.is_(None), told.published_at < end),
            or_(answered.published_at.is_(None), answered.published_at < end),
        )
        .order_by(ConflictRow.id)
    )
    for key, kind, judgement, first, second, party, against, *days in rows:
        if then.judgement(key, judgement) is not Judgement.REJECTED:
            parties = _party(then, first, party), _party(then, second, against)
            yield Clash(kind, parties, _later(days))


def _party(then: Hindsight, statement: str, now: str) -> str:
    value = then.values.get(Key(SubjectKind.STATEMENT, statement, Aspect.PARTY))
    return str(value["party"]) if isinstance(value, dict) else now


def _later(days: list[datetime | None]) -> date | None:
    known = [day for day in days if day is not None]
    return max(known).astimezone(UTC).date() if known else None
