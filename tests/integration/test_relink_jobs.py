"""Linking all anew as a job: cancelled, broken off, and with another model than the one in use."""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from job_office import DisturbedBench, Installed, JobOffice, installed
from newsroom import WordEmbedder

from tracker.domain.jobs import ItemState, JobKind, JobState, JobStateError
from tracker.services.job_worker import JobWorker
from tracker.services.linking import Progress
from tracker.storage.engine import make_engine
from tracker.storage.job_queue import SqlJobQueue
from tracker.storage.store import SqlStore

PART = 4  # statements


class Died(BaseException):
    """The process ends here, without a word."""


class MortalBench(DisturbedBench):
    """A bench at which the worker dies once so many statements are linked, or parts embedded."""

    def __init__(self, over: Installed, *, linked: int = 999, embedded: int = 999) -> None:
        super().__init__(over, lambda _: None)
        self._linked, self._embedded = linked, embedded

    def embed(self, part: int, parts: int) -> Iterator[int]:
        if part == self._embedded:
            raise Died
        yield from super().embed(part, parts)

    def relink(self, progress: Progress) -> None:
        super().relink(self._until(progress))

    def link(self, progress: Progress, others: Any) -> None:
        super().link(self._until(progress), others)

    def _until(self, progress: Progress) -> Progress:
        def mortal(stage: str, done: int, total: int) -> None:
            progress(stage, done, total)
            if stage == "linking" and done >= self._linked:
                raise Died

        return mortal


@pytest.fixture
def office(
    tmp_path: Path, new_database_url: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[JobOffice]:
    """Ten statements, all linked."""
    monkeypatch.setattr("tracker.services.jobs._PART", PART)
    office = JobOffice(tmp_path, make_engine(new_database_url(tmp_path)))
    rows = [
        {
            "id": f"r{number}",
            "lang": "en",
            "published": f"2020-03-{number + 1:02}",
            "text": "Wadi Sidra bridge\n\n"
            f"The Government of National Accord said on Monday that {number + 3} people were killed. "
            f"The Libyan National Army denied that {number + 3} people were killed.",
        }
        for number in range(5)
    ]
    office.hand_in({"all.jsonl": "".join(json.dumps(row) + "\n" for row in rows).encode()})
    assert office.worker().work_once()
    monkeypatch.setattr("tracker.services.linking._BATCH", 3)
    # The same, as linking all anew leaves it.
    office.jobs.relink(actor="amal")
    assert office.worker().work_once()
    assert len(office.stored()["statements"]) == 10
    assert office.stored()["conflicts"]
    yield office
    office.engine.dispose()


def worker(office: JobOffice, name: str = "one", **dies: int) -> JobWorker:
    return JobWorker(
        office.queue,
        office.files,
        lambda: MortalBench(installed(office.home, office.engine), **dies),
        office.watch,
        name,
        lambda: False,
    )


def test_it_ends_with_the_same_rows_and_says_how_far_it_went(office: JobOffice) -> None:
    before = office.stored()
    job = office.jobs.relink(actor="amal")
    assert office.worker().work_once()
    detail = office.job(job)
    assert (detail.job.kind, detail.job.state) == (JobKind.RELINK, JobState.DONE)
    assert len(detail.items) == 3
    assert {item.state for item in detail.items} == {ItemState.DONE}
    assert sum(item.read for item in detail.items) == 10
    assert (detail.job.linked, detail.job.to_link) == (10, 10)
    assert office.stored() == before


@pytest.mark.parametrize("linked", [3, 6, 9])
def test_a_death_while_it_links_leaves_a_job_that_goes_on(office: JobOffice, linked: int) -> None:
    before = office.stored()
    job = office.jobs.relink(actor="amal")
    with pytest.raises(Died):
        worker(office, linked=linked).work_once()
    assert office.stored() != before
    office.gone.add("one")
    assert not office.job(job).job.can_be_cancelled
    with pytest.raises(JobStateError, match="must link it again"):
        office.jobs.cancel(job, actor="amal")
    assert worker(office, "two").work_once()
    assert office.job(job).job.state is JobState.DONE
    assert office.stored() == before
    assert SqlStore(office.engine, office.watch.now).former_events() == {}


def test_a_death_while_it_embeds_changes_nothing_that_is_in_use(office: JobOffice) -> None:
    before = office.stored()
    job = office.jobs.relink(actor="amal")
    with pytest.raises(Died):
        worker(office, embedded=1).work_once()
    assert office.stored() == before
    office.gone.add("one")
    assert worker(office, "two").work_once()
    assert office.job(job).job.state is JobState.DONE
    assert office.stored() == before


class HearingQueue(SqlJobQueue):
    """Tells when the worker has heard that its job is to be cancelled."""

    heard = 0

    def beat(self, holder: str, job_id: str) -> bool:
        asked = super().beat(holder, job_id)
        self.heard += asked
        return asked


def test_one_that_is_cancelled_while_it_embeds_changes_nothing_and_may_go_on(
    office: JobOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.services.pulse._BEAT", 0.01)
    before = office.stored()
    job = office.jobs.relink(actor="amal")
    queue = HearingQueue(office.engine, office.watch.now, office.gone.__contains__)

    class CancelledBench(MortalBench):
        def embed(self, part: int, parts: int) -> Iterator[int]:
            for done in super().embed(part, parts):
                office.jobs.cancel(job, actor="amal")
                # Once it is asked anew, the first answer has arrived.
                while queue.heard < 2:
                    time.sleep(0.01)
                yield done

    bench = CancelledBench(installed(office.home, office.engine))
    assert JobWorker(queue, office.files, lambda: bench, office.watch, "one", lambda: False).work_once()
    detail = office.job(job)
    assert detail.job.state is JobState.CANCELLED
    assert {item.state for item in detail.items} == {ItemState.WAITING}
    assert office.stored() == before
    office.jobs.resume(job, actor="amal")
    assert worker(office, "two").work_once()
    assert office.job(job).job.state is JobState.DONE
    assert office.stored() == before


def test_another_model_than_the_one_in_use_is_no_reason_to_refuse_it(
    office: JobOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = office.stored()
    monkeypatch.setattr(WordEmbedder, "revision", "2", raising=False)
    monkeypatch.setattr(WordEmbedder, "__init__", lambda *_: None)
    shutil.rmtree(office.home / "index")
    refused = office.hand_in({"one.txt": b"The Libyan National Army said on Monday that it holds Sirte."})
    assert office.worker("one").work_once()
    assert "tracker relink" in office.job(refused).job.error
    job = office.jobs.relink(actor="amal")
    assert office.worker("two").work_once()
    assert office.job(job).job.state is JobState.DONE, office.job(job).job.error
    assert office.stored() == before
    office.jobs.resume(refused, actor="amal")
    assert office.worker("three").work_once()
    assert office.job(refused).job.state is JobState.DONE
