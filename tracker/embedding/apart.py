"""Models in a process of their own: whoever asks goes on while they work.

In one process the two would take turns: between any two steps of a model, other Python code keeps the
interpreter for some milliseconds. That process is also the only one that holds the models in memory then.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tracker.domain.errors import ModelLostError
from tracker.embedding.loading import load_embedder
from tracker.embedding.sentence_transformer import SentenceTransformerEmbedder, Vectors

_THREADS = "OMP_NUM_THREADS"

_TOGETHER = 256
"""Texts that are asked for at once: of so few lengths that most batches are full."""


class ModelProcess:
    """A process that embeds, in the order in which it is asked; it runs from `started` to the end of that."""

    def __init__(self, cache_folder: Path) -> None:
        """Models are opened in it as `load_embedder` does here."""
        self._folder = cache_folder
        self._pool: ProcessPoolExecutor | None = None
        self._gathering: dict[str, Parcel] = {}
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

    def begin(self, name: str, texts: Sequence[str]) -> "PendingVectors":
        """Ask for the vectors of texts by the model of a name, which do not depend on what else is asked.

        It is asked once a few hundred texts have come together, or somebody waits for one of them.
        """
        parcel = self._gathering.setdefault(name, Parcel(name))
        pending = PendingVectors(self, parcel, len(parcel.groups))
        parcel.groups.append(tuple(texts))
        parcel.texts += len(texts)
        if parcel.texts >= _TOGETHER:
            self.send(parcel)
        return pending

    def send(self, parcel: "Parcel") -> None:
        """Ask for what came together, if that has not been done. Raises ModelLostError."""
        if parcel.answer is not None:
            return
        if self._pool is None:
            raise RuntimeError("the process of the models is not running")
        self._gathering.pop(parcel.name)
        with _loss_told():
            parcel.answer = self._pool.submit(_encode, parcel.name, self._folder, parcel.groups)

    def fetch(self, parcel: "Parcel") -> list[Vectors]:
        """Wait for what was asked. Raises ModelLostError, and what the model raised."""
        self.send(parcel)
        if parcel.vectors is None:
            with _loss_told():
                assert parcel.answer is not None  # noqa: S101 # it was sent
                parcel.vectors, seconds = parcel.answer.result()
            self.seconds += seconds
        return parcel.vectors


@dataclass(slots=True)
class Parcel:
    """Groups of texts that are embedded in one go."""

    name: str
    groups: list[tuple[str, ...]] = field(default_factory=list)
    texts: int = 0
    answer: "Future[tuple[list[Vectors], float]] | None" = None
    vectors: list[Vectors] | None = None


class PendingVectors:
    """Vectors of a group of texts that are being reckoned."""

    def __init__(self, process: ModelProcess, parcel: Parcel, place: int) -> None:
        self._process, self._parcel, self._place = process, parcel, place

    def result(self) -> Vectors:
        """Wait for them. Raises ModelLostError, and what the model raised."""
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
