import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import real_postgresql
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from tracker.storage.engine import for_writing, make_engine
from tracker.storage.migration import downgrade, upgrade

MIGRATIONS = Path(__file__).parents[2] / "migrations"
NEEDED = """
INSERT INTO party (code, label, description, allies, names) VALUES ('LNA', '{}', '', '[]', '{}');
INSERT INTO document
(id, title, language, sha256, media_type, captured_at, constructed, text, original)
VALUES ('d1', '', 'en', 'f', 'text/plain', '2020-01-06 10:00:00Z', FALSE, 'One. Two.', 'One. Two.');
INSERT INTO statement
(id, document_id, start, "end", quote, language, party_code, chain, method, confidence,
polarity, story, heading)
VALUES
('s1', 'd1', 0, 4, 'One.', 'en', 'LNA', '[]', 'speaker', 0.9, 'asserts', 0, ''),
('s2', 'd1', 5, 9, 'Two.', 'en', 'LNA', '[]', 'speaker', 0.9, 'asserts', 0, '')
"""
"""What the records of decisions on statements refer to."""

ROWS = {
    "audit_entry": "1, 'Ana', 'merge', 'event', 'e1', '2020-01-06 10:00:00Z', NULL, NULL, 'one event', "
    "NULL, NULL, 'before', 'seal'",
    "link_decision": "1, 's1', 's2', 'apart', 'Ana', '2020-01-06 10:00:00Z', 'two attacks'",
}
CHANGES = [
    "UPDATE {table} SET reason = 'another'",
    "DELETE FROM {table}",
    "DELETE FROM {table} WHERE id = 1",
    "INSERT INTO {table} VALUES ({row}) ON CONFLICT (id) DO UPDATE SET reason = 'another'",
]
CHANGES += (
    [
        "TRUNCATE {table} CASCADE",
        "MERGE INTO {table} USING (SELECT 1 AS id) one ON one.id = {table}.id WHEN MATCHED THEN DELETE",
    ]
    if real_postgresql.IN_USE
    else [
        "UPDATE OR REPLACE {table} SET id = 2",
        "INSERT OR REPLACE INTO {table} VALUES ({row})",
        "REPLACE INTO {table} VALUES ({row})",
    ]
)


UNNUMBERED = "DEFAULT" if real_postgresql.IN_USE else "NULL"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    url = real_postgresql.blank_url(tmp_path)
    upgrade(url, MIGRATIONS)
    engine = for_writing(make_engine(url))
    with engine.begin() as connection:
        for insertion in NEEDED.split(";"):
            connection.exec_driver_sql(insertion)
        for table, row in ROWS.items():
            connection.execute(text(f"INSERT INTO {table} VALUES ({row})"))  # noqa: S608
        if real_postgresql.IN_USE:
            # The rows were given their numbers, which the server does not learn of.
            for table in ROWS:
                connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 1)")
    yield engine
    engine.dispose()


def stored(engine: Engine, table: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608


@pytest.mark.parametrize("table", ROWS)
@pytest.mark.parametrize("change", CHANGES)
def test_a_record_cannot_be_changed(engine: Engine, table: str, change: str) -> None:
    before = stored(engine, table)
    statement = text(change.format(table=table, row=ROWS[table].replace("Ana", "Eve")))
    with pytest.raises(DBAPIError, match=f"{table} is append-only"), engine.begin() as connection:
        connection.execute(statement)
    assert stored(engine, table) == before


@real_postgresql.sqlite_only
@pytest.mark.parametrize("table", ROWS)
def test_a_record_cannot_be_replaced_by_a_tool_that_leaves_recursive_triggers_off(
    engine: Engine, table: str
) -> None:
    before = stored(engine, table)
    tool = sqlite3.connect(engine.url.database or "")
    assert tool.execute("PRAGMA recursive_triggers").fetchone() == (0,)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        tool.execute(f"INSERT OR REPLACE INTO {table} VALUES ({ROWS[table]})")  # noqa: S608
    tool.close()
    assert stored(engine, table) == before


@real_postgresql.sqlite_only
def test_with_recursive_triggers_a_replaced_record_meets_the_trigger_on_deletion(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_entry_no_replace"))
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(f"INSERT OR REPLACE INTO audit_entry VALUES ({ROWS['audit_entry']})"))  # noqa: S608


@pytest.mark.parametrize("table", ROWS)
def test_records_are_added_under_new_numbers(engine: Engine, table: str) -> None:
    added = UNNUMBERED + ROWS[table][1:]
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO {table} VALUES ({added})"))  # noqa: S608
    assert [row[0] for row in stored(engine, table)] == [1, 2]


@pytest.mark.parametrize(
    ("pair", "refusal"),
    [
        ("'s2', 's1'", "ck_link_decision_pair_in_order"),
        ("'s1', 's1'", "ck_link_decision_pair_in_order"),
        ("'s1', 's3'", "(?i)foreign key constraint"),
        ("'s0', 's1'", "(?i)foreign key constraint"),
    ],
)
def test_only_two_stored_statements_in_order_can_be_decided_on(
    engine: Engine, pair: str, refusal: str
) -> None:
    row = ROWS["link_decision"].replace("'s1', 's2'", pair).replace("1, ", f"{UNNUMBERED}, ", 1)
    with pytest.raises(DBAPIError, match=refusal), engine.begin() as connection:
        connection.exec_driver_sql(f"INSERT INTO link_decision VALUES ({row})")  # noqa: S608
    assert len(stored(engine, "link_decision")) == 1


def test_taking_the_record_of_decisions_back_leaves_the_older_records_guarded(engine: Engine) -> None:
    engine.dispose()
    url = engine.url.render_as_string(hide_password=False)
    downgrade(url, MIGRATIONS, "0004")
    with pytest.raises(DBAPIError, match="audit_entry is append-only"), engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit_entry")
    upgrade(url, MIGRATIONS)
    assert stored(engine, "link_decision") == []
    assert len(stored(engine, "audit_entry")) == 1
    with pytest.raises(DBAPIError, match="audit_entry is append-only"), engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit_entry")
