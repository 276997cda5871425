"""What has come of one file of a job so far."""

from collections.abc import Iterable

from sqlalchemy import case, delete, func, insert, select
from sqlalchemy.orm import Session

from tracker.domain.jobs import ItemProgress
from tracker.storage.jobs import error_columns
from tracker.storage.loading import chunks
from tracker.storage.tables import JobDocumentRow, JobItemRow, StatementRow


def record_progress(session: Session, row: JobItemRow, progress: ItemProgress) -> None:
    """Write down how far a file has been read, and which documents it holds."""
    if progress.read > row.read_count or progress.planned:
        row.attempts = 0
    row.read_count, row.failed_count = progress.read, progress.failed
    row.errors, row.notes = error_columns(progress.errors), list(progress.notes)
    _add_documents(session, row.id, progress.planned, is_new=True)
    _add_documents(session, row.id, progress.known, is_new=False)
    for chunk in chunks(progress.dropped):
        session.execute(
            delete(JobDocumentRow).where(
                JobDocumentRow.item_id == row.id, JobDocumentRow.document_id.in_(chunk)
            )
        )
    new, known = session.execute(
        select(
            func.coalesce(func.sum(case((JobDocumentRow.is_new, 1), else_=0)), 0),
            func.coalesce(func.sum(case((JobDocumentRow.is_new, 0), else_=1)), 0),
        ).where(JobDocumentRow.item_id == row.id)
    ).one()
    row.new_count, row.known_count = int(new), int(known)


def _add_documents(session: Session, item: int, documents: Iterable[str], *, is_new: bool) -> None:
    """Those that are there already stay as they are: what was planned and then found stored is this job's."""
    for chunk in chunks(documents):
        there = set(
            session.scalars(
                select(JobDocumentRow.document_id).where(
                    JobDocumentRow.item_id == item, JobDocumentRow.document_id.in_(chunk)
                )
            )
        )
        rows = [{"item_id": item, "document_id": one, "is_new": is_new} for one in chunk if one not in there]
        if rows:
            session.execute(insert(JobDocumentRow), rows)


def count_statements(session: Session, item: int) -> int:
    """How many statements stand in the documents that a file brought."""
    wanted = (
        select(func.count())
        .select_from(StatementRow)
        .join(JobDocumentRow, JobDocumentRow.document_id == StatementRow.document_id)
        .where(JobDocumentRow.item_id == item, JobDocumentRow.is_new)
    )
    return session.scalar(wanted) or 0
