"""Writing the outcome of linking: events, which statements stand in them, and where merged ids lead."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from tracker.domain.events import Event, Linking, Membership
from tracker.domain.statements import Place
from tracker.storage.loading import chunks, load_members, require
from tracker.storage.mapping import event_columns, membership_columns, place_columns
from tracker.storage.tables import (
    AuditEntryRow,
    ConflictRow,
    EventRow,
    MembershipRow,
    PlaceRow,
    StatementRow,
)

MACHINE = "machine"
"""The actor in audit entries for what no person did."""

Members = Mapping[str, list[Membership]]


def write_linking(session: Session, linking: Linking, at: datetime) -> None:
    """Write events and their members, then redirects, then take conflicts along with their statements.

    Raises NotFoundError for a statement or redirected event that is not stored, ValueError for a
    linking that contradicts itself.
    """
    statements = _statements_of(linking)
    require(session, StatementRow.id, statements, "statement")
    write_places(session, (event.place for event in linking.events if event.place is not None))
    before = _members_before(session, linking)
    _write_events(session, linking.events, before)
    _touch_events_left(session, linking, statements)
    _write_members(session, linking.events, statements)
    session.flush()
    _write_redirects(session, linking.redirects, before, at)
    session.flush()
    _take_conflicts_along(session, statements)
    session.flush()


def write_places(session: Session, places: Iterable[Place]) -> None:
    """Store places; where the gazetteer has changed one since, its row follows."""
    wanted = {place.id: place for place in places}
    for chunk in chunks(wanted):
        rows = {row.id: row for row in session.scalars(select(PlaceRow).where(PlaceRow.id.in_(chunk)))}
        for key in chunk:
            columns = place_columns(wanted[key])
            if key in rows:
                _assign(rows[key], columns)
            else:
                session.add(PlaceRow(**columns))
    session.flush()


def _assign(row: EventRow | PlaceRow, columns: Mapping[str, object]) -> None:
    # Only what differs reaches the database: a row that stays the same keeps its version.
    for name, value in columns.items():
        setattr(row, name, value)


def _statements_of(linking: Linking) -> list[str]:
    statements = [statement for event in linking.events for statement in event.statements]
    if len(set(statements)) != len(statements):
        raise ValueError("a linking puts one statement into two events, or twice into one")
    return statements


def _members_before(session: Session, linking: Linking) -> dict[str, list[Membership]]:
    ids = [event.id for event in linking.events] + list(linking.redirects)
    before: dict[str, list[Membership]] = {}
    for chunk in chunks(ids):
        before.update(load_members(session, chunk))
    return before


def _write_events(session: Session, events: Iterable[Event], before: Members) -> None:
    wanted = {event.id: event for event in events}
    for chunk in chunks(wanted):
        rows = {row.id: row for row in session.scalars(select(EventRow).where(EventRow.id.in_(chunk)))}
        for key in chunk:
            event, row = wanted[key], rows.get(key)
            columns = event_columns(event)
            if row is None:
                session.add(EventRow(**columns))
                continue
            if not event.members:
                # It may lead to another event; that is for the redirects to say.
                del columns["redirects_to"]
            _assign(row, columns)
            if tuple(before.get(key, ())) != event.members:
                flag_modified(row, "title")
    session.flush()


def _touch_events_left(session: Session, linking: Linking, statements: Iterable[str]) -> None:
    """Events that lose a statement to another one have changed too, so their version goes up."""
    written = {event.id for event in linking.events}
    left: set[str] = set()
    for chunk in chunks(statements):
        left.update(
            session.scalars(
                select(MembershipRow.event_id).where(MembershipRow.statement_id.in_(chunk)).distinct()
            )
        )
    for chunk in chunks(sorted(left - written)):
        for row in session.scalars(select(EventRow).where(EventRow.id.in_(chunk))):
            flag_modified(row, "title")


def _write_members(session: Session, events: tuple[Event, ...], statements: Iterable[str]) -> None:
    for chunk in chunks(event.id for event in events):
        session.execute(delete(MembershipRow).where(MembershipRow.event_id.in_(chunk)))
    for chunk in chunks(statements):
        session.execute(delete(MembershipRow).where(MembershipRow.statement_id.in_(chunk)))
    rows = [columns for event in events for columns in membership_columns(event)]
    if rows:
        session.execute(insert(MembershipRow), rows)


def _final_target(redirects: Mapping[str, str], old: str) -> str:
    seen = {old}
    target = redirects[old]
    while target in redirects:
        if target in seen:
            raise ValueError(f"the redirects of event {old} go round in a circle")
        seen.add(target)
        target = redirects[target]
    return target


def _write_redirects(session: Session, redirects: Mapping[str, str], before: Members, at: datetime) -> None:
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
                session.add(_merge_entry(row, targets[row.id], before.get(row.id, []), at))
                row.redirects_to = targets[row.id]
        # Ids that led to the merged event lead on to where it went: one step is always enough.
        for row in session.scalars(select(EventRow).where(EventRow.redirects_to.in_(chunk))):
            if row.redirects_to in targets:
                row.redirects_to = targets[row.redirects_to]


def _merge_entry(row: EventRow, target: str, members: list[Membership], at: datetime) -> AuditEntryRow:
    before = {
        "title": row.title,
        "redirects_to": row.redirects_to,
        "statements": [member.statement for member in members],
    }
    return AuditEntryRow(
        actor=MACHINE,
        action="merge",
        subject_kind="event",
        subject_id=row.id,
        at=at,
        before=json.dumps(before, ensure_ascii=False, sort_keys=True),
        after=json.dumps({"redirects_to": target}),
        reason="linking found that both speak of one event",
    )


def _take_conflicts_along(session: Session, statements: Iterable[str]) -> None:
    """A conflict belongs to the event of its statements; judged ones keep all else they have."""
    for chunk in chunks(statements):
        rows = session.scalars(
            select(ConflictRow).where(or_(ConflictRow.one.in_(chunk), ConflictRow.other.in_(chunk)))
        ).all()
        events = events_by_statement(session, (key for row in rows for key in (row.one, row.other)))
        for row in rows:
            homes = [events[key] for key in (row.one, row.other) if key in events]
            if homes and row.event_id not in homes:
                row.event_id = homes[0]


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
