"""Doing jobs, one after the other: what a worker process runs."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from tracker.domain.jobs import Job, JobKind, LeaseLostError
from tracker.domain.tracing import doing
from tracker.services.ingest_work import IngestWork
from tracker.services.pulse import Pulse
from tracker.services.relink_work import RelinkWork
from tracker.services.report_work import ReportWork
from tracker.services.work import Means, Work

FILES_KEPT = timedelta(days=30)
"""How long a job's files are kept after its end: those that could not be read whole, and reports."""

_MIGHT_BECOME_A_JOB = timedelta(hours=1)
_WORK: Mapping[JobKind, type[Work]] = {
    JobKind.INGEST: IngestWork,
    JobKind.RELINK: RelinkWork,
    JobKind.REPORT: ReportWork,
}

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobWorker(Means):
    """Does jobs, one at a time."""

    def sweep(self) -> None:
        """Remove files that no job needs any more."""
        wanted = self.queue.kept_files(self.clock.now() - FILES_KEPT)
        self.files.sweep(wanted, _MIGHT_BECOME_A_JOB)

    def work_once(self) -> bool:
        """Do one job, if there is one; whether there was. Raises DatabaseError."""
        job = self.queue.take(self.holder)
        if job is None:
            return False
        self.at(job, lambda work: work.do())
        return True

    def at(self, job: Job, do: Callable[[Work], None]) -> None:
        """Do something of a job that this worker has in hand. Raises DatabaseError."""
        with doing(job.id), Pulse(self.queue, self.holder, job) as pulse:
            try:
                do(_WORK[job.kind](self, job, pulse))
            except LeaseLostError as error:
                _logger.warning("job %s: %s", job.id, error)
