"""Writing what may as well be left out, where that would have to wait for another write."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, Update
from sqlalchemy.exc import OperationalError

from tracker.storage.engine import database_errors, for_writing

_LITTLE_PATIENCE = 50  # milliseconds


def update_unless_busy(engine: Engine, change: Update) -> None:
    """Carry a change out, unless another write holds the database just now. Raises DatabaseError.

    Reading must not wait for those who write.
    """
    with database_errors(engine), for_writing(engine).connect() as connection:
        try:
            with _impatient(connection), connection.begin():
                connection.execute(change)
        except OperationalError as error:
            if not _is_busy(error):
                raise


@contextmanager
def _impatient(connection: Connection) -> Iterator[None]:
    """On SQLite, give up the wait for another write almost at once."""
    if connection.dialect.name != "sqlite":
        yield
        return
    cursor = connection.connection.cursor()
    (usual,) = cursor.execute("PRAGMA busy_timeout").fetchone()
    cursor.execute(f"PRAGMA busy_timeout = {_LITTLE_PATIENCE}")
    try:
        yield
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {int(usual)}")
        cursor.close()


def _is_busy(error: OperationalError) -> bool:
    cause = error.orig
    return (
        isinstance(cause, sqlite3.OperationalError) and cause.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    )
