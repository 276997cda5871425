import multiprocessing
import os
import sqlite3
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
import real_postgresql
from sqlalchemy import Engine, create_engine, text

from tracker.storage.engine import for_writing, make_engine
from tracker.storage.migration import current_revision, head_revision, upgrade

MIGRATIONS = Path(__file__).parents[2] / "migrations"
PROCESSES = 4
WRITES = 300 if os.environ.get("FAULTS") == "all" else 100


def add_one(engine: Engine) -> None:
    with engine.begin() as connection:
        count = connection.scalar(text("SELECT dimension FROM model_in_use"))
        connection.execute(text("UPDATE model_in_use SET dimension = :next"), {"next": (count or 0) + 1})


def write_many(url: str, start: Barrier) -> int:
    """Read-modify-writes of one process. Returns how many the database acknowledged."""
    engine = for_writing(make_engine(url))
    start.wait()
    for _ in range(WRITES):
        add_one(engine)
    engine.dispose()
    return WRITES


def migrate(url: str, start: Barrier) -> str | None:
    start.wait()
    upgrade(url, MIGRATIONS)
    return current_revision(make_engine(url))


def answer(work: Callable[[str, Barrier], object], url: str, start: Barrier, answers: Connection) -> None:
    answers.send(work(url, start))


def in_processes(work: Callable[[str, Barrier], object], url: str) -> list[object]:
    """What each process returns, all of them begun at the same moment."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["alembic.command", "numpy", "sqlalchemy.orm"])
    start = context.Barrier(PROCESSES)
    pipes = [context.Pipe(duplex=False) for _ in range(PROCESSES)]
    processes = [context.Process(target=answer, args=(work, url, start, end)) for _, end in pipes]
    for process, (_, end) in zip(processes, pipes, strict=True):
        process.start()
        # With the child's end closed here, a child that fails ends the waiting below.
        end.close()
    answers = [receiver.recv() for receiver, _ in pipes]
    for process in processes:
        process.join()
    return answers


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = real_postgresql.blank_url(tmp_path)
    upgrade(url, MIGRATIONS)
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO model_in_use VALUES (1, 'counter', '1', 0)"))
    engine.dispose()
    return url


def counted(url: str) -> int:
    engine = make_engine(url)
    with engine.connect() as connection:
        count = connection.scalar(text("SELECT dimension FROM model_in_use"))
    engine.dispose()
    return int(count)


def test_no_acknowledged_write_is_lost_among_processes(url: str) -> None:
    acknowledged = in_processes(write_many, url)
    assert acknowledged == [WRITES] * PROCESSES
    kept = counted(url)
    print(f"{PROCESSES} processes, {WRITES} read-modify-writes each: {PROCESSES * WRITES - kept} lost")  # noqa: T201
    assert kept == PROCESSES * WRITES


def test_the_same_writes_are_lost_without_our_transactions(url: str) -> None:
    ours, theirs = create_engine(url), create_engine(url)
    with ours.begin() as connection:
        seen = connection.scalar(text("SELECT dimension FROM model_in_use"))
        add_one(theirs)
        connection.execute(text("UPDATE model_in_use SET dimension = :next"), {"next": seen + 1})
    assert counted(url) == 1
    ours.dispose()
    theirs.dispose()


def test_a_database_is_migrated_once_however_many_begin(tmp_path: Path) -> None:
    url = real_postgresql.blank_url(tmp_path)
    revisions = in_processes(migrate, url)
    assert revisions == [head_revision(MIGRATIONS)] * PROCESSES


@real_postgresql.sqlite_only  # PostgreSQL has no such switch
def test_whoever_comes_while_another_makes_the_database_waits(tmp_path: Path) -> None:
    # The switch to WAL meets the other's lock, for which SQLite itself does not wait.
    other = sqlite3.connect(tmp_path / "new.db", isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE made (one)")
    other.execute("BEGIN EXCLUSIVE")
    release = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    release.start()
    engine = make_engine(f"sqlite:///{tmp_path}/new.db")
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
    release.join()
    engine.dispose()
    other.close()
