"""In what condition a database is: room on its disk, whether it can be written, whether it is whole."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select, text

from tracker.domain.audit import first_broken
from tracker.domain.errors import DatabaseError
from tracker.storage.auditing import all_entries
from tracker.storage.engine import reading, writing
from tracker.storage.migration import file_of
from tracker.storage.tables import AuditEntryRow

LEAST_ROOM = 500 * 1024 * 1024
"""Bytes that should be free: an index of 100,000 statements is written beside the one before it."""

LARGEST_LOG = 256 * 1024 * 1024
"""Bytes of the write-ahead log above which something keeps it from being emptied."""

_SKEW = timedelta(minutes=5)
_PATIENCE = 5.0  # seconds

Finding = tuple[str, str]
"""A part, and "ok" or what is wrong with it and what to do about it."""


def condition(engine: Engine, home: Path, now: datetime) -> Iterator[Finding]:
    """What can be seen of a database that is there, and of its disk, or the one of `home`.

    Reads all of the database. Raises DatabaseError where that goes no further.
    """
    file = file_of(engine)
    yield "disk", _room(home if file is None else file.parent)
    if file is None:
        yield "writing", _writable(engine)
    else:
        yield "writing", _lockable(file)
        yield "integrity", _integrity(file)
        yield "write-ahead log", _log(file)
    yield "audit trail", _trail(engine)
    yield "clock", _clock(engine, now)


def _room(folder: Path) -> str:
    # With a database elsewhere, the home is made when something is first put there.
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    free = shutil.disk_usage(there).free
    if free >= LEAST_ROOM:
        return "ok"
    return f"{folder}: only {free // 2**20} MB are free: make room before the next ingest"


def _lockable(file: Path) -> str:
    try:
        with closing(sqlite3.connect(file, isolation_level=None, timeout=_PATIENCE)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            # A write that is taken back: a disk that is full or write-protected shows only now.
            connection.execute("CREATE TABLE tried_by_doctor (one)")
            connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        return f"{file}: it cannot be written: {error}"
    return "ok"


def _writable(engine: Engine) -> str:
    try:
        with writing(engine) as session:
            session.execute(text("DELETE FROM alembic_version WHERE FALSE"))
    except DatabaseError as error:
        return f"it cannot be written: {error}"
    return "ok"


def _integrity(file: Path) -> str:
    restore = "restore a backup into another TRACKER_HOME"
    try:
        with closing(sqlite3.connect(file, timeout=_PATIENCE)) as connection:
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            loose = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        return f"{file}: it is damaged ({error}): {restore}"
    if found != "ok":
        return f"{file}: it is damaged ({found}): {restore}"
    return (
        "ok" if loose is None else f"{file}: a row of {loose[0]} refers to one of {loose[2]} that is missing"
    )


def _log(file: Path) -> str:
    log = file.with_name(f"{file.name}-wal")
    size = log.stat().st_size if log.exists() else 0
    if size <= LARGEST_LOG:
        return "ok"
    return f"{log}: it has grown to {size // 2**20} MB, since something reads without end: restart the server"


def _trail(engine: Engine) -> str:
    with reading(engine) as session:
        broken = first_broken(all_entries(session))
    return "ok" if broken is None else f"entry {broken.id} does not fit: run `tracker verify-audit`"


def _clock(engine: Engine, now: datetime) -> str:
    with reading(engine) as session:
        last = session.scalar(select(AuditEntryRow.at).order_by(AuditEntryRow.id.desc()).limit(1))
    if last is None or last <= now + _SKEW:
        return "ok"
    return (
        f"the last entry of the audit trail is dated {last.isoformat(timespec='minutes')}, and now is "
        f"{now.isoformat(timespec='minutes')}: set the machine's clock right"
    )
