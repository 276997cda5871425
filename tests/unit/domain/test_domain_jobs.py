from datetime import UTC, datetime, timedelta

import pytest

from tracker.domain.jobs import (
    PATIENCE,
    Defaults,
    ItemState,
    Job,
    JobCounts,
    JobItem,
    JobKind,
    JobState,
    Stage,
)

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


def a_job(state: JobState = JobState.RUNNING, counts: JobCounts | None = None, **changes: object) -> Job:
    made = counts or JobCounts(files=4, over=1, bytes=400, bytes_over=100)
    return Job("j1", JobKind.INGEST, "amal", NOW, state, Defaults(), made, **changes)  # type: ignore[arg-type]


def an_item(state: ItemState, file: str = "0001.txt") -> JobItem:
    return JobItem(1, 1, "one.txt", 100, "", state, file)


def test_what_is_left_of_reading_goes_by_bytes_since_the_stage_began() -> None:
    job = a_job(stage=Stage.READING, stage_begun_at=NOW, bytes_at_stage=50)
    assert job.remaining(NOW + timedelta(seconds=10)) == timedelta(seconds=60)


def test_what_is_left_of_linking_goes_by_statements() -> None:
    job = a_job(stage=Stage.LINKING, stage_begun_at=NOW, linked=30, to_link=90)
    assert job.remaining(NOW + timedelta(seconds=10)) == timedelta(seconds=20)


@pytest.mark.parametrize(
    "job",
    [
        a_job(),
        a_job(stage=Stage.READING, stage_begun_at=NOW, bytes_at_stage=100),
        a_job(stage=Stage.LINKING, stage_begun_at=NOW),
        a_job(JobState.CANCELLED, stage=Stage.READING, stage_begun_at=NOW),
        a_job(stage=Stage.READING, stage_begun_at=NOW + timedelta(hours=1)),
    ],
)
def test_nothing_is_said_of_the_time_left_where_it_would_be_a_guess(job: Job) -> None:
    assert job.remaining(NOW + timedelta(seconds=10)) is None


@pytest.mark.parametrize(
    ("state", "over", "error", "may"),
    [
        (JobState.CANCELLED, 1, "", True),
        (JobState.CANCELLED, 4, "", False),
        (JobState.FAILED, 1, "the disk is full", True),
        (JobState.FAILED, 4, "linking broke off", True),
        (JobState.FAILED, 4, "", False),
        (JobState.DONE, 4, "", False),
        (JobState.RUNNING, 1, "", False),
        (JobState.WAITING, 1, "", False),
    ],
)
def test_what_was_broken_off_can_be_resumed(state: JobState, over: int, error: str, *, may: bool) -> None:
    assert a_job(state, JobCounts(files=4, over=over), error=error).can_be_resumed is may


def test_files_are_tried_again_once_the_job_is_over() -> None:
    counts = JobCounts(files=2, over=2, retriable=1)
    assert a_job(JobState.DONE, counts).can_be_retried
    assert not a_job(JobState.RUNNING, counts).can_be_retried
    assert not a_job(JobState.DONE, JobCounts(files=2, over=2)).can_be_retried


def test_a_job_is_stopped_once() -> None:
    assert a_job().can_be_cancelled
    assert a_job(JobState.WAITING).can_be_cancelled
    assert not a_job(is_cancel_asked=True).can_be_cancelled
    assert not a_job(JobState.DONE).can_be_cancelled


def test_a_file_can_be_tried_again_while_it_is_kept() -> None:
    assert an_item(ItemState.PARTLY).can_be_retried
    assert an_item(ItemState.FAILED).can_be_retried
    assert not an_item(ItemState.FAILED, file="").can_be_retried
    assert not an_item(ItemState.DONE).can_be_retried


def test_a_job_is_left_alone_when_nobody_is_at_it_in_time() -> None:
    waiting, running = a_job(JobState.WAITING), a_job()
    later = NOW + PATIENCE + timedelta(seconds=1)
    assert not waiting.is_left_alone(NOW, is_attended=False)
    assert waiting.is_left_alone(later, is_attended=False)
    assert not waiting.is_left_alone(later, is_attended=True)
    assert running.is_left_alone(NOW, is_attended=False)
    assert not a_job(JobState.DONE).is_left_alone(later, is_attended=False)
    resumed = a_job(JobState.WAITING, stage_begun_at=later)
    assert not resumed.is_left_alone(later, is_attended=False)
