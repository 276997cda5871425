"""Models in a process of their own: whoever asks goes on while they work.

In one process the two would take turns: between any two steps of a model, other Python code keeps the
interpreter for some milliseconds. That process is also the only one that holds the models in memory then.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any, Generic, TypeVar

from tracker.domain.errors import ModelLostError
from tracker.domain.voices import StoryMarks, Telling
from tracker.embedding.loading import load_embedder
from tracker.embedding.naming import VOICE_MODEL
from tracker.embedding.sentence_transformer import SentenceTransformerEmbedder, Vectors
from tracker.embedding.voice_reader import VoiceModel

_THREADS = "OMP_NUM_THREADS"

_TOGETHER = 256
"""Texts, or sentences of stories, asked for at once: of so few lengths that most batches are full."""

Result = TypeVar("Result")


class ModelProcess:
    """A process that embeds and hears, in the order in which it is asked; it runs while `started` does."""

    def __init__(self, cache_folder: Path) -> None:
        """Models are opened in it as `load_embedder` and `VoiceModel` do here."""
        self._folder = cache_folder
        self._pool: ProcessPoolExecutor | None = None
        self._gathering: dict[str, Parcel[Any]] = {}
        self.seconds = 0.0
        """How long its models worked for what was asked and has been fetched."""

    @property
    def is_running(self) -> bool:
        """Whether it can be asked."""
        return self._pool is not None

    @contextmanager
    def started(self) -> Iterator[None]:
        """Have it run; what was asked and not fetched by then is dropped."""
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(1, context, initializer=_prepare)
        self._pool = pool
        try:
            yield
        finally:
            self._pool = None
            self._gathering.clear()
            pool.shutdown(cancel_futures=True)

    def begin(self, name: str, texts: Sequence[str]) -> "Pending[Vectors]":
        """Ask for the vectors of texts by the model of a name, which do not depend on what else is asked.

        It is asked once a few hundred texts have come together, or somebody waits for one of them.
        """
        parcel: Parcel[Vectors] = Parcel(name, partial(_encode, name, self._folder))
        return self._gather(parcel, tuple(texts), len(texts))

    def begin_reading(self, tellings: Sequence[Telling]) -> "Pending[StoryMarks]":
        """Ask for the marks of stories by the voice encoder; gathered as texts are."""
        parcel: Parcel[StoryMarks] = Parcel(VOICE_MODEL, partial(_read, self._folder))
        return self._gather(parcel, tuple(tellings), sum(len(one.sentences) for one in tellings))

    def _gather(self, new: "Parcel[Result]", group: tuple[Any, ...], size: int) -> "Pending[Result]":
        parcel: Parcel[Result] = self._gathering.setdefault(new.name, new)
        pending = Pending(self, parcel, len(parcel.groups))
        parcel.groups.append(group)
        parcel.size += size
        if parcel.size >= _TOGETHER:
            self.send(parcel)
        return pending

    def send(self, parcel: "Parcel[Any]") -> None:
        """Ask for what came together, if that has not been done. Raises ModelLostError."""
        if parcel.answer is not None:
            return
        if self._pool is None:
            raise RuntimeError("the process of the models is not running")
        self._gathering.pop(parcel.name)
        with _loss_told():
            parcel.answer = self._pool.submit(parcel.work, parcel.groups)

    def fetch(self, parcel: "Parcel[Result]") -> list[Result]:
        """Wait for what was asked. Raises ModelLostError, and what the model raised."""
        self.send(parcel)
        if parcel.results is None:
            with _loss_told():
                assert parcel.answer is not None  # noqa: S101 # it was sent
                parcel.results, seconds = parcel.answer.result()
            self.seconds += seconds
        return parcel.results


@dataclass(slots=True)
class Parcel(Generic[Result]):
    """Groups, of texts or of stories, that a model takes in one go, and what it gives for each.

    `work` gives, for groups, the results and the seconds that they took.
    """

    name: str
    work: "Callable[[Sequence[Any]], tuple[list[Result], float]]"
    groups: list[tuple[Any, ...]] = field(default_factory=list)
    size: int = 0
    answer: "Future[tuple[list[Result], float]] | None" = None
    results: list[Result] | None = None


class Pending(Generic[Result]):
    """What is being made of one group."""

    def __init__(self, process: ModelProcess, parcel: Parcel[Result], place: int) -> None:
        self._process, self._parcel, self._place = process, parcel, place

    def result(self) -> Result:
        """Wait for it. Raises ModelLostError, and what the model raised."""
        return self._process.fetch(self._parcel)[self._place]


class ApartEmbedder:
    """An embedder that asks the process of the models while that runs, and otherwise opens its model here."""

    def __init__(self, here: SentenceTransformerEmbedder, process: ModelProcess) -> None:
        self._here, self._process = here, process

    @property
    def name(self) -> str:
        """The name by which it is loaded."""
        return self._here.name

    @property
    def revision(self) -> str:
        """The version of the weights."""
        return self._here.revision

    @property
    def dimension(self) -> int:
        """Numbers in one vector."""
        return self._here.dimension

    def load(self) -> None:
        """Open the model here."""
        self._here.load()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors: float32, shape (texts, dimension). See SentenceTransformerEmbedder."""
        if self._process.is_running:
            return self._process.begin(self.name, texts).result()
        return self._here.encode(texts)


class ApartVoices:
    """A voice encoder that asks the process of the models while that runs, and else opens its model here."""

    def __init__(self, here: VoiceModel, process: ModelProcess) -> None:
        self._here, self._process = here, process

    def load(self) -> None:
        """Open the model here."""
        self._here.load()

    def read(self, tellings: Sequence[Telling]) -> StoryMarks:
        """The marks of each sentence of each story. See VoiceModel."""
        if self._process.is_running:
            return self._process.begin_reading(tellings).result()
        return self._here.read(tellings)


@contextmanager
def _loss_told() -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool as error:
        raise ModelLostError(
            "the process that holds the models has ended, perhaps for want of memory: what was stored stays, "
            "and the same command, given again, takes in the rest"
        ) from error


def _prepare() -> None:
    """Before the first text: leave a core to whoever asks, and end with them, however they end."""
    # At an interrupt from the keyboard whoever asks decides; they end this process, too.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Not every system tells which cores are for this process.
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    os.environ.setdefault(_THREADS, str(max(1, cores - 1)))
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@cache
def _embedder(name: str, folder: Path) -> SentenceTransformerEmbedder:
    return load_embedder(name, folder)


def _encode(name: str, folder: Path, groups: Sequence[Sequence[str]]) -> tuple[list[Vectors], float]:
    """Vectors of each group, and the seconds that this took; the first time, opening the model as well."""
    begun = time.perf_counter()
    return _embedder(name, folder).encode_each(groups), time.perf_counter() - begun


@cache
def _voice_model(folder: Path) -> VoiceModel:
    return VoiceModel(folder)


def _read(folder: Path, groups: Sequence[Sequence[Telling]]) -> tuple[list[StoryMarks], float]:
    """The marks of each group of stories, and the seconds that this took, as `_encode`."""
    begun = time.perf_counter()
    model = _voice_model(folder)
    return [model.read(group) for group in groups], time.perf_counter() - begun
