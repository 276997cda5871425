"""Bringing a database to the tables that this program needs, and refusing to work with any other."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine

from tracker.domain.errors import DatabaseError
from tracker.storage.engine import address, database_errors, for_writing, make_engine


def upgrade(url: str, migrations: Path) -> None:
    """Create the database if it is missing and bring it to the newest revision, whole or not at all.

    `migrations` is the folder that holds `env.py`. Raises DatabaseError.
    """
    with _migrating(url) as connection:
        _run(connection, migrations, "upgrade", "head")


def upgrade_within(connection: Connection, migrations: Path) -> None:
    """Bring an empty database to the newest revision as a part of a transaction. Raises DatabaseError."""
    _run(connection, migrations, "upgrade", "head")


def downgrade(url: str, migrations: Path, revision: str) -> None:
    """Take the database back to a revision, "base" for an empty one. What has no place there is lost."""
    with _migrating(url) as connection:
        _run(connection, migrations, "downgrade", revision)


@contextmanager
def _migrating(url: str) -> Iterator[Connection]:
    engine = make_engine(url)
    try:
        _make_folder(engine)
        with (
            database_errors(engine),
            for_writing(engine).connect() as connection,
            _unguarded(connection),
            connection.begin(),
        ):
            yield connection
            _check_references(connection)
    finally:
        engine.dispose()


def _make_folder(engine: Engine) -> None:
    file = file_of(engine)
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(f"cannot make the folder for {address(engine)}: {error}") from error


def file_of(engine: Engine) -> Path | None:
    """The file of a SQLite database; None for other databases and for one in memory."""
    name = engine.url.database
    if engine.dialect.name != "sqlite" or not name or name == ":memory:" or name.startswith("file:"):
        return None
    return Path(name)


@contextmanager
def _unguarded(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by dropping it and renaming a copy, which foreign keys would not survive.

    They can only be switched off outside of a transaction, so this goes past SQLAlchemy.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise DatabaseError(f"a row of table {broken[0]} would refer to nothing in {broken[2]}")


def _run(connection: Connection, migrations: Path, direction: str, revision: str) -> None:
    config = _config(migrations)
    config.attributes["connection"] = connection
    try:
        {"upgrade": command.upgrade, "downgrade": command.downgrade}[direction](config, revision)
    except CommandError as error:
        raise DatabaseError(
            f"{address(connection.engine)} cannot be migrated with {migrations}: {error}; "
            "was it made by a newer version of the program?"
        ) from error


def _config(migrations: Path) -> Config:
    if not (migrations / "env.py").is_file():
        raise DatabaseError(f"{migrations} holds no migrations: env.py is missing")
    config = Config()
    # Alembic reads "%" in a path as the beginning of a placeholder.
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    return config


def current_revision(engine: Engine) -> str | None:
    """The revision a database is at; None for one without tables, or no database at all.

    Never creates a file. Raises DatabaseError.
    """
    file = file_of(engine)
    if file is not None and not file.exists():
        return None
    with database_errors(engine), engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head_revision(migrations: Path) -> str:
    """The newest revision there is a migration to. Raises DatabaseError."""
    head = ScriptDirectory.from_config(_config(migrations)).get_current_head()
    if head is None:
        raise DatabaseError(f"{migrations} holds no migrations")
    return head


def require_current(engine: Engine, migrations: Path) -> None:
    """Raise DatabaseError, with what to do, unless the database is at the newest revision."""
    current, head = current_revision(engine), head_revision(migrations)
    if current is None:
        raise DatabaseError(f"there is no database at {address(engine)} yet: run `tracker init`")
    if current != head:
        raise DatabaseError(
            f"the database at {address(engine)} is at revision {current}, this program needs {head}: "
            "run `tracker init`, or a newer version of the program if that does not know its revision"
        )
