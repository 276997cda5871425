"""Turns among threads and processes that use one folder: one at a time, and whoever waits goes next."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tracker.domain.errors import BusyError, SettingsError

_TURN, _GATE = "linking.turn", "linking.gate"
_PAUSE = 0.01  # seconds between two looks


class FileTurns:
    """Turns held by locks on two files, which the system lets go of whenever a process ends.

    Who wants a turn waits at the gate, one at a time, until the turn is free. Whoever has just had a turn
    and wants another finds the gate held by those who wait, and so goes after them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def take(self, patience: float | None = None) -> Iterator["FileTurn"]:
        """Wait for one's turn, at most so many seconds. Raises BusyError, SettingsError."""
        turn = FileTurn(self._folder, self._taken(patience))
        try:
            yield turn
        finally:
            turn.end()

    def is_held(self) -> bool:
        """Whether anybody has their turn just now. Raises SettingsError."""
        with _opened(self._folder / _TURN) as turn:
            return not _try(turn)

    def _taken(self, patience: float | None) -> IO[bytes]:
        until = None if patience is None else time.monotonic() + patience
        with _opened(self._folder / _GATE) as gate:
            _lock(gate, until)
            turn = _opened(self._folder / _TURN)
            try:
                _lock(turn, until)
            except BaseException:
                turn.close()
                raise
            return turn


class FileTurn:
    """One's turn, until `end`."""

    def __init__(self, folder: Path, held: IO[bytes]) -> None:
        self._folder = folder
        self._held = held

    def give_way(self, before: Callable[[], None]) -> bool:
        """Let those go first who wait, and then go on, however long it takes; whether there were any."""
        if not self._is_wanted():
            return False
        before()
        self.end()
        self._held = FileTurns(self._folder)._taken(None)  # noqa: SLF001 # of this very module
        return True

    def _is_wanted(self) -> bool:
        with _opened(self._folder / _GATE) as gate:
            return not _try(gate)

    def end(self) -> None:
        """Let others have their turn."""
        self._held.close()


def _opened(path: Path) -> IO[bytes]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("ab")
    except OSError as error:
        raise SettingsError(f"{path}: cannot be opened, and linking needs it: {error.strerror}") from error


def _lock(file: IO[bytes], until: float | None) -> None:
    if until is None:
        fcntl.flock(file, fcntl.LOCK_EX)
        return
    while not _try(file):
        if time.monotonic() >= until:
            raise BusyError("others are linking statements just now")
        time.sleep(_PAUSE)


def _try(file: IO[bytes]) -> bool:
    """Take the lock of a file where it is free; whether it was."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
