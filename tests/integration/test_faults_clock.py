"""A clock that jumps, back or a year ahead: the order of acts and ids does not come from it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from newsroom import Newsroom
from sqlalchemy import Engine

from tracker.domain.conflicts import Judgement
from tracker.domain.people import BACKOFF_OF_A_NAME, TooManyAttemptsError
from tracker.domain.trail import TrailFilter
from tracker.services.decisions import DecisionService
from tracker.storage.attempts import SqlAttempts
from tracker.storage.decisions import SqlDecisions
from tracker.storage.engine import make_engine
from tracker.storage.trail import SqlTrail

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
JUMPS = (
    timedelta(0),
    timedelta(days=365),
    timedelta(days=-365),
    timedelta(seconds=-1),
    timedelta(days=-20_000),
)
BY = "amal"


class Clock:
    """Jumps where a test sets it."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


def test_acts_keep_their_order_and_seals_and_are_undone_in_it(
    newsroom: Newsroom, engine: Engine, clock: Clock
) -> None:
    newsroom.file("Sirte fell.", party="LNA")
    newsroom.file("Sirte holds.", party="GNA")
    newsroom.link()
    (conflict,) = newsroom.store.all_conflicts()
    decisions = SqlDecisions(engine, clock.now)
    service = DecisionService(decisions, lambda: None)
    order = (
        Judgement.CONFIRMED,
        Judgement.REJECTED,
        Judgement.UNSURE,
        Judgement.CONFIRMED,
        Judgement.REJECTED,
    )
    for jump, judgement in zip(JUMPS, order, strict=True):
        clock.time = NOW + jump
        assert service.judge([conflict.id], judgement, by=BY) is not None
    trail = list(SqlTrail(engine).all_entries(TrailFilter()))
    assert [entry.id for entry in trail] == list(range(1, len(trail) + 1))
    assert [entry.at for entry in trail[-len(JUMPS) :]] == [NOW + jump for jump in JUMPS]
    assert decisions.broken_entry() is None
    assert [entry.id for entry in SqlTrail(engine).entries(TrailFilter(), None, 3)] == [5, 4, 3]
    clock.time = NOW - timedelta(days=3)
    for stands in (*order[-2::-1], Judgement.SUGGESTED):
        service.undo(by=BY)
        (now,) = newsroom.store.all_conflicts()
        assert now.judgement is stands, "not the last act was taken back"
    assert decisions.broken_entry() is None


def test_the_same_news_gets_the_same_ids_at_any_time(
    open_newsroom: Callable[..., Newsroom], monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom = open_newsroom()
    (first,) = newsroom.file("Sirte fell.")
    newsroom.link()
    before = newsroom.events()
    monkeypatch.setattr(newsroom.store, "_clock", lambda: NOW - timedelta(days=365))
    newsroom._filed = 0
    assert newsroom.file("Sirte fell.") == [first], "the same document got another id"
    newsroom.link()
    assert newsroom.events() == before
    (second,) = newsroom.file("Sirte holds.")
    newsroom.link()
    assert newsroom.is_one(first, second)


def test_guesses_at_a_password_while_the_clock_was_ahead_keep_nobody_out(
    engine: Engine, clock: Clock
) -> None:
    attempts = SqlAttempts(engine, clock.now)
    clock.time = NOW + timedelta(days=365)
    for _ in range(BACKOFF_OF_A_NAME.free):
        attempts.begin(BY, "127.0.0.1")
    with pytest.raises(TooManyAttemptsError):
        attempts.begin(BY, "127.0.0.1")
    clock.time = NOW
    attempts.begin(BY, "127.0.0.1")


def test_guesses_that_were_slowed_down_stay_so_when_the_clock_is_set_back_a_little(
    engine: Engine, clock: Clock
) -> None:
    attempts = SqlAttempts(engine, clock.now)
    for _ in range(BACKOFF_OF_A_NAME.free + 3):
        attempts_or_wait(attempts, clock)
    clock.time -= timedelta(seconds=5)
    with pytest.raises(TooManyAttemptsError):
        attempts.begin(BY, "127.0.0.1")


def attempts_or_wait(attempts: SqlAttempts, clock: Clock) -> None:
    try:
        attempts.begin(BY, "127.0.0.1")
    except TooManyAttemptsError as error:
        clock.time += timedelta(seconds=error.retry_after)
        attempts.begin(BY, "127.0.0.1")
