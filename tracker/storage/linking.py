"""Writing the outcome of linking: events, which statements stand in them, and where merged ids lead."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Final

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from tracker.domain.events import Event, Linking, Membership
from tracker.domain.statements import Place
from tracker.storage.event_summaries import note_changed
from tracker.storage.lineage import (
    Members,
    events_by_statement,
    left_over,
    new_among,
    write_redirects,
    write_splits,
)
from tracker.storage.loading import chunks, load_members, require, table_of, wanted
from tracker.storage.mapping import event_columns, membership_columns, place_columns
from tracker.storage.tables import (
    ConflictRow,
    EventRow,
    MembershipRow,
    PlaceRow,
    StatementRow,
)

# Of the table, and made once: asked of every document.
_place = table_of(PlaceRow)
_PLACES: Final = select(*(_place.c[one.name] for one in fields(Place))).where(wanted(_place.c.id))
_NEW_PLACE: Final = insert(_place)


def write_linking(session: Session, linking: Linking, at: datetime) -> None:
    """Write events and their members, then redirects and splits, then take conflicts along.

    An event that is left without statements leads to the one that most of them went to, where the linking
    does not say otherwise. Raises NotFoundError for a statement, redirected or parted event that is not
    stored, ValueError for a linking that contradicts itself.
    """
    statements = _statements_of(linking)
    require(session, StatementRow.id, statements, "statement")
    write_places(session, (event.place for event in linking.events if event.place is not None))
    before = _members_before(session, linking, statements)
    new_parts = new_among(session, linking.splits)
    _write_events(session, linking.events, before)
    _touch_events_left(session, before, linking)
    _write_members(session, linking.events, statements)
    session.flush()
    write_redirects(session, {**left_over(session, before), **linking.redirects}, before, at)
    write_splits(session, linking, new_parts, at)
    session.flush()
    _take_conflicts_along(session, statements)
    session.flush()
    note_changed(session, [*(event.id for event in linking.events), *before, *linking.redirects])


def write_places(session: Session, places: Iterable[Place]) -> None:
    """Store places; where the gazetteer has changed one since, its row follows."""
    given = {place.id: place for place in places}
    stored: dict[str, Place] = {}
    for chunk in chunks(given):
        stored.update((row.id, Place(*row)) for row in session.execute(_PLACES, {"wanted": chunk}))
    new = [place_columns(place) for key, place in given.items() if key not in stored]
    if new:
        session.execute(_NEW_PLACE, new)
    for key, place in given.items():
        if key in stored and stored[key] != place:
            session.execute(update(_place).where(_place.c.id == key).values(place_columns(place)))


def _assign(row: EventRow, columns: Mapping[str, object]) -> None:
    # Only what differs reaches the database: a row that stays the same keeps its version.
    for name, value in columns.items():
        setattr(row, name, value)


def _statements_of(linking: Linking) -> list[str]:
    statements = [statement for event in linking.events for statement in event.statements]
    if len(set(statements)) != len(statements):
        raise ValueError("a linking puts one statement into two events, or twice into one")
    counts = Counter(event.id for event in linking.events)
    twice = next((event for event, count in counts.items() if count > 1), None)
    if twice is not None:
        raise ValueError(f"a linking holds two events under the id {twice}")
    return statements


def _members_before(
    session: Session, linking: Linking, statements: Iterable[str]
) -> dict[str, list[Membership]]:
    """The members of all events that are written, redirected or lose a statement."""
    ids = [event.id for event in linking.events] + list(linking.redirects)
    ids += events_by_statement(session, statements).values()
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


def _touch_events_left(session: Session, before: Members, linking: Linking) -> None:
    """Events that lose a statement to another one have changed too, so their version goes up."""
    written = {event.id for event in linking.events}
    taken = {statement for event in linking.events for statement in event.statements}
    left = [
        event
        for event, members in before.items()
        if event not in written and any(member.statement in taken for member in members)
    ]
    for chunk in chunks(sorted(left)):
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


def _take_conflicts_along(session: Session, statements: Iterable[str]) -> None:
    """A conflict belongs to the event of its statements; judged ones keep all else they have."""
    for chunk in chunks(statements):
        rows = session.execute(
            select(ConflictRow.id, ConflictRow.event_id, ConflictRow.one, ConflictRow.other).where(
                or_(ConflictRow.one.in_(chunk), ConflictRow.other.in_(chunk))
            )
        ).all()
        events = events_by_statement(session, (key for row in rows for key in (row.one, row.other)))
        moved: dict[str, str] = {}
        for row in rows:
            homes = [events[key] for key in (row.one, row.other) if key in events]
            if homes and row.event_id not in homes:
                note_changed(session, [row.event_id, homes[0]])
                moved[row.id] = homes[0]
        for part in chunks(moved):
            for conflict in session.scalars(select(ConflictRow).where(ConflictRow.id.in_(part))):
                conflict.event_id = moved[conflict.id]
