"""Moving an installation from SQLite to PostgreSQL: all of it in one transaction, or nothing."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, Integer, Table, func, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tracker.domain.audit import first_broken
from tracker.domain.errors import DatabaseError, SettingsError
from tracker.storage.auditing import all_entries
from tracker.storage.engine import address, database_errors, for_writing
from tracker.storage.migration import require_current, upgrade_within
from tracker.storage.tables import Base

_BATCH = 500
_FEW = 20
"""Documents come with their original bytes, so fewer of them are in memory at once."""

Progress = Callable[[str, int, int], None]
"""Told the table, how many of its rows have been moved and how many there are."""


def _nothing(_target: Connection) -> None:
    """There is nothing beside the database."""


@dataclass(frozen=True, slots=True)
class MovedTable:
    """A table as it was before and is now: how many rows, and the sum of the SHA-256 of each."""

    name: str
    rows: int
    digest: str


def move_over(
    source: Engine,
    target: Engine,
    migrations: Path,
    progress: Progress,
    beside: Callable[[Connection], None] = _nothing,
) -> list[MovedTable]:
    """Move all tables of a SQLite database into an empty database on PostgreSQL, and what lies `beside` it.

    Nobody writes to the source meanwhile; it stays as it is. What has arrived is read again and compared
    before the transaction ends: whatever goes wrong, the target is empty as before. Raises SettingsError for
    databases that this is not for, DatabaseError for everything else.
    """
    if source.dialect.name != "sqlite" or target.dialect.name != "postgresql":
        raise SettingsError(
            f"an installation is moved from SQLite to PostgreSQL, not from {source.dialect.name} "
            f"to {target.dialect.name}"
        )
    require_current(source, migrations)
    with ExitStack() as stack:
        stack.enter_context(database_errors(source))
        there = stack.enter_context(for_writing(source).begin())
        stack.enter_context(database_errors(target))
        here = stack.enter_context(for_writing(target).begin())
        _require_empty(here)
        upgrade_within(here, migrations)
        moved = _moved(there, here, progress)
        beside(here)
        _require_whole_trail(here)
        here.execute(text("ANALYZE"))
    return moved


def _require_empty(target: Connection) -> None:
    tables = inspect(target).get_table_names()
    if tables:
        kind = "an installation" if "alembic_version" in tables else f"a table {sorted(tables)[0]}"
        raise SettingsError(
            f"{address(target.engine)} has {kind} already: move into an empty database (CREATE DATABASE)"
        )


def _moved(source: Connection, target: Connection, progress: Progress) -> list[MovedTable]:
    tables = Base.metadata.sorted_tables
    # A row may refer to one of the same table that comes later, such as an event that was merged.
    within = [
        f'ALTER TABLE "{table.name}" ALTER CONSTRAINT "{key.name}"'
        for table in tables
        for key in table.foreign_key_constraints
        if key.referred_table is table
    ]
    for alter in within:
        target.exec_driver_sql(f"{alter} DEFERRABLE INITIALLY DEFERRED")
    before = [_copied(table, source, target, progress) for table in tables]
    target.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for alter in within:
        target.exec_driver_sql(f"{alter} NOT DEFERRABLE")
    for table, was in zip(tables, before, strict=True):
        if _sum(table, target) != was:
            raise DatabaseError(
                f"{address(target.engine)}: table {table.name} did not arrive as it was; nothing was kept"
            )
        _set_sequence(table, target)
    return before


def _copied(table: Table, source: Connection, target: Connection, progress: Progress) -> MovedTable:
    total = source.scalar(select(func.count()).select_from(table)) or 0
    tally = _Tally(table.name)
    for rows in _batches(table, source):
        try:
            target.execute(table.insert(), rows)
        except DBAPIError as error:
            raise DatabaseError(
                f"table {table.name} cannot be moved, nothing was kept: {error.orig}"
            ) from error
        tally.add(rows)
        progress(table.name, tally.rows, total)
    return tally.done()


def _sum(table: Table, connection: Connection) -> MovedTable:
    tally = _Tally(table.name)
    for rows in _batches(table, connection):
        tally.add(rows)
    return tally.done()


def _batches(table: Table, connection: Connection) -> Iterator[list[dict[str, Any]]]:
    """The rows of a table in the order of its key, some at a time."""
    size = _FEW if table.name == "document" else _BATCH
    rows = connection.execute(
        select(table).order_by(*table.primary_key), execution_options={"yield_per": size}
    )
    for part in rows.mappings().partitions():
        yield [dict(row) for row in part]


class _Tally:
    """Rows counted, and the SHA-256 of each added up: whatever order they come in, the sum is one."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.rows = 0
        self._sum = 0

    def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        for row in rows:
            digest = hashlib.sha256()
            for name, value in row.items():
                written = _written(value)
                digest.update(f"{name}:{len(written)}:".encode())
                digest.update(written)
            self._sum += int.from_bytes(digest.digest())
            self.rows += 1

    def done(self) -> MovedTable:
        return MovedTable(self._name, self.rows, f"{self._sum % (1 << 256):064x}")


def _written(value: object) -> bytes:
    """A value as bytes, the same whichever database it came from."""
    if isinstance(value, bytes):
        return b"y" + value
    if isinstance(value, np.ndarray):
        return b"v" + value.tobytes()
    if isinstance(value, str):
        return b"s" + value.encode("utf-8", "surrogatepass")
    if isinstance(value, date):  # instants as well
        return b"d" + value.isoformat().encode()
    if isinstance(value, (list, dict)):
        return b"j" + json.dumps(value, sort_keys=True).encode()
    return f"{type(value).__name__} {value!r}".encode()


def _set_sequence(table: Table, target: Connection) -> None:
    """Let the next row have a number that none has had."""
    (key, *others) = table.primary_key.columns
    if others or not isinstance(key.type, Integer):
        return
    sequence = target.scalar(
        text("SELECT pg_get_serial_sequence(:table, :column)"),
        {"table": f'"{table.name}"', "column": key.name},
    )
    last = target.scalar(select(func.max(key)))
    if sequence is not None and last is not None:
        target.execute(
            text("SELECT setval(CAST(:sequence AS regclass), :last)"), {"sequence": sequence, "last": last}
        )


def _require_whole_trail(target: Connection) -> None:
    with Session(target) as session:
        broken = first_broken(all_entries(session))
    if broken is not None:
        raise DatabaseError(
            f"the audit trail is broken at entry {broken.id}, nothing was moved: see `tracker verify-audit`"
        )
