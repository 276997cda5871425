"""The jobs as one of several workers sees them, each of which holds a lease on the errand it is at."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tracker.domain.errands import Errand, Task
from tracker.domain.jobs import ItemState, Job, JobState
from tracker.storage.engine import database_errors, reading, rely_on_later, writing
from tracker.storage.errands import Send, errands_of
from tracker.storage.job_queue import TO_DO, SqlJobQueue, give_up_on_killers, let_go
from tracker.storage.job_views import counts_of, job_of
from tracker.storage.jobs import put_back_items
from tracker.storage.tables import JobDocumentRow, JobItemRow, JobRow, StatementRow, WorkerLeaseRow


class SqlSharedJobs(SqlJobQueue):
    """Jobs for any number of workers, errand by errand. All methods raise DatabaseError.

    What stands in the tables of jobs and leases is what counts; `send` only has errands delivered. One that
    is delivered twice, or too late, is found not to be one any more; one that got lost is sent again by
    `sweep`.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], datetime],
        is_gone: Callable[[str], bool],
        send: Send,
    ) -> None:
        super().__init__(engine, clock, is_gone)
        self._send = send

    @contextmanager
    def noting(self) -> Iterator[Session]:
        """A transaction that keeps the account of a job, waiting neither for other writers nor for the disk.

        It holds the worker's lease, which nobody takes over meanwhile. If a document that was noted first is
        on the disk, so is the note.
        """
        engine = self._engine
        with database_errors(engine), Session(engine, autoflush=False) as session, session.begin():
            rely_on_later(session)
            yield session

    def take_up(self, holder: str, errand: Errand) -> Job | None:
        """The job of an errand, which this worker now has in hand; None where it is not to be done now."""
        now = self._clock()
        with writing(self._engine) as session:
            row = session.get(JobRow, errand.job)
            if row is None or errand not in errands_of(session, errand.job):
                return None
            let_go(session, holder)
            if not self.take_lease(session, errand.key, holder, now):
                return None
            if row.state is JobState.WAITING:
                row.state, row.begun_at, row.stage, row.stage_begun_at = JobState.RUNNING, now, None, None
            session.flush()
            return job_of(row, counts_of(session, [row.id])[row.id])

    def left_to_others(self, job_id: str) -> Sequence[str]:
        """Statements that wait to be linked with other jobs, which are not over."""
        wanted = (
            select(StatementRow.id)
            .join(JobDocumentRow, JobDocumentRow.document_id == StatementRow.document_id)
            .join(JobItemRow, JobItemRow.id == JobDocumentRow.item_id)
            .join(JobRow, JobRow.id == JobItemRow.job_id)
            .where(StatementRow.linked_at.is_(None), JobRow.state.in_(TO_DO), JobRow.id != job_id)
        )
        with reading(self._engine) as session:
            return session.scalars(wanted).all()

    def leave(self, holder: str, errand: Errand) -> None:
        """Have done with an errand, for good or for now, and send what is left of its job to whoever comes.

        Where another worker holds the lease by now, that is that one's affair.
        """
        with writing(self._engine) as session:
            lease = session.get(WorkerLeaseRow, errand.key)
            if lease is not None and lease.holder == holder:
                session.delete(lease)
                item = session.get(JobItemRow, errand.item)
                if errand.task is Task.ITEM and item is not None and item.state is ItemState.RUNNING:
                    item.state = ItemState.WAITING
                session.flush()
            self._send(session, errands_of(session, errand.job))

    def sweep(self) -> None:
        """Put back what dead workers had in hand, and send again whatever is to be done and got lost."""
        if not self.has_work():
            return
        now = self._clock()
        with writing(self._engine) as session:
            held = self._held(session, now)
            for job_id in session.scalars(select(JobRow.id).where(JobRow.state.in_(TO_DO))).all():
                items = session.scalars(select(JobItemRow.id).where(JobItemRow.job_id == job_id))
                being_read = [one for one in items if f"{Task.ITEM}:{one}" in held]
                give_up_on_killers(session, job_id, being_read)
                put_back_items(session, job_id, being_read)
                self._send(session, [one for one in errands_of(session, job_id) if one.key not in held])

    def _held(self, session: Session, now: datetime) -> frozenset[str]:
        """The names of the leases that live; the others end."""
        leases = session.scalars(select(WorkerLeaseRow)).all()
        for lease in leases:
            if not self.holds(lease, now):
                session.delete(lease)
        session.flush()
        return frozenset(lease.name for lease in leases if self.holds(lease, now))
