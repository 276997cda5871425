"""Keeping PDF files that were made, since making one takes seconds, and making one at a time."""

import fcntl
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tracker.domain.errors import BusyError, SettingsError

MOST_BYTES: Final = 256 * 1024 * 1024
"""How much is kept; what was asked for longest ago goes first."""

_POLL: Final = 0.1  # seconds


class KeptFiles:
    """Files in a folder by the hash of what they were made from. May be shared by processes.

    Only one file is made at a time, whoever asks; `patience` is for how many seconds another waits.
    """

    def __init__(self, folder: Path, *, patience: float = 45.0, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._patience = patience
        self._most_bytes = most_bytes

    def get(self, digest: str, ending: str, make: Callable[[], bytes]) -> bytes:
        """The file of this hash, made now if it is not there.

        Raises BusyError where others are at it for too long, SettingsError for a folder that cannot be used,
        and whatever `make` raises.
        """
        path = self._folder / f"{digest}.{ending}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            found = _read(path)
            if found is not None:
                return found
            with self._turn():
                # Whoever was before us may have made it.
                found = _read(path)
                if found is None:
                    found = make()
                    _write(path, found)
                    self._make_room(path)
                return found
        except OSError as error:
            raise SettingsError(f"{self._folder}: {error.strerror or error}") from error

    @contextmanager
    def _turn(self) -> Iterator[None]:
        until = time.monotonic() + self._patience
        with (self._folder / ".turn").open("a") as file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > until:
                        raise BusyError("other reports are being made just now") from None
                    time.sleep(_POLL)
            yield

    def _make_room(self, newest: Path) -> None:
        files = sorted(
            ((path.stat().st_mtime, path.stat().st_size, path) for path in self._folder.glob("*.*")),
            key=lambda entry: (entry[2] == newest, entry[0]),
            reverse=True,
        )
        taken = 0
        for _, size, path in files:
            taken += size
            if taken > self._most_bytes and path != newest:
                path.unlink(missing_ok=True)


def _read(path: Path) -> bytes | None:
    try:
        content = path.read_bytes()
        os.utime(path)
    except FileNotFoundError:
        return None
    return content


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
