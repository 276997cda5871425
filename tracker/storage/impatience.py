"""Writing what may as well be left out, where that would have to wait for another write."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, Update
from sqlalchemy.exc import DBAPIError

from tracker.storage import postgresql
from tracker.storage.engine import database_errors, for_writing

_LITTLE_PATIENCE = 0.05  # seconds


def update_unless_busy(engine: Engine, change: Update) -> None:
    """Carry a change out, unless another write holds the database just now, or nothing may be written to it.

    Reading must not wait for those who write, and a replica is for reading alone. Raises DatabaseError.
    """
    hurried = for_writing(engine, patience=_LITTLE_PATIENCE)
    with database_errors(engine), hurried.connect() as connection:
        try:
            with _impatient(connection), connection.begin():
                connection.execute(change)
        except DBAPIError as error:
            if not _is_excused(error):
                raise


@contextmanager
def _impatient(connection: Connection) -> Iterator[None]:
    """On SQLite, give up the wait for another write almost at once."""
    if connection.dialect.name != "sqlite":
        yield
        return
    cursor = connection.connection.cursor()
    (usual,) = cursor.execute("PRAGMA busy_timeout").fetchone()
    cursor.execute(f"PRAGMA busy_timeout = {round(_LITTLE_PATIENCE * 1000)}")
    try:
        yield
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {int(usual)}")
        cursor.close()


def _is_excused(error: DBAPIError) -> bool:
    cause = error.orig
    if isinstance(cause, sqlite3.OperationalError):
        return cause.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    return postgresql.is_busy(error) or postgresql.is_read_only(error)
