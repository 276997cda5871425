"""In which event each statement stood at the end of a day, as far as that is on record."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select, union
from sqlalchemy.orm import Session

from tracker.domain.decisions import Action, SubjectKind
from tracker.domain.events import Membership
from tracker.storage.days import day_after, midnight
from tracker.storage.loading import chunks
from tracker.storage.report_hindsight import Hindsight
from tracker.storage.tables import (
    AuditEntryRow,
    AuditSubjectRow,
    DocumentRow,
    EventRow,
    MembershipRow,
    StatementRow,
)

Now = Mapping[str, tuple[str, Membership]]
"""The event in which each statement stands now, and how it fits there."""

_PLACING = tuple(map(str, (Action.MOVE, Action.MERGE, Action.SPLIT, Action.UNDO, Action.REDO)))
_TAKEN_BACK = "stood here before a later decision"


@dataclass(frozen=True, slots=True)
class Homes:
    """Where statements stood: members by event, the event of each, and the events that have changed since."""

    members: Mapping[str, list[Membership]]
    event_of: Mapping[str, str]
    altered: frozenset[str]

    @classmethod
    def then(cls, now: Now, then: Hindsight, stored: Collection[str]) -> "Homes":
        """Where the statements that were `stored` stood. The rest had not come in, so no event held it."""
        members: defaultdict[str, list[Membership]] = defaultdict(list)
        event_of: dict[str, str] = {}
        altered: set[str] = set()
        for statement in sorted({*now, *then.homes}):
            standing = now.get(statement)
            event_now = standing[0] if standing else None
            event = then.homes.get(statement, event_now) if statement in stored else None
            if event != event_now:
                altered |= {one for one in (event, event_now) if one is not None}
            if event is not None:
                fits = standing[1] if standing else Membership(statement, 1.0, _TAKEN_BACK)
                members[event].append(fits)
                event_of[statement] = event
        return cls(dict(members), event_of, frozenset(altered))

    def lone(self, then: Hindsight) -> dict[str, str]:
        """Events left with one statement, through no later decision: the statement, and its event.

        Machines make no event of one statement.
        """
        return {
            members[0].statement: event
            for event, members in self.members.items()
            if len(members) == 1 and event in self.altered and members[0].statement not in then.homes
        }

    def without(self, events: Collection[str]) -> "Homes":
        """The same without these events; their statements stand in none."""
        return Homes(
            {event: members for event, members in self.members.items() if event not in events},
            {one: event for one, event in self.event_of.items() if event not in events},
            self.altered,
        )


def placed_by_people(session: Session, statements: Iterable[str], until: datetime) -> set[str]:
    """Those of these statements that a person had put where they stood before a moment."""
    found: set[str] = set()
    for chunk in chunks(sorted(statements)):
        found.update(
            session.scalars(
                select(AuditSubjectRow.subject_id)
                .join(AuditEntryRow, AuditEntryRow.id == AuditSubjectRow.entry_id)
                .where(
                    AuditSubjectRow.kind == str(SubjectKind.STATEMENT),
                    AuditSubjectRow.subject_id.in_(chunk),
                    AuditEntryRow.action.in_(_PLACING),
                    AuditEntryRow.at < until,
                )
            )
        )
    return found


def events_told_of(
    session: Session, first: date, last: date, beside: Iterable[str], also: Iterable[str]
) -> list[str]:
    """Ids of the events of which anything was told on these days, or that happened on one of them.

    `beside` are ids of further ones, `also` statements whose events are wanted.
    """
    told = select(MembershipRow.event_id).join(StatementRow, StatementRow.id == MembershipRow.statement_id)
    # Three queries in one rather than one condition with "or": so each can go by its own index.
    chosen = union(
        told.where(StatementRow.event_day.between(first, last)),
        told.join(DocumentRow, DocumentRow.id == StatementRow.document_id).where(
            DocumentRow.published_at >= midnight(first), DocumentRow.published_at < day_after(last)
        ),
        select(EventRow.id).where(EventRow.end >= first, EventRow.start <= last),
    )
    found = {*session.scalars(chosen), *beside}
    for chunk in chunks(sorted(also)):
        query = select(MembershipRow.event_id).where(MembershipRow.statement_id.in_(chunk))
        found.update(session.scalars(query))
    return sorted(found)


def members_of(session: Session, events: Iterable[str]) -> dict[str, tuple[str, Membership]]:
    """The event of each statement of these events."""
    return {
        key: home
        for chunk in chunks(events)
        for key, home in _rows(session, MembershipRow.event_id.in_(chunk))
    }


def homes_of(session: Session, statements: Collection[str]) -> dict[str, tuple[str, Membership]]:
    """The event of each of these statements that has one."""
    return {
        key: home
        for chunk in chunks(sorted(statements))
        for key, home in _rows(session, MembershipRow.statement_id.in_(chunk))
    }


def _rows(session: Session, condition: ColumnElement[bool]) -> Iterator[tuple[str, tuple[str, Membership]]]:
    columns = (MembershipRow.statement_id, MembershipRow.event_id, MembershipRow.score, MembershipRow.reason)
    for statement, event, score, reason in session.execute(select(*columns).where(condition)):
        yield statement, (event, Membership(statement, score, reason))
