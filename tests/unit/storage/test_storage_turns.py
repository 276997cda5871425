import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import real_postgresql
from sqlalchemy import Engine

from tracker.domain.errors import BusyError, SettingsError
from tracker.storage.advisory_turns import AdvisoryTurn, AdvisoryTurns
from tracker.storage.turns import FileTurn, FileTurns


def in_a_thread(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def until_wanted(turn: FileTurn | AdvisoryTurn) -> None:
    end = time.monotonic() + 10
    while not turn._is_wanted():
        assert time.monotonic() < end
        time.sleep(0.005)


Turns = FileTurns | AdvisoryTurns


@pytest.fixture(params=["a folder", pytest.param("a server", marks=real_postgresql.postgresql_only)])
def make_turns(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Turns]]:
    """Makes the turns of one folder or database, as each process has them."""
    if request.param == "a folder":
        yield lambda: FileTurns(tmp_path)
        return
    engine: Engine = request.getfixturevalue("engine")
    yield lambda: AdvisoryTurns(engine)


def test_one_at_a_time_has_the_turn(make_turns: Callable[[], Turns]) -> None:
    inside, most = 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(20):
            with make_turns().take():
                inside += 1
                most = max(most, inside)
                time.sleep(0.001)
                inside -= 1

    threads = [in_a_thread(work) for _ in range(4)]
    for thread in threads:
        thread.join()
    assert most == 1


def test_nobody_waits_longer_than_they_said(make_turns: Callable[[], Turns]) -> None:
    assert not make_turns().is_held()
    with make_turns().take():
        assert make_turns().is_held()
        for patience in (0.0, 0.1):
            began = time.monotonic()
            with pytest.raises(BusyError), make_turns().take(patience):
                pytest.fail("there are two turns at once")
            assert patience <= time.monotonic() - began < 5
    assert not make_turns().is_held()
    with make_turns().take(0.0):
        pass


def test_whoever_waits_goes_before_whoever_had_the_turn(make_turns: Callable[[], Turns]) -> None:
    turns, order = make_turns(), []

    def work() -> None:
        with turns.take():
            order.append("the one who waited")

    with turns.take() as turn:
        assert not turn.give_way(lambda: order.append("nobody waits"))
        waiting = in_a_thread(work)
        until_wanted(turn)
        assert turn.give_way(lambda: order.append("before"))
        order.append("after")
        waiting.join(10)
    assert order == ["before", "the one who waited", "after"]


def test_the_turn_is_still_held_after_giving_way(make_turns: Callable[[], Turns]) -> None:
    turns = make_turns()
    with turns.take() as turn:
        waiting = in_a_thread(lambda: turns.take().__enter__().end())
        until_wanted(turn)
        assert turn.give_way(lambda: None)
        waiting.join(10)
        with pytest.raises(BusyError), turns.take(0.0):
            pytest.fail("there are two turns at once")
    with turns.take(0.0):
        pass


def hold(folder: Path, told: Connection) -> None:
    with FileTurns(folder).take():
        told.send(os.getpid())
        time.sleep(60)


def test_the_turn_of_a_process_that_is_killed_is_free(tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    heard, told = context.Pipe(duplex=False)
    process = context.Process(target=hold, args=(tmp_path, told))
    process.start()
    number = heard.recv()
    with pytest.raises(BusyError), FileTurns(tmp_path).take(0.0):
        pytest.fail("another process has it")
    os.kill(number, signal.SIGKILL)
    process.join()
    with FileTurns(tmp_path).take(5.0):
        pass


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(SettingsError, match="linking"), FileTurns(tmp_path / "home").take():
        pytest.fail("there is no such folder")


def test_an_error_gives_the_turn_back(make_turns: Callable[[], Turns]) -> None:
    with pytest.raises(ValueError, match="broken off"), make_turns().take():
        raise ValueError("broken off")
    with make_turns().take(0.0):
        pass
