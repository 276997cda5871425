import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from tracker.domain.conflicts import Evidence
from tracker.domain.documents import Span
from tracker.storage.engine import make_engine
from tracker.storage.migration import current_revision, downgrade, head_revision, upgrade
from tracker.storage.store import SqlStore
from tracker.storage.tables import Base

MIGRATIONS = Path(__file__).parents[2] / "migrations"

Schema = dict[str, list[str]]

A_CONFLICT = """
INSERT INTO party (code, label, description, allies, names)
VALUES ('LNA', '{}', '', '[]', '{}'), ('GNA', '{}', '', '[]', '{}');
INSERT INTO document
(id, title, language, sha256, media_type, captured_at, constructed, text, original)
VALUES ('d1', '', 'en', 'f', 'text/plain', '2020-01-06 10:00:00', 0, 'One. Two.', 'One. Two.');
INSERT INTO statement
(id, document_id, start, end, quote, language, party_code, chain, method, confidence,
polarity, story, heading)
VALUES
('s1', 'd1', 0, 4, 'One.', 'en', 'LNA', '[]', 'speaker', 0.9, 'asserts', 0, ''),
('s2', 'd1', 5, 9, 'Two.', 'en', 'GNA', '[]', 'speaker', 0.9, 'asserts', 0, '');
INSERT INTO event (id, title, title_language, version) VALUES ('e1', 'One', 'en', 1);
INSERT INTO conflict
(id, event_id, one, other, type, score, explanation, comparator, evidence, detector, judgement, version)
VALUES
('c1', 'e1', 's1', 's2', 'control', 0.9, 'Both hold it.', 'control',
'[["s1", 0, 3], ["s2", 5, 8]]', 'rules 1', 'confirmed', 1)
"""
"""A conflict that a person has confirmed, and what it refers to."""


def schema(url: str) -> Schema:
    """The parts of each table, index and trigger, whatever order the constraints of a table stand in."""
    engine = make_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")).all()
    engine.dispose()
    # The tables that SQLite keeps behind a full text index are its own affair.
    rows = [row for row in rows if not row.name.startswith("statement_trigrams_")]
    return {name: sorted(re.split(r",\s*\n", " ".join(sql.split(" ")))) for name, sql in rows}


def normal(found: Schema) -> Schema:
    """The parts of each definition as a sorted list, whatever commas and line breaks part them.

    SQLite writes a column that was added later behind the last one, on the same line.
    """
    return {
        name: sorted(
            re.sub(r"\s+", " ", piece).strip(" (),")
            for part in parts
            for piece in re.split(r",(?![^()]*\))", part)
        )
        for name, parts in found.items()
    }


_TRIGGERS = ("_no_update", "_no_delete", "_no_replace", "_inserted", "_updated", "_deleted")


def _is_of_the_models(name: str | None, kind: str, _parents: object) -> bool:
    """Whether it is anything but the full text index, which the models know nothing of."""
    return kind != "table" or not (name or "").startswith("statement_trigrams")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/tracker.db"


@pytest.fixture
def migrated(url: str) -> Engine:
    upgrade(url, MIGRATIONS)
    return make_engine(url)


def test_tables_and_migrations_agree(migrated: Engine) -> None:
    with migrated.connect() as connection:
        opts = {"target_metadata": Base.metadata, "include_name": _is_of_the_models}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, Base.metadata) == []
    migrated.dispose()


def test_tables_and_migrations_agree_to_the_letter(url: str, migrated: Engine, tmp_path: Path) -> None:
    """Alembic's comparison leaves out checks and the names of keys."""
    migrated.dispose()
    other = make_engine(f"sqlite:///{tmp_path}/other.db")
    Base.metadata.create_all(other)
    other.dispose()
    by_migration = normal(schema(url))
    by_tables = normal(schema(f"sqlite:///{tmp_path}/other.db"))
    beside = {name for name in by_migration if name.endswith(_TRIGGERS) or name == "statement_trigrams"}
    assert set(by_migration) - beside == set(by_tables) | {"alembic_version"}
    assert {name: by_migration[name] for name in by_tables} == by_tables


def test_down_and_up_again_gives_the_same_schema(url: str, migrated: Engine) -> None:
    migrated.dispose()
    before = schema(url)
    downgrade(url, MIGRATIONS, "base")
    assert set(schema(url)) <= {"alembic_version", "sqlite_sequence"}
    upgrade(url, MIGRATIONS)
    assert schema(url) == before


def test_each_step_can_be_taken_back(url: str, migrated: Engine) -> None:
    migrated.dispose()
    steps = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions("base", "heads")]
    assert steps[0] == head_revision(MIGRATIONS)
    engine = make_engine(url)
    for earlier in [*steps[1:], "base"]:
        downgrade(url, MIGRATIONS, earlier)
        assert (current_revision(engine) or "base") == earlier
    upgrade(url, MIGRATIONS)
    assert current_revision(engine) == steps[0]
    engine.dispose()


def test_there_is_one_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def test_migrating_a_current_database_keeps_its_rows(url: str, migrated: Engine) -> None:
    with migrated.begin() as connection:
        connection.execute(text("INSERT INTO source (name) VALUES ('Example Wire')"))
    upgrade(url, MIGRATIONS)
    with migrated.connect() as connection:
        assert connection.scalar(text("SELECT name FROM source")) == "Example Wire"
    migrated.dispose()


def test_every_table_and_column_says_what_it_holds() -> None:
    for table in Base.metadata.sorted_tables:
        assert table.comment, table.name
        for column in table.columns:
            assert column.comment, f"{table.name}.{column.name}"


def test_conflicts_outlive_the_step_to_evidence_and_back(url: str, migrated: Engine) -> None:
    for statement in A_CONFLICT.split(";"):
        with migrated.begin() as connection:
            connection.exec_driver_sql(statement)
    store = SqlStore(migrated, lambda: datetime(2020, 1, 6, tzinfo=UTC))
    (conflict,) = store.all_conflicts()
    assert conflict.verdict.evidence == (Evidence("s1", Span(0, 3)), Evidence("s2", Span(5, 8)))
    migrated.dispose()
    downgrade(url, MIGRATIONS, "0005")
    assert "evidence" not in " ".join(schema(url)["conflict"])
    with migrated.connect() as connection:
        rows = connection.execute(text("SELECT id, judgement, explanation FROM conflict")).all()
    assert [tuple(row) for row in rows] == [("c1", "confirmed", "Both hold it.")]
    migrated.dispose()
    upgrade(url, MIGRATIONS)
    (again,) = store.all_conflicts()
    assert again == replace(conflict, verdict=replace(conflict.verdict, evidence=()))
    migrated.dispose()
