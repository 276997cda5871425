"""Doing errands: what a worker process runs where it shares the jobs with others."""

import logging
import time
from dataclasses import dataclass

from tracker.domain.errands import Errand, Task
from tracker.domain.tracing import doing, note
from tracker.services.job_ports import SharedJobs
from tracker.services.job_worker import JobWorker
from tracker.services.work import Work

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ErrandWorker(JobWorker):
    """Does what is delivered to it, one errand at a time."""

    queue: SharedJobs

    def do(self, errand: Errand) -> None:
        """Do an errand, if it still is one. Raises DatabaseError."""
        job = self.queue.take_up(self.holder, errand)
        if job is None:
            return
        began = time.monotonic()
        with doing(job.id):
            if errand.task is Task.ITEM:
                self.at(job, lambda work: work.item(errand.item))
            else:
                self.at(job, Work.close)
            self.queue.leave(self.holder, errand)
            seconds = round(time.monotonic() - began, 1)
            note(_logger, logging.INFO, "errand ended", errand=errand.key, seconds=seconds)
