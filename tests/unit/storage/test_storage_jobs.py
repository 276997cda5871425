from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from real_postgresql import sqlite_only
from sqlalchemy import Engine
from storage_examples import NOW

from tracker.domain.errors import NotFoundError
from tracker.domain.jobs import (
    Defaults,
    ItemError,
    ItemProgress,
    ItemState,
    JobKind,
    JobState,
    JobStateError,
    LeaseLostError,
    NewItem,
    NewJob,
    Stage,
)
from tracker.storage.job_queue import SqlJobQueue
from tracker.storage.jobs import SqlJobs


class Watch:
    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time

    def advance(self, **passed: float) -> None:
        self.time += timedelta(**passed)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def jobs(engine: Engine, watch: Watch) -> SqlJobs:
    return SqlJobs(engine, watch.now)


@pytest.fixture
def queue(engine: Engine, watch: Watch) -> SqlJobQueue:
    return SqlJobQueue(engine, watch.now, lambda _: False)


def a_job(number: int = 1, files: int = 2, refused: int = 0) -> NewJob:
    items = [NewItem(f"{one}.txt", 100 * one, "f" * 64, f"{one:04d}.txt") for one in range(1, files + 1)]
    items += [NewItem(f"no{one}.png", 0, "", refusal="of no kind") for one in range(refused)]
    return NewJob(
        f"j{number:015x}", JobKind.INGEST, "amal", Defaults("Courier", NOW.date(), "ar"), tuple(items)
    )


def begun(jobs: SqlJobs, queue: SqlJobQueue) -> tuple[str, list[int]]:
    """A job that the worker "one" has taken, and its files."""
    job = a_job()
    jobs.add(job)
    assert queue.take("one") is not None
    return job.id, [item.id for item in queue.items_to_do(job.id)]


def test_a_job_is_kept_as_it_was_handed_in(jobs: SqlJobs) -> None:
    jobs.add(a_job(refused=1))
    detail = jobs.job(a_job().id)
    job = detail.job
    assert (job.actor, job.state, job.created_at) == ("amal", JobState.WAITING, NOW)
    assert job.defaults == Defaults("Courier", NOW.date(), "ar")
    assert [(item.name, item.size, item.file) for item in detail.items] == [
        ("1.txt", 100, "0001.txt"),
        ("2.txt", 200, "0002.txt"),
        ("no0.png", 0, ""),
    ]
    assert detail.items[2].errors == (ItemError("", "of no kind"),)
    assert (job.counts.files, job.counts.over, job.counts.failed_files, job.counts.retriable) == (3, 1, 1, 0)
    assert (job.counts.bytes, job.counts.bytes_over) == (300, 0)


def test_a_job_of_refused_files_alone_is_over_at_once(jobs: SqlJobs, queue: SqlJobQueue) -> None:
    jobs.add(a_job(files=0, refused=2))
    job = jobs.job(a_job().id).job
    assert (job.state, job.ended_at) == (JobState.FAILED, NOW)
    assert queue.take("one") is None


def test_progress_is_told_as_it_stands_and_not_added_up(jobs: SqlJobs, queue: SqlJobQueue) -> None:
    job, (item, _) = begun(jobs, queue)
    queue.begin_item("one", item)
    error = ItemError("3", "empty")
    for _ in range(2):
        queue.record("one", item, ItemProgress(4, 1, (error,), ("a note",), ("d1", "d2"), ("d3",)))
    queue.record("one", item, ItemProgress(5, 2, (error,), ("a note",), dropped=("d2",)))
    first = jobs.job(job).items[0]
    assert (first.read, first.new, first.known, first.failed) == (5, 1, 1, 2)
    assert (first.errors, first.notes, first.state) == ((error,), ("a note",), ItemState.RUNNING)


def test_what_was_about_to_be_stored_counts_as_new_however_it_is_found_later(
    jobs: SqlJobs, queue: SqlJobQueue
) -> None:
    job, (item, _) = begun(jobs, queue)
    queue.begin_item("one", item)
    queue.record("one", item, ItemProgress(0, 0, planned=("d1",)))
    queue.begin_item("one", item)
    queue.end_item("one", item, ItemProgress(1, 0, known=("d1",)))
    first = jobs.job(job).items[0]
    assert (first.new, first.known, first.state) == (1, 0, ItemState.DONE)


@pytest.mark.parametrize(
    ("progress", "state"),
    [
        (ItemProgress(1, 0, known=("d1",)), ItemState.DONE),
        (ItemProgress(2, 1, known=("d1",)), ItemState.PARTLY),
        (ItemProgress(1, 1), ItemState.FAILED),
        (ItemProgress(0, 0), ItemState.DONE),
    ],
)
def test_how_a_file_ends_follows_from_what_was_in_it(
    jobs: SqlJobs, queue: SqlJobQueue, progress: ItemProgress, state: ItemState
) -> None:
    job, (item, _) = begun(jobs, queue)
    queue.begin_item("one", item)
    queue.end_item("one", item, progress)
    assert jobs.job(job).items[0].state is state


def test_what_was_in_a_file_is_gone_through_once_that_is_over(jobs: SqlJobs, queue: SqlJobQueue) -> None:
    job, (one, other) = begun(jobs, queue)
    queue.begin_item("one", one)
    queue.record("one", one, ItemProgress(2, 0, planned=("d1",)))
    assert queue.pages_gone_through(job) == 0
    assert queue.documents_begun(job) == {"d1"}
    queue.end_item("one", one, ItemProgress(3, 1))
    queue.begin_item("one", other)
    queue.record("one", other, ItemProgress(5, 0, planned=("d2",)))
    assert queue.pages_gone_through(job) == 3
    assert queue.documents_begun(job) == {"d2"}


def test_files_that_were_read_whole_are_given_up_and_the_others_kept(
    jobs: SqlJobs, queue: SqlJobQueue
) -> None:
    job, (one, other) = begun(jobs, queue)
    for item, progress in ((one, ItemProgress(1, 0)), (other, ItemProgress(1, 1))):
        queue.begin_item("one", item)
        queue.end_item("one", item, progress)
    assert queue.end("one", job, JobState.DONE) == ["0001.txt"]
    detail = jobs.job(job)
    assert [item.file for item in detail.items] == ["", "0002.txt"]
    assert detail.job.can_be_retried
    jobs.retry(job, actor="vera")
    assert [item.state for item in jobs.job(job).items] == [ItemState.DONE, ItemState.WAITING]
    taken = queue.take("one")
    assert taken is not None
    assert [item.id for item in queue.items_to_do(job)] == [other]


@pytest.mark.parametrize(
    ("ended", "read", "expected"),
    [
        (JobState.CANCELLED, 2, JobState.DONE),
        (JobState.CANCELLED, 1, JobState.CANCELLED),
        (JobState.WAITING, 1, JobState.WAITING),
        (JobState.DONE, 2, JobState.DONE),
    ],
)
def test_a_job_ends_as_what_it_is(
    jobs: SqlJobs, queue: SqlJobQueue, ended: JobState, read: int, expected: JobState
) -> None:
    job, items = begun(jobs, queue)
    for item in items[:read]:
        queue.begin_item("one", item)
        queue.end_item("one", item, ItemProgress(1, 0))
    if read < len(items):
        queue.begin_item("one", items[read])
    queue.end("one", job, ended)
    detail = jobs.job(job)
    assert detail.job.state is expected
    assert (detail.job.ended_at is not None) is expected.is_over
    assert not detail.is_attended
    assert ItemState.RUNNING not in {item.state for item in detail.items}


def test_the_stage_knows_when_it_began_and_how_much_was_read_by_then(
    jobs: SqlJobs, queue: SqlJobQueue, watch: Watch
) -> None:
    job, (item, _) = begun(jobs, queue)
    queue.enter("one", job, Stage.READING, 0, 0)
    queue.begin_item("one", item)
    queue.end_item("one", item, ItemProgress(1, 0))
    watch.advance(seconds=10)
    queue.enter("one", job, Stage.READING, 0, 0)
    reading = jobs.job(job).job
    assert (reading.stage_begun_at, reading.bytes_at_stage) == (NOW, 0)
    assert reading.remaining(watch.now()) == timedelta(seconds=20)
    queue.enter("one", job, Stage.LINKING, 3, 9)
    linking = jobs.job(job).job
    assert (linking.stage_begun_at, linking.bytes_at_stage) == (watch.now(), 100)
    assert (linking.linked, linking.to_link) == (3, 9)
    queue.enter("one", job, Stage.READING, 0, 0)
    assert jobs.job(job).job.linked == 3, "what was linked is forgotten"


def test_a_running_job_is_told_to_stop_and_one_whose_worker_is_dead_stops(
    jobs: SqlJobs, queue: SqlJobQueue, watch: Watch
) -> None:
    job, (item, _) = begun(jobs, queue)
    queue.begin_item("one", item)
    jobs.cancel(job, actor="amal")
    assert jobs.job(job).job.state is JobState.RUNNING
    assert queue.beat("one", job) is True
    watch.advance(minutes=5)
    jobs.cancel(job, actor="amal")
    detail = jobs.job(job)
    assert (detail.job.state, detail.items[0].state) == (JobState.CANCELLED, ItemState.WAITING)
    with pytest.raises(LeaseLostError):
        queue.record("one", item, ItemProgress(1, 0))


def test_a_worker_without_the_lease_writes_nothing(jobs: SqlJobs, queue: SqlJobQueue, watch: Watch) -> None:
    job, (item, _) = begun(jobs, queue)
    watch.advance(minutes=5)
    assert queue.take("two") is not None
    calls: list[Callable[[], object]] = [
        lambda: queue.beat("one", job),
        lambda: queue.begin_item("one", item),
        lambda: queue.record("one", item, ItemProgress(1, 0)),
        lambda: queue.end_item("one", item, ItemProgress(1, 0)),
        lambda: queue.enter("one", job, Stage.READING, 0, 0),
        lambda: queue.end("one", job, JobState.DONE),
    ]
    before = jobs.job(job)
    for call in calls:
        with pytest.raises(LeaseLostError):
            call()
    assert jobs.job(job) == before


def test_signs_of_life_keep_the_lease(jobs: SqlJobs, queue: SqlJobQueue, watch: Watch) -> None:
    job, _ = begun(jobs, queue)
    for _ in range(5):
        watch.advance(seconds=50)
        queue.beat("one", job)
        assert queue.take("two") is None
        assert jobs.job(job).is_attended
        assert jobs.is_attended()
    watch.advance(seconds=61)
    assert not jobs.is_attended()


def test_jobs_are_listed_newest_first_by_place_and_not_by_count(jobs: SqlJobs, watch: Watch) -> None:
    for number in range(5):
        jobs.add(a_job(number))
        watch.advance(seconds=number % 2)
    first = jobs.jobs_page(None, 2)
    jobs.add(a_job(9))
    second = jobs.jobs_page(first.following, 2)
    third = jobs.jobs_page(second.following, 2)
    shown = [job.id for page in (first, second, third) for job in page.rows]
    assert shown == [a_job(number).id for number in (4, 3, 2, 1, 0)]
    assert (first.total, third.following) == (5, None)
    assert first.rows[0].counts.files == 2


def test_what_is_not_there_is_not_found(jobs: SqlJobs) -> None:
    for call in (jobs.job, lambda one: jobs.jobs_page(one, 5), lambda one: jobs.cancel(one, actor="amal")):
        with pytest.raises(NotFoundError):
            call("j0")


def test_a_job_that_is_over_is_not_cancelled(jobs: SqlJobs) -> None:
    jobs.add(a_job(files=0, refused=1))
    with pytest.raises(JobStateError, match="failed already"):
        jobs.cancel(a_job().id, actor="amal")


def test_the_page_of_a_job_asks_the_same_number_of_queries_whatever_is_on_it(
    jobs: SqlJobs, queue: SqlJobQueue, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    jobs.add(a_job(1, files=1))
    jobs.add(a_job(2, files=60))
    for number in (1, 2):
        jobs.cancel(a_job(number).id, actor="amal")
    few = count_queries(lambda: jobs.job(a_job(1).id))
    many = count_queries(lambda: jobs.job(a_job(2).id))
    assert few == many <= 9
    assert count_queries(lambda: jobs.jobs_page(None, 25)) <= 4
    assert queue.take("one") is None


@sqlite_only
def test_an_idle_worker_never_takes_the_write_lock(engine: Engine, queue: SqlJobQueue) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        assert queue.take("one") is None


def test_files_are_kept_until_their_job_has_been_over_for_long(
    jobs: SqlJobs, queue: SqlJobQueue, watch: Watch
) -> None:
    jobs.add(a_job(1))
    jobs.add(a_job(2))
    jobs.cancel(a_job(1).id, actor="amal")
    both = frozenset({"0001.txt", "0002.txt"})
    assert queue.kept_files(NOW) == {a_job(1).id: both, a_job(2).id: both}
    watch.advance(days=1)
    assert queue.kept_files(watch.now()) == {a_job(2).id: both}
    assert not jobs.job(a_job(1).id).items[0].file
