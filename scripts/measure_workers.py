#!/usr/bin/env python3
"""How much faster two workers do a job on PostgreSQL than one, and whether kills change what comes of it.

    python scripts/measure_workers.py [--jobs 4] [--files 4] [--documents 12] [--rounds 3] [--kills 6]

Starts a real PostgreSQL and real workers (`tracker worker`, one thread each, each with a TRACKER_HOME of its
own as on several machines), with the real models. A list of jobs of constructed news is done by one worker
and by two, in turns, each time over a database of its own. The clock runs from handing them in until all are
done, linking included; the workers have opened their models before. Then all of it once more as one job: by
one worker, and by two, of which one that has an errand in hand is killed with SIGKILL again and again, while
reading and, the last time, while linking. Both have to store the same rows. Ends with 1 where they do not.
"""

import argparse
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from constructed_news import reports
from sqlalchemy import Engine, text

from tracker.bootstrap import Models, installation
from tracker.domain.jobs import Defaults, JobState
from tracker.services.jobs import OfferedFile
from tracker.settings import Settings

CHECKOUT = Path(__file__).parents[1]
sys.path.insert(0, str(CHECKOUT / "tests"))

import real_postgresql  # type: ignore[import-not-found] # noqa: E402 # beside the tests that share it

PATIENCE = 3_600.0  # seconds
LOOK = 0.1
MODELS = "models"

TABLES = {
    "documents": "SELECT id, sha256 FROM document",
    "statements": "SELECT id, document_id, quote, linked_at IS NULL FROM statement",
    "events": "SELECT id, title FROM event",
    "memberships": "SELECT statement_id, event_id FROM membership",
    "conflicts": "SELECT id, one, other, type FROM conflict",
    "read": "SELECT sum(read_count), sum(new_count), sum(known_count), sum(failed_count) FROM job_item",
}
"""What has to be the same, whoever did it."""

OF_LINKING = ("events", "memberships", "conflicts")
"""What depends on the order in which jobs are linked: one may be linked along with a part of the next."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--files", type=int, default=4, help="of each job")
    parser.add_argument("--documents", type=int, default=12, help="in each file")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kills", type=int, default=6)
    wanted = parser.parse_args()
    real_postgresql.server()
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        real_postgresql.execute(f"ALTER SYSTEM RESET {setting}")
    real_postgresql.execute("SELECT pg_reload_conf()")
    files = news(wanted.jobs * wanted.files, wanted.documents)
    with tempfile.TemporaryDirectory() as folder:
        models = merged_models(Path(folder, "first"))
        found = {"list": list_of_jobs(wanted.jobs, files, wanted.rounds, Path(folder), models)}
        if wanted.kills:
            found["killed"] = set()
            for name in ("unbroken", "killed"):
                with Desk(Path(folder, name), models).open() as desk:
                    if name == "killed":
                        print(desk.killed(files, wanted.kills), flush=True)
                    else:
                        desk.timed([files], 1)
                    found["killed"].add(desk.rows(TABLES))
    for rows in found.values():
        print("the same rows" if len(rows) <= 1 else "DIFFERENT ROWS", *sorted(rows), sep="\n  ")
    sys.exit(any(len(rows) > 1 for rows in found.values()))


def list_of_jobs(jobs: int, files: Mapping[str, bytes], rounds: int, folder: Path, models: Path) -> set[str]:
    """Time both, in turns; what each run has stored, less what depends on when it was linked."""
    seconds: dict[int, list[float]] = {1: [], 2: []}
    names, found = sorted(files), set()
    parts = [{name: files[name] for name in names[number::jobs]} for number in range(jobs)]
    for number in range(rounds):
        # Now the one first, now the other.
        for workers in (1, 2) if number % 2 == 0 else (2, 1):
            with Desk(folder / f"{number}-{workers}", models).open() as desk:
                seconds[workers].append(desk.timed(parts, workers))
                found.add(desk.rows([name for name in TABLES if name not in OF_LINKING]))
            print(f"{workers} at work: {seconds[workers][-1]:.1f} s", flush=True)
    if rounds:
        print(f"two over one: {sum(seconds[1]) / sum(seconds[2]):.2f} times")
    return found


def merged_models(home: Path) -> Path:
    """The folder of the models, merged."""
    settings = Settings(home=home)
    models = Models.of(settings)
    for model in (models.claims, models.questions, models.stances):
        model.encode(["?"])
    return home / MODELS


def news(files: int, documents: int, seed: int = 1) -> dict[str, bytes]:
    """Files of JSON Lines, by name."""
    told = [json.dumps(one) for one in reports(files * documents, seed=seed)]
    return {
        f"{number:03}.jsonl": "\n".join(told[number * documents : (number + 1) * documents]).encode()
        for number in range(files)
    }


class Desk:
    """A database with its workers."""

    def __init__(self, folder: Path, models: Path) -> None:
        self._folder, self._models = folder, models
        self._name = real_postgresql.new_database()
        self._workers: list[subprocess.Popen[bytes]] = []
        self._made = 0

    @contextmanager
    def open(self) -> Iterator["Desk"]:
        """With the tables in it, until its workers have ended."""
        self._folder.mkdir()
        environment = self._environment("desk")
        subprocess.run([sys.executable, "-m", "tracker", "init"], env=environment, check=True)
        settings = Settings(home=self._folder / "desk", database_url=environment["TRACKER_DATABASE_URL"])
        try:
            with installation(settings, print) as self._installed:
                yield self
        finally:
            for one in self._workers:
                one.terminate()
            for one in self._workers:
                one.wait()
            real_postgresql.drop(self._name)

    def timed(self, jobs: Sequence[Mapping[str, bytes]], workers: int) -> float:
        """Seconds in which so many workers do these jobs."""
        self._start(workers)
        began = time.perf_counter()
        for job in [self._hand_in(files) for files in jobs]:
            self._until_over(job)
        return time.perf_counter() - began

    def killed(self, files: Mapping[str, bytes], kills: int) -> str:
        """What happened while two workers did a job and were killed over it."""
        self._start(2)
        job, told = self._hand_in(files), []
        for number in range(kills):
            task = "link" if number == kills - 1 else "read"
            _until(lambda task=task: bool(self._at(task)))  # type: ignore[misc]
            time.sleep(0.5 + 0.7 * (number % 3) if task == "read" else 0.05)
            holders = self._at(task)
            if not holders:
                continue
            os.kill(holders[0], signal.SIGKILL)
            told.append(task)
            next(one for one in self._workers if one.pid == holders[0]).wait()
            self._start(1)
        self._until_over(job)
        return f"killed {told.count('read')} times while reading and {told.count('link')} while linking"

    def rows(self, tables: Iterable[str]) -> str:
        """A digest of what is stored in these, and how much it is."""
        counts, digest = [], sha256()
        with self._engine.connect() as connection:
            for name in tables:
                found = sorted(tuple(map(str, row)) for row in connection.execute(text(TABLES[name])))
                counts.append(
                    f"{len(found)} {name}" if name != "read" else f"read, new, known, failed {found[0]}"
                )
                digest.update(repr(found).encode())
        return f"{', '.join(counts)}: {digest.hexdigest()[:16]}"

    @property
    def _engine(self) -> Engine:
        return self._installed.engine

    def _hand_in(self, files: Mapping[str, bytes]) -> str:
        offered = [OfferedFile(name, io.BytesIO(data)) for name, data in files.items()]
        return self._installed.jobs.add(offered, Defaults(), actor="measure")

    def _until_over(self, job: str) -> None:
        _until(lambda: self._one(f"SELECT ended_at IS NOT NULL FROM job WHERE id = '{job}'") is True)  # noqa: S608
        done = self._installed.jobs.job(job).job
        if done.state is not JobState.DONE:
            raise SystemExit(f"the job is {done.state}: {done.error}")

    def _start(self, count: int) -> None:
        """Start workers; the first of them have then opened their models, each over a document of its own."""
        for _ in range(count):
            self._made += 1
            home = self._folder / f"worker-{self._made}"
            # Merging the models is done once on a machine.
            shutil.copytree(self._models, home / MODELS)
            environment = self._environment(home.name)
            self._workers.append(
                subprocess.Popen([sys.executable, "-m", "tracker", "worker"], env=environment)
            )
        if self._made == count:
            _until(lambda: self._one("SELECT count(*) FROM procrastinate.procrastinate_workers") == count)
            self._until_over(self._hand_in(news(2, 1, seed=2)))

    def _at(self, task: str) -> list[int]:
        """The processes that have an errand in hand."""
        with self._engine.connect() as connection:
            found = connection.scalars(
                text("SELECT holder FROM worker_lease WHERE starts_with(name, :task)"), {"task": task}
            )
            living = {one.pid for one in self._workers if one.poll() is None}
            return [pid for holder in found if (pid := int(holder.split(":")[1])) in living]

    def _one(self, query: str) -> object:
        with self._engine.connect() as connection:
            return connection.scalar(text(query))

    def _environment(self, home: str) -> dict[str, str]:
        own = {
            "TRACKER_HOME": str(self._folder / home),
            "TRACKER_DATABASE_URL": real_postgresql.url_of(self._name),
        }
        threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        return {
            **os.environ,
            **own,
            **threads,
            "TOKENIZERS_PARALLELISM": "false",
            "PYTHONPATH": str(CHECKOUT),
        }


def _until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > end:
            raise SystemExit("it took too long")
        time.sleep(LOOK)


if __name__ == "__main__":
    main()
