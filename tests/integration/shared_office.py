"""Jobs that workers share, over a real PostgreSQL database, with vectors that follow from one word.

Run as a program it is a worker: `python shared_office.py HOME PAUSE URL`, which takes PAUSE seconds over each
text, until it is told to stop. That workers have died is noticed within seconds.
"""

import signal
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from job_office import DisturbedBench, JobOffice, installed, knowledge
from sqlalchemy import Engine

from tracker.cli.working import holder_name, is_gone, work_shared
from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.queueing import Deliveries
from tracker.reading.paths import suffix_of
from tracker.reading.reader import READABLE
from tracker.reading.standard_input import sniffed
from tracker.services.errand_worker import ErrandWorker
from tracker.services.jobs import JobService
from tracker.storage.advisory_turns import AdvisoryTurns
from tracker.storage.engine import make_engine
from tracker.storage.incoming_blocks import IncomingBlocks
from tracker.storage.jobs import SqlJobs
from tracker.storage.shared_jobs import SqlSharedJobs

STALLED = 2.0
"""Seconds after which a worker without a sign of life counts as dead."""


def _undisturbed(_one: IncomingDocument | ReadingError) -> None:
    """Nothing happens."""


@dataclass
class SharedOffice(JobOffice):
    """Hands jobs in to whichever worker comes first."""

    deliveries: Deliveries = field(init=False)

    def __post_init__(self) -> None:
        # Workers go by the real time: what was handed in a day before it would be swept up by the first.
        self.watch.time = datetime.now(UTC)
        self.deliveries = Deliveries(self.engine, stalled=STALLED)

    @property
    def blocks(self) -> IncomingBlocks:
        return IncomingBlocks(self.engine, self.watch.now)

    @property
    def shared(self) -> SqlSharedJobs:
        return SqlSharedJobs(self.engine, self.watch.now, self.gone.__contains__, self.deliveries.send)

    @property
    def jobs(self) -> JobService:
        return JobService(
            SqlJobs(self.engine, self.watch.now, self.deliveries.send),
            self.blocks,
            self.watch,
            lambda name: suffix_of(Path(name), READABLE),
            READABLE,
            lambda stream: sniffed(stream)[0],
        )


def worker_process(home: Path, engine: Engine, pause: float, stop: Event) -> tuple[ErrandWorker, Deliveries]:
    """A worker as a process of its own has it."""
    deliveries = Deliveries(engine, stalled=STALLED)

    def now() -> datetime:
        return datetime.now(UTC)

    over = installed(home, engine, pause, AdvisoryTurns(engine))
    worker = ErrandWorker(
        SqlSharedJobs(engine, now, is_gone, deliveries.send),
        IncomingBlocks(engine, now),
        lambda: DisturbedBench(over, _undisturbed, shared=True),
        over.ingest.clock,
        holder_name(),
        stop.is_set,
    )
    return worker, deliveries


def main() -> None:
    home, pause, engine = Path(sys.argv[1]), float(sys.argv[2]), make_engine(sys.argv[3])
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    knowledge()
    work_shared(*worker_process(home, engine, pause, stop), stop)


if __name__ == "__main__":
    main()
