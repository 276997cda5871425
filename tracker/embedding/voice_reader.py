"""The voice encoder as services ask it: opened when it is first needed, safe to use from several threads."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_cache_path

from tracker.domain.voices import Marks, Telling
from tracker.embedding.sources import opened_voice_encoder

if TYPE_CHECKING:
    from tracker.embedding.voice_encoder import VoiceEncoder


class VoiceModel:
    """Hears who speaks in stories. What needs the model raises SettingsError where it cannot be opened."""

    def __init__(self, cache_folder: Path | None = None) -> None:
        """The merged encoder is kept in `cache_folder`, or in the user's cache."""
        self._folder = cache_folder or user_cache_path("tracker") / "models"
        self._open: VoiceEncoder | None = None
        self._opening = threading.Lock()

    def load(self) -> None:
        """Open the model now rather than with the first story."""
        self._opened()

    def read(self, tellings: Sequence[Telling]) -> list[tuple[Marks, ...]]:
        """The marks of each sentence of each story; the same story always gets the same."""
        return self._opened().read(tellings)

    def _opened(self) -> "VoiceEncoder":
        with self._opening:
            if self._open is None:
                self._open = opened_voice_encoder(self._folder)
            return self._open
