"""Migrations on PostgreSQL: up and down with rows in the tables, each step as on SQLite."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import real_postgresql
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from desk_life import live_in
from sqlalchemy import Engine, MetaData, select, text
from tracker_shell import Shell

from tracker.resources import MIGRATIONS
from tracker.storage.engine import make_engine
from tracker.storage.migration import current_revision, downgrade, upgrade
from tracker.storage.tables import Base

OF_ONE_DATABASE = ("statement_trigrams", "statement_vector", "incoming_block", "sqlite_", "alembic_version")
"""Beginnings of the names of tables that only one of the two has, or that are not the program's."""


@pytest.fixture
def url() -> Iterator[str]:
    name = real_postgresql.new_database()
    yield real_postgresql.url_of(name)
    real_postgresql.drop(name)


def rows(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """All that stands in the tables, as both databases say it."""
    found = MetaData()
    found.reflect(engine, only=lambda name, _: not name.startswith(OF_ONE_DATABASE))
    with engine.connect() as connection:
        return {
            name: sorted(
                tuple((column, _plain(value)) for column, value in sorted(row.items()))
                for row in connection.execute(select(table)).mappings()
            )
            for name, table in found.tables.items()
        }


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return (value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)).isoformat()
    return repr(int(value) if isinstance(value, bool) else value)


def test_tables_and_migrations_agree_on_postgresql(url: str) -> None:
    upgrade(url, MIGRATIONS)
    engine = make_engine(url)
    with engine.connect() as connection:

        def of_the_models(name: str | None, kind: str, _parents: object) -> bool:
            return not (
                (kind == "table" and name in {"statement_vector", "incoming_block"})
                or name == "ix_statement_words_trigrams"
            )

        opts = {"target_metadata": Base.metadata, "include_name": of_the_models}
        assert compare_metadata(MigrationContext.configure(connection, opts=opts), Base.metadata) == []
    engine.dispose()


def test_nothing_is_left_of_a_database_that_is_taken_down(url: str) -> None:
    upgrade(url, MIGRATIONS)
    downgrade(url, MIGRATIONS, "base")
    engine = make_engine(url)
    with engine.connect() as connection:
        left = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        assert set(connection.scalars(text(left))) <= {"alembic_version"}
        functions = "SELECT count(*) FROM pg_proc WHERE proname = 'refuse_change'"
        assert connection.scalar(text(functions)) == 0
        assert connection.scalar(text("SELECT to_regnamespace('procrastinate')")) is None
    engine.dispose()


@pytest.mark.model
@real_postgresql.sqlite_only
def test_each_step_down_and_up_leaves_both_databases_with_the_same_rows(
    demonstration: Shell, url: str, tmp_path: Path
) -> None:
    live_in(demonstration, tmp_path)
    demonstration.ok("migrate-to", url)
    engines = make_engine(f"sqlite:///{demonstration.database}"), make_engine(url)
    steps = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions("base", "heads")]
    whole = rows(engines[1])
    assert whole == rows(engines[0])
    down = steps[1:-1] if real_postgresql.THOROUGH else (steps[1], steps[-2])
    for move, revisions in ((downgrade, down), (upgrade, steps[:1])):
        for revision in revisions:
            for engine in engines:
                address = engine.url.render_as_string(hide_password=False)
                engine.dispose()
                if move is downgrade:
                    downgrade(address, MIGRATIONS, revision)
                else:
                    upgrade(address, MIGRATIONS)
                assert current_revision(engine) == revision
            one, other = map(rows, engines)
            assert one == other, revision
    for name in (
        "document",
        "statement",
        "event",
        "membership",
        "conflict",
        "audit_entry",
        "statement_words",
    ):
        assert len(whole[name]) == len(other[name]) > 0
    for engine in engines:
        engine.dispose()
