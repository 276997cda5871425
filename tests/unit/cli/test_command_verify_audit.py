import sqlite3
from pathlib import Path

import pytest

from tracker.bootstrap import SystemClock, initialise
from tracker.cli import main
from tracker.domain.people import Role
from tracker.settings import Settings
from tracker.storage.engine import make_engine
from tracker.storage.people import SqlPeople


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRACKER_HOME", str(tmp_path))
    monkeypatch.delenv("TRACKER_DATABASE_URL", raising=False)
    settings = Settings(home=tmp_path)
    initialise(settings)
    engine = make_engine(settings.database)
    people = SqlPeople(engine, SystemClock().now)
    for name in ("amal", "omar", "vera"):
        people.add_user(name, "hash", Role.VIEWER, actor="the tests", only_first=False)
    engine.dispose()
    return tmp_path


def run(*options: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["verify-audit", *options])
    return int(left.value.code or 0)


@pytest.mark.usefixtures("home")
def test_a_whole_trail_is_said_with_its_head(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    out, err = capsys.readouterr()
    assert out.startswith("whole: 3 entries, seal of the last one ")
    assert err == ""


@pytest.mark.parametrize(
    ("forgery", "named"),
    [("UPDATE audit_entry SET actor = 'x' WHERE id = 2", 2), ("DELETE FROM audit_entry WHERE id = 1", 2)],
)
def test_a_broken_trail_names_the_entry(
    home: Path, capsys: pytest.CaptureFixture[str], forgery: str, named: int
) -> None:
    # Only somebody who owns the file can do this: the triggers have to go first.
    with sqlite3.connect(home / "tracker.sqlite3") as connection:
        for change in ("update", "delete"):
            connection.execute(f"DROP TRIGGER audit_entry_no_{change}")
        connection.execute(forgery)
    connection.close()
    assert run() == 1
    out, err = capsys.readouterr()
    assert out.startswith(f"broken at entry {named} of ")
    assert "compare with a backup" in err


def test_an_end_that_was_cut_off_shows_beside_a_seal_that_was_noted(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run() == 0
    noted = capsys.readouterr().out.split()[-1]
    assert run("--seal", noted) == 0
    with sqlite3.connect(home / "tracker.sqlite3") as connection:
        connection.execute("DROP TRIGGER audit_entry_no_delete")
        connection.execute("DELETE FROM audit_entry WHERE id = 3")
    connection.close()
    assert run() == 0
    assert run("--seal", noted) == 1
    assert f"none of the 2 entries has the seal {noted}" in capsys.readouterr().out


def test_no_database_is_an_error_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRACKER_HOME", str(tmp_path / "none"))
    assert run() == 3
    assert "run `tracker init`" in capsys.readouterr().err
