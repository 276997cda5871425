"""What PostgreSQL needs to hold what SQLite holds: every text, and one writer at a time."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    import psycopg
    from psycopg.abc import Buffer

_TURN = 0x7_261_C4E5
"""Any number that no other program locks in the same database."""

PATIENCE = 30.0
"""Seconds that a write transaction waits for those before it."""

_NOT_NOW, _READ_ONLY = "55P03", "25006"
"""What the server says where a lock does not come in time, and where it is told to write and only reads."""

_ESCAPE = "\ufdd0"
"""No character of any text that is exchanged (a noncharacter of Unicode); where it comes up it is escaped."""


def prepare(engine: Engine) -> None:
    """Have every connection of an engine keep all texts whole, and each write transaction wait its turn."""
    event.listen(engine, "connect", _prepare_connection)


def take_turn(connection: Connection, patience: float = PATIENCE) -> None:
    """Wait until no other write transaction runs, so many seconds; until this one ends, no other begins.

    The rules of this program (a decision is made on what was seen, an entry is sealed with the one before)
    hold where write transactions follow one another, as they do on SQLite. They last milliseconds; reading
    waits for none of them.
    """
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(patience * 1000)}")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")


def is_busy(error: DBAPIError) -> bool:
    """Whether the server gave up the wait for a lock."""
    return getattr(error.orig, "sqlstate", None) == _NOT_NOW


def is_read_only(error: DBAPIError) -> bool:
    """Whether the server was told to write and is a replica, or is set to read alone."""
    return getattr(error.orig, "sqlstate", None) == _READ_ONLY


def escaped(text: str) -> str:
    """A text without the one character that PostgreSQL does not keep, U+0000."""
    if "\0" not in text and _ESCAPE not in text:
        return text
    return text.replace(_ESCAPE, f"{_ESCAPE}1").replace("\0", f"{_ESCAPE}0")


def unescaped(text: str) -> str:
    """The text that `escaped` made this one of."""
    if _ESCAPE not in text:
        return text
    return text.replace(f"{_ESCAPE}0", "\0").replace(f"{_ESCAPE}1", _ESCAPE)


def _prepare_connection(connection: "psycopg.Connection[Any]", _record: object) -> None:
    # Only where this database is in use is its driver installed.
    from psycopg.types.string import StrDumper, TextLoader  # noqa: PLC0415

    class EscapingDumper(StrDumper):
        def dump(self, obj: str) -> "Buffer | None":
            return super().dump(escaped(obj))

    class UnescapingLoader(TextLoader):
        def load(self, data: "Buffer") -> str:
            return unescaped(str(super().load(data)))

    connection.adapters.register_dumper(str, EscapingDumper)
    for kind in ("text", "varchar", "bpchar"):
        connection.adapters.register_loader(kind, UnescapingLoader)
