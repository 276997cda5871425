"""What people decided about pairs of statements, as it stands now."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.events import LinkDecision
from tracker.storage.tables import AuditSubjectRow, LinkDecisionRow


def standing_decisions(session: Session) -> list[LinkDecision]:
    """The last decision on each pair, in the order in which they were made; those taken back left out."""
    last = select(func.max(LinkDecisionRow.id)).group_by(LinkDecisionRow.one, LinkDecisionRow.other)
    rows = session.execute(
        select(LinkDecisionRow.one, LinkDecisionRow.other, LinkDecisionRow.verdict)
        .where(LinkDecisionRow.id.in_(last))
        .order_by(LinkDecisionRow.id)
    )
    return [LinkDecision(one, other, verdict) for one, other, verdict in rows if verdict is not None]


def decision_mark(session: Session) -> int:
    """A number that goes up with every act of a person: that of the last entry with subjects."""
    acts = session.scalar(select(func.max(AuditSubjectRow.entry_id))) or 0
    pairs = session.scalar(select(func.max(LinkDecisionRow.id))) or 0
    return int(acts + pairs)
