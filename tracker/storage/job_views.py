"""Jobs out of the database, as pages show them, in a fixed number of queries."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.conflicts import Conflict, Judgement
from tracker.domain.jobs import (
    Defaults,
    ItemDocument,
    ItemError,
    ItemState,
    Job,
    JobCounts,
    JobEvent,
    JobItem,
)
from tracker.domain.report_orders import ReportOrder
from tracker.storage.mapping import conflict_of
from tracker.storage.tables import (
    ConflictRow,
    DocumentRow,
    EventRow,
    JobDocumentRow,
    JobItemRow,
    JobRow,
    MembershipRow,
    StatementRow,
    WorkerLeaseRow,
)

DOCUMENTS_SHOWN = 5  # of one file
EVENTS_SHOWN = 50
CONFLICTS_SHOWN = 20

OVER = (ItemState.DONE, ItemState.PARTLY, ItemState.FAILED)


def job_of(row: JobRow, counts: JobCounts) -> Job:
    """The job of a row."""
    return Job(
        id=row.id,
        kind=row.kind,
        actor=row.actor,
        created_at=row.created_at,
        state=row.state,
        defaults=Defaults(row.outlet, row.published_on, row.language),
        counts=counts,
        begun_at=row.begun_at,
        ended_at=row.ended_at,
        stage=row.stage,
        stage_begun_at=row.stage_begun_at,
        bytes_at_stage=row.bytes_at_stage,
        is_cancel_asked=row.is_cancel_asked,
        linked=row.linked,
        to_link=row.to_link,
        error=row.error,
        report=None if row.report is None else ReportOrder.of(row.report),
    )


def item_of(row: JobItemRow) -> JobItem:
    """The file of a row."""
    return JobItem(
        id=row.id,
        position=row.position,
        name=row.name,
        size=row.size,
        sha256=row.sha256,
        state=row.state,
        file=row.file,
        attempts=row.attempts,
        read=row.read_count,
        new=row.new_count,
        known=row.known_count,
        failed=row.failed_count,
        statements=row.statement_count,
        errors=tuple(ItemError(place, reason) for place, reason in row.errors),
        notes=tuple(row.notes),
    )


def counts_of(session: Session, jobs: Iterable[str]) -> dict[str, JobCounts]:
    """The sums over the files of each job. One query."""
    item = JobItemRow
    is_over = item.state.in_(OVER)
    can_be_retried = item.state.in_((ItemState.PARTLY, ItemState.FAILED)) & (item.file != "")
    sums = [
        func.count(),
        func.sum(case((is_over, 1), else_=0)),
        func.sum(case((item.state == ItemState.FAILED, 1), else_=0)),
        func.sum(case((can_be_retried, 1), else_=0)),
        func.sum(item.size),
        func.sum(case((is_over, item.size), else_=0)),
        *(
            func.sum(column)
            for column in (
                item.read_count,
                item.new_count,
                item.known_count,
                item.failed_count,
                item.statement_count,
            )
        ),
    ]
    rows = session.execute(
        select(item.job_id, *sums).where(item.job_id.in_(list(jobs))).group_by(item.job_id)
    )
    return {row[0]: JobCounts(*(int(value) for value in row[1:])) for row in rows}


def load_items(session: Session, job_id: str) -> list[JobItem]:
    """The files of a job, in order. One query."""
    rows = session.scalars(
        select(JobItemRow).where(JobItemRow.job_id == job_id).order_by(JobItemRow.position)
    )
    return [item_of(row) for row in rows]


def load_documents_of_items(session: Session, job_id: str) -> list[ItemDocument]:
    """The first documents of each file of a job, those that it stored before the others. One query."""
    place = (
        func.row_number()
        .over(
            partition_by=JobDocumentRow.item_id,
            order_by=(JobDocumentRow.is_new.desc(), JobDocumentRow.document_id),
        )
        .label("place")
    )
    numbered = (
        select(JobDocumentRow.item_id, JobDocumentRow.is_new, DocumentRow.id, place)
        .join(JobItemRow, JobItemRow.id == JobDocumentRow.item_id)
        .join(DocumentRow, DocumentRow.id == JobDocumentRow.document_id)
        .where(JobItemRow.job_id == job_id)
        .subquery()
    )
    rows = session.execute(
        select(numbered.c.item_id, DocumentRow.id, DocumentRow.title, DocumentRow.language, numbered.c.is_new)
        .join(DocumentRow, DocumentRow.id == numbered.c.id)
        .where(numbered.c.place <= DOCUMENTS_SHOWN)
        .order_by(numbered.c.item_id, numbered.c.place)
    )
    return [ItemDocument(*row) for row in rows]


def _new_statements(job_id: str) -> Select[str]:
    """The ids of the statements in the documents that a job stored."""
    return (
        select(StatementRow.id)
        .join(JobDocumentRow, JobDocumentRow.document_id == StatementRow.document_id)
        .join(JobItemRow, JobItemRow.id == JobDocumentRow.item_id)
        .where(JobItemRow.job_id == job_id, JobDocumentRow.is_new)
    )


def load_events_of_job(session: Session, job_id: str) -> tuple[list[JobEvent], int]:
    """The events that new statements of a job stand in, those with most of them first, and how many.

    Two queries.
    """
    added = (
        select(MembershipRow.event_id, func.count().label("added"))
        .where(MembershipRow.statement_id.in_(_new_statements(job_id)))
        .group_by(MembershipRow.event_id)
        .subquery()
    )
    other = aliased(MembershipRow)
    all_of_it = (
        select(func.count()).where(other.event_id == EventRow.id).correlate(EventRow).scalar_subquery()
    )
    rows = session.execute(
        select(EventRow.id, EventRow.title, EventRow.title_language, added.c.added, all_of_it)
        .join(added, added.c.event_id == EventRow.id)
        .order_by(added.c.added.desc(), EventRow.id)
        .limit(EVENTS_SHOWN)
    )
    events = [JobEvent(*row) for row in rows]
    return events, session.scalar(select(func.count()).select_from(added)) or 0


def load_conflicts_of_job(session: Session, job_id: str) -> tuple[list[Conflict], int]:
    """The conflicts that new statements of a job stand in, the surest first, and how many; two queries.

    Rejected ones are left out.
    """
    new = _new_statements(job_id)
    wanted = (
        or_(ConflictRow.one.in_(new), ConflictRow.other.in_(new)),
        ConflictRow.judgement != Judgement.REJECTED,
    )
    rows = session.scalars(
        select(ConflictRow)
        .where(*wanted)
        .order_by(ConflictRow.score.desc(), ConflictRow.id)
        .limit(CONFLICTS_SHOWN)
    )
    conflicts = [conflict_of(row) for row in rows]
    return conflicts, session.scalar(select(func.count()).select_from(ConflictRow).where(*wanted)) or 0


def is_attended(session: Session, now: datetime) -> bool:
    """Whether a worker is at jobs just now: one whose lease still holds. One query."""
    return (
        session.scalar(select(WorkerLeaseRow.name).where(WorkerLeaseRow.expires_at > now).limit(1))
        is not None
    )
