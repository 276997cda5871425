"""Measure the report of days that hold many made-up statements: time, memory, and how both grow.

    .venv/bin/python scripts/benchmark_report.py --home var/benchmark-report
    .venv/bin/python scripts/benchmark_report.py --home var/benchmark-report --sizes 2500 5000

For each size a database is made in the folder, unless it is there: all its statements tell of the same five
days, in one event of 500 statements and many small ones. Then `tracker report` is run as it is, in a process
of its own. For each size it prints seconds by the clock and of the processor, the most memory, and bytes; at
the end, with which power of the number of statements the time of the processor grows: 1 is linear. Vectors by
which statements are compared are kept before, as ingesting keeps them.
"""

import argparse
import math
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from benchmark_pages import MODEL
from synthetic_news import FIRST_DAY, Size, fill

from tracker.bootstrap import initialise
from tracker.domain.identifiers import text_digest
from tracker.domain.models import ModelIdentity
from tracker.embedding.own_models import DIMENSION, QUESTIONS
from tracker.services.embedding import question_text
from tracker.settings import Settings
from tracker.storage.engine import make_engine
from tracker.storage.store import SqlStore

SIZES = (2_500, 5_000, 10_000)
DAYS = 5
"""Statements are published up to two days after what they tell of, so that all is of one week."""

LARGEST, LONGEST, MOST = 10_000, 60.0, 1_000_000_000
"""For so many statements: seconds by the clock and bytes of memory that may be used."""

_KEPT_AT_ONCE = 1_000
_STATEMENTS_AN_EVENT, _CONFLICTS_A_STATEMENT = 12, 0.3


@dataclass(frozen=True, slots=True)
class Measured:
    """What the report of one size came to; memory and size in bytes."""

    statements: int
    seconds: float
    processor: float
    memory: int
    size: int


def prepare(home: Path, statements: int) -> None:
    """Make the database, unless it is there."""
    settings = Settings(home=home, embedding_model=MODEL)
    is_new = not (home / "tracker.sqlite3").exists()
    home.mkdir(parents=True, exist_ok=True)
    initialise(settings)
    if not is_new:
        return
    engine = make_engine(settings.database)
    events, conflicts = statements // _STATEMENTS_AN_EVENT, round(statements * _CONFLICTS_A_STATEMENT)
    fill(engine, Size(statements, events, conflicts, 200, DAYS), datetime.now(UTC))
    store = SqlStore(engine, lambda: datetime.now(UTC))
    keep_questions(store)
    engine.dispose()


def keep_questions(store: SqlStore) -> None:
    """Vectors for all statements, as comparing them leaves behind."""
    model = ModelIdentity(QUESTIONS.name, QUESTIONS.revision(), DIMENSION)
    chance = np.random.default_rng(1)
    digests = sorted({text_digest(question_text(one)) for one in store.all_statements()})
    for start in range(0, len(digests), _KEPT_AT_ONCE):
        part = digests[start : start + _KEPT_AT_ONCE]
        vectors = chance.normal(size=(len(part), DIMENSION)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        with store.writing() as session:
            session.put_embeddings(model, dict(zip(part, vectors, strict=True)))


def measure(home: Path, statements: int, formats: str) -> Measured:
    """Write the report in a process of its own. Raises CalledProcessError where that fails."""
    first, out = FIRST_DAY, home / "reports"
    last = first + timedelta(days=6)
    command = [sys.executable, "-m", "tracker", "report", "--from", str(first), "--to", str(last)]
    command += ["--as-of", datetime.now(UTC).date().isoformat(), "--format", formats, "--out", str(out)]
    environment = {**os.environ, "TRACKER_HOME": str(home), "TRACKER_EMBEDDING_MODEL": MODEL}
    begun = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    size = sum(path.stat().st_size for path in out.iterdir())
    return Measured(statements, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, size)


def power(found: Sequence[Measured]) -> float:
    """With which power of the number of statements the processor's time grows: the slope of the logarithms.

    What a run takes whatever it tells of counts as well, so that this is a little low for few statements.
    """
    sizes = [math.log(one.statements) for one in found]
    times = [math.log(one.processor) for one in found]
    middle, level = sum(sizes) / len(sizes), sum(times) / len(times)
    over = sum((size - middle) * (spent - level) for size, spent in zip(sizes, times, strict=True))
    return over / sum((size - middle) ** 2 for size in sizes)


def main() -> None:
    """Read the command line and run; exit code 1 where the largest takes too long or too much."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, required=True, help="where the databases lie, or are made")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--formats", default="html,md")
    given = parser.parse_args()
    found = []
    print(f"| statements | seconds | of the processor | MB of memory | MB written ({given.formats}) |")
    print("|---|---|---|---|---|")
    for size in given.sizes:
        home = given.home / str(size)
        prepare(home, size)
        one = measure(home, size, given.formats)
        found.append(one)
        print(
            f"| {size:,} | {one.seconds:.1f} | {one.processor:.1f} | {one.memory / 1e6:.0f} "
            f"| {one.size / 1e6:.1f} |",
            flush=True,
        )
    if len(found) > 1:
        print(f"The processor's time grows with the power {power(found):.2f} of the statements.")
    fits = all(one.seconds < LONGEST and one.memory < MOST for one in found if one.statements <= LARGEST)
    sys.exit(0 if fits else 1)


if __name__ == "__main__":
    main()
