"""Which files need not be read through again before they are mapped.

A checksum tells whether a file is whole, but takes reading all of it, each time a process starts. What the
file system says of a file tells whether anyone has written to it since it was last checked, as long as the
machine has not been started anew: number, time of change, size. The notes made here say nothing else; where
they are missing or do not fit, the checksum is reckoned again.
"""

import json
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

_NAME = "checked.json"
_BOOT = Path("/proc/sys/kernel/random/boot_id")

# The file system's clock goes in steps. A file changed twice within one step looks as if changed once.
_STEP_NS = 20_000_000

Mark = list[int]
"""Number of the file, time of its last change in nanoseconds, bytes."""


class Seals:
    """Notes beside the files of one directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._path = directory / _NAME

    def vouches_for(self, name: str) -> bool:
        """Whether this file was checked and nobody has written to it since."""
        noted = self._noted().get(name)
        return noted is not None and noted == _mark(self._directory / name)

    def note(self, names: Sequence[str]) -> None:
        """Note that these files have just been checked, and forget those that are gone.

        Where that cannot be written, they are checked again next time.
        """
        boot = _boot()
        if not boot:
            return
        marks = [(name, _mark(self._directory / name)) for name in names]
        newest = max((mark[1] for _, mark in marks), default=0)
        time.sleep(max(0, min(_STEP_NS, newest + _STEP_NS - time.time_ns())) / 1e9)
        kept = {name: mark for name, mark in self._noted().items() if (self._directory / name).exists()}
        content = {"boot": boot, "files": {**kept, **dict(marks)}}
        temporary = self._path.with_name(f"{_NAME}.{os.getpid()}.temporary")
        with suppress(OSError):
            temporary.write_text(json.dumps(content), "utf-8")
            temporary.replace(self._path)

    def _noted(self) -> dict[str, Mark]:
        try:
            content = json.loads(self._path.read_text("utf-8"))
            boot, files = content["boot"], content["files"]
            noted = {str(name): [int(part) for part in mark] for name, mark in files.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}
        return noted if boot and boot == _boot() else {}


def _mark(path: Path) -> Mark:
    """Raises OSError."""
    status = path.stat()
    return [status.st_ino, status.st_ctime_ns, status.st_size]


def _boot() -> str:
    """Which start of the machine this is; empty where nothing tells."""
    try:
        return _BOOT.read_text("ascii").strip()
    except OSError:
        return ""
