"""The two encoders of an installation, which processes that are forked can share."""

import gc
import os
from dataclasses import dataclass

from tracker.domain.errors import SettingsError
from tracker.embedding.loading import QUESTION_MODEL, load_embedder
from tracker.embedding.sentence_transformer import SentenceTransformerEmbedder
from tracker.settings import Settings

_THREADS = "OMP_NUM_THREADS"


@dataclass(frozen=True, slots=True)
class Models:
    """What embeds statements for search and linking, and what tells which question each answers."""

    claims: SentenceTransformerEmbedder
    questions: SentenceTransformerEmbedder

    @classmethod
    def of(cls, settings: Settings) -> "Models":
        """Those that the settings name, not opened yet. Raises SettingsError for a name that is none."""
        folder = settings.home / "models"
        return cls(load_embedder(settings.embedding_model, folder), load_embedder(QUESTION_MODEL, folder))

    def open_for_forks(self) -> None:
        """Open both, so that processes forked from this one hold them in the same memory.

        Starts no thread: one that a library has started is not there in a forked process, which would wait
        for it for ever. So their libraries are told, when they are loaded here, to do with one. A model that
        cannot be opened is left to those who ask it to say so.
        """
        told = os.environ.get(_THREADS)
        os.environ[_THREADS] = "1"
        for embedder in (self.claims, self.questions):
            try:
                embedder.load()
            except SettingsError:
                continue
        # Processes that are started, not forked, choose for themselves.
        os.environ.pop(_THREADS) if told is None else os.environ.update({_THREADS: told})
        # The first collection of each process would else write to every object, and so copy it.
        gc.collect()
        gc.freeze()
