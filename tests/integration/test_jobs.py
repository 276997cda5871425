"""Jobs from handing in to what is stored: hostile files, cancelling, resuming, and the death of workers."""

import gzip
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from job_office import JobOffice, Watch
from sqlalchemy import text
from tracker_shell import CHECKOUT

from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.domain.jobs import (
    MOST_ATTEMPTS,
    Defaults,
    ItemState,
    JobState,
    JobStateError,
    LeaseLostError,
)
from tracker.events.linkable import Linkable
from tracker.services.linking import LinkingService
from tracker.storage.engine import make_engine
from tracker.storage.job_queue import LIFE, SqlJobQueue


def report(number: int) -> str:
    """A report of two statements; every other one is of the same happening."""
    return (
        f"Wadi Sidra bridge, day {number}\n\n"
        f"The Government of National Accord said on Monday that {number + 3} people were killed there. "
        f"The Libyan National Army denied on Monday that {number + 3} people were killed there."
    )


def lines(*numbers: int) -> bytes:
    """Reports as JSON Lines."""
    rows = [
        {"id": f"r{number}", "text": report(number), "lang": "en", "published": f"2020-03-{number + 1:02}"}
        for number in numbers
    ]
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


THREE = {"one.txt": report(1).encode(), "more.jsonl": lines(2, 3, 4), "last.txt": report(5).encode()}
DOCUMENTS = 5
FEW = {"one.txt": report(1).encode(), "more.jsonl": lines(2, 3)}


Stored = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def fresh(tmp_path: Path, new_database_url: Callable[[Path], str]) -> Iterator[Callable[[], JobOffice]]:
    """Makes offices, each in a home of its own."""
    made: list[JobOffice] = []

    def fresh() -> JobOffice:
        home = tmp_path / f"home-{len(made)}"
        home.mkdir()
        made.append(JobOffice(home, make_engine(new_database_url(home))))
        return made[-1]

    yield fresh
    for office in made:
        office.engine.dispose()


@pytest.fixture
def office(fresh: Callable[[], JobOffice]) -> JobOffice:
    return fresh()


@pytest.fixture
def unbroken(fresh: Callable[[], JobOffice]) -> Stored:
    """What is stored after a run over three files that nothing happened to."""
    stored = stored_in_one_run(fresh(), THREE)
    assert len(stored["documents"]) == DOCUMENTS
    return stored


def stored_in_one_run(office: JobOffice, files: Mapping[str, bytes]) -> Stored:
    office.hand_in(files)
    assert office.worker().work_once()
    stored = office.stored()
    assert all(stored.values())
    return stored


def at_page(number: int, act: Callable[[], None]) -> Callable[[object], None]:
    """Something that happens before the page of that number (from 1) is taken in."""
    pages = iter(range(1, 10_000))

    def disturb(_one: object) -> None:
        if next(pages) == number:
            act()

    return disturb


def kept(office: JobOffice, job: str) -> list[str]:
    home = office.home / "incoming" / job
    return sorted(path.name for path in home.iterdir()) if home.exists() else []


def test_files_are_read_stored_and_linked_and_a_bad_one_is_named(office: JobOffice) -> None:
    job = office.hand_in(
        {**THREE, "empty.txt": b"", "photo.png": b"\x89PNG"}, Defaults("Sidra Courier", None, "en")
    )
    assert kept(office, job) == ["0001.txt", "0002.jsonl", "0003.txt", "0004.txt"]
    assert office.worker().work_once()
    detail = office.job(job)
    assert detail.job.state is JobState.DONE
    found = [(item.name, item.state, item.new, item.failed) for item in detail.items]
    assert found == [
        ("one.txt", ItemState.DONE, 1, 0),
        ("more.jsonl", ItemState.DONE, 3, 0),
        ("last.txt", ItemState.DONE, 1, 0),
        ("empty.txt", ItemState.FAILED, 0, 1),
        ("photo.png", ItemState.FAILED, 0, 1),
    ]
    assert detail.items[3].errors[0].reason == "empty"
    counts = detail.job.counts
    assert (counts.over, counts.new, counts.failed, counts.failed_files) == (5, 5, 2, 2)
    assert counts.statements == len(office.stored()["statements"]) > 0
    assert detail.job.linked == detail.job.to_link == counts.statements
    assert {event.id for event in detail.events} == {row[1] for row in office.stored()["members"]}
    assert all(event.is_new for event in detail.events)
    assert detail.conflict_count == len(office.stored()["conflicts"]) > 0
    assert {one.id for one in detail.documents} == {row[0] for row in office.stored()["documents"]}
    # Only what could not be read is kept, to be tried once more.
    assert kept(office, job) == ["0004.txt"]


def test_what_stands_in_is_given_to_documents_that_name_none(office: JobOffice) -> None:
    office.hand_in({"one.txt": report(1).encode()}, Defaults("Sidra Courier", date(2020, 6, 5), "en"))
    office.worker().work_once()
    with office.engine.connect() as connection:
        query = "SELECT source.name, published, language FROM document JOIN source ON source.id = source_id"
        rows = connection.execute(text(query)).all()
    assert [tuple(row) for row in rows] == [("Sidra Courier", "2020-06-05T00:00:00+00:00", "en")]


def test_what_is_stored_already_is_known_and_stays(office: JobOffice) -> None:
    office.hand_in(THREE)
    office.worker().work_once()
    before = office.stored()
    again = office.hand_in({**THREE, "new.txt": report(9).encode()})
    office.worker().work_once()
    detail = office.job(again)
    assert [(item.new, item.known) for item in detail.items] == [(0, 1), (0, 3), (0, 1), (1, 0)]
    assert [one.is_new for one in detail.documents] == [False] * 5 + [True]
    assert set(before["documents"]) < set(office.stored()["documents"])
    assert any(not event.is_new for event in detail.events)


def test_hostile_files_fail_one_by_one_with_their_reasons_and_the_rest_goes_on(office: JobOffice) -> None:
    head = b"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:x:1>\r\nContent-Length: 60000000\r\n\r\n"
    bomb = gzip.compress(head + b"\0" * 60_000_000)
    hostile = {
        "<b>name</b>\u202e.txt": b"",
        "n" * 300 + ".jsonl": b"{not json}\n",
        "../../escape.csv": b"title\nno text here\n",
        "bomb.warc.gz": bomb,
        "bomb.zip": b"PK\x03\x04" + b"\0" * 1000,
        "encoding.jsonl": b'{"text": "\xff\xfe broken"}\n',
        "binary.txt": bytes(range(256)) * 20,
        "entities.xml": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><rss>&a;</rss>',
        "deep.html": b"<div>" * 20_000,
    }
    job = office.hand_in({**hostile, "good.txt": report(1).encode()})
    assert all(
        path.parent == office.home / "incoming" / job for path in (office.home / "incoming").rglob("0*")
    )
    office.worker().work_once()
    detail = office.job(job)
    *bad, good = detail.items
    assert (good.state, good.new) == (ItemState.DONE, 1)
    assert detail.job.state is JobState.DONE
    for item in bad:
        assert item.state is ItemState.FAILED, item
        assert item.errors, item
        assert all(error.reason for error in item.errors)
        assert str(office.home) not in "".join(error.place + error.reason for error in item.errors)
    assert "expands more than 100 times" in bad[3].errors[0].reason
    assert "invalid UTF-8" in bad[5].errors[0].reason
    assert bad[5].errors[0].place == "1"


def test_a_job_of_which_nothing_can_be_read_has_failed(office: JobOffice) -> None:
    job = office.hand_in({"empty.txt": b""})
    office.worker().work_once()
    assert office.job(job).job.state is JobState.FAILED
    assert not office.job(job).job.can_be_resumed
    nothing = office.hand_in({"photo.png": b"\x89PNG"})
    assert office.job(nothing).job.state is JobState.FAILED
    assert not office.worker().work_once()


def test_a_cancelled_job_stops_between_pages_and_is_resumed_where_it_stopped(
    office: JobOffice, unbroken: Stored
) -> None:
    job = office.hand_in(THREE)

    def cancel() -> None:
        office.jobs.cancel(job, actor="amal")
        time.sleep(2.5)  # until the worker's next sign of life, when it hears of it

    assert office.worker(disturb=at_page(3, cancel)).work_once()
    detail = office.job(job)
    assert (detail.job.state, detail.job.is_cancel_asked) == (JobState.CANCELLED, True)
    assert [item.state for item in detail.items] == [ItemState.DONE, ItemState.WAITING, ItemState.WAITING]
    assert len(office.stored()["documents"]) == 3
    assert all(not unlinked for *_, unlinked in office.stored()["statements"]), "stored and left unlinked"
    assert not office.worker().work_once(), "a cancelled job is left alone"
    office.jobs.resume(job, actor="amal")
    assert office.worker("two").work_once()
    detail = office.job(job)
    assert detail.job.state is JobState.DONE
    assert [(item.new, item.known) for item in detail.items] == [(1, 0), (3, 0), (1, 0)]
    assert office.stored()["documents"] == unbroken["documents"]


def test_a_waiting_job_is_cancelled_at_once_and_one_that_is_over_cannot_be(office: JobOffice) -> None:
    job = office.hand_in(THREE)
    office.jobs.cancel(job, actor="amal")
    assert office.job(job).job.state is JobState.CANCELLED
    with pytest.raises(JobStateError):
        office.jobs.cancel(job, actor="amal")
    with pytest.raises(JobStateError):
        office.jobs.retry(job, actor="amal")
    office.jobs.resume(job, actor="amal")
    with pytest.raises(JobStateError):
        office.jobs.resume(job, actor="amal")
    with office.engine.connect() as connection:
        query = "SELECT actor, action FROM audit_entry WHERE subject_kind = 'job' ORDER BY id"
        acts = [tuple(row) for row in connection.execute(text(query))]
    assert acts == [("amal", "add_job"), ("amal", "cancel_job"), ("amal", "resume_job")]


def test_a_worker_that_is_told_to_stop_puts_its_job_back(office: JobOffice, unbroken: Stored) -> None:
    job = office.hand_in(THREE)
    told: list[bool] = []
    worker = office.worker(disturb=at_page(2, lambda: told.append(True)), stopping=lambda: bool(told))
    assert worker.work_once()
    assert office.job(job).job.state is JobState.WAITING
    assert len(office.stored()["documents"]) == 2
    assert office.worker("two").work_once(), "the lease was not let go"
    assert office.job(job).job.state is JobState.DONE
    assert office.stored() == unbroken


class Died(BaseException):
    """What kill -9 is to a process."""


class DyingQueue:
    """Passes calls on to a queue until the worker dies, before or after the call of that number."""

    def __init__(self, queue: SqlJobQueue, call: int, *, after: bool) -> None:
        self._queue, self._left, self._after = queue, call, after
        self.has_died = False

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._queue, name)

        def call(*arguments: Any) -> Any:
            if name == "beat":
                return method(*arguments)
            self._left -= 1
            if self._left == 0 and not self._after:
                self.has_died = True
                raise Died
            answer = method(*arguments)
            if self._left == 0:
                self.has_died = True
                raise Died
            return answer

        return call


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_death_at_any_step_loses_nothing_and_doubles_nothing(
    fresh: Callable[[], JobOffice], *, after: bool
) -> None:
    unbroken = stored_in_one_run(fresh(), FEW)
    for step in range(1, 100):
        office = fresh()
        job = office.hand_in(FEW)
        queue = DyingQueue(office.queue, step, after=after)
        try:
            office.worker("dead", queue=queue).work_once()  # type: ignore[arg-type]
        except Died:
            office.gone.add("dead")
            office.worker("two").work_once()
        detail = office.job(job)
        assert detail.job.state is JobState.DONE, step
        assert [(item.new, item.known, item.failed) for item in detail.items] == [(1, 0, 0), (2, 0, 0)], step
        assert office.stored() == unbroken, step
        if not queue.has_died:
            break
    assert step > 12


def test_a_job_that_is_taken_up_after_a_death_links_the_same_statements_together(
    fresh: Callable[[], JobOffice], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.services.ingest_work.BATCH", 2)
    link, together = LinkingService._link, []

    def telling(self: LinkingService, window: Any, new: Sequence[Linkable], *others: Any) -> Any:
        together.append({one.statement.id for one in new})
        return link(self, window, new, *others)

    monkeypatch.setattr(LinkingService, "_link", telling)
    unbroken = stored_in_one_run(fresh(), THREE)
    expected = together.copy()
    assert len(expected) == 3
    for page in range(1, DOCUMENTS + 1):
        together.clear()
        office = fresh()
        office.hand_in(THREE)

        def die() -> None:
            raise Died

        with pytest.raises(Died):
            office.worker("dead", disturb=at_page(page, die)).work_once()
        office.gone.add("dead")
        office.worker("two").work_once()
        assert together == expected, page
        assert office.stored() == unbroken


def test_a_worker_that_is_killed_again_and_again_loses_nothing(office: JobOffice, unbroken: Stored) -> None:
    job = office.hand_in(THREE)
    for documents in (1, 3, DOCUMENTS):
        with a_worker_process(office) as process:
            # The last one is left alone until the job is over.
            while not office.job(job).job.state.is_over:
                assert process.poll() is None
                if documents < DOCUMENTS and len(office.stored()["documents"]) >= documents:
                    break
                time.sleep(0.01)
    detail = office.job(job)
    assert detail.job.state is JobState.DONE
    assert [(item.new, item.known, item.failed) for item in detail.items] == [(1, 0, 0), (3, 0, 0), (1, 0, 0)]
    assert office.stored() == unbroken


@contextmanager
def a_worker_process(office: JobOffice) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker of its own that takes its time over each text; in the end it is killed outright."""
    environment = {"PYTHONPATH": f"{CHECKOUT}:{CHECKOUT / 'tests'}", "PATH": "/usr/bin:/bin"}
    url = office.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, str(Path(__file__).with_name("job_office.py")), str(office.home), "0.1", url]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)  # noqa: S603
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"ready\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_one_worker_at_a_time_does_jobs(office: JobOffice) -> None:
    office.hand_in(THREE)
    queue = office.queue
    assert queue.take("one") is not None
    assert queue.take("two") is None
    office.watch.time += LIFE - timedelta(seconds=1)
    assert queue.take("two") is None
    office.watch.time += timedelta(seconds=2)
    assert queue.take("two") is not None, "a worker without a sign of life"
    office.gone.add("two")
    assert queue.take("three") is not None, "a worker whose process has ended"


def test_a_lease_of_a_clock_that_was_wrong_does_not_hold_for_ever(office: JobOffice) -> None:
    office.hand_in(THREE)
    office.watch.time = datetime(2030, 1, 1, tzinfo=UTC)
    assert office.queue.take("one") is not None
    office.watch.time = datetime(2026, 11, 25, tzinfo=UTC)
    assert office.queue.take("two") is not None


def test_a_worker_whose_lease_is_lost_stores_nothing_more(office: JobOffice) -> None:
    job = office.hand_in(THREE)

    def taken_over() -> None:
        office.watch.time += 2 * LIFE
        assert office.queue.take("two") is not None

    logging.getLogger("tracker.services.job_worker").disabled = True
    office.worker("one", disturb=at_page(2, taken_over)).work_once()
    logging.getLogger("tracker.services.job_worker").disabled = False
    assert len(office.stored()["documents"]) == 1
    assert office.job(job).job.state is JobState.RUNNING, "the other one's job was ended"
    with pytest.raises(LeaseLostError):
        office.queue.beat("one", job)
    assert office.queue.beat("two", job) is False


def test_a_file_that_kills_every_worker_is_given_up_in_the_end(office: JobOffice) -> None:
    job = office.hand_in({"killer.txt": report(7).encode(), "good.txt": report(1).encode()})

    def die(one: IncomingDocument | ReadingError) -> None:
        if "day 7" in getattr(one, "text", ""):
            raise Died

    for number in range(MOST_ATTEMPTS):
        with pytest.raises(Died):
            office.worker(f"w{number}", disturb=die).work_once()
        office.gone.add(f"w{number}")
    office.worker("last", disturb=die).work_once()
    killer, good = office.job(job).items
    assert (killer.state, good.state) == (ItemState.FAILED, ItemState.DONE)
    assert "ended 5 times while it was read" in killer.errors[0].reason


def test_a_page_that_trips_the_program_up_fails_alone_and_is_tried_once_more(office: JobOffice) -> None:
    job = office.hand_in(THREE)
    failing = [True]

    def trip(one: IncomingDocument | ReadingError) -> None:
        if failing and "day 3" in getattr(one, "text", ""):
            raise RuntimeError("cannot count to 3")

    logging.getLogger("tracker.services.ingest_work").disabled = True
    office.worker(disturb=trip).work_once()
    logging.getLogger("tracker.services.ingest_work").disabled = False
    detail = office.job(job)
    more = detail.items[1]
    assert (more.state, more.new, more.failed) == (ItemState.PARTLY, 2, 1)
    assert more.errors[0].place == "2"
    assert "cannot count to 3" in more.errors[0].reason
    assert detail.job.can_be_retried
    failing.clear()
    office.jobs.retry(job, actor="amal")
    office.worker(disturb=trip).work_once()
    more = office.job(job).items[1]
    assert (more.state, more.new, more.known, more.failed, more.errors) == (ItemState.DONE, 3, 0, 0, ())
    assert kept(office, job) == []


def test_what_keeps_a_job_from_beginning_is_its_error_and_it_can_be_resumed(office: JobOffice) -> None:
    job = office.hand_in(THREE)
    with office.engine.begin() as connection:
        connection.execute(text("INSERT INTO model_in_use VALUES (1, 'another', '1', 4)"))
    office.worker().work_once()
    detail = office.job(job)
    assert detail.job.state is JobState.FAILED
    assert "tracker relink" in detail.job.error
    assert [item.state for item in detail.items] == [ItemState.WAITING] * 3
    with office.engine.begin() as connection:
        connection.execute(text("DELETE FROM model_in_use"))
    office.jobs.resume(job, actor="amal")
    office.worker().work_once()
    assert office.job(job).job.state is JobState.DONE


def test_jobs_are_done_in_the_order_in_which_they_came(office: JobOffice) -> None:
    jobs = []
    for number in (1, 2):
        office.watch.time += timedelta(seconds=1)
        jobs.append(office.hand_in({"one.txt": report(number).encode()}))
    office.worker().work_once()
    assert [office.job(job).job.state for job in jobs] == [JobState.DONE, JobState.WAITING]


def test_files_that_nobody_wants_are_swept_away(office: JobOffice) -> None:
    job = office.hand_in({"empty.txt": b"", "one.txt": report(1).encode()})
    office.worker().work_once()
    stray = office.home / "incoming" / "j000000000000000"
    stray.mkdir()
    (stray / "0001.txt").write_bytes(b"of a job that never came to be")
    office.worker().sweep()
    assert stray.exists(), "it may still become one"
    for folder in (stray, office.home / "incoming" / job):
        ago = time.time() - 7200
        os.utime(folder, (ago, ago))
    office.worker().sweep()
    assert not stray.exists()
    assert kept(office, job) == ["0001.txt"]
    office.watch.time += timedelta(days=31)
    office.worker().sweep()
    assert kept(office, job) == []
    assert not office.job(job).job.can_be_retried


def test_how_long_it_takes_still_follows_from_what_was_read(office: JobOffice) -> None:
    job = office.hand_in(THREE)
    told: list[Any] = []

    def look() -> None:
        office.watch.time += timedelta(seconds=30)
        told.append(office.job(job).job.remaining(office.watch.now()))

    office.worker(disturb=at_page(5, look)).work_once()
    (remaining,) = told
    assert timedelta(seconds=5) < remaining < timedelta(minutes=2)
    assert office.job(job).job.remaining(Watch().now()) is None
