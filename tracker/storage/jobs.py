"""The jobs as pages see them."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import Engine, func, select, tuple_, update
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFoundError
from tracker.domain.jobs import (
    ItemError,
    ItemState,
    Job,
    JobCounts,
    JobDetail,
    JobKind,
    JobState,
    JobStateError,
    NewItem,
    NewJob,
)
from tracker.domain.views import Page
from tracker.storage.auditing import append_entry
from tracker.storage.engine import reading, writing
from tracker.storage.errands import Send, send_errands
from tracker.storage.job_views import (
    counts_of,
    is_attended,
    job_of,
    load_conflicts_of_job,
    load_documents_of_items,
    load_events_of_job,
    load_items,
)
from tracker.storage.tables import JobItemRow, JobRow, StatementRow


class SqlJobs:
    """Jobs in the database. `clock` tells the time in UTC. All methods raise DatabaseError.

    Where several workers share the jobs, `send` hands over what they are to do, in the same transaction.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime], send: Send | None = None) -> None:
        self._engine = engine
        self._clock = clock
        self._send = send

    def add(self, job: NewJob) -> None:
        """Put a new job on the list; files that are refused have failed from the beginning."""
        now = self._clock()
        works = any(not item.refusal for item in job.items)
        with writing(self._engine) as session:
            session.add(
                JobRow(
                    id=job.id,
                    kind=job.kind,
                    actor=job.actor,
                    created_at=now,
                    ended_at=None if works else now,
                    state=JobState.WAITING if works else JobState.FAILED,
                    bytes_at_stage=0,
                    is_cancel_asked=False,
                    outlet=job.defaults.outlet,
                    published_on=job.defaults.published,
                    language=job.defaults.language,
                    report=None if job.report is None else job.report.noted(),
                    linked=0,
                    to_link=0,
                    error="",
                )
            )
            session.flush()
            session.add_all(_item_row(job.id, number, item) for number, item in enumerate(job.items, 1))
            session.flush()
            send_errands(session, job.id, self._send)
            _note(session, job.id, job.actor, "add_job", now, after=_told(job))

    def statement_count(self) -> int:
        """How many statements there are to be linked anew. One query."""
        with reading(self._engine) as session:
            return session.scalar(select(func.count()).select_from(StatementRow)) or 0

    def job(self, job_id: str) -> JobDetail:
        """A job with its files and what came of it. Raises NotFoundError. At most nine queries."""
        with reading(self._engine) as session:
            row = _require(session, job_id)
            # Nothing stands in an event before it was linked, and jobs that only read are asked for often.
            linked = row.to_link > 0 or row.state.is_over
            events, event_count = load_events_of_job(session, job_id) if linked else ([], 0)
            conflicts, conflict_count = load_conflicts_of_job(session, job_id) if linked else ([], 0)
            return JobDetail(
                job=job_of(row, counts_of(session, [job_id]).get(job_id, JobCounts())),
                items=tuple(load_items(session, job_id)),
                documents=tuple(load_documents_of_items(session, job_id)),
                events=tuple(events),
                event_count=event_count,
                conflicts=tuple(conflicts),
                conflict_count=conflict_count,
                is_attended=is_attended(session, self._clock()),
            )

    def jobs_page(self, after: str | None, size: int) -> Page[Job]:
        """Newest first; `after` is the id of the last job seen. Raises NotFoundError. Four queries."""
        query = select(JobRow).order_by(JobRow.created_at.desc(), JobRow.id.desc()).limit(size + 1)
        with reading(self._engine) as session:
            if after is not None:
                last = _require(session, after)
                query = query.where(tuple_(JobRow.created_at, JobRow.id) < (last.created_at, last.id))
            rows = session.scalars(query).all()
            shown = rows[:size]
            counts = counts_of(session, [row.id for row in shown])
            return Page(
                rows=tuple(job_of(row, counts.get(row.id, JobCounts())) for row in shown),
                total=session.scalar(select(func.count()).select_from(JobRow)) or 0,
                following=shown[-1].id if len(rows) > size else None,
            )

    def is_attended(self) -> bool:
        """Whether a worker is at a job just now. One query."""
        with reading(self._engine) as session:
            return is_attended(session, self._clock())

    def cancel(self, job_id: str, *, actor: str) -> None:
        """Have a job stopped: by its worker, or at once where none is at it.

        Raises NotFoundError, and JobStateError where it is over.
        """
        now = self._clock()
        with writing(self._engine) as session:
            row = _require(session, job_id)
            if row.state.is_over:
                raise JobStateError(f"job {job_id} is {row.state} already")
            if row.kind is JobKind.RELINK and row.to_link:
                raise JobStateError(f"job {job_id} has taken all out of its events and must link it again")
            row.is_cancel_asked = True
            if row.state is JobState.WAITING or not is_attended(session, now):
                row.state, row.stage, row.ended_at = JobState.CANCELLED, None, now
                put_back_items(session, job_id)
            session.flush()
            send_errands(session, job_id, self._send)
            _note(session, job_id, actor, "cancel_job", now)

    def resume(self, job_id: str, *, actor: str) -> None:
        """Have a job go on that was cancelled or has failed. Raises NotFoundError, JobStateError."""
        with writing(self._engine) as session:
            row = _require(session, job_id)
            job = job_of(row, counts_of(session, [job_id])[job_id])
            if not job.can_be_resumed:
                raise JobStateError(f"job {job_id} is {row.state} and cannot be resumed")
            self._wait_again(session, row, actor, "resume_job")

    def retry(self, job_id: str, *, actor: str) -> None:
        """Have files read again that could not be read whole. Raises NotFoundError, JobStateError."""
        with writing(self._engine) as session:
            row = _require(session, job_id)
            job = job_of(row, counts_of(session, [job_id])[job_id])
            if not job.can_be_retried:
                raise JobStateError(f"job {job_id} is {row.state} and has no file to be read again")
            session.execute(
                update(JobItemRow)
                .where(
                    JobItemRow.job_id == job_id,
                    JobItemRow.file != "",
                    JobItemRow.state.in_((ItemState.PARTLY, ItemState.FAILED)),
                )
                .values(state=ItemState.WAITING, attempts=0, errors=[], failed_count=0, read_count=0)
            )
            self._wait_again(session, row, actor, "retry_job")

    def _wait_again(self, session: Session, row: JobRow, actor: str, action: str) -> None:
        row.state, row.ended_at, row.error, row.is_cancel_asked = JobState.WAITING, None, "", False
        row.linked = row.to_link = 0
        # Since when it waits, for who wants to know whether anybody takes it up.
        row.stage_begun_at = self._clock()
        session.flush()
        send_errands(session, row.id, self._send)
        _note(session, row.id, actor, action, row.stage_begun_at)


def _told(job: NewJob) -> dict[str, object]:
    if job.kind is JobKind.INGEST:
        return {"files": len(job.items)}
    return {"kind": job.kind.value}


def put_back_items(session: Session, job_id: str, but: Collection[int] = ()) -> None:
    """Let the files of a job that were being read wait again, all but these."""
    session.execute(
        update(JobItemRow)
        .where(JobItemRow.job_id == job_id, JobItemRow.state == ItemState.RUNNING, JobItemRow.id.not_in(but))
        .values(state=ItemState.WAITING)
    )


def error_columns(errors: tuple[ItemError, ...]) -> list[list[str]]:
    """Errors as the column has them."""
    return [[error.place, error.reason] for error in errors]


def _item_row(job_id: str, number: int, item: NewItem) -> JobItemRow:
    errors = (ItemError("", item.refusal),) if item.refusal else ()
    return JobItemRow(
        job_id=job_id,
        position=number,
        name=item.name,
        file=item.file,
        size=item.size,
        sha256=item.sha256,
        state=ItemState.FAILED if item.refusal else ItemState.WAITING,
        attempts=0,
        read_count=len(errors),
        new_count=0,
        known_count=0,
        failed_count=len(errors),
        statement_count=0,
        errors=error_columns(errors),
        notes=[],
    )


def _require(session: Session, job_id: str) -> JobRow:
    row = session.get(JobRow, job_id)
    if row is None:
        raise NotFoundError(f"there is no job {job_id}")
    return row


def _note(
    session: Session,
    job_id: str,
    actor: str,
    action: str,
    at: datetime,
    after: dict[str, object] | None = None,
) -> None:
    append_entry(
        session,
        actor=actor,
        action=action,
        subject_kind="job",
        subject_id=job_id,
        at=at,
        before=None,
        after=after,
    )
