"""The connection to the database, and the two kinds of transaction: reading and writing."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from tracker.domain.errors import ConnectionLostError, DatabaseError, ReadOnlyError
from tracker.storage import postgresql

_WRITES, _PATIENTLY = "tracker_writes", "tracker_patience"

_PATIENCE, _PAUSE = 30.0, 0.02  # seconds

# synchronous=FULL: a write that was acknowledged outlives a loss of power, which NORMAL does not promise
# in WAL mode. recursive_triggers: without it INSERT OR REPLACE slips past the triggers that guard records.
_PRAGMAS = (
    "PRAGMA busy_timeout = 30000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA recursive_triggers = ON",
)


def make_engine(url: str) -> Engine:
    """The engine for a SQLAlchemy URL. Connects to nothing yet.

    Raises DatabaseError where the URL names no database that this installation can speak to.
    """
    try:
        parsed = make_url(url)
        engine = create_engine(
            parsed,
            # A server that was started anew has ended the connections that are kept: each is asked whether it
            # lives before it is used. A file ends none.
            pool_pre_ping=parsed.get_backend_name() != "sqlite",
            # What is stored does not belong into messages, nor these into a log.
            hide_parameters=True,
            json_serializer=partial(json.dumps, ensure_ascii=False, sort_keys=True),
        )
    except ArgumentError as error:
        # The URL itself may hold a password, so the message leaves it out.
        raise DatabaseError(f"the database URL is none that SQLAlchemy understands: {error}") from error
    except ModuleNotFoundError as error:
        raise DatabaseError(f"the driver for this database URL is not installed: {error.name}") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif engine.dialect.name == "postgresql":
        postgresql.prepare(engine)
        event.listen(engine, "begin", _begin_postgresql)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # By default Python's sqlite3 begins a transaction before the first write only: what was read before
    # may have changed by then, and the change is lost. With None it leaves the beginning to us.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)
    _switch_to_wal(connection)


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Readers beside a writer. Raises sqlite3.OperationalError where the lock does not go in time."""
    until = time.monotonic() + _PATIENCE
    # Asked first, because even a needless switch to WAL can meet a lock, which SQLite does not wait for:
    # another process that begins with the same new database holds it for a moment.
    while connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(_WRITES, False):
        postgresql.take_turn(connection, options.get(_PATIENTLY, postgresql.PATIENCE))


def for_writing(engine: Engine, *, patience: float | None = None) -> Engine:
    """The same engine, whose transactions take the lock of writers before they read anything.

    `patience` is for PostgreSQL: how many seconds they wait for it, where that is not the usual 30.
    """
    options: dict[str, Any] = {_WRITES: True}
    if patience is not None:
        options[_PATIENTLY] = patience
    return engine.execution_options(**options)


def _for_reading(engine: Engine) -> Engine:
    # On SQLite a transaction sees one state anyway; PostgreSQL has to be asked for it.
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ")


def address(engine: Engine) -> str:
    """The database's URL without its password, for messages."""
    return engine.url.render_as_string(hide_password=True)


@contextmanager
def database_errors(engine: Engine) -> Iterator[None]:
    """Turn what the database itself complains of into DatabaseError.

    Broken constraints and wrong SQL are faults of this program and pass as they are.
    """
    try:
        yield
    except (IntegrityError, ProgrammingError):
        raise
    except DBAPIError as error:
        if postgresql.is_read_only(error):
            raise ReadOnlyError(f"{address(engine)} is a replica, or only read: {error.orig}") from error
        kind = ConnectionLostError if error.connection_invalidated else DatabaseError
        raise kind(f"{address(engine)}: {error.orig}") from error


def rely_on_later(session: Session) -> None:
    """Have a transaction end on PostgreSQL without waiting for the disk.

    The server's log is in one order: once a later transaction that does wait is on the disk, so is this one.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL synchronous_commit TO off"))


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A transaction that sees one state of the database throughout. Raises DatabaseError."""
    with database_errors(engine), Session(_for_reading(engine), autoflush=False) as session, session.begin():
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A transaction of which all is kept, or nothing. Waits its turn; raises DatabaseError after 30 s."""
    with database_errors(engine), Session(for_writing(engine), autoflush=False) as session, session.begin():
        yield session
