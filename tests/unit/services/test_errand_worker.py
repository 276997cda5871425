"""Errands: done only where the queue says so, and left to others however they end."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from tracker.domain.errands import Errand, Task
from tracker.domain.errors import SettingsError
from tracker.domain.jobs import Defaults, Job, JobCounts, JobKind, JobState, LeaseLostError
from tracker.services.errand_worker import ErrandWorker

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
READ = Errand(Task.ITEM, "j1", "file:f", 7)
LINK = Errand(Task.CLOSE, "j1", "linking")


class Clock:
    def now(self) -> datetime:
        return NOW


class Queue:
    """Gives a job, or none, and notes what it is told."""

    def __init__(self, *, gives: bool = True) -> None:
        self.gives = gives
        self.told: list[tuple[Any, ...]] = []

    def take_up(self, _holder: str, errand: Errand) -> Job | None:
        self.told.append(("take up", errand.key))
        job = Job("j1", JobKind.INGEST, "amal", NOW, JobState.RUNNING, Defaults(), JobCounts(), begun_at=NOW)
        return job if self.gives else None

    def items_to_do(self, _job: str) -> list[Any]:
        return []

    def left_to_others(self, _job: str) -> list[str]:
        return []

    def beat(self, _holder: str, _job: str) -> bool:
        return False

    def enter(self, *_: object) -> None:
        """Told what is being done."""

    def end(self, _holder: str, job: str, state: JobState, error: str = "") -> list[str]:
        self.told.append(("end", job, state, error))
        return []

    def leave(self, _holder: str, errand: Errand) -> None:
        self.told.append(("leave", errand.key))


class Files:
    def discard(self, *_: object) -> None:
        """Nothing is kept."""


class Bench:
    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    def prepare(self) -> None:
        if self.error is not None:
            raise self.error

    def link(self, _progress: object, others: Callable[[], Iterable[str]]) -> None:
        assert list(others()) == []


def worker(queue: Queue, error: Exception | None = None) -> ErrandWorker:
    return ErrandWorker(queue, Files(), lambda: Bench(error), Clock(), "one", lambda: False)  # type: ignore[arg-type]


@pytest.mark.parametrize("errand", [READ, LINK])
def test_an_errand_that_is_none_any_more_is_not_done(errand: Errand) -> None:
    queue = Queue(gives=False)
    worker(queue).do(errand)
    assert queue.told == [("take up", errand.key)]


def test_a_file_that_was_read_does_not_end_its_job_but_linking_does() -> None:
    reading, linking = Queue(), Queue()
    worker(reading).do(READ)
    worker(linking).do(LINK)
    assert reading.told == [("take up", "item:7"), ("leave", "item:7")]
    assert linking.told == [("take up", "close:j1"), ("end", "j1", JobState.DONE, ""), ("leave", "close:j1")]


@pytest.mark.parametrize(
    ("error", "ends"),
    [
        (LeaseLostError("another has it"), []),
        (SettingsError("no model"), [("end", "j1", JobState.FAILED, "no model")]),
    ],
)
def test_whatever_goes_wrong_the_errand_is_left_to_others(
    error: Exception, ends: list[tuple[Any, ...]]
) -> None:
    queue = Queue()
    worker(queue, error).do(READ)
    assert queue.told == [("take up", "item:7"), *ends, ("leave", "item:7")]
