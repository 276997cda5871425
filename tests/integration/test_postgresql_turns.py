"""Turns that machines take at linking: held by a lock of the server, which no process outlives."""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection

import pytest
import real_postgresql
from sqlalchemy import Engine, text

from tracker.domain.errors import BusyError, DatabaseError
from tracker.storage.advisory_turns import AdvisoryTurns
from tracker.storage.engine import make_engine, writing


@pytest.fixture
def engine(postgresql_url: str) -> Iterator[Engine]:
    engine = make_engine(postgresql_url)
    yield engine
    engine.dispose()


def hold(postgresql_url: str, told: Connection) -> None:
    with AdvisoryTurns(make_engine(postgresql_url)).take():
        told.send(os.getpid())
        time.sleep(60)


def test_the_turn_of_a_machine_that_dies_is_free(postgresql_url: str, engine: Engine) -> None:
    context = multiprocessing.get_context("forkserver")
    heard, told = context.Pipe(duplex=False)
    process = context.Process(target=hold, args=(postgresql_url, told))
    process.start()
    number = heard.recv()
    turns = AdvisoryTurns(engine)
    assert turns.is_held()
    with pytest.raises(BusyError), turns.take(0.0):
        pytest.fail("another process has it")
    # Whoever links holds up nobody who writes.
    with writing(engine) as session:
        session.execute(text("SELECT 1"))
    os.kill(number, signal.SIGKILL)
    process.join()
    with turns.take(5.0) as turn:
        assert not turn.give_way(lambda: pytest.fail("nobody waits"))
        assert turns.is_held()
    assert not turns.is_held()


def test_whoever_lost_the_turn_with_the_connection_does_not_go_on(engine: Engine) -> None:
    turns = AdvisoryTurns(engine)
    with turns.take() as turn:
        with engine.begin() as other:
            holder = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2"
            other.execute(text(f"SELECT pg_terminate_backend(({holder}))"))
        with pytest.raises(DatabaseError):
            turn.give_way(lambda: pytest.fail("it is not one's turn"))
    with turns.take(5.0):
        pass


def test_turns_of_one_database_are_not_those_of_another(engine: Engine) -> None:
    name = real_postgresql.new_database()
    other = make_engine(real_postgresql.url_of(name))
    with AdvisoryTurns(engine).take(), AdvisoryTurns(other).take(0.0):
        assert AdvisoryTurns(other).is_held()
    assert not AdvisoryTurns(other).is_held()
    other.dispose()
    real_postgresql.drop(name)
