"""One job from where it stands to where it ends, whatever kind it is of."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tracker.domain.errors import ConnectionLostError, TrackerError
from tracker.domain.jobs import Job, JobItem, JobState, LeaseLostError, Stage
from tracker.domain.tracing import note
from tracker.services.job_ports import IncomingFiles, JobQueue
from tracker.services.ports import Clock
from tracker.services.pulse import Pulse
from tracker.services.workbench import Workbench

_logger = logging.getLogger(__name__)


class LeaveOffError(Exception):
    """The process is to end, or the job to be cancelled, in the middle of a step that takes long."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a worker has. `bench` is asked for when there is a first job: it costs a model.

    `holder` names this process and no other, and `stopping` says when to leave off: the job is then
    put back on the list and goes on where it stopped.
    """

    queue: JobQueue
    files: IncomingFiles
    bench: Callable[[], Workbench]
    clock: Clock
    holder: str
    stopping: Callable[[], bool]


class Work(ABC):
    """One job from where it stands to where it ends, or a part of it where others do the rest.

    Raises LeaseLostError, and DatabaseError where not even a failure can be written down.
    """

    def __init__(self, means: Means, job: Job, pulse: Pulse) -> None:
        self._means, self._job, self._pulse = means, job, pulse
        self._queue, self._holder = means.queue, means.holder

    @abstractmethod
    def _prepare(self, bench: Workbench) -> None:
        """See to it that it can begin."""

    @abstractmethod
    def _go_through(self, bench: Workbench, items: Sequence[JobItem], *, alone: bool) -> None:
        """Do what is to be done with these items. `alone`: nobody else is at others of this job."""

    @abstractmethod
    def _close(self, bench: Workbench) -> None:
        """Do what is to be done once all items are over, or the job is to be cancelled."""

    def do(self) -> None:
        """Do all of it."""

        def all_of_it(bench: Workbench) -> None:
            self._go_through(bench, self._items(), alone=True)
            self._close(bench)

        if self._went_well(all_of_it):
            self._end(self._outcome())

    def item(self, item: int) -> None:
        """Do one item of it."""
        self._went_well(lambda bench: self._go_through(bench, self._items(item), alone=False))

    def close(self) -> None:
        """Do what comes once all items are over, and end it."""
        if self._went_well(self._close):
            self._end(self._outcome())

    def _items(self, only: int | None = None) -> Sequence[JobItem]:
        return [one for one in self._queue.items_to_do(self._job.id) if only in {None, one.id}]

    def _went_well(self, part: Callable[[Workbench], None]) -> bool:
        """Whether it did; else the job has ended, or waits."""
        try:
            bench = self._means.bench()
            self._prepare(bench)
            part(bench)
        except (LeaseLostError, ConnectionLostError):
            # The job is not to blame: it is done again by whoever has it next.
            raise
        except LeaveOffError:
            self._end(self._outcome())
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
        return JobState.WAITING if self._means.stopping() else JobState.DONE

    def _end(self, state: JobState, error: str = "") -> None:
        done_with = self._queue.end(self._holder, self._job.id, state, error)
        # The error itself may quote a file: it is said on the job's page.
        level = logging.WARNING if state is JobState.FAILED else logging.INFO
        begun, now = self._job.begun_at, self._means.clock.now()
        seconds = 0.0 if begun is None else round((now - begun).total_seconds(), 1)
        note(_logger, level, "job ended", state=state.value, seconds=seconds)
        self._means.files.discard(self._job.id, done_with)

    def _enter(self, stage: Stage, done: int = 0, total: int = 0) -> None:
        self._queue.enter(self._holder, self._job.id, stage, done, total)

    def _is_interrupted(self) -> bool:
        if self._pulse.lost is not None:
            raise self._pulse.lost
        return self._pulse.is_cancelled or self._means.stopping()

    def _linking(self, bench: Workbench) -> Callable[[str, int, int], None]:
        """Tells how far linking is, and leaves off where the process is to end.

        Nothing else stops it: what is half linked is of no use to anybody.
        """

        def progress(_stage: str, done: int, total: int) -> None:
            self._enter(Stage.LINKING, done, total)
            if self._means.stopping() and done < total:
                bench.leave_linking()
                raise LeaveOffError

        return progress
