from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine
from storage_examples import NOW, Examples

from tracker.domain.jobs import Defaults, JobKind, JobState, NewItem, NewJob
from tracker.storage.job_queue import SqlJobQueue
from tracker.storage.jobs import SqlJobs
from tracker.storage.vitals import work_at_hand


def test_an_empty_database_has_nothing_at_hand(engine: Engine) -> None:
    work = work_at_hand(engine)
    assert work.jobs == dict.fromkeys(JobState, 0)
    assert (work.waiting_since, work.last_document) == (None, None)


def test_jobs_are_counted_by_state_and_the_oldest_that_waits_is_told(
    engine: Engine, keep: Callable[..., None], examples: Examples
) -> None:
    times = iter(NOW + timedelta(minutes=minute) for minute in range(100))
    handed_in: list[datetime] = []

    def now() -> datetime:
        handed_in.append(next(times))
        return handed_in[-1]

    jobs = SqlJobs(engine, now)
    for number in range(3):
        items = (NewItem("1.txt", 1, "f" * 64, "0001.txt"),)
        jobs.add(NewJob(f"j{number:015x}", JobKind.INGEST, "amal", Defaults(None, None, None), items))
    second = handed_in[1]
    taken = SqlJobQueue(engine, lambda: NOW + timedelta(hours=1), lambda _: False).take("one")
    assert taken is not None
    keep([examples.document()])
    work = work_at_hand(engine)
    assert (work.jobs[JobState.WAITING], work.jobs[JobState.RUNNING]) == (2, 1)
    assert work.waiting_since == second
    assert work.last_document == NOW
    assert work_at_hand(engine).last_document is not None
