"""Reports and linking all anew, handed over on the command line and done by a worker."""

from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest
from tracker_shell import Shell

from tracker.bootstrap import SystemClock, installation, job_queue
from tracker.cli.bench import Bench
from tracker.domain.errors import NotFoundError
from tracker.domain.jobs import ItemState, JobDetail, JobKind, JobState
from tracker.services.job_worker import FILES_KEPT, JobWorker
from tracker.services.ports import Clock
from tracker.storage.job_queue import SqlJobQueue

pytestmark = pytest.mark.model

WEEK = ("--week", "2020-W02", "--as-of", "2026-11-01")


class Killed(BaseException):
    """What kill -9 is to a process."""


def killed(*_: object) -> None:
    raise Killed


class LaterClock:
    """Long after whatever was written just now."""

    def now(self) -> datetime:
        return SystemClock().now() + 2 * FILES_KEPT


def done_by_a_worker(
    shell: Shell, job: str, clock: Clock | None = None, holder: str = "one"
) -> tuple[JobDetail, list[bytes]]:
    """The job once a worker has been at work, whose forerunners have died, and what stands in its files."""
    settings = shell.read_settings()
    with pytest.MonkeyPatch.context() as patch:
        shell.use_what_was_read_once(patch)
        with (
            installation(settings, lambda _: None) as installed,
            job_queue(settings, lambda other: other != holder) as (queue, files),
        ):
            bench = Bench(installed)
            worker = JobWorker(queue, files, lambda: bench, clock or SystemClock(), holder, lambda: False)
            while worker.work_once():
                pass
            worker.sweep()
            detail = installed.jobs.job(job)
            kept = []
            for item in detail.items:
                try:
                    kept.append(installed.jobs.written(job, item.position)[1])
                except NotFoundError:
                    continue
            return detail, kept


def test_a_worker_writes_the_very_report_that_the_command_writes(
    demonstration: Shell, tmp_path: Path
) -> None:
    written = demonstration.ok("report", *WEEK, "--format", "html,md,xlsx", "--out", tmp_path)
    job = demonstration.ok("report", *WEEK, "--format", "html,md,xlsx", "--as-job").out.strip()
    detail, kept = done_by_a_worker(demonstration, job)
    assert (detail.job.kind, detail.job.state) == (JobKind.REPORT, JobState.DONE)
    assert {item.state for item in detail.items} == {ItemState.DONE}
    paths = {path.name: path.read_bytes() for path in map(Path, written.out.splitlines())}
    assert {item.name: data for item, data in zip(detail.items, kept, strict=True)} == {
        name: data for name, data in paths.items() if not name.endswith(".json")
    }
    assert [item.sha256 for item in detail.items] == [sha256(data).hexdigest() for data in kept]
    detail, kept = done_by_a_worker(demonstration, job, LaterClock())
    assert kept == [], "reports are kept for longer than is said"
    assert all(item.sha256 for item in detail.items)


def test_a_worker_that_dies_with_a_report_in_hand_leaves_it_to_the_next(
    demonstration: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = demonstration.ok("report", *WEEK, "--format", "md", "--as-job").out.strip()
    with monkeypatch.context() as patch:
        patch.setattr(SqlJobQueue, "end_written", killed)
        with pytest.raises(Killed):
            done_by_a_worker(demonstration, job)
    assert demonstration.in_database("SELECT 1 FROM job_item WHERE state = 'running'")
    detail, kept = done_by_a_worker(demonstration, job, holder="two")
    assert detail.job.state is JobState.DONE, detail.job.error
    assert [sha256(data).hexdigest() for data in kept] == [item.sha256 for item in detail.items]


def test_a_report_that_cannot_be_made_fails_and_says_why(demonstration: Shell) -> None:
    job = demonstration.ok("report", *WEEK, "--party", "XYZ", "--as-job").out.strip()
    detail, kept = done_by_a_worker(demonstration, job)
    assert detail.job.state is JobState.FAILED
    assert kept == []
    assert all("no party 'XYZ'" in item.errors[0].reason for item in detail.items)


def test_all_is_linked_anew_by_a_worker(demonstration: Shell) -> None:
    query = "SELECT statement_id, event_id FROM membership ORDER BY statement_id"
    before = demonstration.in_database(query)
    job = demonstration.ok("relink", "--as-job").out.strip()
    detail, _ = done_by_a_worker(demonstration, job)
    assert detail.job.state is JobState.DONE, detail.job.error
    assert detail.job.to_link == detail.job.linked == sum(item.read for item in detail.items) > 0
    assert demonstration.in_database(query) == before


@pytest.mark.parametrize(
    "options", [(), ("--out", "there", "--as-job"), ("--as-job", "--mail-to", "desk@example.org")]
)
def test_a_report_is_written_here_or_by_a_worker(shell: Shell, options: tuple[str, ...]) -> None:
    shell.ok("init")
    answer = shell("report", *WEEK, *options)
    assert (answer.code, answer.out) == (2, "")
    assert "--as-job" in answer.err
