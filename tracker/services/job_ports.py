"""What jobs ask of the database and of the disk."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Protocol

from tracker.domain.errands import Errand
from tracker.domain.jobs import ItemProgress, Job, JobDetail, JobItem, JobState, KeptFile, NewJob, Stage
from tracker.domain.views import Page


class JobBook(Protocol):
    """The jobs as pages see them. All methods raise DatabaseError where the database fails."""

    def add(self, job: NewJob) -> None:
        """Put a new job on the list; files that are refused have failed from the beginning."""

    def statement_count(self) -> int:
        """How many statements there are to be linked anew."""

    def job(self, job_id: str) -> JobDetail:
        """A job with its files and what came of it. Raises NotFoundError."""

    def jobs_page(self, after: str | None, size: int) -> Page[Job]:
        """Newest first. Raises NotFoundError for a cursor that is none."""

    def is_attended(self) -> bool:
        """Whether a worker is at a job just now."""

    def cancel(self, job_id: str, *, actor: str) -> None:
        """Have a job stopped. Raises NotFoundError, and JobStateError where it is over."""

    def resume(self, job_id: str, *, actor: str) -> None:
        """Have a job go on that was cancelled or has failed. Raises NotFoundError, JobStateError."""

    def retry(self, job_id: str, *, actor: str) -> None:
        """Have files read again that could not be read whole. Raises NotFoundError, JobStateError."""


class JobQueue(Protocol):
    """The jobs as a worker sees them. One worker at a time holds the lease on all of them.

    Methods that take a holder raise LeaseLostError where that worker's lease is another's by now.
    """

    def take(self, holder: str) -> Job | None:
        """The job to be done next, first of all one that a dead worker left; None where there is none.

        None too while another worker that lives holds the lease. The job is then running.
        """

    def beat(self, holder: str, job_id: str) -> bool:
        """Keep the lease alive; whether the job is to be cancelled."""

    def items_to_do(self, job_id: str) -> Sequence[JobItem]:
        """The files that wait, in order."""

    def pages_gone_through(self, job_id: str) -> int:
        """How many pages there were in the files of a job that are over."""

    def documents_begun(self, job_id: str) -> frozenset[str]:
        """The documents stored from files of a job that are not over."""

    def begin_item(self, holder: str, item: int) -> None:
        """Say that a file is being read, from its beginning."""

    def record(self, holder: str, item: int, progress: ItemProgress) -> None:
        """Write down how far a file has been read."""

    def end_item(self, holder: str, item: int, progress: ItemProgress) -> None:
        """Say that a file has been read to its end."""

    def end_written(self, holder: str, item: int, name: str, file: str, kept: KeptFile) -> None:
        """Say that an item was written, what it is called, and the name of the file it is kept in."""

    def enter(self, holder: str, job_id: str, stage: Stage, linked: int, to_link: int) -> None:
        """Say what is being done with a job now, and how far linking is."""

    def left_to_others(self, job_id: str) -> Sequence[str]:
        """Statements that wait to be linked with other jobs, which are not over."""

    def end(self, holder: str, job_id: str, state: JobState, error: str = "") -> Sequence[str]:
        """Leave a job in a state and let go of the lease; the names of files that are not needed any more.

        A job that is done without a single file that could be read has failed.
        """

    def kept_files(self, ended_before: datetime) -> Mapping[str, frozenset[str]]:
        """For each job the names of its files that are still needed.

        Those of jobs that ended before a time are not any more from now on.
        """


class SharedJobs(JobQueue, Protocol):
    """The jobs as one of several workers sees them. Its lease is on the errand it is at, not on all jobs."""

    def take_up(self, holder: str, errand: Errand) -> Job | None:
        """The job of an errand, which this worker now has in hand; None where it is not to be done now."""

    def leave(self, holder: str, errand: Errand) -> None:
        """Have done with an errand, for good or for now, and send what is left of its job."""

    def sweep(self) -> None:
        """Put back what dead workers had in hand, and send again whatever is to be done and got lost."""


class IncomingFiles(Protocol):
    """Files that wait to be read, by job.

    All methods raise IncomingError where the disk refuses, or DatabaseError where the database does.
    """

    def keep(self, job_id: str, file: str, stream: IO[bytes]) -> KeptFile:
        """Write a file down so that it outlives a loss of power."""

    def opened(self, job_id: str, file: str) -> AbstractContextManager[Path]:
        """Where a file lies for as long as it is read."""

    def discard(self, job_id: str, files: Iterable[str] | None = None) -> None:
        """Remove these files of a job, or all of them; those that are gone already do not matter."""

    def sweep(self, wanted: Mapping[str, frozenset[str]], older_than: timedelta) -> None:
        """Remove what nobody wants and what is older than that: it may be on its way to becoming a job."""
