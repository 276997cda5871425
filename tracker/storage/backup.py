"""A copy of an installation as one file: made while it is used, checked before it is put back.

A backup is a ZIP archive: the database as it stood at one moment, the files that were handed in and had not
been read at that moment, the desk's own parties, and a manifest with the SHA-256 of each. The search index
and the models are made anew from these. Secrets that can be made anew (the key that signs, the first
password) are not in it; digests of passwords and tokens are, so it is written for its owner's eyes only.
"""

import hashlib
import json
import lzma
import os
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from sqlalchemy import Engine

from tracker.domain.errors import BackupError
from tracker.storage.engine import address, make_engine
from tracker.storage.migration import current_revision, file_of

FORMAT = "counterclaim-backup-1"
DATABASE = "tracker.sqlite3"
MANIFEST = "manifest.json"
_BLOCK = 1 << 20

_LARGEST_EXPANSION = 100
"""How many bytes a byte of a backup may turn into, from 100 MB on. Our databases reach about 10."""
_EXPANSION_IS_JUDGED_FROM = 100_000_000

_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, KeyError, RuntimeError, ValueError)
"""What reading a ZIP archive can raise where a byte of it is wrong, the methods of compression included."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: the revision of its database, and each file with its SHA-256.

    `trail` is how many entries the audit trail had, and the seal of the last one.
    """

    made_at: str
    version: str
    revision: str
    trail: tuple[int, str]
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Home:
    """Where an installation keeps what belongs into a backup beside the database: names below its folder.

    `incoming` is the folder of files handed in, `own` are single files, each taken along where there is one.
    """

    folder: Path
    incoming: str
    own: tuple[str, ...]


def write_backup(engine: Engine, home: Home, target: Path, *, made_at: str, version: str) -> Manifest:
    """Write a backup of the database, the files that wait, and the desk's own files.

    Readers and writers go on meanwhile; what is in it is the state of one moment. Raises BackupError, also
    where the target exists; a backup that was broken off leaves nothing under the target's name.
    """
    source = file_of(engine)
    if source is None:
        raise BackupError(f"{address(engine)}: only SQLite databases are copied; use the server's own backup")
    if target.exists():
        raise BackupError(f"{target}: there is a file already; a backup never takes the place of another")
    try:
        with TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as folder:
            copied = _copy_of_one_moment(source, home, Path(folder))
            manifest = _described(Path(folder), copied, made_at, version)
            part = Path(folder) / "backup.zip"
            _pack(Path(folder), manifest, part)
            part.rename(target)
            _sync_folder(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"{target}: the backup could not be written: {error}") from error
    return manifest


def _copy_of_one_moment(source: Path, home: Home, folder: Path) -> list[str]:
    """Copy database and files; the names of the copies, relative to the folder."""
    with (
        closing(sqlite3.connect(source, isolation_level=None, timeout=30)) as lock,
        closing(sqlite3.connect(source, isolation_level=None, timeout=30)) as reader,
    ):
        # While nobody can write, the waiting files are those that the database speaks of: they are written
        # before their job is, and removed after it has ended. Then the reader keeps that state in view.
        lock.execute("BEGIN IMMEDIATE")
        reader.execute("BEGIN")
        waiting = reader.execute("SELECT job_id, file FROM job_item WHERE file <> ''").fetchall()
        wanted = [*home.own, *(f"{home.incoming}/{job}/{file}" for job, file in waiting)]
        names = [name for name in wanted if _take_along(home.folder / name, folder / name)]
        lock.execute("ROLLBACK")
        with closing(sqlite3.connect(folder / DATABASE)) as copy:
            reader.backup(copy)
            # One file, whole in itself.
            copy.execute("PRAGMA journal_mode = DELETE")
    return [DATABASE, *names]


def _take_along(path: Path, to: Path) -> bool:
    """Give a file, which is never written to again, a second name; whether there is one at all."""
    if not path.is_file():
        return False
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, to)
    except OSError:  # another file system
        shutil.copyfile(path, to)
    return True


def _described(folder: Path, names: Sequence[str], made_at: str, version: str) -> Manifest:
    files = tuple((name, _digest(folder / name)) for name in names)
    with closing(sqlite3.connect(folder / DATABASE)) as copy:
        revision = copy.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        return Manifest(made_at, version, str(revision), _trail(copy), files)


def _trail(database: sqlite3.Connection) -> tuple[int, str]:
    last = database.execute("SELECT id, sha256 FROM audit_entry ORDER BY id DESC LIMIT 1").fetchone()
    return (int(last[0]), str(last[1])) if last else (0, "")


def _pack(folder: Path, manifest: Manifest, part: Path) -> None:
    with (
        os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
    ):
        written = {"format": FORMAT, **{name: getattr(manifest, name) for name in Manifest.__slots__}}
        archive.writestr(MANIFEST, json.dumps(written, indent=1))
        for name, _ in manifest.files:
            archive.write(folder / name, name)
        archive.close()
        file.flush()
        os.fsync(file.fileno())


def restore_backup(source: Path, home: Path) -> Manifest:
    """Put a backup back into a home that has no database yet.

    Everything is checked before anything is put in place: each file against the manifest, the database by
    SQLite's own check, the end of its audit trail. Raises BackupError; the home is then as it was.
    """
    if (home / DATABASE).exists():
        raise BackupError(f"{home}: there is a database already; restore into another TRACKER_HOME")
    try:
        home.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".restore.", dir=home) as folder:
            with _archive(source) as archive:
                manifest = _manifest_in(archive, source)
                for name, digest in manifest.files:
                    _unpack(archive, source, name, digest, Path(folder))
            _check_database(Path(folder) / DATABASE, manifest, source)
            _put_in_place(Path(folder), home, manifest)
    except OSError as error:
        raise BackupError(f"{home}: the backup could not be put back: {error}") from error
    return manifest


@contextmanager
def _archive(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(source)
    except OSError as error:
        raise BackupError(f"{source}: it cannot be read: {error.strerror or error}") from error
    except _DAMAGED as error:
        raise BackupError(f"{source}: it is no backup, or a part of it is missing: {error}") from error
    with archive:
        # No more is unpacked of a file in it than it is said to come to.
        size, most = sum(one.file_size for one in archive.infolist()), source.stat().st_size
        if size > max(_EXPANSION_IS_JUDGED_FROM, _LARGEST_EXPANSION * most):
            raise BackupError(f"{source}: it would come to {size} bytes, as no backup does")
        yield archive


def _manifest_in(archive: zipfile.ZipFile, source: Path) -> Manifest:
    try:
        manifest = _parsed(json.loads(archive.read(MANIFEST)))
    except (*_DAMAGED, TypeError, OSError) as error:
        raise BackupError(f"{source}: its manifest cannot be used: {error}") from error
    names = [name for name, _ in manifest.files]
    if DATABASE not in names or any(not _is_plain(name) for name in names):
        raise BackupError(f"{source}: its manifest names files that no backup has")
    return manifest


def _parsed(written: Mapping[str, Any]) -> Manifest:
    if written["format"] != FORMAT:
        raise ValueError(f"it is of the format {written['format']}, not {FORMAT}")
    entries, seal = written["trail"]
    return Manifest(
        made_at=str(written["made_at"]),
        version=str(written["version"]),
        revision=str(written["revision"]),
        trail=(int(entries), str(seal)),
        files=tuple((str(name), str(digest)) for name, digest in written["files"]),
    )


def _is_plain(name: str) -> bool:
    """Whether a name stays below the folder that it is unpacked into."""
    parts = name.split("/")
    return (
        not name.startswith("/") and "\\" not in name and all(part not in {"", ".", ".."} for part in parts)
    )


def _unpack(archive: zipfile.ZipFile, source: Path, name: str, digest: str, folder: Path) -> None:
    to = folder / name
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with archive.open(name) as packed, _private(to) as file:
            shutil.copyfileobj(packed, file, _BLOCK)
            file.flush()
            os.fsync(file.fileno())
    except _DAMAGED as error:
        raise BackupError(f"{source}: {name} in it is damaged: {error}") from error
    if _digest(to) != digest:
        raise BackupError(f"{source}: {name} in it is not what the manifest says")


def _private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _check_database(database: Path, manifest: Manifest, source: Path) -> None:
    try:
        with closing(sqlite3.connect(database)) as opened:
            found = opened.execute("PRAGMA integrity_check").fetchone()[0]
            broken = opened.execute("PRAGMA foreign_key_check").fetchone()
            trail = _trail(opened)
    except sqlite3.Error as error:
        raise BackupError(f"{source}: the database in it is damaged: {error}") from error
    if found != "ok" or broken is not None:
        raise BackupError(f"{source}: the database in it is damaged: {found}")
    if trail != manifest.trail:
        raise BackupError(f"{source}: the audit trail in it does not end as the manifest says")
    engine = make_engine(f"sqlite:///{database}")
    try:
        revision = current_revision(engine)
    finally:
        engine.dispose()
    if revision != manifest.revision:
        raise BackupError(f"{source}: the database in it is at revision {revision}, not {manifest.revision}")


def _put_in_place(folder: Path, home: Path, manifest: Manifest) -> None:
    """The database last: until it is there, the home has none, and the restoring can be done again."""
    for leftover in (f"{DATABASE}-wal", f"{DATABASE}-shm"):
        with suppress(FileNotFoundError):
            (folder / leftover).unlink()
    for name, _ in sorted(manifest.files, key=lambda file: file[0] == DATABASE):
        to = home / name
        to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / name).replace(to)
        _sync_folder(to.parent)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
