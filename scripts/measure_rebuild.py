#!/usr/bin/env python3
"""How long it takes to build the vector index of 100,000 statements anew from the database.

    python scripts/measure_rebuild.py [--statements 100000] [--home DIR]

Fills a database with constructed news and as many vectors, clustered as those of news are, and runs
`tracker index rebuild` twice: over no index, which opening then builds before, and over one that is whole;
then `tracker index verify`. Prints seconds, the start of the program included. Ends with 1 where building
takes 30 s or more.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from search_data import made_up
from synthetic_news import Size, fill

from tracker.bootstrap import SystemClock, initialise
from tracker.domain.identifiers import text_digest
from tracker.domain.models import ModelIdentity
from tracker.embedding.loading import load_embedder
from tracker.settings import Settings
from tracker.storage.engine import make_engine
from tracker.storage.store import SqlStore

CHECKOUT = Path(__file__).parents[1]
MOST_SECONDS = 30.0
_BATCH = 5_000


def filled(settings: Settings, statements: int) -> None:
    """Make the database, with a vector of the model in use for each statement."""
    initialise(settings)
    engine = make_engine(settings.database)
    try:
        fill(engine, Size(statements=statements, events=statements // 12), datetime.now(UTC))
        embedder = load_embedder(settings.embedding_model, settings.home / "models")
        model = ModelIdentity(embedder.name, embedder.revision, embedder.dimension)
        store = SqlStore(engine, SystemClock().now)
        ids = [one.id for one in store.all_statements()]
        vectors = made_up(len(ids), 1, dimension=model.dimension).vectors
        with store.writing() as session:
            session.set_model(model)
        for start in range(0, len(ids), _BATCH):
            part = ids[start : start + _BATCH]
            digests = {one: text_digest(one) for one in part}
            rows = vectors[start : start + _BATCH]
            with store.writing() as session:
                session.put_embeddings(model, dict(zip(digests.values(), rows, strict=True)))
                session.set_statement_digests(model, digests)
    finally:
        engine.dispose()


def timed(home: Path, *words: str) -> tuple[float, float]:
    """Run a command that has to succeed; its seconds by the clock, and of the processor."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    since, used = time.perf_counter(), _processor()
    subprocess.run(  # noqa: S603 # our own program
        [sys.executable, "-m", "tracker", *words],
        env={**kept, "TRACKER_HOME": str(home), "PYTHONPATH": str(CHECKOUT)},
        check=True,
    )
    return time.perf_counter() - since, _processor() - used


def _processor() -> float:
    """Seconds of the processor that commands have used so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure(home: Path, statements: int) -> float:
    """Fill, rebuild and verify; the seconds of one rebuild."""
    settings = Settings(home=home)
    if not (home / "tracker.sqlite3").exists():
        filled(settings, statements)
    for what, words in {
        "rebuilt twice in a row, where there was none": ("index", "rebuild"),
        "rebuilt": ("index", "rebuild"),
        "verified": ("index", "verify"),
    }.items():
        seconds, processor = timed(home, *words)
        print(f"{statements} statements, index {what}: {seconds:.1f} s, {processor:.1f} s of the processor")
        if what == "rebuilt":
            again = seconds
    return again


def main() -> None:
    """Read the options, measure, and say by the exit code whether the target was met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--home", type=Path, help="a folder to be kept, with its database; otherwise removed")
    given = parser.parse_args()
    if given.home is not None:
        given.home.mkdir(parents=True, exist_ok=True)
        sys.exit(measure(given.home.absolute(), given.statements) >= MOST_SECONDS)
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(measure(Path(folder), given.statements) >= MOST_SECONDS)


if __name__ == "__main__":
    main()
