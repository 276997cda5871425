import sqlite3
from pathlib import Path

import pytest
from real_postgresql import sqlite_only
from sqlalchemy import Engine, text

from tracker.domain.errors import DatabaseError
from tracker.storage.engine import address, make_engine, reading, writing


@sqlite_only
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("foreign_keys", 1),
        ("busy_timeout", 30_000),
        ("synchronous", 2),
        ("recursive_triggers", 1),
    ],
)
def test_every_connection_is_prepared(engine: Engine, pragma: str, value: object) -> None:
    with engine.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


@sqlite_only
def test_the_driver_begins_no_transaction_of_its_own(engine: Engine) -> None:
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute("INSERT INTO source (name) VALUES ('Example Wire')")
        assert not driver.in_transaction


@sqlite_only
def test_a_write_transaction_takes_the_lock_before_it_reads(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(text("SELECT count(*) FROM source"))
        rival = sqlite3.connect(engine.url.database or "", timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            rival.execute("BEGIN IMMEDIATE")
        rival.close()


@sqlite_only
def test_a_read_transaction_takes_no_lock(engine: Engine) -> None:
    with reading(engine) as session:
        session.execute(text("SELECT count(*) FROM source"))
        rival = sqlite3.connect(engine.url.database or "", timeout=0, isolation_level=None)
        rival.execute("BEGIN IMMEDIATE")
        rival.close()


def test_a_read_transaction_sees_one_state_throughout(engine: Engine) -> None:
    count = text("SELECT count(*) FROM source")
    with reading(engine) as session:
        assert session.scalar(count) == 0
        with writing(engine) as other:
            other.execute(text("INSERT INTO source (name) VALUES ('Example Wire')"))
        assert session.scalar(count) == 0
    with reading(engine) as session:
        assert session.scalar(count) == 1


def fail_after(_written: object) -> None:
    raise OSError("the disk is full")


def test_a_write_transaction_that_fails_leaves_nothing(engine: Engine) -> None:
    insert = text("INSERT INTO source (name) VALUES ('Example Wire')")
    with pytest.raises(OSError, match="disk"), writing(engine) as session:
        fail_after(session.execute(insert))
    with reading(engine) as session:
        assert session.scalar(text("SELECT count(*) FROM source")) == 0


@sqlite_only
def test_waiting_too_long_for_the_lock_is_said_to_be_the_database(engine: Engine) -> None:
    rival = sqlite3.connect(engine.url.database or "", isolation_level=None)
    rival.execute("BEGIN IMMEDIATE")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 1")
    with pytest.raises(DatabaseError, match=r"tracker\.db: database is locked"), writing(engine) as session:
        session.execute(text("SELECT 1"))
    rival.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("This is a page of notes, and no database at all. " * 30)
    engine = make_engine(f"sqlite:///{tmp_path}/notes.db")
    with pytest.raises(DatabaseError, match=r"notes\.db: file is not a database"), reading(engine) as session:
        session.execute(text("SELECT 1"))


def test_a_malformed_address_is_refused_without_repeating_it() -> None:
    with pytest.raises(DatabaseError) as caught:
        make_engine("postgresql//me:hunter2@host/name")
    assert "hunter2" not in str(caught.value)


def test_an_unknown_kind_of_database_is_refused() -> None:
    with pytest.raises(DatabaseError, match="nosuch"):
        make_engine("nosuch://host/name")


def test_the_address_hides_the_password(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    url = engine.url.set(drivername="postgresql", username="me", password="hunter2", host="host")  # noqa: S106
    monkeypatch.setattr(engine, "url", url)
    assert "host" in address(engine)
    assert "hunter2" not in address(engine)
