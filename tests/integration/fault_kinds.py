"""What can come in the way of a command: a disk that refuses, the lock of another, a kill between two stages.

Each counts the places at which it can come, and comes at the n-th; at none where n is 0.
"""

import ctypes
import errno
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tracker.index.directory import IndexDirectory
from tracker.reading.reader import FileReader
from tracker.services import intake
from tracker.services.embedding import TextsUnderWay
from tracker.services.linking import LinkingService
from tracker.storage import engine
from tracker.storage.writing import SqlWriteSession

REASONS = (
    "No space left",
    "Input/output error",
    "database or disk is full",
    "disk I/O error",
    "unable to open database file",
    "database is locked",
)
"""In the words of the system and of SQLite. SQLite says that it is unable to open a file of its own where it
cannot make it, for whatever reason."""


class Disk:
    """Faults of the n-th change of a file below the home: ENOSPC lasts, EIO passes, KILL ends the process."""

    def __init__(self, fault: str) -> None:
        self._library = ctypes.CDLL(None)
        self._library.disk_refused.restype = ctypes.c_char_p
        self._fault = fault

    def arm(self, home: Path, nth: int) -> None:
        number = errno.ENOSPC if self._fault == "ENOSPC" else errno.EIO
        lasting, killing = int(self._fault == "ENOSPC"), int(self._fault == "KILL" and nth > 0)
        self._library.disk_arm(ctypes.c_long(nth), number, lasting, killing, str(home).encode() + b"/")

    def told(self) -> tuple[int, str]:
        self._library.disk_disarm()
        return int(self._library.disk_seen()), os.fsdecode(self._library.disk_refused())


class Lock:
    """Another process holds the database from before the n-th write transaction on."""

    def __init__(self) -> None:
        self._seen = 0
        self._others: list[sqlite3.Connection] = []

    def arm(self, home: Path, nth: int) -> None:
        begin = engine._begin_sqlite

        def counted(connection: Any) -> None:
            if connection.get_execution_options().get(engine._WRITES, False):
                self._seen += 1
                if self._seen == nth:
                    self._others.append(sqlite3.connect(home / "tracker.sqlite3", isolation_level=None))
                    self._others[-1].execute("BEGIN IMMEDIATE")
            begin(connection)

        engine._begin_sqlite = counted
        engine._PRAGMAS = ("PRAGMA busy_timeout = 60", *engine._PRAGMAS[1:])

    def told(self) -> tuple[int, str]:
        for other in self._others:
            other.close()
        return self._seen, "tracker.sqlite3" if self._others else ""


SEAMS = (
    ("read", FileReader, "read"),
    ("extracted", intake, "extract_statements"),
    ("embedded", TextsUnderWay, "end"),
    ("document stored", SqlWriteSession, "add_document"),
    ("statements stored", SqlWriteSession, "add_statements"),
    ("vectors stored", SqlWriteSession, "set_statement_digests"),
    ("committed", intake.Intake, "_store"),
    ("linked", SqlWriteSession, "apply_linking"),
    ("compared", SqlWriteSession, "replace_conflicts"),
    ("marked", SqlWriteSession, "mark_linked"),
    ("linking committed", LinkingService, "_write"),
    ("index file written", IndexDirectory, "put"),
    ("index valid", IndexDirectory, "put_manifest"),
)
"""Where a stage has done its part, in the order of the journey."""


class Stages:
    """The process is killed after the n-th time that any stage has done its part."""

    def __init__(self) -> None:
        self._seen = 0
        self._at: list[str] = []

    def arm(self, _home: Path, nth: int) -> None:
        for stage, owner, name in SEAMS:
            setattr(owner, name, self._wrapped(stage, getattr(owner, name), nth))

    def _wrapped(self, stage: str, call: Callable[..., Any], nth: int) -> Callable[..., Any]:
        def passed() -> None:
            self._seen += 1
            self._at.append(stage)
            if self._seen == nth:
                os.kill(os.getpid(), signal.SIGKILL)

        def wrapped(*given: Any, **named: Any) -> Any:
            answer = call(*given, **named)
            if stage == "read":
                return _each(answer, passed)
            passed()
            return answer

        return wrapped

    def told(self) -> tuple[int, list[str]]:
        return self._seen, self._at


def _each(answer: Iterator[Any], passed: Callable[[], None]) -> Iterator[Any]:
    for one in answer:
        passed()
        yield one


def fault_of(name: str) -> Any:
    return {"BUSY": Lock, "STAGES": Stages}.get(name, lambda: Disk(name))()
