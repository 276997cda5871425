"""What people decide about pairs of statements: added to the record, and read as it stands now."""

import json
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.events import LinkDecision, LinkVerdict
from tracker.storage.loading import require
from tracker.storage.tables import AuditEntryRow, LinkDecisionRow, StatementRow


def write_decision(
    session: Session,
    pair: tuple[str, str],
    verdict: LinkVerdict | None,
    *,
    actor: str,
    at: datetime,
    reason: str,
) -> None:
    """Add a decision on two statements, in any order; None takes back the one that stood.

    Raises ValueError for a statement with itself, NotFoundError for one that is not stored.
    """
    one, other = sorted(pair)
    if one == other:
        raise ValueError(f"no pair to decide on: statement {one} with itself")
    require(session, StatementRow.id, (one, other), "statement")
    stood = session.scalar(
        select(LinkDecisionRow.verdict)
        .where(LinkDecisionRow.one == one, LinkDecisionRow.other == other)
        .order_by(LinkDecisionRow.id.desc())
        .limit(1)
    )
    session.add_all(
        (
            LinkDecisionRow(one=one, other=other, verdict=verdict, actor=actor, at=at, reason=reason),
            AuditEntryRow(
                actor=actor,
                action="decide_linking",
                subject_kind="statement_pair",
                subject_id=f"{one} {other}",
                at=at,
                before=json.dumps({"verdict": stood}),
                after=json.dumps({"verdict": verdict}),
                reason=reason,
            ),
        )
    )
    session.flush()


def standing_decisions(session: Session) -> list[LinkDecision]:
    """The last decision on each pair, in the order in which they were made; those taken back left out."""
    last = select(func.max(LinkDecisionRow.id)).group_by(LinkDecisionRow.one, LinkDecisionRow.other)
    rows = session.execute(
        select(LinkDecisionRow.one, LinkDecisionRow.other, LinkDecisionRow.verdict)
        .where(LinkDecisionRow.id.in_(last))
        .order_by(LinkDecisionRow.id)
    )
    return [LinkDecision(one, other, verdict) for one, other, verdict in rows if verdict is not None]
