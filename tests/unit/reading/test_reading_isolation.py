import io
import os
import resource
import signal
from types import SimpleNamespace

import pytest

from tracker.reading import isolation
from tracker.reading.isolation import IsolatedWorker, WorkFailedError, receive, send
from tracker.reading.worker import _limit_processor_time

PAGE = "<html><head><title>A ship docks</title></head><body><p>A ship docked on Monday.</p></body></html>"


def test_messages_come_back_as_they_were_sent() -> None:
    stream = io.BytesIO()
    send(stream, {"text": "قال \ud800 ı"})
    send(stream, {"n": 1})
    stream.seek(0)
    assert receive(stream) == {"text": "قال \ud800 ı"}
    assert receive(stream) == {"n": 1}
    assert receive(stream) is None


def test_a_message_of_absurd_length_is_refused() -> None:
    with pytest.raises(ValueError, match="a message of"):
        receive(io.BytesIO(b"\xff" * 20))


def test_a_worker_answers_and_outlives_failures_and_limits() -> None:
    worker = IsolatedWorker()
    try:
        assert (
            worker.run("page", {"html": PAGE, "url": None}, seconds=10)["text"] == "A ship docked on Monday."
        )
        first = worker._process
        assert first is not None
        with pytest.raises(WorkFailedError, match="no article found"):
            worker.run("page", {"html": "<html><body></body></html>", "url": None}, seconds=10)
        assert worker._process is first
        many = "".join(f'<p a{number}="x">w</p>' for number in range(150_000))
        with pytest.raises(WorkFailedError, match=r"took more than 1 seconds|needs more than 512 MB"):
            worker.run("page", {"html": f"<html><body>{many}</body></html>", "url": None}, seconds=1)
        assert first.poll() is not None
        assert worker.run("page", {"html": PAGE, "url": None}, seconds=10)["title"] == "A ship docks"
    finally:
        worker.close()


def test_a_worker_that_was_killed_between_pages_is_replaced() -> None:
    worker = IsolatedWorker()
    try:
        worker.run("page", {"html": PAGE, "url": None}, seconds=10)
        assert worker._process is not None
        os.kill(worker._process.pid, signal.SIGKILL)
        worker._process.wait()
        assert worker.run("page", {"html": PAGE, "url": None}, seconds=10)["title"] == "A ship docks"
    finally:
        worker.close()
    assert worker._process is None


def test_memory_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "WORKER_MEMORY", 150_000_000)
    worker = IsolatedWorker()
    try:
        with pytest.raises(WorkFailedError, match=r"could not be parsed|needs more than 150 MB"):
            worker.run("page", {"html": "<p>w</p>" * 400_000, "url": None}, seconds=10)
    finally:
        worker.close()


def test_a_worker_that_does_not_start_in_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "WORKER_START_SECONDS", 0.001)
    worker = IsolatedWorker()
    with pytest.raises(WorkFailedError, match="did not start"):
        worker.run("page", {"html": PAGE, "url": None}, seconds=10)
    assert worker._process is None


def test_processor_time_counts_from_each_page_on(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[tuple[int, tuple[int, int]]] = []
    used = SimpleNamespace(ru_utime=40.25, ru_stime=1.5)
    monkeypatch.setattr(resource, "getrusage", lambda _who: used)
    monkeypatch.setattr(resource, "getrlimit", lambda _what: (5, 1000))
    monkeypatch.setattr(resource, "setrlimit", lambda what, limit: limits.append((what, limit)))
    _limit_processor_time(10)
    assert limits == [(resource.RLIMIT_CPU, (52, 1000))]


def test_a_worker_is_told_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, str] = {}
    monkeypatch.setenv("TRACKER_SMTP_PASSWORD", "swordfish")
    monkeypatch.setattr(isolation.subprocess, "Popen", lambda _, **options: given.update(options["env"]))
    isolation._start()
    assert "PYTHONPATH" in given
    assert not [name for name in given if name.startswith("TRACKER_")]
