"""The registry as it stands: what ships and what the desk has added, read anew when its file changes."""

import os
import secrets
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from tracker.domain.errors import SettingsError
from tracker.domain.parties import Party, Speaker
from tracker.domain.registry_edits import Addition
from tracker.language.pack import LanguagePack
from tracker.language.phrases import Match, Words
from tracker.registry.loading import Registry, load_registry
from tracker.registry.overlay import with_addition, with_overlay
from tracker.statements.mentions import Mention, PartyFinder

_PATIENCE = 0.05  # seconds between two looks at the file

_Mark = tuple[int, int, int] | None


class CurrentRegistry:
    """The registry, which may change while the program runs. May be shared by threads.

    `overlay` is the desk's file, which need not exist. Raises SettingsError where it cannot be used. Should
    it come to be so later, what was read last goes on, and `fault` says why. After a change it is looked at
    again within a moment.
    """

    def __init__(self, overlay: Path, shipped: Registry | None = None) -> None:
        self.path = overlay
        self._shipped = shipped or load_registry()
        self._lock = threading.Lock()
        self._looked_at = time.monotonic()
        self._mark = self._mark_of_file()
        self._registry = self.check(self.read())
        self._fault: str | None = None
        self._finder: tuple[Registry, PartyFinder] | None = None

    def now(self, *, at_once: bool = False) -> Registry:
        """The registry as it stands; `at_once` looks at the file however lately that was done."""
        if at_once or time.monotonic() - self._looked_at > _PATIENCE:
            with self._lock:
                self._looked_at = time.monotonic()
                mark = self._mark_of_file()
                if mark != self._mark:
                    self._mark = mark
                    self._read_anew()
        return self._registry

    @property
    def parties(self) -> tuple[Party, ...]:
        """All parties now, in the order in which pages show them."""
        return self.now().parties

    @property
    def speakers(self) -> tuple[Speaker, ...]:
        """All speakers now."""
        return self.now().speakers

    @property
    def fault(self) -> str | None:
        """Why the desk's file cannot be used now, None where it can."""
        self.now()
        return self._fault

    def finder(self) -> PartyFinder:
        """What finds the parties of now in a text."""
        registry = self.now()
        kept = self._finder
        if kept is None or kept[0] is not registry:
            kept = self._finder = (registry, PartyFinder(registry.parties, registry.speakers))
        return kept[1]

    def read(self) -> str:
        """The text of the desk's file, empty where there is none. Raises SettingsError."""
        try:
            return self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{self.path}: {error}") from error

    def check(self, text: str) -> Registry:
        """The registry with this text as the desk's file. Raises SettingsError."""
        return with_overlay(self._shipped, text, str(self.path))

    def added(self, text: str, addition: Addition, note: str) -> str:
        """A text of the desk's file with an addition at its end, and a comment above it."""
        return with_addition(text, addition, note)

    def write(self, text: str) -> None:
        """Let this be the desk's file, whole or not at all. Raises SettingsError."""
        part = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise SettingsError(f"{self.path}: {error}") from error
        self.now(at_once=True)

    def _read_anew(self) -> None:
        try:
            self._registry = self.check(self.read())
        except SettingsError as error:
            self._fault = str(error)
        else:
            self._fault = None

    def _mark_of_file(self) -> _Mark:
        try:
            found = self.path.stat()
        except OSError:
            return None
        # A file that is put in place of another is another file, should both be of one size and moment.
        return found.st_mtime_ns, found.st_size, found.st_ino


class CurrentParties(Mapping[str, Party]):
    """The parties of now by code, in the order in which pages show them."""

    def __init__(self, registry: CurrentRegistry) -> None:
        self._registry = registry
        self._kept: tuple[Registry, dict[str, Party]] | None = None

    def _by_code(self) -> dict[str, Party]:
        registry = self._registry.now()
        kept = self._kept
        if kept is None or kept[0] is not registry:
            kept = self._kept = (registry, {party.code: party for party in registry.parties})
        return kept[1]

    def __getitem__(self, code: str) -> Party:
        return self._by_code()[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_code())

    def __len__(self) -> int:
        return len(self._by_code())


class CurrentFinder(PartyFinder):
    """Finds the parties of now: one added is found in the next text."""

    def __init__(self, registry: CurrentRegistry) -> None:
        self._registry = registry

    def find(
        self, words: Words, pack: LanguagePack, offices: Iterable[Match[str]], on: date | None = None
    ) -> list[Mention]:
        """All mentions from left to right (see `PartyFinder`)."""
        return self._registry.finder().find(words, pack, offices, on)

    def home(self, outlet: str, on: date | None = None) -> tuple[str | None, bool]:
        """The party that an outlet's own name gives it to (see `PartyFinder`)."""
        return self._registry.finder().home(outlet, on)
