"""The jobs as a worker sees them: a lease on all of them, kept alive by signs of life."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from sqlalchemy import Engine, case, delete, func, select, update
from sqlalchemy.orm import Session

from tracker.domain.jobs import (
    MOST_ATTEMPTS,
    ItemError,
    ItemProgress,
    ItemState,
    Job,
    JobItem,
    JobKind,
    JobState,
    KeptFile,
    LeaseLostError,
    Stage,
)
from tracker.storage.engine import reading, writing
from tracker.storage.item_progress import count_statements, record_progress
from tracker.storage.job_views import OVER, counts_of, item_of, job_of
from tracker.storage.jobs import error_columns, put_back_items
from tracker.storage.tables import JobDocumentRow, JobItemRow, JobRow, WorkerLeaseRow

LIFE = timedelta(seconds=60)
"""How long a lease holds after a sign of life: longer than a write may have to wait for another."""

LEASE = "jobs"

TO_DO = (JobState.RUNNING, JobState.WAITING)


class SqlJobQueue:
    """Jobs for one worker at a time. `clock` tells the time in UTC. All methods raise DatabaseError.

    `is_gone` tells of a holder whether its process is known to have ended, so that nobody need wait for its
    lease to run out.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime], is_gone: Callable[[str], bool]) -> None:
        self._engine = engine
        self._clock = clock
        self._is_gone = is_gone

    def take(self, holder: str) -> Job | None:
        """The job to be done next, first of all one that a dead worker left; None where there is none.

        None too while another worker that lives holds the lease. The job is then running.
        """
        if not self.has_work():
            return None
        now = self._clock()
        with writing(self._engine) as session:
            if not self.take_lease(session, LEASE, holder, now):
                return None
            row = session.scalar(
                select(JobRow)
                .where(JobRow.state.in_(TO_DO))
                .order_by(
                    # Whatever is running without a worker was left by one that died.
                    case((JobRow.state == JobState.RUNNING, 0), else_=1),
                    JobRow.created_at,
                    JobRow.id,
                )
                .limit(1)
            )
            if row is None:
                let_go(session, holder)
                return None
            give_up_on_killers(session, row.id)
            put_back_items(session, row.id)
            row.state, row.begun_at, row.stage, row.stage_begun_at = JobState.RUNNING, now, None, None
            session.flush()
            return job_of(row, counts_of(session, [row.id])[row.id])

    def has_work(self) -> bool:
        """Whether a job is to be done. Asked of a reader: an idle worker never holds up those who write."""
        with reading(self._engine) as session:
            return session.scalar(select(JobRow.id).where(JobRow.state.in_(TO_DO)).limit(1)) is not None

    def take_lease(self, session: Session, name: str, holder: str, now: datetime) -> bool:
        """Whether the lease of a name is now held by this worker, and no other holds it."""
        row = session.get(WorkerLeaseRow, name, with_for_update=True)
        if row is None:
            row = WorkerLeaseRow(name=name, holder=holder, beat_at=now, expires_at=now + LIFE)
            session.add(row)
            return True
        if row.holder != holder and self.holds(row, now):
            return False
        row.holder, row.beat_at, row.expires_at = holder, now, now + LIFE
        return True

    def holds(self, row: WorkerLeaseRow, now: datetime) -> bool:
        """Whether a lease is that of a worker that lives."""
        # A lease that holds for longer than any is given was given by a clock that was wrong.
        return now < row.expires_at <= now + 2 * LIFE and not self._is_gone(row.holder)

    def beat(self, holder: str, job_id: str) -> bool:
        """Keep the lease alive; whether the job is to be cancelled. Raises LeaseLostError."""
        now = self._clock()
        with self.noting() as session:
            lease = _require_lease(session, holder)
            lease.beat_at, lease.expires_at = now, now + LIFE
            return _require_running(session, job_id).is_cancel_asked

    def noting(self) -> AbstractContextManager[Session]:
        """A transaction of which the account of a job is kept."""
        return writing(self._engine)

    def items_to_do(self, job_id: str) -> Sequence[JobItem]:
        """The files that wait, in order."""
        with reading(self._engine) as session:
            rows = session.scalars(
                select(JobItemRow)
                .where(JobItemRow.job_id == job_id, JobItemRow.state == ItemState.WAITING)
                .order_by(JobItemRow.position)
            )
            return [item_of(row) for row in rows]

    def pages_gone_through(self, job_id: str) -> int:
        """How many pages there were in the files of a job that are over."""
        over = (JobItemRow.job_id == job_id, JobItemRow.state.in_(OVER))
        with reading(self._engine) as session:
            return session.scalar(select(func.sum(JobItemRow.read_count)).where(*over)) or 0

    def documents_begun(self, job_id: str) -> frozenset[str]:
        """The documents stored from files of a job that are not over."""
        wanted = (
            select(JobDocumentRow.document_id)
            .join(JobItemRow, JobItemRow.id == JobDocumentRow.item_id)
            .where(JobItemRow.job_id == job_id, JobItemRow.state.not_in(OVER))
        )
        with reading(self._engine) as session:
            return frozenset(session.scalars(wanted))

    def begin_item(self, holder: str, item: int) -> None:
        """Say that a file is being read, from its beginning. Raises LeaseLostError."""
        with self.noting() as session:
            row = _require_item(session, holder, item)
            row.state, row.attempts = ItemState.RUNNING, row.attempts + 1
            row.read_count = row.failed_count = 0
            row.errors, row.notes = [], []

    def record(self, holder: str, item: int, progress: ItemProgress) -> None:
        """Write down how far a file has been read. Raises LeaseLostError."""
        with self.noting() as session:
            record_progress(session, _require_item(session, holder, item), progress)

    def end_item(self, holder: str, item: int, progress: ItemProgress) -> None:
        """Say that a file has been read to its end. Raises LeaseLostError."""
        with writing(self._engine) as session:
            row = _require_item(session, holder, item)
            record_progress(session, row, progress)
            row.attempts = 0
            row.statement_count = count_statements(session, item)
            if not progress.failed:
                row.state = ItemState.DONE
            else:
                row.state = ItemState.PARTLY if row.new_count or row.known_count else ItemState.FAILED

    def end_written(self, holder: str, item: int, name: str, file: str, kept: KeptFile) -> None:
        """Say that an item was written, what it is called and where it is kept. Raises LeaseLostError."""
        with writing(self._engine) as session:
            row = _require_item(session, holder, item)
            row.name, row.file, row.size, row.sha256 = name, file, kept.size, kept.sha256
            row.attempts, row.read_count, row.state = 0, 1, ItemState.DONE

    def enter(self, holder: str, job_id: str, stage: Stage, linked: int, to_link: int) -> None:
        """Say what is being done with a job now, and how far linking is. Raises LeaseLostError."""
        with self.noting() as session:
            _require_lease(session, holder)
            row = _require_running(session, job_id)
            if row.stage is not stage:
                row.stage, row.stage_begun_at = stage, self._clock()
                row.bytes_at_stage = counts_of(session, [job_id])[job_id].bytes_over
            if stage is Stage.LINKING:
                row.linked, row.to_link = linked, to_link

    def left_to_others(self, job_id: str) -> Sequence[str]:  # noqa: ARG002
        """Statements that wait to be linked with other jobs: none where one worker does job after job."""
        return ()

    def end(self, holder: str, job_id: str, state: JobState, error: str = "") -> Sequence[str]:
        """Leave a job in a state and let go of the lease; the names of files that are not needed any more.

        A job that is done without a single file that could be read has failed; one that was cancelled when
        all was read already is done. Raises LeaseLostError.
        """
        with writing(self._engine) as session:
            _require_lease(session, holder)
            row = _require_running(session, job_id)
            put_back_items(session, job_id)
            counts = counts_of(session, [job_id])[job_id]
            if state is JobState.CANCELLED and counts.over == counts.files:
                state = JobState.DONE
            if state is JobState.DONE and counts.failed_files == counts.files:
                state = JobState.FAILED
            row.state, row.stage, row.stage_begun_at, row.error = state, None, None, error
            row.ended_at = self._clock() if state.is_over else None
            let_go(session, holder)
            if row.kind is JobKind.REPORT:
                return ()
            done = (JobItemRow.job_id == job_id, JobItemRow.state == ItemState.DONE, JobItemRow.file != "")
            files = session.scalars(select(JobItemRow.file).where(*done)).all()
            session.execute(update(JobItemRow).where(*done).values(file=""))
            return files

    def kept_files(self, ended_before: datetime) -> Mapping[str, frozenset[str]]:
        """For each job the names of its files that are still needed.

        Those of jobs that ended before a time are not any more from now on.
        """
        old = select(JobRow.id).where(JobRow.ended_at < ended_before)
        with writing(self._engine) as session:
            session.execute(
                update(JobItemRow).where(JobItemRow.job_id.in_(old), JobItemRow.file != "").values(file="")
            )
            kept: defaultdict[str, set[str]] = defaultdict(set)
            for job_id, file in session.execute(
                select(JobItemRow.job_id, JobItemRow.file).where(JobItemRow.file != "")
            ):
                kept[job_id].add(file)
            return {job_id: frozenset(files) for job_id, files in kept.items()}


def _require_lease(session: Session, holder: str) -> WorkerLeaseRow:
    row = session.scalar(select(WorkerLeaseRow).where(WorkerLeaseRow.holder == holder).with_for_update())
    if row is None:
        raise LeaseLostError("another worker has taken the jobs over")
    return row


def let_go(session: Session, holder: str) -> None:
    """End the lease of a worker."""
    session.execute(delete(WorkerLeaseRow).where(WorkerLeaseRow.holder == holder))


def _require_running(session: Session, job_id: str) -> JobRow:
    row = session.get(JobRow, job_id)
    if row is None or row.state is not JobState.RUNNING:
        raise LeaseLostError(f"job {job_id} was taken away from this worker")
    return row


def _require_item(session: Session, holder: str, item: int) -> JobItemRow:
    _require_lease(session, holder)
    row = session.get_one(JobItemRow, item)
    _require_running(session, row.job_id)
    return row


def give_up_on_killers(session: Session, job_id: str, but: Collection[int] = ()) -> None:
    """Files over which workers died again and again fail, so that the rest of the job gets its turn.

    All but these, which are being read.
    """
    rows = session.scalars(
        select(JobItemRow).where(
            JobItemRow.job_id == job_id,
            JobItemRow.id.not_in(but),
            JobItemRow.state == ItemState.RUNNING,
            JobItemRow.attempts >= MOST_ATTEMPTS,
        )
    )
    for row in rows:
        reason = f"the worker process ended {row.attempts} times while it was read"
        row.state = ItemState.FAILED
        row.failed_count += 1
        row.errors = [*row.errors, *error_columns((ItemError("", reason),))]
    session.flush()
