"""The sign of life of a worker, beside its work."""

import logging
from contextvars import copy_context
from threading import Event, Thread

from tracker.domain.errors import DatabaseError
from tracker.domain.jobs import Job, LeaseLostError
from tracker.services.job_ports import JobQueue

_BEAT = 2.0  # seconds between two signs of life

_logger = logging.getLogger(__name__)


class Pulse:
    """Keeps the lease alive beside the work, and hears whether the job is to be cancelled."""

    def __init__(self, queue: JobQueue, holder: str, job: Job) -> None:
        self._queue, self._holder, self._job = queue, holder, job.id
        self.is_cancelled = job.is_cancel_asked
        self.lost: LeaseLostError | None = None
        self._over = Event()
        self._thread = Thread(target=copy_context().run, args=(self._beat,), daemon=True)

    def __enter__(self) -> "Pulse":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def look(self) -> None:
        """Ask now, instead of waiting for the next beat."""
        self.is_cancelled = self._queue.beat(self._holder, self._job)

    def _beat(self) -> None:
        while not self._over.wait(_BEAT):
            try:
                self.look()
            except LeaseLostError as error:
                self.lost = error
                return
            except DatabaseError as error:
                # The lease lasts for several beats, and whoever works will meet the same trouble.
                _logger.warning("%s", error)
