"""What is left to be done of a job, as errands for workers that share it."""

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.errands import Errand, Task
from tracker.domain.jobs import ItemState, JobKind
from tracker.storage.tables import JobItemRow, JobRow

Send = Callable[[Session, Sequence[Errand]], None]
"""Hands errands to workers once the transaction ends well; those that wait to be done already, not again."""

_LINKING = "linking"
_LINKED = frozenset({JobKind.INGEST, JobKind.RELINK})


def errands_of(session: Session, job_id: str) -> list[Errand]:
    """What can be done of a job now: the items that wait or, once none is left, what closes it.

    A job that is to be cancelled has what was read of it linked, so that nothing is left half done.
    """
    job = session.get_one(JobRow, job_id)
    if job.state.is_over:
        return []
    items = session.execute(
        select(JobItemRow.id, JobItemRow.state, JobItemRow.sha256)
        .where(JobItemRow.job_id == job_id, JobItemRow.state.in_((ItemState.WAITING, ItemState.RUNNING)))
        .order_by(JobItemRow.position)
    ).all()
    if not job.is_cancel_asked:
        # Of files with the same bytes one is read at a time: the other then finds all of it stored.
        waiting = [
            Errand(Task.ITEM, job_id, f"file:{one.sha256}" if one.sha256 else f"item:{one.id}", one.id)
            for one in items
            if one.state is ItemState.WAITING
        ]
        if waiting:
            return waiting
    if any(one.state is ItemState.RUNNING for one in items):
        return []
    return [Errand(Task.CLOSE, job_id, _LINKING if job.kind in _LINKED else f"close:{job_id}")]


def send_errands(session: Session, job_id: str, send: Send | None) -> None:
    """Hand over what can be done of a job now, where there are workers that share it."""
    if send is not None:
        send(session, errands_of(session, job_id))
