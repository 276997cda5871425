"""What becomes of events: which one a merged id leads to, and which one a new event was parted from."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.audit import MACHINE
from tracker.domain.events import Linking, Membership
from tracker.storage.auditing import append_entry
from tracker.storage.loading import chunks, load_members, require
from tracker.storage.tables import EventRow, MembershipRow

Members = Mapping[str, list[Membership]]


def events_by_statement(session: Session, statements: Iterable[str]) -> dict[str, str]:
    """The event of each statement that has one."""
    events: dict[str, str] = {}
    for chunk in chunks(statements):
        pairs = session.execute(
            select(MembershipRow.statement_id, MembershipRow.event_id).where(
                MembershipRow.statement_id.in_(chunk)
            )
        )
        events.update((statement, event) for statement, event in pairs)
    return events


def left_over(session: Session, before: Members) -> dict[str, str]:
    """Where the ids of emptied events lead: to the event in which most of their statements now stand.

    `before` is the members that events had; an event whose statements are in no event now is left out.
    """
    filled: set[str] = set()
    for chunk in chunks(before):
        filled.update(load_members(session, chunk))
    emptied = {event: members for event, members in before.items() if event not in filled}
    homes = events_by_statement(session, (one.statement for members in emptied.values() for one in members))
    redirects: dict[str, str] = {}
    for event, members in emptied.items():
        shares = Counter(homes[one.statement] for one in members if one.statement in homes)
        if shares:
            redirects[event] = max(sorted(shares), key=lambda home: shares[home])
    return redirects


def write_redirects(session: Session, redirects: Mapping[str, str], before: Members, at: datetime) -> None:
    """Let ids lead to events with statements, and put each that did not lead there yet on record.

    Raises NotFoundError for an event that is not stored, ValueError for redirects that go round in a
    circle or from an event that keeps statements.
    """
    targets = {old: _final_target(redirects, old) for old in redirects}
    require(session, EventRow.id, targets, "event")
    require(session, MembershipRow.event_id, targets.values(), "event with statements")
    for chunk in chunks(targets):
        for old, members in load_members(session, chunk).items():
            raise ValueError(
                f"event {old} leads to {targets[old]} but keeps statement {members[0].statement}"
            )
        for row in session.scalars(select(EventRow).where(EventRow.id.in_(chunk))):
            if row.redirects_to != targets[row.id]:
                _record_merge(session, row, targets[row.id], before.get(row.id, []), at)
                row.redirects_to = targets[row.id]
        # Ids that led to the merged event lead on to where it went: one step is always enough.
        for row in session.scalars(select(EventRow).where(EventRow.redirects_to.in_(chunk))):
            if row.redirects_to in targets:
                row.redirects_to = targets[row.redirects_to]


def _final_target(redirects: Mapping[str, str], old: str) -> str:
    seen = {old}
    target = redirects[old]
    while target in redirects:
        if target in seen:
            raise ValueError(f"the redirects of event {old} go round in a circle")
        seen.add(target)
        target = redirects[target]
    return target


def _record_merge(
    session: Session, row: EventRow, target: str, members: list[Membership], at: datetime
) -> None:
    append_entry(
        session,
        actor=MACHINE,
        action="merge",
        subject_kind="event",
        subject_id=row.id,
        at=at,
        before={
            "title": row.title,
            "redirects_to": row.redirects_to,
            "statements": [member.statement for member in members],
        },
        after={"redirects_to": target},
        reason="linking found that both speak of one event",
    )


def new_among(session: Session, splits: Iterable[str]) -> set[str]:
    """Those of these ids that no event stands under yet. One that leads elsewhere is no event."""
    wanted = set(splits)
    standing: set[str] = set()
    for chunk in chunks(sorted(wanted)):
        standing.update(
            session.scalars(
                select(EventRow.id).where(EventRow.id.in_(chunk), EventRow.redirects_to.is_(None))
            )
        )
    return wanted - standing


def write_splits(session: Session, linking: Linking, new: set[str], at: datetime) -> None:
    """Put on record which event each of the `new` ones was parted from.

    Raises NotFoundError for a parted event that is not stored, ValueError for a split that leads to no
    event of the linking, or to itself.
    """
    parts = {event.id: event for event in linking.events if event.members}
    for part, event in linking.splits.items():
        if part == event:
            raise ValueError(f"event {part} is said to be parted from itself")
        if part not in parts:
            raise ValueError(f"event {part} is said to be parted from {event} but has no statements")
    require(session, EventRow.id, linking.splits.values(), "event")
    for part, event in linking.splits.items():
        if part in new:
            append_entry(
                session,
                actor=MACHINE,
                action="split",
                subject_kind="event",
                subject_id=part,
                at=at,
                before={"event": event},
                after={"statements": list(parts[part].statements)},
                reason="linking found that these statements speak of another event",
            )
