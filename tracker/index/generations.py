"""An index on disk: numbered files, one after the other, and a manifest that names the valid one.

A generation is written beside the one before it and takes its place when the manifest is replaced, which
is one step. Whoever is interrupted at any point leaves the old generation or the new one.
"""

import fcntl
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import faiss

from tracker.domain.errors import IndexDamagedError, TrackerError
from tracker.index.flat_vectors import FlatVectors
from tracker.index.manifest import Manifest, Model, describe, parse

_MANIFEST = "manifest.json"
_LOCK = "lock"
_FILE = re.compile(r"vectors-(\d+)\.faiss")
_TEMPORARY = ".temporary"
_BLOCK = 1 << 20

# A reader may find that the file its manifest names is already removed, because a writer saved the next
# generation in between. More often than this in a row is a fault.
_ATTEMPTS = 5

Stamp = tuple[int, int, int]
"""Tells one manifest file from another without reading it: inode, time of change, size."""


class GenerationDirectory:
    """The directory of one index. Every error names it, and says what to do."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def stamp(self) -> Stamp | None:
        """The stamp of the manifest in place; None where there is none."""
        try:
            status = (self.path / _MANIFEST).stat()
        except OSError:  # whoever reads it says what is wrong
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size

    def manifest(self, model: Model) -> Manifest:
        """The manifest in place. Raises IndexDamagedError if there is none, or for another model."""
        try:
            manifest = parse((self.path / _MANIFEST).read_bytes())
        except FileNotFoundError:
            raise self._damaged("there is no index here yet, or it was removed") from None
        except (OSError, ValueError) as error:
            raise self._damaged(f"{_MANIFEST} cannot be used: {error}") from error
        if not _FILE.fullmatch(manifest.file):
            raise self._damaged(f"{_MANIFEST} names {manifest.file!r}, which is no name of an index file")
        if not manifest.belongs_to(model):
            raise self._damaged(
                f"it holds vectors of {manifest.model} ({manifest.revision}, {manifest.dimension} numbers), "
                f"not of {model.name} ({model.revision}, {model.dimension} numbers); a program that was "
                "started before the model was changed must be started anew"
            )
        return manifest

    def read(self, model: Model) -> tuple[Manifest, FlatVectors, Stamp | None]:
        """The valid generation, checked against its manifest before FAISS sees a byte of it.

        Raises IndexDamagedError with the reason.
        """
        for _ in range(_ATTEMPTS):
            stamp = self.stamp()
            manifest = self.manifest(model)
            try:
                return manifest, self._vectors(manifest), stamp
            except FileNotFoundError:
                continue
            except OSError as error:
                raise self._damaged(f"{manifest.file} cannot be read: {error.strerror}") from error
        raise self._damaged(f"{manifest.file}, which {_MANIFEST} names, is missing")

    def write(self, vectors: FlatVectors, model: Model) -> tuple[Manifest, Stamp | None]:
        """Save a new generation and remove the others. Call it with `locked` held.

        Raises TrackerError where it cannot be written; what was saved before is then still valid.
        """
        generation = max((number for number, _ in self._files()), default=0) + 1
        name = f"vectors-{generation:08d}.faiss"
        digest = hashlib.sha256()

        def put_vectors(file: BinaryIO) -> None:
            def put(block: bytes) -> int:
                digest.update(block)
                return file.write(block)

            writer = faiss.PyCallbackIOWriter(put, _BLOCK)  # type: ignore[attr-defined]
            faiss.write_index(vectors.faiss_index, writer)

        try:
            self._replace(name, put_vectors)
            manifest = describe(
                generation=generation,
                file=name,
                sha256=digest.hexdigest(),
                count=len(vectors),
                model=model,
            )
            self._replace(_MANIFEST, lambda file: file.write(manifest.as_bytes()))
        except OSError as error:
            raise TrackerError(
                f"{self.path}: the vector index could not be saved: {error.strerror or error}; "
                "what was saved before is still valid, and `tracker index rebuild` makes up for the rest"
            ) from error
        stamp = self.stamp()
        self._remove_all_but(name)
        return manifest, stamp

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

    def _vectors(self, manifest: Manifest) -> FlatVectors:
        with (self.path / manifest.file).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != manifest.sha256:
                raise self._damaged(f"{manifest.file} is torn or changed: its checksum does not match")
            file.seek(0)
            try:
                reader = faiss.PyCallbackIOReader(file.read, _BLOCK)  # type: ignore[attr-defined]
                vectors = FlatVectors(manifest.dimension, faiss.read_index(reader))
            except (RuntimeError, ValueError) as error:
                raise self._damaged(f"{manifest.file} is not an index of this program: {error}") from error
        if len(vectors) != manifest.count:
            raise self._damaged(
                f"{manifest.file} holds {len(vectors)} vectors, {_MANIFEST} says {manifest.count}"
            )
        return vectors

    def _files(self) -> Iterator[tuple[int, Path]]:
        for path in self.path.iterdir():
            if match := _FILE.fullmatch(path.name):
                yield int(match[1]), path

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

    def _remove_all_but(self, name: str) -> None:
        """Remove older generations, and what interrupted savings have left."""
        left = [path for _, path in self._files() if path.name != name]
        left += self.path.glob(f"*{_TEMPORARY}")
        for path in left:
            with suppress(OSError):  # it does no harm where it is, and the next saving tries again
                path.unlink()

    def _damaged(self, reason: str) -> IndexDamagedError:
        return IndexDamagedError(
            f"{self.path}: the vector index cannot be used: {reason}. "
            "Run `tracker index rebuild` to build it anew from the database"
        )
