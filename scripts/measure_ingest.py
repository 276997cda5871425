#!/usr/bin/env python3
"""Ingest constructed documents end to end: statements a second, memory, and what is not spent in models.

    python scripts/measure_ingest.py [--documents 10000] [--home DIR] [--without-models]

The documents are written as JSON Lines and taken in as `tracker ingest` does it: read, extracted, embedded,
stored, linked, compared, indexed, with the models that ship. Of every 500 documents it prints how long they
took, how much of that was not spent in models, and the memory of the process, so that what grows can be seen.
`--without-models` gives texts vectors by their words at once: what grows beside models shows in minutes.
Merging the encoder, once in the life of a home, is done before by another process and is not in the figures;
opening the models is, by a line of its own. Ends with 1 where more than 1.5 GB are taken
or more than a tenth of the time is spent outside models.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
from constructed_news import reports
from numpy.typing import NDArray

from tracker.bootstrap import Installation, Models, initialise, installation
from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.domain.identifiers import text_digest
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
    installed.embedder.load()
    installed.reporting.questions.embedder.load()
"""


@dataclass
class Clock:
    """Time by the clock, and what of it was spent in models."""

    in_models: float = 0.0
    texts: int = 0
    begun: float = field(default_factory=time.perf_counter)

    def listen(self) -> None:
        """Have every text that any model embeds counted."""
        encode = SentenceTransformerEmbedder.encode

        def timed(embedder: SentenceTransformerEmbedder, texts: Sequence[str]) -> NDArray[np.float32]:
            since = time.perf_counter()
            try:
                return encode(embedder, texts)
            finally:
                self.in_models += time.perf_counter() - since
                self.texts += len(texts)

        SentenceTransformerEmbedder.encode = timed  # type: ignore[method-assign,assignment]

    def passed(self) -> float:
        """Seconds since the beginning."""
        return time.perf_counter() - self.begun


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


@cache
def _direction(word: str) -> NDArray[np.float32]:
    seed = int(text_digest(word)[:8], 16)
    weight = 4.0 if word[:1].isupper() or not word.isascii() else 1.0
    return weight * np.random.default_rng(seed).standard_normal(ByWords.dimension).astype(np.float32)


def resident() -> int:
    """Bytes that this process has in memory now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize()


def peak() -> int:
    """Bytes that this process had in memory at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def told(
    incoming: Iterator[IncomingDocument | ReadingError], clock: Clock, installed: Installation
) -> Iterator[IncomingDocument | ReadingError]:
    """The same documents; a line is printed for each step of them."""
    print("documents  statements  seconds  outside models  MB in memory", flush=True)
    done, since, inside = 0, clock.passed(), clock.in_models
    while step := list(islice(incoming, _STEP)):
        yield from step
        done += len(step)
        now, spent = clock.passed(), clock.in_models
        outside = 1 - (spent - inside) / max(now - since, 1e-9)
        statements = installed.store.counts().statements
        print(
            f"{done:9}  {statements:10}  {now - since:7.1f}  {outside:14.1%}  {resident() / 1e6:12.0f}",
            flush=True,
        )
        since, inside = now, spent


def measure(home: Path, documents: int, *, with_models: bool) -> int:
    """Ingest and print; how many targets were missed."""
    settings = Settings(home=home)
    initialise(settings)
    if with_models:
        subprocess.run([sys.executable, "-c", _MERGE, str(home)], check=True)  # noqa: S603 # our own program
    models = None if with_models else Models(ByWords("claims"), ByWords("questions"))  # type: ignore[arg-type]
    news = home / "constructed.jsonl"
    with news.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in reports(documents))
    with installation(settings, print, models=models) as installed:
        opening = time.perf_counter()
        installed.update_registry()
        installed.embedder.encode(["Opened before the clock runs."])
        installed.linking.questions.embedder.encode(["Opened before the clock runs."])
        print(f"models and registry opened in {time.perf_counter() - opening:.1f} s")
        clock = Clock()
        clock.listen()
        incoming = told(FileReader().read([news]), clock, installed)
        summary = installed.ingest.ingest(incoming, lambda *_: None)
        seconds = clock.passed()
    outside = 1 - clock.in_models / seconds
    print(
        f"{summary.new} documents, {summary.statements} statements, {summary.totals.events} events, "
        f"{summary.totals.conflicts} conflicts, {summary.failed} failed; {clock.texts} texts embedded\n"
        f"{seconds:.0f} s: {summary.new / seconds:.1f} documents and {summary.statements / seconds:.1f} "
        f"statements a second\n"
        f"not spent in models: {outside:.1%} (asked: at most {MOST_OUTSIDE:.0%})\n"
        f"most memory: {peak() / 1e9:.2f} GB (asked: at most {MOST_MEMORY / 1e9} GB)"
    )
    return (outside > MOST_OUTSIDE) + (peak() > MOST_MEMORY) + bool(summary.failed)


def main() -> None:
    """Read the options, measure, and say by the exit code whether the targets were met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--home", type=Path, help="an empty folder to be kept; otherwise one that is removed")
    parser.add_argument("--without-models", action="store_true")
    given = parser.parse_args()
    with_models = not given.without_models
    if given.home is not None:
        sys.exit(bool(measure(given.home.absolute(), given.documents, with_models=with_models)))
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(bool(measure(Path(folder), given.documents, with_models=with_models)))


if __name__ == "__main__":
    main()
