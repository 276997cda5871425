"""Turns among all threads, processes and machines that use one PostgreSQL database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from tracker.domain.errors import BusyError, DatabaseError
from tracker.storage import postgresql
from tracker.storage.engine import address, database_errors

_KEY = (0x7_261_C4E, 1)
"""Two numbers that no other program locks in the same database."""

_OF_KEY = (
    "FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND classid = :one AND objid = :two "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class AdvisoryTurns:
    """Turns held by a lock of the server, which lets go of it whenever a connection ends.

    The server gives it to those who wait in the order in which they came. All methods raise DatabaseError.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def take(self, patience: float | None = None) -> Iterator["AdvisoryTurn"]:
        """Wait for one's turn, at most so many seconds. Raises BusyError."""
        with database_errors(self._engine):
            connection = self._engine.connect()
        turn = AdvisoryTurn(connection)
        try:
            turn.begin(patience)
            yield turn
        finally:
            turn.end()

    def is_held(self) -> bool:
        """Whether anybody has their turn just now."""
        with database_errors(self._engine), self._engine.connect() as connection:
            return _exists(connection, "granted")


class AdvisoryTurn:
    """One's turn, until `end`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, patience: float | None) -> None:
        """Wait for it. Raises BusyError."""
        with database_errors(self._connection.engine):
            self._run(f"SET lock_timeout = {0 if patience is None else max(1, round(patience * 1000))}")
            try:
                self._run("SELECT pg_advisory_lock({}, {})".format(*_KEY))
            except DBAPIError as error:
                if postgresql.is_busy(error):
                    raise BusyError("others are linking statements just now") from error
                raise

    def give_way(self, before: Callable[[], None]) -> bool:
        """Let those go first who wait, and then go on, however long it takes; whether there were any.

        Raises DatabaseError where the connection was lost, and the turn with it.
        """
        with database_errors(self._connection.engine):
            if not self._is_held():
                where = address(self._connection.engine)
                raise DatabaseError(f"{where}: the turn to link was lost, others may have begun")
            if not self._is_wanted():
                return False
        before()
        with database_errors(self._connection.engine):
            self._run("SELECT pg_advisory_unlock({}, {})".format(*_KEY))
        self.begin(None)
        return True

    def _is_wanted(self) -> bool:
        return _exists(self._connection, "NOT granted")

    def _is_held(self) -> bool:
        return _exists(self._connection, "granted AND pid = pg_backend_pid()")

    def end(self) -> None:
        """Let others have their turn: the connection is closed rather than kept, and its locks with it."""
        if not self._connection.closed:
            # A lost connection has let go of it; of one that is closed the server notices a little later.
            with suppress(SQLAlchemyError):
                self._run("SELECT pg_advisory_unlock_all()")
            self._connection.invalidate()
            self._connection.close()

    def _run(self, command: str) -> None:
        self._connection.exec_driver_sql(command)


def _exists(connection: Connection, what: str) -> bool:
    wanted = text(f"SELECT EXISTS (SELECT {_OF_KEY} AND {what})")
    return bool(connection.scalar(wanted, {"one": _KEY[0], "two": _KEY[1]}))
