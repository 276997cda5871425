"""Exports as they were written, one folder for each state, so that many requests get files of one state."""

import json
import os
import re
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from tracker.domain.errors import NotFoundError, SettingsError
from tracker.services.export import MANIFEST, write_snapshot
from tracker.services.export_ports import ExportSource

KEPT_FOR: Final = timedelta(hours=1)
"""How long an export that is no longer the present state is kept after it was last asked for."""

_MARK = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Shelved:
    """An export in its folder. `state` is the name under which its manifest goes."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def state(self) -> str:
        """The name of what was exported."""
        return str(self.manifest["state"])


class ExportShelf:
    """Exports in a folder of our own. May be shared by threads, the folder by processes.

    Each state is written once and read by all who ask for it; nobody who reads slowly holds the database.
    All methods raise SettingsError where the folder cannot be used, and DatabaseError.
    """

    def __init__(self, source: ExportSource, folder: Path) -> None:
        self._source = source
        self._folder = folder
        self._turn = threading.Lock()

    def current(self) -> Shelved:
        """An export of the present state."""
        found = self._found(self._source.mark())
        if found is not None:
            return found
        with self._turn:
            # Whoever waited finds what the other has written meanwhile.
            return self._found(self._source.mark()) or self._written()

    def at(self, state: str) -> Shelved:
        """An export that is kept, by the name in its manifest. Raises NotFoundError for any other."""
        for folder in self._folders():
            found = self._found(folder.name)
            if found is not None and found.state == state:
                return found
        raise NotFoundError(f"no export of the state {state} is kept: ask for the manifest again")

    def _written(self) -> Shelved:
        part = self._folder / f"{secrets.token_hex(8)}.part"
        try:
            with self._source.snapshot() as snapshot:
                write_snapshot(snapshot, part)
                home = self._folder / snapshot.mark
            self._sweep(home.name)
            try:
                part.rename(home)
            except OSError:
                # Another process was a moment sooner.
                if not home.is_dir():
                    raise
            return self._read(home)
        except OSError as error:
            raise SettingsError(f"{self._folder}: exports cannot be kept: {error.strerror}") from error
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def _found(self, mark: str) -> Shelved | None:
        try:
            found = self._read(self._folder / mark)
            os.utime(found.folder)
        except (OSError, ValueError):
            return None  # not there, or swept just now
        return found

    def _read(self, folder: Path) -> Shelved:
        return Shelved(folder, json.loads((folder / MANIFEST).read_text("utf-8")))

    def _folders(self) -> Iterator[Path]:
        if self._folder.is_dir():
            yield from (one for one in sorted(self._folder.iterdir()) if _MARK.fullmatch(one.name))

    def _sweep(self, keep: str) -> None:
        """Remove what nobody has asked for of late, and what was left half done."""
        before = time.time() - KEPT_FOR.total_seconds()
        for folder in self._folder.iterdir():
            try:
                if folder.name != keep and folder.stat().st_mtime < before:
                    shutil.rmtree(folder, ignore_errors=True)
            except FileNotFoundError:
                continue
