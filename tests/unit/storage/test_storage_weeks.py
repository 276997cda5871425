"""On which days anything was published."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

from sqlalchemy import Engine
from storage_examples import Examples

from tracker.domain.documents import DateFound
from tracker.storage.weeks import SqlWeeks

Keep = Callable[..., None]
Count = Callable[[Callable[[], object]], int]

TRIPOLI = timezone(timedelta(hours=2))


def test_each_day_has_its_documents_and_statements_the_latest_first(
    engine: Engine, examples: Examples, keep: Keep
) -> None:
    early = examples.document(published=datetime(2020, 1, 6, 12, tzinfo=UTC))
    # One in the morning of the 7th in Tripoli is still the 6th in UTC.
    night = examples.document(published=datetime(2020, 1, 7, 1, tzinfo=TRIPOLI))
    silent = examples.document(published=datetime(2020, 2, 1, 12, tzinfo=UTC))
    undated = examples.document(published=None, published_found=None)
    told = [examples.statement(early), examples.statement(night, 1), examples.statement(night, 2)]
    keep([early, night, silent, undated], [*told, examples.statement(undated, 3)])
    assert list(SqlWeeks(engine).days()) == [(date(2020, 2, 1), 1, 0), (date(2020, 1, 6), 2, 3)]


def test_days_are_counted_again_once_something_was_added(
    engine: Engine, examples: Examples, keep: Keep, count_queries: Count
) -> None:
    weeks = SqlWeeks(engine)
    assert list(weeks.days()) == []
    document = examples.document(
        published=datetime(2020, 1, 6, 12, tzinfo=UTC), published_found=DateFound.METADATA
    )
    keep([document], [examples.statement(document)])
    assert list(weeks.days()) == [(date(2020, 1, 6), 1, 1)]
    # Only whether that still holds is asked.
    assert count_queries(weeks.days) == 1
