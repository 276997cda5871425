"""An installation on SQLite moves to PostgreSQL as it is: all of it or nothing, and nothing changed."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import real_postgresql
from desk_life import NUL, live_in
from sqlalchemy import Engine, inspect, text
from tracker_shell import CHECKOUT, Shell

from tracker.domain.errors import DatabaseError, SettingsError
from tracker.resources import MIGRATIONS
from tracker.storage.engine import make_engine
from tracker.storage.moving_over import move_over

pytestmark = [pytest.mark.model, real_postgresql.sqlite_only]

NEWS = b"The Government of National Accord said on Monday that it holds the port of Sirte."

MOVED_AND_KILLED = """
import sys, time
from tracker.resources import MIGRATIONS
from tracker.storage.engine import make_engine
from tracker.storage.moving_over import move_over

def progress(table, done, total):
    if table == "statement":
        print("half way", flush=True)
        time.sleep(60)

move_over(make_engine(sys.argv[1]), make_engine(sys.argv[2]), MIGRATIONS, progress)
"""


def quiet(_table: str, _done: int, _total: int) -> None:
    """Told how far it is, and says nothing."""


@pytest.fixture
def target(postgresql_url: str) -> Iterator[Engine]:
    engine = make_engine(postgresql_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def lived_in_home(demonstration_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that people have worked at. To be copied, not changed."""
    folder = tmp_path_factory.mktemp("lived-in")
    shell = Shell(shutil.copytree(demonstration_home, folder / "home"))
    live_in(shell, folder)
    return shell.home


@pytest.fixture
def lived_in(lived_in_home: Path, tmp_path: Path) -> Shell:
    return Shell(shutil.copytree(lived_in_home, tmp_path / "home"))


def tables(engine: Engine) -> list[str]:
    return inspect(engine).get_table_names()


def test_an_installation_goes_on_where_it_was(
    lived_in: Shell, postgresql_url: str, target: Engine, tmp_path: Path
) -> None:
    before = lived_in.exported(tmp_path / "one")
    searched = lived_in.ok("search", "who holds Sirte", "--json").json()
    trail = lived_in.ok("verify-audit").out
    rows = dict(line.split(": ", 1) for line in lived_in.ok("migrate-to", postgresql_url).out.splitlines())
    assert rows["document"].startswith(f"{len(before['documents.jsonl'].splitlines())} rows, ")
    moved = Shell(lived_in.home, {"TRACKER_DATABASE_URL": postgresql_url})
    assert moved.exported(tmp_path / "other") == before
    assert moved.ok("search", "who holds Sirte", "--json").json() == searched
    assert moved.ok("verify-audit").out == trail
    assert moved.ok("index", "verify").out.splitlines()[0].endswith(": 0 missing, 0 superfluous, 0 different")
    assert moved.ok("ingest", "-", standard_input=NEWS).out.startswith("documents: 1 new, 0 known, 0 failed")
    conflict = moved.rows(tmp_path / "after")["conflicts"][-1]["id"]
    moved.ok("decide", "judge", conflict, "--as", "rejected", "--by", "amal")
    assert moved.ok("verify-audit").out.startswith("whole: ")
    with target.connect() as connection:
        assert connection.scalar(text("SELECT value FROM annotation WHERE aspect = 'note:1'")) == NUL
        assert connection.scalar(text("SELECT redirects_to FROM event WHERE id = 'e000000000000000'"))
        assert connection.scalar(text("SELECT count(*) FROM pg_constraint WHERE condeferrable")) == 0


@real_postgresql.thorough
def test_by_pgvector_the_program_finds_and_links_the_same(
    lived_in: Shell, postgresql_url: str, tmp_path: Path
) -> None:
    searched = lived_in.ok("search", "who holds Sirte", "--json").json()
    lived_in.ok("migrate-to", postgresql_url)
    settings = {"TRACKER_DATABASE_URL": postgresql_url, "TRACKER_VECTOR_INDEX": "pgvector"}
    by_pgvector = Shell(lived_in.home, settings)
    answer = by_pgvector.ok("search", "who holds Sirte", "--json")
    assert "building it anew from the database" in answer.err
    assert answer.json() == searched
    for shell in (lived_in, by_pgvector):
        shell.ok("ingest", "-", "--published", "2020-01-07", standard_input=NEWS)
    one, other = lived_in.rows(tmp_path / "faiss"), by_pgvector.rows(tmp_path / "pgvector")
    assert (one["events"], one["conflicts"]) == (other["events"], other["conflicts"])
    assert (
        by_pgvector.ok("index", "verify")
        .out.splitlines()[0]
        .endswith(": 0 missing, 0 superfluous, 0 different")
    )
    assert by_pgvector.ok("index", "rebuild").out == f"{len(other['statements'])} vectors\n"
    assert {line.split(": ", 1)[1] for line in by_pgvector.ok("doctor").out.splitlines()} == {"ok"}
    by_pgvector.ok("relink")
    assert by_pgvector.rows(tmp_path / "relinked")["events"] == other["events"]


def test_only_an_empty_database_takes_one_in(lived_in: Shell, postgresql_url: str, target: Engine) -> None:
    with target.begin() as connection:
        connection.execute(text("CREATE TABLE of_others (one integer)"))
    answer = lived_in("migrate-to", postgresql_url)
    assert answer.code == 3
    assert "has a table of_others already" in answer.err
    assert tables(target) == ["of_others"]
    with target.begin() as connection:
        connection.execute(text("DROP TABLE of_others"))
    lived_in.ok("migrate-to", postgresql_url)
    assert "has an installation already" in lived_in("migrate-to", postgresql_url).err
    again = Shell(lived_in.home, {"TRACKER_DATABASE_URL": postgresql_url})("migrate-to", postgresql_url)
    assert "from SQLite to PostgreSQL, not from postgresql to postgresql" in again.err


def test_whoever_is_killed_half_way_leaves_nothing_behind(
    lived_in: Shell, postgresql_url: str, target: Engine
) -> None:
    command = [sys.executable, "-c", MOVED_AND_KILLED, f"sqlite:///{lived_in.database}", postgresql_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=CHECKOUT) as process:  # noqa: S603
        assert process.stdout is not None
        assert process.stdout.readline() == b"half way\n"
        process.kill()
    lived_in.ok("migrate-to", postgresql_url)
    assert "statement" in tables(target)


def test_nobody_writes_meanwhile_and_what_fails_is_taken_back(lived_in: Shell, target: Engine) -> None:
    refused: list[str] = []

    def write(_table: str, _done: int, _total: int) -> None:
        with (
            closing(sqlite3.connect(lived_in.database, timeout=0, isolation_level=None)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("DELETE FROM annotation")
        refused.append(_table)

    def die(table: str, _done: int, _total: int) -> None:
        if table == "conflict":
            raise RuntimeError("out of luck")

    source = make_engine(f"sqlite:///{lived_in.database}")
    with pytest.raises(RuntimeError, match="out of luck"):
        move_over(source, target, MIGRATIONS, die)
    assert tables(target) == []
    move_over(source, target, MIGRATIONS, write)
    assert "audit_entry" in refused
    source.dispose()


def test_what_does_not_arrive_as_it_was_is_not_kept(
    lived_in: Shell, target: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make_engine(f"sqlite:///{lived_in.database}")
    # As if the server kept texts otherwise than they were given.
    monkeypatch.setattr("tracker.storage.postgresql.unescaped", lambda text: text)
    with pytest.raises(DatabaseError, match="table place did not arrive as it was; nothing was kept"):
        move_over(source, target, MIGRATIONS, quiet)
    monkeypatch.undo()
    assert tables(target) == []
    lived_in.in_database("DROP TRIGGER audit_entry_no_update")
    lived_in.in_database("UPDATE audit_entry SET reason = 'another' WHERE id = 1")
    with pytest.raises(DatabaseError, match="audit trail is broken at entry 1"):
        move_over(source, target, MIGRATIONS, quiet)
    lived_in.in_database("UPDATE source SET name = :name WHERE id = 1", name="x" * 10)
    lived_in.in_database(
        "UPDATE document SET language = :long WHERE id = (SELECT min(id) FROM document)", long="x" * 99
    )
    with pytest.raises(
        DatabaseError, match="table document cannot be moved, nothing was kept: value too long"
    ):
        move_over(source, target, MIGRATIONS, quiet)
    assert tables(target) == []
    source.dispose()


def test_an_installation_moves_in_one_direction(tmp_path: Path) -> None:
    one, other = (make_engine(f"sqlite:///{tmp_path}/{name}.db") for name in ("one", "other"))
    with pytest.raises(SettingsError, match="not from sqlite to sqlite"):
        move_over(one, other, MIGRATIONS, quiet)
