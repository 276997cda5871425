"""Files that were handed in and wait to be read: under our own names, in a folder a job."""

import hashlib
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO

from tracker.domain.jobs import IncomingError, KeptFile

_JOB = re.compile(r"j[0-9a-f]{15}")
_FILE = re.compile(r"[0-9]{4}(?:\.[a-z]{1,8}){1,2}")
_BLOCK = 1 << 20


class IncomingFolder:
    """A folder of files that belongs to the program alone. All methods raise IncomingError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, job_id: str, file: str, stream: IO[bytes]) -> KeptFile:
        """Write a file down so that it outlives a loss of power."""
        path = self.path(job_id, file)
        digest, size = hashlib.sha256(), 0
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
                while block := stream.read(_BLOCK):
                    digest.update(block)
                    size += written.write(block)
                written.flush()
                os.fsync(written.fileno())
            for folder in (path.parent, self._folder):
                _sync(folder)
        except OSError as error:
            raise IncomingError(f"the files cannot be kept: {error.strerror or error}") from error
        return KeptFile(size, digest.hexdigest())

    def path(self, job_id: str, file: str) -> Path:
        """Where a file lies. Raises ValueError for names that are not ours."""
        if not _FILE.fullmatch(file):
            raise ValueError(f"no name of a file that was kept: {file!r}")
        return self._home(job_id) / file

    @contextmanager
    def opened(self, job_id: str, file: str) -> Iterator[Path]:
        """Where a file lies. Raises ValueError for names that are not ours."""
        yield self.path(job_id, file)

    def _home(self, job_id: str) -> Path:
        if not _JOB.fullmatch(job_id):
            raise ValueError(f"no id of a job: {job_id!r}")
        return self._folder / job_id

    def discard(self, job_id: str, files: Iterable[str] | None = None) -> None:
        """Remove these files of a job, or all of them; those that are gone already do not matter."""
        home = self._home(job_id)
        try:
            if files is None:
                shutil.rmtree(home, ignore_errors=not home.exists())
                return
            for file in files:
                self.path(job_id, file).unlink(missing_ok=True)
            if home.exists() and not any(home.iterdir()):
                home.rmdir()
        except OSError as error:
            raise IncomingError(f"{home}: {error.strerror or error}") from error

    def sweep(self, wanted: Mapping[str, frozenset[str]], older_than: timedelta) -> None:
        """Remove what nobody wants and what is older than that: it may be on its way to becoming a job."""
        if not self._folder.is_dir():
            return
        before = time.time() - older_than.total_seconds()
        try:
            for home in sorted(self._folder.iterdir()):
                if not _JOB.fullmatch(home.name) or home.stat().st_mtime > before:
                    continue
                kept = wanted.get(home.name, frozenset())
                self.discard(home.name, [one.name for one in home.iterdir() if one.name not in kept])
        except OSError as error:
            raise IncomingError(f"{self._folder}: {error.strerror or error}") from error


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
