from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select
from storage_examples import NOW

from tracker.domain.people import TooManyAttemptsError
from tracker.storage.attempts import SqlAttempts
from tracker.storage.engine import reading
from tracker.storage.tables import SignInAttemptRow

HERE = "192.0.2.7"


class Watch:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def attempts(engine: Engine, watch: Watch) -> SqlAttempts:
    return SqlAttempts(engine, watch)


def wait(attempts: SqlAttempts, name: str = "amal", address: str = HERE) -> int:
    """Seconds to wait, 0 where the attempt was let through (and counted)."""
    try:
        attempts.begin(name, address)
    except TooManyAttemptsError as error:
        return error.retry_after
    return 0


def count(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(SignInAttemptRow)) or 0


def test_five_are_free_and_then_each_costs_twice_as_much(attempts: SqlAttempts, watch: Watch) -> None:
    assert [wait(attempts) for _ in range(5)] == [0] * 5
    told = []
    for _ in range(10):
        told.append(wait(attempts))
        watch.now += timedelta(seconds=told[-1])
        assert wait(attempts) == 0
    assert told == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]


def test_one_that_comes_too_soon_does_not_lengthen_the_wait(
    attempts: SqlAttempts, watch: Watch, engine: Engine
) -> None:
    for _ in range(5):
        attempts.begin("amal", HERE)
    for _ in range(50):
        assert wait(attempts) == 5
    watch.now += timedelta(seconds=4.5)
    assert wait(attempts) == 1
    assert count(engine) == 5


def test_a_success_forgets_the_failures_of_that_name_from_there(attempts: SqlAttempts) -> None:
    for _ in range(4):
        attempts.begin("amal", HERE)
    attempts.succeed(attempts.begin("amal", HERE))
    assert [wait(attempts) for _ in range(6)] == [0] * 5 + [5]


def test_other_names_and_other_addresses_are_not_held_up(attempts: SqlAttempts) -> None:
    for _ in range(5):
        attempts.begin("amal", HERE)
    assert wait(attempts) == 5
    assert wait(attempts, "vera") == 0
    assert wait(attempts, "amal", "192.0.2.8") == 0


def test_one_address_cannot_try_many_names(attempts: SqlAttempts, watch: Watch) -> None:
    assert [wait(attempts, f"name {number}") for number in range(21)] == [0] * 20 + [5]
    watch.now += timedelta(hours=1)
    assert wait(attempts, "another") == 0


def test_a_success_of_ones_own_does_not_buy_guesses_of_others(attempts: SqlAttempts) -> None:
    for number in range(20):
        attempts.begin(f"name {number}", HERE)
        if number % 4 == 0 and number < 16:
            attempts.succeed(attempts.begin("mine", HERE))
    assert wait(attempts, "mine") == 5


def test_two_processes_count_together(engine: Engine, watch: Watch) -> None:
    one, other = SqlAttempts(engine, watch), SqlAttempts(engine, watch)
    assert [wait(service) for service in (one, other, one, other, one)] == [0] * 5
    assert (wait(one), wait(other)) == (5, 5)


def test_attempts_are_forgotten_after_a_day(attempts: SqlAttempts, watch: Watch, engine: Engine) -> None:
    attempts.begin("amal", HERE)
    watch.now += timedelta(days=1, seconds=1)
    attempts.begin("amal", HERE)
    assert count(engine) == 1


def test_what_was_typed_as_a_name_is_not_kept(attempts: SqlAttempts, engine: Engine) -> None:
    attempts.begin("my password, typed into the wrong field", HERE)
    attempts.begin("\ud800", HERE)
    with reading(engine) as session:
        rows = session.scalars(select(SignInAttemptRow)).all()
        assert all("password" not in row.name_sha256 and len(row.name_sha256) == 64 for row in rows)
