"""Linking all anew on PostgreSQL: embedded by several workers, linked by one, the same rows whoever dies."""

import gc
import os
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest
from newsroom import WordEmbedder
from numpy.typing import NDArray
from shared_office import SharedOffice, worker_process
from shared_work import (
    FILES,
    cut_off,
    deliveries_under_way,
    is_over,
    leases,
    offices_of,
    template_of_offices,
    until,
    work_until,
    worker,
)
from sqlalchemy import text

from tracker.cli.working import work_shared
from tracker.domain.jobs import ItemState, JobState
from tracker.storage.engine import make_engine

SHORT_LIFE = timedelta(seconds=4)
"""How long nobody takes over what a worker had in hand when its connection was cut."""


@pytest.fixture(scope="module")
def template() -> str:
    return template_of_offices()


@pytest.fixture
def office(template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SharedOffice]:
    """24 statements, which are embedded in six parts where they are linked anew."""
    monkeypatch.setattr("tracker.services.jobs._PART", 4)
    with offices_of(template, tmp_path) as offices:
        office = offices()
        job = office.hand_in(FILES)
        work_until(office, lambda: is_over(office, job))
        assert len(office.stored()["statements"]) == 24
        yield office


def forget_vectors(office: SharedOffice) -> None:
    """As it is after a change of model: none of the vectors is of any use."""
    with office.engine.begin() as connection:
        connection.execute(text("TRUNCATE embedding"))


def test_workers_share_the_embedding_and_one_that_is_killed_costs_only_time(office: SharedOffice) -> None:
    before = office.stored()
    forget_vectors(office)
    with worker(office, 0.1) as one, worker(office, 0.1) as other:
        job = office.jobs.relink(actor="amal")
        until(lambda: {one.pid, other.pid} <= set(leases(office).values()))
        victim = next(name for name, pid in leases(office).items() if pid == one.pid)
        os.kill(one.pid, signal.SIGKILL)
        until(lambda: is_over(office, job))
    detail = office.job(job)
    assert detail.job.state is JobState.DONE, detail.job.error
    assert victim in {f"item:{item.id}" for item in detail.items}
    assert {item.state for item in detail.items} == {ItemState.DONE}
    assert sum(item.read for item in detail.items) == 24
    assert office.stored() == before
    assert deliveries_under_way(office) == []
    assert leases(office) == {}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of connections that were cut
def test_a_connection_that_is_cut_in_the_middle_fails_no_job(
    office: SharedOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = office.stored()
    forget_vectors(office)
    monkeypatch.setattr("tracker.cli.working._PAUSE_IN_TROUBLE", 0.1)
    monkeypatch.setattr("tracker.storage.job_queue.LIFE", SHORT_LIFE)
    encode: Callable[..., NDArray[np.float32]] = WordEmbedder.encode
    has_cut = Event()

    def cutting(embedder: WordEmbedder, texts: list[str]) -> NDArray[np.float32]:
        if not has_cut.is_set():
            cut_off(office)
            has_cut.set()
        return encode(embedder, texts)

    monkeypatch.setattr(WordEmbedder, "encode", cutting)
    job = office.jobs.relink(actor="amal")
    stop, engine = Event(), make_engine(office.engine.url.render_as_string(hide_password=False))
    at_work = Thread(target=work_shared, args=(*worker_process(office.home, engine, 0.0, stop), stop))
    at_work.start()
    try:
        has_cut.wait()
        until(lambda: is_over(office, job))
    finally:
        stop.set()
        at_work.join()
        engine.dispose()
    detail = office.job(job)
    # Connections that were cut complain when they are collected: here, and not in whatever test comes next.
    gc.collect()
    assert detail.job.state is JobState.DONE, detail.job.error
    assert office.stored() == before
