"""Doing jobs, one after the other: what a worker process runs."""

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from contextvars import copy_context
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Protocol

from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import DatabaseError, ReadingError, TrackerError
from tracker.domain.jobs import Defaults, Job, JobItem, JobState, LeaseLostError, Stage
from tracker.domain.tracing import doing, note
from tracker.services.ingest import BATCH, Taken
from tracker.services.item_ledger import ItemLedger
from tracker.services.job_ports import IncomingFiles, JobQueue
from tracker.services.linking import Progress
from tracker.services.linking_ports import Others
from tracker.services.ports import Clock

_BEAT = 2.0  # seconds between two signs of life
FILES_KEPT = timedelta(days=30)
"""How long files that could not be read are kept after their job has ended, to be tried once more."""

_MIGHT_BECOME_A_JOB = timedelta(hours=1)

_logger = logging.getLogger(__name__)


class Reader(Protocol):
    """Reads files lazily: it asks for the next path once all that the one before holds was handed over."""

    def read(self, paths: Iterator[Path]) -> Iterator[IncomingDocument | ReadingError]: ...  # noqa: D102


class Workbench(Protocol):
    """What doing jobs takes: an installation, with its model."""

    def prepare(self) -> None:
        """See to it that a job can begin. Raises TrackerError where it cannot."""

    def reader(self, defaults: Defaults) -> Reader:
        """A reader of files. Raises ValueError for defaults that are none."""

    def take(self, one: IncomingDocument | ReadingError, before_storing: Callable[[str], None]) -> Taken:
        """Take one page in, see `IngestService.take`."""

    def link(self, progress: Progress, others: Others) -> None:
        """Link and compare all that is stored and not linked yet, save what others link."""

    def leave_linking(self) -> None:
        """Keep what linking has done, where it was broken off."""


class _StopLinkingError(Exception):
    """The process is to end."""


@dataclass(frozen=True, slots=True)
class JobWorker:
    """Does jobs, one at a time. `bench` is asked for when there is a first one: it costs a model.

    `holder` names this process and no other, and `stopping` says when to leave off: the job is then
    put back on the list and goes on where it stopped.
    """

    queue: JobQueue
    files: IncomingFiles
    bench: Callable[[], Workbench]
    clock: Clock
    holder: str
    stopping: Callable[[], bool]

    def sweep(self) -> None:
        """Remove files that no job needs any more."""
        wanted = self.queue.kept_files(self.clock.now() - FILES_KEPT)
        self.files.sweep(wanted, _MIGHT_BECOME_A_JOB)

    def work_once(self) -> bool:
        """Do one job, if there is one; whether there was. Raises DatabaseError."""
        job = self.queue.take(self.holder)
        if job is None:
            return False
        self.at(job, Work.do)
        return True

    def at(self, job: Job, do: Callable[["Work"], None]) -> None:
        """Do something of a job that this worker has in hand. Raises DatabaseError."""
        with doing(job.id), Pulse(self.queue, self.holder, job) as pulse:
            try:
                do(Work(self, job, pulse))
            except LeaseLostError as error:
                _logger.warning("job %s: %s", job.id, error)


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


class Work:
    """One job from where it stands to where it ends, or a part of it where others do the rest.

    Raises LeaseLostError, and DatabaseError where not even a failure can be written down.
    """

    def __init__(self, worker: JobWorker, job: Job, pulse: Pulse) -> None:
        self._worker, self._job, self._pulse = worker, job, pulse
        self._queue, self._holder = worker.queue, worker.holder
        self._ledger: ItemLedger | None = None
        self._unlinked = 0

    def do(self) -> None:
        """Do all of it."""
        if self._went_well(self._all):
            self._end(self._outcome())

    def read(self, item: int) -> None:
        """Read one file of it."""
        self._went_well(lambda bench: self._ingest(bench, self._items(item), links=False))

    def link(self) -> None:
        """Link what was read of it, and end it."""
        if self._went_well(self._link):
            self._end(self._outcome())

    def _all(self, bench: Workbench) -> None:
        self._ingest(bench, self._items(), links=True)
        self._link(bench)

    def _items(self, only: int | None = None) -> Sequence[JobItem]:
        return [one for one in self._queue.items_to_do(self._job.id) if only in {None, one.id}]

    def _went_well(self, part: Callable[[Workbench], None]) -> bool:
        """Whether it did; else the job has ended, or waits."""
        try:
            bench = self._worker.bench()
            bench.prepare()
            part(bench)
        except LeaseLostError:
            raise
        except _StopLinkingError:
            self._end(JobState.WAITING)
        except (TrackerError, ValueError, OSError) as error:
            self._end(JobState.FAILED, str(error))
        except Exception as error:
            _logger.exception("job %s failed", self._job.id)
            self._end(JobState.FAILED, f"{type(error).__name__}: {error}")
        else:
            return True
        return False

    def _outcome(self) -> JobState:
        if self._pulse.is_cancelled:
            return JobState.CANCELLED
        return JobState.WAITING if self._worker.stopping() else JobState.DONE

    def _end(self, state: JobState, error: str = "") -> None:
        done_with = self._queue.end(self._holder, self._job.id, state, error)
        # The error itself may quote a file: it is said on the job's page.
        level = logging.WARNING if state is JobState.FAILED else logging.INFO
        begun, now = self._job.begun_at, self._worker.clock.now()
        seconds = 0.0 if begun is None else round((now - begun).total_seconds(), 1)
        note(_logger, level, "job ended", state=state.value, seconds=seconds)
        self._worker.files.discard(self._job.id, done_with)

    def _ingest(self, bench: Workbench, items: Sequence[JobItem], *, links: bool) -> None:
        if not items or self._is_interrupted():
            return
        self._queue.enter(self._holder, self._job.id, Stage.READING, 0, 0)
        reader = bench.reader(self._job.defaults)
        with closing(_closable(reader.read(self._paths(items)))) as outcomes:
            for one in outcomes:
                ledger = self._ledger
                if ledger is None:
                    raise RuntimeError("a reader handed something over before it asked for a file")
                taken = _taken(bench, one, ledger)
                ledger.took(one, taken)
                self._unlinked += len(taken.new)
                if self._is_interrupted():
                    ledger.flush()
                    return
                if links and self._unlinked >= BATCH:
                    ledger.flush()
                    self._link(bench)
                    self._queue.enter(self._holder, self._job.id, Stage.READING, 0, 0)

    def _paths(self, items: Sequence[JobItem]) -> Iterator[Path]:
        """Where the files lie. Each begins when the reader asks for it and ends when it asks for another."""
        for item in items:
            if self._is_interrupted():
                return
            self._queue.begin_item(self._holder, item.id)
            with self._worker.files.opened(self._job.id, item.file) as path:
                self._ledger = ItemLedger(self._queue, self._holder, item.id, str(path))
                yield path
                self._ledger.end()

    def _is_interrupted(self) -> bool:
        if self._pulse.lost is not None:
            raise self._pulse.lost
        return self._pulse.is_cancelled or self._worker.stopping()

    def _link(self, bench: Workbench) -> None:
        """Link what was stored; also where the job was cancelled, so that nothing is left half done."""

        def progress(_stage: str, done: int, total: int) -> None:
            self._queue.enter(self._holder, self._job.id, Stage.LINKING, done, total)
            if self._worker.stopping() and done < total:
                bench.leave_linking()
                raise _StopLinkingError

        if self._worker.stopping():
            return
        self._queue.enter(self._holder, self._job.id, Stage.LINKING, 0, 0)
        bench.link(progress, lambda: self._queue.left_to_others(self._job.id))
        self._unlinked = 0


def _taken(bench: Workbench, one: IncomingDocument | ReadingError, ledger: ItemLedger) -> Taken:
    try:
        return bench.take(one, ledger.about_to_store)
    except TrackerError:
        # Of the database, the model or the lease: the next page would meet it too.
        raise
    except Exception as error:
        # One page must never take the rest of a job with it, whatever is in it.
        _logger.exception("taking in %s failed", one.origin)
        return Taken(failure=f"could not be taken in ({type(error).__name__}: {error})")


def _closable(
    outcomes: Iterator[IncomingDocument | ReadingError],
) -> Generator[IncomingDocument | ReadingError, None, None]:
    yield from outcomes
