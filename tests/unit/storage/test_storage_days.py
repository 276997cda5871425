from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from real_postgresql import sqlite_only
from sqlalchemy import Engine, event
from storage_examples import NOW, Examples

from tracker.domain.documents import DateFound, DatePrecision, Document
from tracker.domain.identifiers import vector_key
from tracker.domain.statements import EventDate, Statement
from tracker.storage.days import day_after, midnight
from tracker.storage.store import SqlStore

Keep = Callable[..., None]
JANUARY_7 = date(2020, 1, 7)


def dated(day: date, precision: DatePrecision = DatePrecision.DAY) -> EventDate:
    return EventDate(day, precision, DateFound.EXPLICIT)


def published(examples: Examples, at: datetime | None) -> Document:
    return examples.document(published=at, published_found=None if at is None else DateFound.METADATA)


def keys(*statements: Statement) -> list[int]:
    return sorted(vector_key(statement.id) for statement in statements)


def about(store: SqlStore, start: date, end: date | None = None) -> list[int]:
    return store.keys_about(start, end or start).tolist()


def test_without_statements_there_are_no_keys(store: SqlStore) -> None:
    found = store.keys_about(date(2020, 1, 1), date(2020, 12, 31))
    assert (found.shape, found.dtype) == ((0,), np.int64)


def test_a_statement_that_names_a_day_is_about_that_day_only(
    store: SqlStore, examples: Examples, keep: Keep
) -> None:
    document = published(examples, datetime(2020, 1, 7, 12, tzinfo=UTC))
    statement = examples.statement(document, date=dated(date(2020, 1, 3)))
    keep([document], [statement])
    assert about(store, date(2020, 1, 3)) == keys(statement)
    assert about(store, JANUARY_7) == []


@pytest.mark.parametrize("day", [None, *(dated(date(2020, 1, 1), one) for one in list(DatePrecision)[1:])])
def test_a_statement_that_names_no_day_is_about_the_day_of_publication(
    store: SqlStore, examples: Examples, keep: Keep, day: EventDate | None
) -> None:
    document = published(examples, datetime(2020, 1, 7, 12, tzinfo=UTC))
    statement = examples.statement(document, date=day)
    keep([document], [statement])
    assert about(store, JANUARY_7) == keys(statement)
    assert about(store, date(2020, 1, 1), date(2020, 1, 6)) == []
    assert about(store, date(2020, 1, 8), date(2020, 1, 31)) == []


@pytest.mark.parametrize("day", [None, dated(date(2020, 1, 1), DatePrecision.YEAR)])
def test_a_statement_about_no_known_day_is_always_among_them(
    store: SqlStore, examples: Examples, keep: Keep, day: EventDate | None
) -> None:
    document = published(examples, None)
    nowhen = examples.statement(document, date=day)
    keep([document], [nowhen, examples.statement(document, 1, date=dated(JANUARY_7))])
    assert about(store, date(1999, 1, 1)) == keys(nowhen)


def test_first_and_last_day_count(store: SqlStore, examples: Examples, keep: Keep) -> None:
    days = [date(2020, 1, number) for number in range(1, 6)]
    documents = [published(examples, datetime.combine(day, NOW.timetz())) for day in days]
    told = [examples.statement(document) for document in documents]
    named = [examples.statement(documents[0], 1 + n, date=dated(day)) for n, day in enumerate(days)]
    keep(documents, told + named)
    assert about(store, days[1], days[3]) == keys(*told[1:4], *named[1:4])
    assert about(store, days[3], days[1]) == []


@pytest.mark.parametrize(("hours", "hour"), [(2, 1), (-8, 20), (14, 0), (-12, 23), (23, 0), (-23, 23)])
def test_the_day_of_publication_is_the_one_where_it_was_published(
    store: SqlStore, examples: Examples, keep: Keep, hours: int, hour: int
) -> None:
    instant = datetime(2020, 1, 7, hour, 30, tzinfo=timezone(timedelta(hours=hours)))
    assert instant.astimezone(UTC).date() != JANUARY_7
    document = published(examples, instant)
    statement = examples.statement(document)
    keep([document], [statement])
    assert about(store, JANUARY_7) == keys(statement)
    assert about(store, instant.astimezone(UTC).date()) == []


def test_all_time_holds_every_statement_once(store: SqlStore, examples: Examples, keep: Keep) -> None:
    documents = [published(examples, NOW), published(examples, None)]
    statements = [
        examples.statement(document, start, date=day)
        for document in documents
        for start, day in enumerate([None, dated(JANUARY_7), dated(JANUARY_7, DatePrecision.WEEK)])
    ]
    keep(documents, statements)
    assert about(store, date.min, date.max) == keys(*statements)


def test_keys_about_days_take_one_query(
    store: SqlStore, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    assert count_queries(lambda: store.keys_about(JANUARY_7, JANUARY_7)) == 1


@sqlite_only
def test_no_table_is_read_from_end_to_end_for_keys_about_days(store: SqlStore, engine: Engine) -> None:
    sent: list[tuple[str, tuple[object, ...]]] = []

    def note(
        _connection: object, _cursor: object, statement: str, values: tuple[object, ...], *_: object
    ) -> None:
        if statement.startswith("SELECT"):
            sent.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    store.keys_about(JANUARY_7, JANUARY_7)
    event.remove(engine, "before_cursor_execute", note)
    (asked,) = sent
    with engine.connect() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[0]}", asked[1])]
    steps = [step for step in plan if "statement" in step or "document" in step]
    assert len(steps) == 5
    assert all(step.startswith("SEARCH") for step in steps), plan


def day_of(statement: Statement, document: Document) -> date | None:
    named = statement.date
    if named is not None and named.precision is DatePrecision.DAY:
        return named.day
    return document.published.date() if document.published else None


few_days = st.dates(date(2020, 1, 1), date(2020, 1, 9))
times = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 # the strategy adds the zone
    datetime(2020, 1, 9),  # noqa: DTZ001
    timezones=st.integers(-23, 23).map(lambda hours: timezone(timedelta(hours=hours))),
)
dates = st.builds(dated, few_days, st.sampled_from(DatePrecision))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    drawn=st.lists(st.tuples(st.none() | times, st.none() | dates), max_size=6), start=few_days, end=few_days
)
def test_keys_are_those_of_the_statements_whose_day_lies_between(
    store: SqlStore,
    examples: Examples,
    drawn: list[tuple[datetime | None, EventDate | None]],
    start: date,
    end: date,
) -> None:
    known = {document.id: document for document in store.all_documents()}
    with store.writing() as session:
        for at, day in drawn:
            document = published(examples, at)
            known[document.id] = document
            session.add_document(document, examples.sources[document.id], NOW)
            session.add_statements([examples.statement(document, date=day)])
    days = {one.id: day_of(one, known[one.document]) for one in store.all_statements()}
    wanted = [key for key, day in days.items() if day is None or start <= day <= end]
    assert about(store, start, end) == sorted(vector_key(key) for key in wanted)


def test_the_last_day_there_is_has_a_bound_too() -> None:
    assert day_after(date(2020, 1, 31)) == midnight(date(2020, 2, 1)) == datetime(2020, 2, 1, tzinfo=UTC)
    assert day_after(date.max) == midnight(date.max)
