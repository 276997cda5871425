"""Jobs on PostgreSQL: shared by workers, each file done once whoever dies, handed over all or not at all."""

import gc
import io
import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread

import pytest
from shared_office import SharedOffice, worker_process
from shared_work import (
    FILES,
    Offices,
    cut_off,
    deliveries_under_way,
    is_over,
    leases,
    offices_of,
    template_of_offices,
    until,
    work_until,
    worker,
    workers,
)
from sqlalchemy import text

from tracker.cli.working import work_shared
from tracker.domain.errands import Errand, Task
from tracker.domain.errors import SettingsError
from tracker.domain.jobs import MOST_ATTEMPTS, IncomingError, ItemState, JobState, KeptFile
from tracker.storage.incoming import IncomingFolder
from tracker.storage.incoming_blocks import take_over


@pytest.fixture(scope="module")
def template() -> str:
    return template_of_offices()


@pytest.fixture
def offices(template: str, tmp_path: Path) -> Iterator[Offices]:
    with offices_of(template, tmp_path) as made:
        yield made


@pytest.fixture
def office(offices: Offices) -> SharedOffice:
    return offices()


def test_files_are_read_at_once_and_one_whose_worker_is_killed_is_done_once(
    offices: Offices,
) -> None:
    alone, office = offices(), offices()
    unbroken = alone.hand_in(FILES)
    work_until(alone, lambda: is_over(alone, unbroken))
    with worker(office, 0.1) as one, worker(office, 0.1) as other:
        job = office.hand_in(FILES)
        until(lambda: {one.pid, other.pid} <= set(leases(office).values()))
        until(lambda: [item.state for item in office.job(job).items].count(ItemState.RUNNING) == 2)
        victim = next(name for name, pid in leases(office).items() if pid == one.pid)
        os.kill(one.pid, signal.SIGKILL)
        until(lambda: is_over(office, job))
    detail = office.job(job)
    assert detail.job.state is JobState.DONE
    assert (detail.job.counts.new, detail.job.counts.failed) == (12, 0)
    assert all(item.state is ItemState.DONE for item in detail.items)
    assert victim in {f"item:{item.id}" for item in detail.items}
    assert office.stored() == alone.stored()
    assert leases(office) == {}
    assert deliveries_under_way(office) == []


def test_an_upload_that_is_rolled_back_leaves_no_errand(
    office: SharedOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("no entry")

    with monkeypatch.context() as patch:
        patch.setattr("tracker.storage.jobs.append_entry", refuse)
        with pytest.raises(RuntimeError, match="no entry"):
            office.hand_in(FILES)
    assert deliveries_under_way(office) == []
    with office.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM incoming_block")) == 0
    job = office.hand_in(FILES)
    assert deliveries_under_way(office) == [f"item:{item.id}" for item in office.job(job).items]


def test_errands_that_got_lost_are_sent_again_once(office: SharedOffice) -> None:
    job = office.hand_in(FILES)
    sent = deliveries_under_way(office)
    with office.engine.begin() as connection:
        connection.execute(text("TRUNCATE procrastinate.procrastinate_jobs CASCADE"))
    office.shared.sweep()
    office.shared.sweep()
    assert deliveries_under_way(office) == sent
    work_until(office, lambda: is_over(office, job))
    assert office.job(job).job.state is JobState.DONE


def errands(office: SharedOffice, job: str) -> list[Errand]:
    return [Errand(Task.ITEM, job, f"file:{one.sha256}", one.id) for one in office.job(job).items]


def test_an_errand_in_hand_is_nobody_elses_until_its_worker_is_gone(office: SharedOffice) -> None:
    (errand, *_) = errands(office, office.hand_in(FILES))
    for number in range(MOST_ATTEMPTS):
        assert office.shared.take_up(f"worker {number}", errand) is not None
        office.shared.begin_item(f"worker {number}", errand.item)
        assert office.shared.take_up("another", errand) is None
        office.shared.sweep()
        assert office.job(errand.job).items[0].state is ItemState.RUNNING
        office.gone.add(f"worker {number}")
        office.shared.sweep()
    item = office.job(errand.job).items[0]
    assert (item.state, item.errors[0].reason) == (
        ItemState.FAILED,
        f"the worker process ended {MOST_ATTEMPTS} times while it was read",
    )


def test_linking_has_no_vector_to_wait_for_and_ends_the_job(office: SharedOffice) -> None:
    job = office.hand_in(FILES)
    doing, _ = worker_process(office.home, office.engine, 0.0, Event())

    def vectors() -> int:
        with office.engine.connect() as connection:
            return connection.scalar(text("SELECT count(*) FROM embedding")) or 0

    for errand in errands(office, job):
        doing.do(errand)
    before = vectors()
    assert office.job(job).job.state is JobState.RUNNING
    doing.do(Errand(Task.CLOSE, job, "linking"))
    assert office.job(job).job.state is JobState.DONE
    assert vectors() == before > 0


def test_a_job_is_cancelled_by_whoever_is_at_it_and_what_was_read_is_linked(office: SharedOffice) -> None:
    job = office.hand_in(FILES)
    one, other, *_ = errands(office, job)
    for errand in (one, other):
        assert office.shared.take_up(errand.key, errand) is not None
        office.shared.begin_item(errand.key, errand.item)
    office.jobs.cancel(job, actor="amal")
    assert office.shared.beat(one.key, job), "the worker hears of it"
    office.shared.leave(one.key, one)
    assert f"close:{job}" not in deliveries_under_way(office), "another is still reading"
    office.shared.leave(other.key, other)
    work_until(office, lambda: is_over(office, job))
    assert office.job(job).job.state is JobState.CANCELLED
    office.jobs.resume(job, actor="amal")
    work_until(office, lambda: is_over(office, job))
    assert (office.job(job).job.state, office.job(job).job.counts.new) == (JobState.DONE, 12)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of connections that were cut
def test_a_worker_goes_on_after_the_server_has_cut_it_off(
    office: SharedOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.cli.working._PAUSE_IN_TROUBLE", 0.1)
    stop = Event()
    at_work = Thread(target=work_shared, args=(*worker_process(office.home, office.engine, 0.0, stop), stop))
    at_work.start()
    try:
        until(lambda: workers(office))
        cut_off(office)
        job = office.hand_in(FILES)
        until(lambda: is_over(office, job))
    finally:
        stop.set()
        at_work.join()
    done = office.job(job).job
    # Connections that were cut complain when they are collected: here, and not in whatever test comes next.
    gc.collect()
    assert done.state is JobState.DONE, done.error


def test_a_file_waits_in_the_database_until_nobody_wants_it(office: SharedOffice) -> None:
    content = b"\x00\xff" * (1 << 20)
    kept = office.blocks.keep("j0", "0001.txt", io.BytesIO(content))
    office.blocks.keep("j0", "0002.txt", io.BytesIO(b""))
    assert kept == KeptFile(len(content), sha256(content).hexdigest())
    for name, expected in (("0001.txt", content), ("0002.txt", b"")):
        with office.blocks.opened("j0", name) as path:
            assert path.read_bytes() == expected
        assert not path.exists()
    office.blocks.sweep({}, timedelta(hours=1))
    office.watch.time += timedelta(hours=2)
    office.blocks.sweep({"j0": frozenset({"0002.txt"})}, timedelta(hours=1))
    with pytest.raises(IncomingError, match="not kept any more"), office.blocks.opened("j0", "0001.txt"):
        pass
    office.blocks.discard("j0", ["0002.txt"])
    with pytest.raises(IncomingError, match="not kept any more"), office.blocks.opened("j0", "0002.txt"):
        pass


def test_files_that_wait_come_along_when_an_installation_moves(office: SharedOffice) -> None:
    job = office.hand_in(FILES)
    folder = IncomingFolder(office.home / "incoming")
    for item in office.job(job).items:
        folder.keep(job, item.file, io.BytesIO(FILES[item.name]))
        office.blocks.discard(job, [item.file])
    with office.engine.begin() as connection:
        take_over(connection, folder, office.watch.now())
    for item in office.job(job).items:
        with office.blocks.opened(job, item.file) as path:
            assert path.read_bytes() == FILES[item.name]


def test_tables_of_another_version_are_told(office: SharedOffice) -> None:
    assert office.deliveries.state() == "ok"
    with office.engine.begin() as connection:
        connection.execute(text("COMMENT ON SCHEMA procrastinate IS 'procrastinate 2.0: old'"))
    assert "is not that of procrastinate 3." in office.deliveries.state()
    with office.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA procrastinate CASCADE"))
    assert "there is none" in office.deliveries.state()


def test_without_the_package_the_extra_is_named(
    office: SharedOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.queueing.schema.version", _missing)
    with pytest.raises(SettingsError, match=r"\[postgresql\]"):
        SharedOffice(office.home, office.engine)


def _missing(name: str) -> str:
    from importlib.metadata import PackageNotFoundError  # noqa: PLC0415

    raise PackageNotFoundError(name)
