"""The encoders of an installation, which processes that are forked can share."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from tracker.domain.errors import SettingsError
from tracker.embedding.apart import ApartEmbedder, ApartVoices, ModelProcess
from tracker.embedding.loading import QUESTION_MODEL, STANCE_MODEL, load_embedder
from tracker.embedding.sentence_transformer import SentenceTransformerEmbedder
from tracker.embedding.voice_reader import VoiceModel
from tracker.services.embedding import Begin
from tracker.services.listening import BeginReading
from tracker.settings import Settings

_THREADS = "OMP_NUM_THREADS"


@dataclass(frozen=True, slots=True)
class Models:
    """What hears who speaks, what embeds statements for search, and what they are compared by."""

    voices: VoiceModel | ApartVoices
    claims: SentenceTransformerEmbedder | ApartEmbedder
    questions: SentenceTransformerEmbedder | ApartEmbedder
    stances: SentenceTransformerEmbedder | ApartEmbedder
    process: ModelProcess | None = None
    """Where they can work while this process goes on."""

    @classmethod
    def of(cls, settings: Settings) -> "Models":
        """Those that the settings name, not opened yet. Raises SettingsError for a name that is none."""
        folder = settings.home / "models"
        return cls(
            VoiceModel(folder),
            load_embedder(settings.embedding_model, folder),
            load_embedder(QUESTION_MODEL, folder),
            load_embedder(STANCE_MODEL, folder),
        )

    @classmethod
    def apart_of(cls, settings: Settings) -> "Models":
        """The same, which can work in a process of their own. Raises SettingsError for a wrong name."""
        folder = settings.home / "models"
        process = ModelProcess(folder)
        claims, questions, stances = (
            ApartEmbedder(load_embedder(name, folder), process)
            for name in (settings.embedding_model, QUESTION_MODEL, STANCE_MODEL)
        )
        return cls(ApartVoices(VoiceModel(folder), process), claims, questions, stances, process)

    def load(self) -> None:
        """Open those that are not open yet. Raises SettingsError for one that cannot be."""
        for model in self._every:
            model.load()

    @property
    def _every(self) -> tuple[VoiceModel | ApartVoices | SentenceTransformerEmbedder | ApartEmbedder, ...]:
        return self.voices, self.claims, self.questions, self.stances

    @contextmanager
    def started(self) -> Iterator[tuple[BeginReading, Begin, tuple[Begin, ...]]]:
        """Have them work there: what begins to hear stories, to embed for search, and for comparing."""
        if self.process is None:
            raise RuntimeError("these models have no process of their own")
        with self.process.started():
            begin = self.process.begin
            contexts = partial(begin, self.claims.name)
            compared = partial(begin, self.questions.name), partial(begin, self.stances.name)
            yield self.process.begin_reading, contexts, compared

    def open_for_forks(self) -> None:
        """Open them, so that processes forked from this one hold them in the same memory.

        Starts no thread: one that a library has started is not there in a forked process, which would wait
        for it for ever. So their libraries are told, when they are loaded here, to do with one. A model that
        cannot be opened is left to those who ask it to say so.
        """
        told = os.environ.get(_THREADS)
        os.environ[_THREADS] = "1"
        for model in self._every:
            try:
                model.load()
            except SettingsError:
                continue
        # Processes that are started, not forked, choose for themselves.
        os.environ.pop(_THREADS) if told is None else os.environ.update({_THREADS: told})
        # The first collection of each process would else write to every object, and so copy it.
        gc.collect()
        gc.freeze()
