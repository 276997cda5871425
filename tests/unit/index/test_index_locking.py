import threading
from collections.abc import Callable

import pytest

from tracker.index.locking import ReadersWriterLock

SOON = 5.0
NOT_YET = 0.05


def started(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_readers_read_at_the_same_time() -> None:
    lock, both = ReadersWriterLock(), threading.Barrier(2, timeout=SOON)

    def read() -> None:
        with lock.reading():
            both.wait()

    other = started(read)
    read()
    other.join(SOON)
    assert not other.is_alive()


def test_a_writer_waits_for_readers_and_goes_before_new_ones() -> None:
    lock, writer_waits = ReadersWriterLock(), threading.Event()
    order: list[str] = []

    def write() -> None:
        writer_waits.set()
        with lock.writing():
            order.append("writer")

    def read() -> None:
        with lock.reading():
            order.append("reader")

    with lock.reading():
        writer = started(write)
        assert writer_waits.wait(SOON)
        writer.join(NOT_YET)
        late_reader = started(read)
        late_reader.join(NOT_YET)
        assert order == []
    writer.join(SOON)
    late_reader.join(SOON)
    assert order == ["writer", "reader"]


def test_readers_wait_for_a_writer() -> None:
    lock = ReadersWriterLock()
    seen: list[str] = []

    def read() -> None:
        with lock.reading():
            seen.append("reader")

    with lock.writing():
        reader = started(read)
        reader.join(NOT_YET)
        assert seen == []
    reader.join(SOON)
    assert seen == ["reader"]


def test_an_error_lets_go_of_the_lock() -> None:
    lock = ReadersWriterLock()
    for hold in (lock.reading, lock.writing):
        with pytest.raises(RuntimeError, match="inside"), hold():
            raise RuntimeError("inside")
    with lock.writing():
        pass
