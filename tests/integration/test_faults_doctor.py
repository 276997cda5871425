"""What `tracker doctor` sees of a disk, a database, a clock and an index in trouble."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import real_postgresql
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tracker.domain.errors import DatabaseError
from tracker.storage import condition as looked_at
from tracker.storage.auditing import append_entry
from tracker.storage.condition import condition
from tracker.storage.engine import for_writing

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
Findings = Callable[[], dict[str, str]]


@pytest.fixture
def findings(engine: Engine, tmp_path: Path) -> Findings:
    return lambda: dict(condition(engine, tmp_path, NOW))


def act(engine: Engine, at: datetime) -> None:
    with Session(for_writing(engine)) as session, session.begin():
        append_entry(
            session,
            actor="amal",
            action="judge",
            subject_kind="conflict",
            subject_id="c",
            at=at,
            before=None,
            after=None,
        )


def test_a_sound_database_has_nothing_wrong(engine: Engine, findings: Findings) -> None:
    act(engine, NOW)
    found = findings()
    assert set(found.values()) == {"ok"}
    assert {"disk", "writing", "audit trail", "clock"} <= set(found)


def test_a_disk_that_is_nearly_full_is_named(findings: Findings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=30 * 2**20))
    assert "only 30 MB are free" in findings()["disk"]


def test_a_clock_that_was_set_back_shows_beside_the_trail(engine: Engine, findings: Findings) -> None:
    act(engine, NOW + timedelta(days=365))
    assert "2027-11-25T09:30+00:00" in findings()["clock"]
    assert "set the machine's clock right" in findings()["clock"]


@real_postgresql.sqlite_only
def test_a_lock_that_others_hold_keeps_it_from_being_written(
    engine: Engine, findings: Findings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looked_at, "_PATIENCE", 0.05)
    with closing(sqlite3.connect(engine.url.database or "", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "database is locked" in findings()["writing"]
    assert findings()["writing"] == "ok"


@real_postgresql.sqlite_only
def test_a_log_that_is_never_emptied_is_named(
    engine: Engine, findings: Findings, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(engine, NOW)
    monkeypatch.setattr(looked_at, "LARGEST_LOG", 10)
    assert "-wal: it has grown" in findings()["write-ahead log"]


@real_postgresql.sqlite_only
def test_a_damaged_page_is_found(engine: Engine, tmp_path: Path) -> None:
    engine.dispose()
    path = Path(engine.url.database or "")
    content = bytearray(path.read_bytes())
    for page in range(3, len(content) // 4096, 2):
        content[page * 4096 : page * 4096 + 60] = b"\xff" * 60
    path.write_bytes(content)
    found: list[tuple[str, str]] = []
    with suppress(DatabaseError):  # it goes as far as it can
        found.extend(condition(engine, tmp_path, NOW))
    assert "it is damaged" in dict(found)["integrity"]
    assert "restore a backup" in dict(found)["integrity"]


@real_postgresql.sqlite_only
def test_a_row_that_refers_to_a_missing_one_is_found(engine: Engine, findings: Findings) -> None:
    with closing(sqlite3.connect(engine.url.database or "")) as tool, tool:
        tool.execute("INSERT INTO audit_subject (entry_id, kind, subject_id) VALUES (99, 'event', 'e')")
    assert "audit_subject refers to one of audit_entry" in findings()["integrity"]


@real_postgresql.sqlite_only
def test_a_trail_that_was_edited_is_found(engine: Engine, findings: Findings) -> None:
    act(engine, NOW)
    with closing(sqlite3.connect(engine.url.database or "")) as tool, tool:
        tool.execute("DROP TRIGGER audit_entry_no_update")
        tool.execute("UPDATE audit_entry SET actor = 'eve'")
    assert findings()["audit trail"] == "entry 1 does not fit: run `tracker verify-audit`"
