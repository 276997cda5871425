"""What events were before all are linked anew, so that a relinking that was broken off can go on."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.orm import Session

from tracker.storage.tables import FormerMembershipRow, MembershipRow


def remember_events(session: Session) -> None:
    """Keep who stands where now, beside what an earlier relinking kept that did not get to its end."""
    former, member = FormerMembershipRow, MembershipRow
    is_kept = (
        select(literal(1))
        .where(former.event_id == member.event_id, former.statement_id == member.statement_id)
        .exists()
    )
    now = select(member.event_id, member.statement_id).where(~is_kept)
    session.execute(insert(former).from_select(["event_id", "statement_id"], now))


def former_events(session: Session) -> Mapping[str, frozenset[str]]:
    """The statements of each event of then; empty while nothing is being linked anew. One query."""
    former = FormerMembershipRow
    events: defaultdict[str, set[str]] = defaultdict(set)
    for event, statement in session.execute(select(former.event_id, former.statement_id)):
        events[event].add(statement)
    return {event: frozenset(events[event]) for event in sorted(events)}


def forget_events(session: Session) -> None:
    """All is linked again."""
    session.execute(delete(FormerMembershipRow))
