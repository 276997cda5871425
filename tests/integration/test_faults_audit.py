"""The audit trail against whoever has the file: no edit goes unnoticed, and none is possible by plain SQL.

Some edits in a run of all tests; the thousand of docs/reliability.md, with the figures printed:

    FAULTS=all python -m pytest -s tests/integration/test_faults_audit.py
"""

import os
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import real_postgresql
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tracker.domain.audit import AuditEntry
from tracker.resources import MIGRATIONS
from tracker.storage.auditing import append_entry
from tracker.storage.decisions import SqlDecisions
from tracker.storage.engine import for_writing, make_engine
from tracker.storage.migration import upgrade

pytestmark = pytest.mark.skipif(real_postgresql.IN_USE, reason="edits a file of SQLite")

EVERY = os.environ.get("FAULTS") == "all"
EDITS = 1_000 if EVERY else 150
ENTRIES = 60
NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)

COLUMNS = tuple(AuditEntry.__slots__)
Rows = list[list[Any]]
Edit = Callable[[Rows, random.Random], None]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database with a trail: acts, undoings, acts without a state, and words of all kinds."""
    url = f"sqlite:///{tmp_path}/tracker.sqlite3"
    upgrade(url, MIGRATIONS)
    engine = make_engine(url)
    with Session(for_writing(engine)) as session, session.begin():
        for number in range(1, ENTRIES + 1):
            append_entry(
                session,
                actor=("amal", "omar", "machine", "عمر")[number % 4],
                action=("judge", "merge", "undo", "sign_in")[number % 4],
                subject_kind=("conflict", "event", "user")[number % 3],
                subject_id=f"x{number % 7}",
                at=NOW + timedelta(seconds=number, microseconds=number % 3),
                before=None if number % 4 == 3 else {"judgement": "suggested"},
                after=None if number % 5 == 0 else {"judgement": "confirmed", "n": number},
                reason="" if number % 6 == 0 else f"Read both, № {number}",
                undoes=number - 1 if number % 4 == 2 else None,
                redoes=number - 2 if number % 8 == 5 else None,
            )
    yield engine
    engine.dispose()


def change_a_value(rows: Rows, chance: random.Random) -> None:
    """One field of one entry, to something that means something else."""
    row, column = chance.choice(rows), chance.randrange(len(COLUMNS))
    value, name = row[column], COLUMNS[column]
    if name in {"id", "undoes", "redoes"}:
        row[column] = (value or 0) + 1_000 + chance.randrange(1_000)
    elif name == "at":
        row[column] = str(value).replace("2026", str(chance.randrange(1990, 2026)), 1)
    elif value is None:
        row[column] = chance.choice(("", "{}", "null"))
    else:
        place = chance.randrange(len(value) + 1)
        put, gone = chance.choice((("x", 0), ("", 1), (" ", 0), ("\0", 0), ("e", 1), ("é", 1)))
        changed = value[:place] + put + value[place + gone :]
        row[column] = changed if changed != value else f"{value}x"


def empty_a_value(rows: Rows, chance: random.Random) -> None:
    row, column = chance.choice(rows), chance.choice([COLUMNS.index(name) for name in ("before", "after")])
    row[column] = None if row[column] is not None else '{"judgement": "rejected"}'


def take_an_entry_out(rows: Rows, chance: random.Random) -> None:
    del rows[chance.randrange(len(rows))]


def take_an_entry_out_and_renumber(rows: Rows, chance: random.Random) -> None:
    place = chance.randrange(len(rows))
    del rows[place]
    for row in rows[place:]:
        row[0] -= 1


def exchange_two(rows: Rows, chance: random.Random) -> None:
    one, two = chance.sample(rows, 2)
    one[1:], two[1:] = two[1:], one[1:]


def slip_one_in(rows: Rows, chance: random.Random) -> None:
    rows.append([rows[-1][0] + 1, *chance.choice(rows)[1:-1], f"{chance.randrange(16**64):064x}"])


def cut_the_end_off(rows: Rows, chance: random.Random) -> None:
    del rows[-chance.randrange(1, 5) :]


EDITS_OF_ALL_KINDS: tuple[Edit, ...] = (
    *[change_a_value] * 7,
    empty_a_value,
    take_an_entry_out,
    take_an_entry_out_and_renumber,
    exchange_two,
    slip_one_in,
    cut_the_end_off,
)


def test_every_edit_of_the_trail_is_found(engine: Engine) -> None:
    decisions = SqlDecisions(engine, lambda: NOW)
    _, noted = decisions.head()
    assert decisions.broken_entry() is None
    assert decisions.has_seal(noted)
    with closing(sqlite3.connect(engine.url.database or "", isolation_level=None)) as tool:
        tool.execute("PRAGMA synchronous = OFF")
        for (name,) in tool.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            tool.execute(f"DROP TRIGGER {name}")
        whole = [list(row) for row in tool.execute(f"SELECT {', '.join(COLUMNS)} FROM audit_entry")]  # noqa: S608
        missed, by_seal_alone = [], 0
        for number in range(EDITS):
            edit, rows = EDITS_OF_ALL_KINDS[number % len(EDITS_OF_ALL_KINDS)], [list(row) for row in whole]
            edit(rows, random.Random(number))  # noqa: S311
            assert rows != whole
            write(tool, rows)
            # The end of the trail can be cut off without a trace in it; a seal that was noted tells.
            if decisions.broken_entry() is None:
                by_seal_alone += 1
                if decisions.has_seal(noted):
                    missed.append((number, edit.__name__))
        write(tool, whole)
        assert decisions.broken_entry() is None
    print(f"{EDITS} edits, {EDITS - len(missed)} found, {by_seal_alone} of them by a noted seal alone")  # noqa: T201
    assert missed == []


def write(tool: sqlite3.Connection, rows: Rows) -> None:
    tool.execute("BEGIN")
    tool.execute("DELETE FROM audit_entry")
    holes = ", ".join("?" * len(COLUMNS))
    tool.executemany(f"INSERT INTO audit_entry ({', '.join(COLUMNS)}) VALUES ({holes})", rows)  # noqa: S608
    tool.execute("COMMIT")


NEW = (
    "id, 'eve', action, subject_kind, subject_id, at, before, after, reason, undoes, redoes, previous, sha256"
)

ROUTES = """
UPDATE audit_entry SET reason = 'another' WHERE id = 3
UPDATE OR IGNORE audit_entry SET reason = 'another'
UPDATE OR ROLLBACK audit_entry SET id = id + 1000
UPDATE OR REPLACE audit_entry SET id = 3 WHERE id = 4
UPDATE audit_entry SET rowid = 999 WHERE id = 3
UPDATE audit_entry SET actor = other.actor FROM (SELECT 'eve' AS actor) AS other
WITH one AS (SELECT 3 AS id) UPDATE audit_entry SET actor = 'eve' WHERE id IN (SELECT id FROM one)
DELETE FROM audit_entry
DELETE FROM audit_entry WHERE id = 3 RETURNING id
DELETE FROM audit_entry WHERE rowid IN (SELECT max(id) FROM audit_entry)
WITH one AS (SELECT 3 AS id) DELETE FROM audit_entry WHERE id IN (SELECT id FROM one)
REPLACE INTO audit_entry SELECT {NEW} FROM audit_entry WHERE id = 3
INSERT OR REPLACE INTO audit_entry SELECT {NEW} FROM audit_entry WHERE id = 3
INSERT INTO audit_entry SELECT * FROM audit_entry WHERE id = 3 ON CONFLICT DO UPDATE SET actor = 'eve'
INSERT INTO audit_entry SELECT * FROM audit_entry WHERE id = 3 ON CONFLICT (id) DO UPDATE SET actor = 'eve'
CREATE TEMP TRIGGER t AFTER INSERT ON party BEGIN DELETE FROM audit_entry; END; {PARTY}
CREATE TEMP TRIGGER t AFTER INSERT ON party BEGIN UPDATE audit_entry SET actor = 'eve'; END; {PARTY}
CREATE TEMP VIEW v AS SELECT * FROM audit_entry; {ON_VIEW} DELETE FROM v WHERE id = 3
""".strip().splitlines()
"""Ways by which SQL changes rows, a line each."""

MORE = {
    "{NEW}": NEW,
    "{PARTY}": "INSERT INTO party (code, label, description, allies, names) "
    "VALUES ('X', '{}', '', '[]', '{}')",
    "{ON_VIEW}": "CREATE TEMP TRIGGER t INSTEAD OF DELETE ON v "
    "BEGIN DELETE FROM audit_entry WHERE id = OLD.id; END;",
}


def try_route(tool: sqlite3.Connection, route: str) -> Rows:
    """The trail after whatever that did."""
    for name, words in MORE.items():
        route = route.replace(name, words)
    with suppress(sqlite3.Error):
        tool.executescript(route)
    if tool.in_transaction:
        tool.execute("ROLLBACK")
    tool.execute("DROP TRIGGER IF EXISTS temp.t")
    tool.execute("DROP VIEW IF EXISTS temp.v")
    return [list(row) for row in tool.execute("SELECT * FROM audit_entry")]


@pytest.mark.parametrize("recursive", [False, True])
def test_no_route_of_sql_changes_an_entry(engine: Engine, *, recursive: bool) -> None:
    with closing(sqlite3.connect(engine.url.database or "", isolation_level=None)) as tool:
        tool.execute(f"PRAGMA recursive_triggers = {int(recursive)}")
        before = [list(row) for row in tool.execute("SELECT * FROM audit_entry")]
        taken = [route for route in ROUTES if try_route(tool, route) != before]
    print(f"{len(ROUTES)} routes of SQL, {len(taken)} open")  # noqa: T201
    assert taken == []


def test_each_of_these_routes_would_change_entries_but_for_the_triggers(engine: Engine) -> None:
    with closing(sqlite3.connect(engine.url.database or "", isolation_level=None)) as stored:
        before = [list(row) for row in stored.execute("SELECT * FROM audit_entry")]
        for route in ROUTES:
            with closing(sqlite3.connect(":memory:", isolation_level=None)) as tool:
                stored.backup(tool)
                for name in ("update", "delete", "replace"):
                    tool.execute(f"DROP TRIGGER audit_entry_no_{name}")
                assert try_route(tool, route) != before, route
