"""Which days anything was published on, for a list of weeks."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Engine, func, select

from tracker.storage.engine import reading
from tracker.storage.states import KeptByState, state_of_statements
from tracker.storage.tables import DocumentRow, StatementRow


class SqlWeeks:
    """Counts by day of publication (UTC). All methods raise DatabaseError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept = KeptByState(engine, state_of_statements, 1)

    def days(self) -> Sequence[tuple[date, int, int]]:
        """Each day with its documents and statements, the latest first.

        Two queries, which are asked again once something stored has changed.
        """
        return self._kept.of("days", self._read)

    def _read(self) -> Sequence[tuple[date, int, int]]:
        day = func.date(DocumentRow.published_at)
        documents = select(day, func.count()).where(DocumentRow.published_at.is_not(None)).group_by(day)
        statements = (
            select(day, func.count())
            .join(StatementRow, StatementRow.document_id == DocumentRow.id)
            .where(DocumentRow.published_at.is_not(None))
            .group_by(day)
        )
        with reading(self._engine) as session:
            told = {_day(key): count for key, count in session.execute(statements)}
            rows = [(_day(key), count) for key, count in session.execute(documents)]
        return tuple(sorted(((key, count, told.get(key, 0)) for key, count in rows), reverse=True))


def _day(value: str | date | datetime) -> date:
    # SQLite hands a day back as text, PostgreSQL as a date.
    return date.fromisoformat(value) if isinstance(value, str) else value
