import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

import pytest

from tracker.cli.working import WorkerKeeper, holder_name, is_gone, work
from tracker.domain.errors import DatabaseError

SLEEPER = (sys.executable, "-c", "import sys; sys.stdin.read()")
"""Lives until its standard input ends, as a worker does."""

STUBBORN = (sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)")


@dataclass
class Worker:
    """Does what a test says, a step each time."""

    steps: list[Callable[[], bool]]
    swept: int = 0

    def sweep(self) -> None:
        self.swept += 1

    def work_once(self) -> bool:
        return self.steps.pop(0)()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_PAUSE", "_PAUSE_IN_TROUBLE", "_FIRST_PAUSE"):
        monkeypatch.setattr(f"tracker.cli.working.{name}", 0.05)


@pytest.mark.usefixtures("quick")
def test_a_worker_goes_on_through_trouble_with_the_database_until_it_is_told_to_stop(
    capsys: pytest.CaptureFixture[str],
) -> None:
    stop = Event()

    def trouble() -> bool:
        raise DatabaseError("the disk is full")

    def end() -> bool:
        stop.set()
        return True

    worker = Worker([lambda: True, lambda: False, trouble, end])
    work(worker, stop)  # type: ignore[arg-type]
    assert worker.steps == []
    assert worker.swept == 1
    assert "worker: the disk is full; trying again" in capsys.readouterr().err


def test_a_process_that_lives_is_not_gone_and_one_that_ended_is() -> None:
    assert not is_gone(holder_name())
    process = subprocess.Popen(SLEEPER, stdin=subprocess.PIPE)  # noqa: S603 # our own
    host, _, start, chance = holder_name().split(":")
    try:
        assert is_gone(f"{host}:{process.pid}:{start}:{chance}"), "another process has the number by now"
    finally:
        process.kill()
    time.sleep(0.2)
    assert is_gone(f"{host}:{process.pid}:1:{chance}"), "it has ended and nobody has asked for its status"
    process.wait()
    assert process.stdin is not None
    process.stdin.close()
    assert is_gone(f"{host}:{process.pid}:1:{chance}")


def test_nothing_is_said_of_processes_of_other_machines() -> None:
    assert not is_gone("elsewhere:1:1:abc")
    assert not is_gone("nonsense")


def test_names_of_holders_are_never_the_same() -> None:
    assert holder_name() != holder_name()


@dataclass
class Kept:
    keeper: WorkerKeeper

    def pid(self) -> int:
        process = self.keeper._process
        assert process is not None
        return process.pid


def is_running(kept: Kept) -> bool:
    kept.keeper.tend()
    return kept.keeper._process is not None


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.usefixtures("quick")
def test_a_worker_that_dies_is_started_anew_and_ends_with_its_keeper(
    capsys: pytest.CaptureFixture[str],
) -> None:
    kept = Kept(WorkerKeeper(SLEEPER))
    kept.keeper.tend()
    first = kept.pid()
    kept.keeper.tend()
    assert kept.pid() == first
    os.kill(first, signal.SIGKILL)

    def is_started_anew() -> bool:
        kept.keeper.tend()
        return kept.keeper._process is not None and kept.pid() != first

    until(is_started_anew)
    assert "starting another" in capsys.readouterr().err
    second = kept.pid()
    kept.keeper.stop()
    assert not lives(second)
    kept.keeper.stop()


@pytest.mark.usefixtures("quick")
def test_a_worker_that_keeps_dying_is_started_less_and_less_often(capsys: pytest.CaptureFixture[str]) -> None:
    kept = Kept(WorkerKeeper((sys.executable, "-c", "")))
    for _ in range(3):
        until(lambda: is_running(kept))
        until(lambda: not is_running(kept))
    told = [line.split()[-2] for line in capsys.readouterr().err.splitlines()]
    assert told == ["0.05", "0.1", "0.2"]


@pytest.mark.usefixtures("quick")
def test_a_worker_that_does_not_listen_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.cli.working._STOP_SECONDS", 0.5)
    kept = Kept(WorkerKeeper(STUBBORN))
    kept.keeper.tend()
    time.sleep(0.5)
    pid = kept.pid()
    kept.keeper.stop()
    assert not lives(pid)
