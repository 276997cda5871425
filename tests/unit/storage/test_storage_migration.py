import shutil
from pathlib import Path

import pytest
from real_postgresql import sqlite_only
from sqlalchemy import Engine, text

from tracker.domain.errors import DatabaseError
from tracker.domain.parties import Speaker
from tracker.storage.engine import make_engine
from tracker.storage.migration import (
    current_revision,
    downgrade,
    head_revision,
    require_current,
    upgrade,
)
from tracker.storage.registry import sync_registry


def test_a_database_at_the_newest_revision_is_taken(engine: Engine, migrations: Path) -> None:
    assert current_revision(engine) == head_revision(migrations)
    require_current(engine, migrations)


def test_a_missing_database_is_named_with_the_remedy_and_not_made(tmp_path: Path, migrations: Path) -> None:
    file = tmp_path / "none.db"
    engine = make_engine(f"sqlite:///{file}")
    with pytest.raises(DatabaseError, match=r"no database at .*none\.db yet: run `tracker init`"):
        require_current(engine, migrations)
    assert not file.exists()


def test_an_empty_database_is_as_good_as_none(tmp_path: Path, migrations: Path) -> None:
    file = tmp_path / "empty.db"
    file.touch()
    engine = make_engine(f"sqlite:///{file}")
    with pytest.raises(DatabaseError, match="run `tracker init`"):
        require_current(engine, migrations)
    engine.dispose()


def test_an_older_database_is_refused_with_both_revisions(engine: Engine, migrations: Path) -> None:
    engine.dispose()
    downgrade(str(engine.url), migrations, "0001")
    with pytest.raises(DatabaseError, match=r"at revision 0001, this program needs \d+: run `tracker init`"):
        require_current(engine, migrations)


def test_a_newer_database_is_refused_and_left_as_it_is(engine: Engine, migrations: Path) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match="newer version of the program"):
        require_current(engine, migrations)
    with pytest.raises(DatabaseError, match="newer version of the program"):
        upgrade(str(engine.url), migrations)
    assert current_revision(engine) == "9999"


def test_the_folder_of_a_new_database_is_made(tmp_path: Path, migrations: Path) -> None:
    url = f"sqlite:///{tmp_path}/data/deep/tracker.db"
    upgrade(url, migrations)
    assert (tmp_path / "data" / "deep" / "tracker.db").is_file()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, migrations: Path) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(DatabaseError, match=r"cannot make the folder for .*data/tracker\.db"):
        upgrade(f"sqlite:///{tmp_path}/data/tracker.db", migrations)


def test_a_folder_without_migrations_is_named(tmp_path: Path, engine: Engine) -> None:
    with pytest.raises(DatabaseError, match="holds no migrations"):
        require_current(engine, tmp_path)


def test_migrations_may_lie_under_a_folder_with_a_percent_sign(tmp_path: Path, migrations: Path) -> None:
    shutil.copytree(migrations, tmp_path / "50% off" / "migrations")
    url = f"sqlite:///{tmp_path}/tracker.db"
    upgrade(url, tmp_path / "50% off" / "migrations")
    engine = make_engine(url)
    assert current_revision(engine) == head_revision(migrations)
    engine.dispose()


def with_one_more(migrations: Path, folder: Path, *lines: str) -> Path:
    """A copy of the migrations with one more, whose upgrade runs these lines."""
    more = folder / "migrations"
    shutil.copytree(migrations, more)
    head = head_revision(migrations)
    body = "".join(f"    {line}\n" for line in lines)
    (more / "versions" / "9000_more.py").write_text(
        f"from alembic import op\nrevision, down_revision = '9000', {head!r}\ndef upgrade():\n{body}"
    )
    return more


@sqlite_only
def test_a_migration_that_fails_leaves_the_database_as_it_was(
    tmp_path: Path, migrations: Path, engine: Engine
) -> None:
    broken = with_one_more(
        migrations,
        tmp_path,
        "op.drop_table('source')",
        "op.execute('CREATE TABLE half (id INTEGER)')",
        "op.execute('no SQL at all')",
    )
    with pytest.raises(DatabaseError, match="syntax error"):
        upgrade(str(engine.url), broken)
    require_current(engine, migrations)
    with engine.connect() as connection:
        names = set(connection.scalars(text("SELECT name FROM sqlite_master")))
    assert "source" in names
    assert "half" not in names


@sqlite_only
def test_a_migration_that_breaks_a_reference_is_refused(
    tmp_path: Path, migrations: Path, engine: Engine
) -> None:
    insert = "INSERT INTO speaker VALUES (1, 'k', 'XYZ', '{}', '{}', '[]', NULL, NULL)"
    broken = with_one_more(migrations, tmp_path, f"op.execute({insert!r})")
    with pytest.raises(DatabaseError, match="table speaker would refer to nothing in party"):
        upgrade(str(engine.url), broken)
    require_current(engine, migrations)


@sqlite_only
def test_a_table_others_refer_to_can_be_rebuilt_with_its_rows(
    tmp_path: Path, migrations: Path, engine: Engine
) -> None:
    sync_registry(engine, [], [Speaker("LNA", {"en": "The Colonel"})])
    more = with_one_more(
        migrations,
        tmp_path,
        "with op.batch_alter_table('party', recreate='always') as party:",
        "    party.alter_column('description', new_column_name='members')",
    )
    upgrade(str(engine.url), more)
    with engine.connect() as connection:
        assert connection.scalars(text("SELECT members FROM party")).all() == ["", "", ""]
        assert connection.scalar(text("SELECT party_code FROM speaker")) == "LNA"
