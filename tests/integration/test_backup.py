"""Backups: of one moment while others write, checked to the last byte, and put back as they were."""

import json
import shutil
import sqlite3
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import real_postgresql
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tracker_shell import Shell

from tracker.domain.errors import BackupError
from tracker.storage.backup import DATABASE, MANIFEST, restore_backup

# Only SQLite databases are copied; servers have their own ways.
pytestmark = [pytest.mark.model, real_postgresql.sqlite_only]

TIMES = 20
"""How often a backup is made and put back while another process writes."""


@pytest.fixture(scope="module")
def archive(demonstration_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the demonstration with a party of the desk's own and a file that waits."""
    folder = tmp_path_factory.mktemp("backup")
    home = shutil.copytree(demonstration_home, folder / "home")
    (home / "parties.toml").write_text("# nothing of our own yet\n", encoding="utf-8")
    target = folder / "desk.zip"
    Shell(home).ok("backup", target)
    return target


@pytest.fixture(scope="module")
def small_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of an installation in which nothing is stored yet."""
    folder = tmp_path_factory.mktemp("small")
    shell = Shell(folder / "home")
    shell.ok("init")
    shell.ok("backup", folder / "small.zip")
    return folder / "small.zip"


@pytest.fixture
def empty(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path / "home")
    shell.ok("init")
    return shell


def dump(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as opened:
        return list(opened.iterdump())


def test_what_was_put_back_is_what_was_backed_up(
    archive: Path, demonstration_home: Path, tmp_path: Path
) -> None:
    fresh = Shell(tmp_path / "fresh")
    told = fresh.ok("restore", archive)
    assert "restored the state of" in told.out
    assert dump(fresh.database) == dump(demonstration_home / DATABASE)
    assert (fresh.home / "parties.toml").read_text(encoding="utf-8").startswith("# nothing")
    assert (archive.stat().st_mode & 0o777) == 0o600
    assert not list(archive.parent.glob(".*")), "nothing half done is left"
    fresh.ok("index", "verify")
    fresh.ok("verify-audit")
    assert fresh.exported(tmp_path / "one") == Shell(demonstration_home).exported(tmp_path / "other")


def test_a_backup_takes_no_files_place_and_needs_an_empty_home(archive: Path, demonstration: Shell) -> None:
    before = archive.read_bytes()
    assert "there is a file already" in demonstration("backup", archive).err
    assert archive.read_bytes() == before
    there = dump(demonstration.database)
    assert "there is a database already" in demonstration("restore", archive).err
    assert dump(demonstration.database) == there


@contextmanager
def somebody_writes(database: Path) -> Iterator[None]:
    """Another connection that keeps two tables in step, one transaction after the other."""
    with closing(sqlite3.connect(database)) as opened:
        opened.execute("CREATE TABLE left_side (n INTEGER)")
        opened.execute("CREATE TABLE right_side (n INTEGER)")
        opened.commit()
    enough = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(database, timeout=30)) as own:
            number = 0
            while not enough.wait(0.002):
                number += 1
                with own:
                    own.execute("INSERT INTO left_side VALUES (?)", (number,))
                    own.execute("INSERT INTO right_side VALUES (?)", (number,))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        enough.set()
        writer.join()


def test_twenty_backups_under_write_load_hold_one_moment_each(empty: Shell, tmp_path: Path) -> None:
    seen = []
    with somebody_writes(empty.database):
        for number in range(TIMES):
            target = tmp_path / f"{number}.zip"
            empty.ok("backup", target)
            restore_backup(target, tmp_path / f"home-{number}")
            with closing(sqlite3.connect(tmp_path / f"home-{number}" / DATABASE)) as opened:
                left = opened.execute("SELECT count(*), max(n) FROM left_side").fetchone()
                assert left == opened.execute("SELECT count(*), max(n) FROM right_side").fetchone()
                assert left[0] == (left[1] or 0)
                seen.append(left[0])
    print(f"{len(seen)} of {TIMES} backups equal, {seen[-1]} transactions written meanwhile")  # noqa: T201
    assert seen == sorted(seen)
    assert len(set(seen)) > 1, "nobody wrote meanwhile"


def test_a_file_that_waits_to_be_read_goes_with_its_job(empty: Shell, tmp_path: Path) -> None:
    job = "j0123456789abcde"
    folder = empty.home / "incoming" / job
    folder.mkdir(parents=True)
    (folder / "0001.txt").write_text("The bridge is closed.", encoding="utf-8")
    (folder / "0002.txt").write_text("Nobody asks for this one any more.", encoding="utf-8")
    with closing(sqlite3.connect(empty.database)) as opened, opened:
        opened.execute(
            "INSERT INTO job (id, kind, actor, created_at, state, bytes_at_stage, is_cancel_asked, linked,"
            " to_link, error) VALUES (?, 'upload', 'amal', '2026-01-01 00:00:00', 'waiting', 0, 0, 0, 0, '')",
            (job,),
        )
        opened.execute(
            "INSERT INTO job_item (job_id, position, name, file, size, sha256, state, attempts, read_count,"
            " new_count, known_count, failed_count, statement_count, errors, notes)"
            " VALUES (?, 1, 'a.txt', '0001.txt', 21, ?, 'waiting', 0, 0, 0, 0, 0, 0, '[]', '[]')",
            (job, "0" * 64),
        )
    empty.ok("backup", tmp_path / "with.zip")
    restore_backup(tmp_path / "with.zip", tmp_path / "fresh")
    waiting = sorted(path.name for path in (tmp_path / "fresh" / "incoming" / job).iterdir())
    assert waiting == ["0001.txt"]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(min_value=0, max_value=1, exclude_max=True), flip=st.integers(1, 255))
def test_no_damaged_backup_is_put_back(small_archive: Path, tmp_path: Path, place: float, flip: int) -> None:
    damaged, home = tmp_path / "damaged.zip", tmp_path / "home"
    data = bytearray(small_archive.read_bytes())
    data[int(place * len(data))] ^= flip
    damaged.write_bytes(data)
    shutil.rmtree(home, ignore_errors=True)
    refusal = ""
    try:
        restore_backup(damaged, home)
    except BackupError as error:
        refusal = str(error)
    if refusal:
        assert str(damaged) in refusal
        assert not home.exists() or not list(home.iterdir())
    else:
        # A byte of the archive that means nothing, such as a time of a file.
        with zipfile.ZipFile(small_archive) as whole:
            files = json.loads(whole.read(MANIFEST))["files"]
        assert sorted(name for name, _ in files) == sorted(
            path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()
        )
        assert dump(home / DATABASE) == _dump_in(small_archive, tmp_path)


def _dump_in(small_archive: Path, folder: Path) -> list[str]:
    whole = folder / "whole"
    if not whole.exists():
        restore_backup(small_archive, whole)
    return dump(whole / DATABASE)


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/outside.txt", "a/../../outside.txt", "a\\b", ""])
def test_names_that_lead_elsewhere_are_refused(small_archive: Path, tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(small_archive) as whole, zipfile.ZipFile(tmp_path / "bad.zip", "w") as bad:
        manifest = json.loads(whole.read(MANIFEST))
        manifest["files"].append([name, "0" * 64])
        bad.writestr(MANIFEST, json.dumps(manifest))
        bad.writestr(DATABASE, whole.read(DATABASE))
    with pytest.raises(BackupError, match="names files that no backup has"):
        restore_backup(tmp_path / "bad.zip", tmp_path / "home")


@pytest.mark.parametrize("name", [MANIFEST, DATABASE, "another"])
def test_an_archive_that_grows_without_measure_is_not_unpacked(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr(name, bytes(110_000_000))
    with pytest.raises(BackupError, match="it would come to 110000000 bytes"):
        restore_backup(tmp_path / "bomb.zip", tmp_path / "home")
    assert not (tmp_path / "home" / DATABASE).exists()


def test_what_is_no_backup_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "words.zip").write_text("not an archive", encoding="utf-8")
    with pytest.raises(BackupError, match=r"words\.zip"):
        restore_backup(tmp_path / "words.zip", tmp_path / "home")
    with pytest.raises(BackupError, match="cannot be read"):
        restore_backup(tmp_path / "none.zip", tmp_path / "home")
