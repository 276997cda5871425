#!/usr/bin/env python3
"""Ingest constructed documents end to end: statements a second, memory, and what is not spent in models.

    python scripts/measure_ingest.py [--documents 10000] [--home DIR] [--together | --without-models]

The documents are written as JSON Lines and taken in as `tracker ingest` does it: read, extracted, embedded,
stored, linked, compared, indexed, with the models that ship, which work in a process of their own. Of every
500 documents it prints how long they took, for how much of that no model worked, and the memory of both
processes, so that what grows can be seen. `--together` has the models work in this process, as few documents
are taken in. `--without-models` gives texts vectors by their words at once: what grows beside models shows in
minutes. Merging the encoder, once in the life of a home, is done before by another process and is not in the
figures; opening the models is, as work of theirs. Ends with 1 where more than 1.5 GB are taken, or no model
works for more than a tenth of the time.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

import numpy as np
from constructed_news import reports
from numpy.typing import NDArray

from tracker.bootstrap import Installation, Models, initialise, installation
from tracker.domain.identifiers import text_digest
from tracker.domain.voices import WIDTH, Marks, Telling
from tracker.embedding.apart import ModelProcess
from tracker.embedding.sentence_transformer import SentenceTransformerEmbedder
from tracker.reading.reader import FileReader
from tracker.settings import Settings

MOST_MEMORY = 1.5e9  # bytes
MOST_OUTSIDE = 0.10
_STEP = 500

_MERGE = """
import sys
from pathlib import Path
from tracker.bootstrap import installation
from tracker.settings import Settings
with installation(Settings(home=Path(sys.argv[1])), lambda _: None) as installed:
    installed.ingest.voices.load()
    installed.embedder.load()
    installed.reporting.comparing.warm()
"""


class Clock:
    """Time by the clock, and for how much of it a model worked."""

    def __init__(self, process: ModelProcess | None) -> None:
        self._begun = time.perf_counter()
        self._process = process
        self._here = 0.0

    def listen(self) -> None:
        """Have every text that a model embeds in this process counted."""
        encode = SentenceTransformerEmbedder.encode

        def timed(embedder: SentenceTransformerEmbedder, texts: Sequence[str]) -> NDArray[np.float32]:
            since = time.perf_counter()
            try:
                return encode(embedder, texts)
            finally:
                self._here += time.perf_counter() - since

        SentenceTransformerEmbedder.encode = timed  # type: ignore[method-assign,assignment]

    def now(self) -> tuple[float, float]:
        """Seconds since the beginning, and those in which a model worked."""
        there = 0.0 if self._process is None else self._process.seconds
        return time.perf_counter() - self._begun, self._here + there


class ByWords:
    """Vectors that take no time: texts that share their rarer words are near each other."""

    revision, dimension = "1", 384

    def __init__(self, name: str) -> None:
        self.name = name

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors: float32, shape (texts, dimension)."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.split():
                vectors[row] += _direction(word)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))

    def load(self) -> None:
        """There is nothing to open."""


class Unheard:
    """Marks that take no time: none, so that who speaks is decided without them."""

    def read(self, tellings: Sequence[Telling]) -> list[tuple[Marks, ...]]:
        """For each sentence of each story no piece."""
        nothing = np.zeros(0, dtype=np.int32)
        none = Marks(nothing, nothing, np.zeros((0, WIDTH), dtype=np.float16))
        return [(none,) * len(telling.sentences) for telling in tellings]


@cache
def _direction(word: str) -> NDArray[np.float32]:
    seed = int(text_digest(word)[:8], 16)
    weight = 4.0 if word[:1].isupper() or not word.isascii() else 1.0
    return weight * np.random.default_rng(seed).standard_normal(ByWords.dimension).astype(np.float32)


class Memory:
    """What this process and those it started have in memory together; what they share counts once."""

    def __init__(self) -> None:
        self.most = 0
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            self.most = max(self.most, self.now())
            time.sleep(0.5)

    @staticmethod
    def now() -> int:
        """Bytes at this moment."""
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii").split()
        found = 0
        for one in ("self", *children):
            # One may end while it is looked at.
            with suppress(OSError):
                lines = Path(f"/proc/{one}/smaps_rollup").read_text("ascii").splitlines()
                found += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return found * 1024


class Steps:
    """Prints a line for every 500 documents that were taken in."""

    def __init__(self, clock: Clock, installed: Installation) -> None:
        print("documents  statements  seconds  no model works  MB in memory", flush=True)
        self._clock, self._counts = clock, installed.store.counts
        self._last = clock.now()

    def __call__(self, stage: str, done: int, _total: int) -> None:
        """Told by the ingest of each document."""
        if stage != "reading" or done % _STEP:
            return
        (now, spent), (since, before) = self._clock.now(), self._last
        outside = 1 - (spent - before) / max(now - since, 1e-9)
        print(
            f"{done:9}  {self._counts().statements:10}  {now - since:7.1f}  {outside:14.1%}  "
            f"{Memory.now() / 1e6:12.0f}",
            flush=True,
        )
        self._last = now, spent


def measure(home: Path, documents: int, models_at: str) -> int:
    """Ingest and print; how many targets were missed."""
    settings = Settings(home=home)
    initialise(settings)
    if models_at == "nowhere":
        models = Models(Unheard(), ByWords("claims"), ByWords("questions"), ByWords("stances"))  # type: ignore[arg-type]
    else:
        subprocess.run([sys.executable, "-c", _MERGE, str(home)], check=True)  # noqa: S603 # our own program
        models = Models.apart_of(settings) if models_at == "apart" else Models.of(settings)
    news = home / "constructed.jsonl"
    with news.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in reports(documents))
    with installation(settings, print, models=models) as installed:
        installed.update_registry()
        clock = Clock(models.process)
        clock.listen()
        memory = Memory()
        summary = installed.ingest.ingest(FileReader().read([news]), Steps(clock, installed))
        seconds, in_models = clock.now()
    outside = 1 - in_models / seconds
    print(
        f"{summary.new} documents, {summary.statements} statements, {summary.totals.events} events, "
        f"{summary.totals.conflicts} conflicts, {summary.failed} failed\n"
        f"{seconds:.0f} s: {summary.new / seconds:.1f} documents and {summary.statements / seconds:.1f} "
        f"statements a second\n"
        f"no model worked for {outside:.1%} of that (asked: at most {MOST_OUTSIDE:.0%})\n"
        f"most memory: {memory.most / 1e9:.2f} GB (asked: at most {MOST_MEMORY / 1e9} GB)"
    )
    return (outside > MOST_OUTSIDE) + (memory.most > MOST_MEMORY) + bool(summary.failed)


def main() -> None:
    """Read the options, measure, and say by the exit code whether the targets were met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--home", type=Path, help="an empty folder to be kept; otherwise one that is removed")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--together", dest="models", action="store_const", const="here", default="apart")
    where.add_argument("--without-models", dest="models", action="store_const", const="nowhere")
    given = parser.parse_args()
    if given.home is not None:
        sys.exit(bool(measure(given.home.absolute(), given.documents, given.models)))
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(bool(measure(Path(folder), given.documents, given.models)))


if __name__ == "__main__":
    main()
