"""The directory of an index: files that are put in place whole, a manifest, a lock."""

import fcntl
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from tracker.domain.errors import IndexDamagedError, TrackerError
from tracker.index.manifest import Manifest, Model, SealedFile, parse
from tracker.index.seals import Seals

MANIFEST = "manifest.json"
_LOCK = "lock"
_FILE = re.compile(r"(?:segment|lists|changes)-(\d+)\.(?:arrays|faiss)")
_FORMER_FILE = re.compile(r"vectors-\d+\.faiss")  # of earlier versions of the program
_TEMPORARY = ".temporary"

Stamp = tuple[int, int, int]
"""Tells one manifest file from another without reading it: inode, time of change, size."""


class IndexDirectory:
    """One directory. Every error names it, and says what to do."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seals = Seals(path)

    def stamp(self) -> Stamp | None:
        """The stamp of the manifest in place; None where there is none."""
        try:
            status = (self.path / MANIFEST).stat()
        except OSError:  # whoever reads it says what is wrong
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size

    def manifest(self, model: Model) -> Manifest:
        """The manifest in place. Raises IndexDamagedError if there is none, or for another model."""
        try:
            manifest = parse((self.path / MANIFEST).read_bytes())
        except FileNotFoundError:
            raise self.damaged("there is no index here yet, or it was removed") from None
        except (OSError, ValueError) as error:
            raise self.damaged(f"{MANIFEST} cannot be used: {error}") from error
        for sealed in manifest.files():
            if not _FILE.fullmatch(sealed.file):
                raise self.damaged(f"{MANIFEST} names {sealed.file!r}, which is no name of an index file")
        if not manifest.belongs_to(model):
            raise self.damaged(
                f"it holds vectors of {manifest.model} ({manifest.revision}, {manifest.dimension} numbers), "
                f"not of {model.name} ({model.revision}, {model.dimension} numbers); a program that was "
                "started before the model was changed must be started anew"
            )
        return manifest

    def require_whole(self, sealed: SealedFile, *, anew: bool) -> None:
        """Check a file against its checksum, unless it was checked and not written to since.

        `anew` checks it in any case. Raises IndexDamagedError, and OSError where it cannot be read.
        """
        path = self.path / sealed.file
        if path.stat().st_size != sealed.size:
            raise self._torn(sealed)
        if not anew and self._seals.vouches_for(sealed.file):
            return
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sealed.sha256:
                raise self._torn(sealed)
        self._seals.note([sealed.file])

    def whole_bytes(self, sealed: SealedFile) -> bytes:
        """The bytes of a small file. Raises IndexDamagedError if one of them is wrong, and OSError."""
        content = (self.path / sealed.file).read_bytes()
        if hashlib.sha256(content).hexdigest() != sealed.sha256:
            raise self._torn(sealed)
        return content

    def put(self, name: str, write: Callable[[BinaryIO], object]) -> SealedFile:
        """Put a file in place whole or not at all. Raises OSError."""
        hashing: list[_Hashing] = []

        def write_and_hash(file: BinaryIO) -> None:
            hashing.append(_Hashing(file))
            write(hashing[0])  # type: ignore[arg-type] # all that is asked of it is to be written to

        self._replace(name, write_and_hash)
        return SealedFile(name, hashing[0].size, hashing[0].digest.hexdigest())

    def note_checked(self, *files: SealedFile) -> None:
        """Take it that these files, just written, need not be read through before they are used."""
        self._seals.note([sealed.file for sealed in files])

    def put_manifest(self, manifest: Manifest) -> Stamp | None:
        """Make a manifest the valid one, and remove the files that it does not name. Raises OSError."""
        self._replace(MANIFEST, lambda file: file.write(manifest.as_bytes()))
        stamp = self.stamp()
        self._remove_all_but({sealed.file for sealed in manifest.files()})
        return stamp

    def next_number(self) -> int:
        """A number higher than that of any file there is. Raises OSError."""
        numbers = [int(match[1]) for path in self.path.iterdir() if (match := _FILE.fullmatch(path.name))]
        return max(numbers, default=0) + 1

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from saving. Raises TrackerError where the directory cannot be written."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = (self.path / _LOCK).open("a")
        except OSError as error:
            raise TrackerError(f"{self.path}: the vector index cannot be saved: {error.strerror}") from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield  # closing the file lets go

    def damaged(self, reason: str) -> IndexDamagedError:
        """The error that says why this index cannot be used."""
        return IndexDamagedError(
            f"{self.path}: the vector index cannot be used: {reason}. "
            "Run `tracker index rebuild` to build it anew from the database"
        )

    def unsaved(self, error: OSError) -> TrackerError:
        """The error that says why it could not be saved."""
        return TrackerError(
            f"{self.path}: the vector index could not be saved: {error.strerror or error}; "
            "what was saved before is still valid, and `tracker index rebuild` makes up for the rest"
        )

    def _torn(self, sealed: SealedFile) -> IndexDamagedError:
        return self.damaged(f"{sealed.file} is torn or changed: its checksum does not match")

    def _replace(self, name: str, put: Callable[[BinaryIO], object]) -> None:
        """Put a file in place whole or not at all, and wait until it would survive a power cut."""
        temporary = self.path / (name + _TEMPORARY)
        with temporary.open("wb") as file:
            put(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path / name)
        directory = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def _remove_all_but(self, names: set[str]) -> None:
        """Remove older files, and what interrupted savings have left."""
        for path in list(self.path.iterdir()):
            mine = _FILE.fullmatch(path.name) or _FORMER_FILE.fullmatch(path.name)
            if path.suffix == _TEMPORARY or (mine and path.name not in names):
                with suppress(OSError):  # it does no harm where it is, and the next saving tries again
                    path.unlink()


class _Hashing:
    """Passes on what is written, and reckons its checksum."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, block: bytes | memoryview) -> int:
        self.digest.update(block)
        self.size += len(block)
        return self._file.write(block)
