import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from tracker.storage.engine import make_engine
from tracker.storage.migration import current_revision, downgrade, head_revision, upgrade
from tracker.storage.tables import Base

MIGRATIONS = Path(__file__).parents[2] / "migrations"

Schema = dict[str, list[str]]


def schema(url: str) -> Schema:
    """The parts of each table, index and trigger, whatever order the constraints of a table stand in."""
    engine = make_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")).all()
    engine.dispose()
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


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/tracker.db"


@pytest.fixture
def migrated(url: str) -> Engine:
    upgrade(url, MIGRATIONS)
    return make_engine(url)


def test_tables_and_migrations_agree(migrated: Engine) -> None:
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": Base.metadata})
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
    beside = {name for name in by_migration if name.endswith(("_no_update", "_no_delete", "_no_replace"))}
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
