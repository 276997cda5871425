"""Counting the work at hand, for whoever runs the program."""

from sqlalchemy import Engine, func, select

from tracker.domain.jobs import JobState
from tracker.domain.operating import WorkAtHand
from tracker.storage.engine import reading
from tracker.storage.tables import DocumentRow, JobRow


def work_at_hand(engine: Engine) -> WorkAtHand:
    """Jobs and documents as one state of the database has them. Raises DatabaseError."""
    with reading(engine) as session:
        counted = session.execute(select(JobRow.state, func.count()).group_by(JobRow.state)).all()
        waiting = select(func.min(JobRow.created_at)).where(JobRow.state == JobState.WAITING)
        return WorkAtHand(
            jobs=dict.fromkeys(JobState, 0) | {row[0]: row[1] for row in counted},
            waiting_since=session.scalar(waiting),
            last_document=session.scalar(select(func.max(DocumentRow.captured_at))),
        )
