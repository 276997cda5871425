"""What is new and what waits, reckoned anew whenever something changes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from storage_examples import NOW, Examples

from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import SubjectKind
from tracker.domain.events import Linking
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.domain.people import Role, WebSession
from tracker.services.decisions import DecisionService
from tracker.storage.decisions import SqlDecisions
from tracker.storage.event_lists import SqlEventLists
from tracker.storage.people import SqlPeople
from tracker.storage.sessions import SqlSessions
from tracker.storage.store import SqlStore
from tracker.storage.today import SqlDayBook

Count = Callable[[Callable[[], object]], int]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Watch:
    time = NOW

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def book(engine: Engine, watch: Watch) -> SqlDayBook:
    return SqlDayBook(engine, SqlEventLists(engine), watch)


@pytest.fixture
def desk(engine: Engine) -> DecisionService:
    return DecisionService(SqlDecisions(engine, lambda: NOW), lambda: None)


class Newsroom:
    """Files documents of two statements by two parties, at a time, into an event."""

    def __init__(self, store: SqlStore, examples: Examples) -> None:
        self.store, self.examples = store, examples

    def file(self, captured: datetime, *, score: float = 0.7, published: datetime | None = None) -> str:
        document = self.examples.document(published=published)
        ours = self.examples.statement(document, 0, attribution=_by("LNA"))
        theirs = self.examples.statement(document, 30, attribution=_by("GNA"))
        event = self.examples.event(ours, theirs)
        conflict = self.examples.conflict(event, ours, theirs, score=score)
        with self.store.writing() as session:
            session.add_document(document, self.examples.sources[document.id], captured)
            session.add_statements([ours, theirs])
            session.apply_linking(Linking((event,), {}))
            session.replace_conflicts([event.id], [conflict])
        return conflict.id


def _by(party: str) -> Attribution:
    return Attribution(party, AttributionMethod.OUTLET, 1.0)


@pytest.fixture
def room(store: SqlStore, examples: Examples) -> Newsroom:
    return Newsroom(store, examples)


def test_what_came_in_is_counted_by_when_it_came(book: SqlDayBook, room: Newsroom) -> None:
    for age in (HOUR, 2 * HOUR, 3 * DAY, 20 * DAY):
        room.file(NOW - age)
    today = book.today("amal", "s")
    assert (today.day.documents, today.day.statements, today.day.new_events) == (2, 4, 2)
    assert (today.week.documents, today.week.statements, today.week.new_events) == (3, 6, 3)
    assert len(today.events) == 3
    assert today.last_visit is None
    assert today.counts.documents == 4


def test_an_event_with_an_older_document_has_grown(
    book: SqlDayBook, store: SqlStore, examples: Examples
) -> None:
    documents = [examples.document(), examples.document()]
    statements = [examples.statement(document) for document in documents]
    with store.writing() as session:
        for document, age in zip(documents, (9 * DAY, HOUR), strict=True):
            session.add_document(document, examples.sources[document.id], NOW - age)
        session.add_statements(statements)
        session.apply_linking(Linking((examples.event(*statements),), {}))
    today = book.today("amal", "s")
    assert (today.day.new_events, today.day.grown_events) == (0, 1)


def test_publication_counts_apart_and_falls_back_to_its_last_week(book: SqlDayBook, room: Newsroom) -> None:
    room.file(NOW - HOUR, published=datetime(2020, 6, 5, 12, tzinfo=UTC))
    room.file(NOW - HOUR, published=datetime(2020, 6, 1, 12, tzinfo=UTC))
    room.file(NOW - HOUR, published=datetime(2020, 5, 1, 12, tzinfo=UTC))
    today = book.today("amal", "s")
    assert today.week.published_documents == 0
    assert today.publication is not None
    assert (today.publication.documents, today.publication.statements) == (2, 4)
    assert str(today.publication.last) == "2020-06-05"
    room.file(NOW - HOUR, published=NOW - DAY)
    today = book.today("amal", "s")
    assert today.publication is None
    assert (today.week.published_documents, today.day.published_documents) == (1, 1)


def test_the_surest_new_conflicts_come_first_and_older_ones_only_where_there_are_none(
    book: SqlDayBook, room: Newsroom
) -> None:
    old = room.file(NOW - 20 * DAY, score=0.99)
    today = book.today("amal", "s")
    assert [line.id for line in today.conflicts] == [old]
    assert not today.are_new
    unsure, sure = room.file(NOW - HOUR, score=0.5), room.file(NOW - HOUR, score=0.9)
    today = book.today("amal", "s")
    assert [line.id for line in today.conflicts] == [sure, unsure]
    assert today.are_new
    (line, _) = today.conflicts
    assert {line.one, line.other} == {"LNA", "GNA"}
    assert line.score == 0.9


def test_what_waits_goes_down_as_it_is_judged(
    book: SqlDayBook, room: Newsroom, desk: DecisionService
) -> None:
    first, second = room.file(NOW - HOUR), room.file(NOW - HOUR)
    (waiting,) = book.today("amal", "s").waiting
    assert (waiting.type, waiting.one, waiting.other, waiting.count) == ("control", "GNA", "LNA", 2)
    desk.judge([first], Judgement.CONFIRMED, by="amal")
    today = book.today("amal", "s")
    assert (today.waiting_conflicts, today.waiting_events) == (1, 1)
    assert [line.id for line in today.conflicts] == [second]
    desk.undo(by="amal")
    assert book.today("amal", "s").waiting_conflicts == 2


def test_what_is_assigned_is_each_readers_own(
    book: SqlDayBook, room: Newsroom, desk: DecisionService
) -> None:
    conflict = room.file(NOW - HOUR)
    desk.assign(SubjectKind.CONFLICT, conflict, "amal", by="omar")
    assert (book.today("amal", "s").mine_count, len(book.today("amal", "s").mine)) == (1, 1)
    assert book.today("omar", "s").mine == ()


def test_the_last_visit_is_the_end_of_another_session(
    engine: Engine, book: SqlDayBook, room: Newsroom
) -> None:
    people, sessions = SqlPeople(engine, lambda: NOW), SqlSessions(engine, lambda: NOW)
    people.add_user("amal", "hash", Role.ANALYST, actor="t", only_first=False)
    for key, at in (("a" * 64, NOW - 3 * DAY), ("b" * 64, NOW - 2 * DAY), ("c" * 64, NOW)):
        session = WebSession(
            id=key, user="amal", created_at=at, last_seen_at=at, expires_at=at + DAY, agent="a"
        )
        assert sessions.open_session(session, password_hash="hash")  # noqa: S106 # of nobody
    room.file(NOW - DAY)
    room.file(NOW - 3 * DAY)
    visit = book.today("amal", "c" * 64).last_visit
    assert visit is not None
    assert (visit.since, visit.documents) == (NOW - 2 * DAY, 1)
    assert book.today("nobody", "d").last_visit is None


def test_an_answer_is_reckoned_anew_only_when_something_changed_or_a_minute_passed(
    book: SqlDayBook, room: Newsroom, watch: Watch, count_queries: Count
) -> None:
    room.file(NOW - HOUR)
    first = count_queries(lambda: book.today("amal", "s"))
    again = count_queries(lambda: book.today("amal", "s"))
    assert again < first
    assert again <= 4
    watch.time = NOW + DAY
    assert count_queries(lambda: book.today("amal", "s")) > again
    assert book.today("amal", "s").day.documents == 0
    few = count_queries(lambda: book.today("amal", "s"))
    for _ in range(12):
        room.file(NOW - HOUR)
    assert count_queries(lambda: book.today("amal", "s")) <= first + 1
    assert count_queries(lambda: book.today("amal", "s")) == few


def test_an_empty_database_has_nothing_new(book: SqlDayBook) -> None:
    today = book.today("amal", "s")
    assert (today.counts.documents, today.week.documents, today.conflicts, today.events) == (0, 0, (), ())
    assert today.publication is None
