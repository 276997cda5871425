"""Decisions of people in the database: each act with its entry in the audit trail, in one transaction."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from tracker.domain.audit import AuditEntry, first_broken
from tracker.domain.decisions import Aspect, Change, Key, SubjectKind, Value
from tracker.domain.errors import NotFoundError
from tracker.domain.events import LinkVerdict
from tracker.domain.statements import Place
from tracker.storage.auditing import all_entries, append_entry, entry_of, head_of
from tracker.storage.decided_values import read_value, standing_verdicts, touch_events, write_value
from tracker.storage.engine import reading, writing
from tracker.storage.event_summaries import events_about, note_changed
from tracker.storage.linking import write_places
from tracker.storage.loading import chunks
from tracker.storage.tables import (
    AuditEntryRow,
    AuditSubjectRow,
    EventRow,
    LinkDecisionRow,
    MembershipRow,
)

_REMEMBERED = 1_000
"""How many of a person's last acts can be undone in order."""


class SqlDecisionSession:
    """One act: all of it is kept, or nothing. Nobody else writes meanwhile."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now

    @property
    def now(self) -> datetime:
        """The time of the act."""
        return self._now

    def value(self, key: Key) -> Value:
        """The value of a key as it stands. Raises NotFoundError."""
        return read_value(self._session, key)

    def members(self, event: str) -> list[str]:
        """The ids of an event's statements, in order."""
        query = (
            select(MembershipRow.statement_id)
            .where(MembershipRow.event_id == event)
            .order_by(MembershipRow.position, MembershipRow.statement_id)
        )
        return list(self._session.scalars(query))

    def verdicts(self, statements: Sequence[str]) -> dict[tuple[str, str], LinkVerdict]:
        """The verdicts that stand on pairs among these statements."""
        among = set(statements)
        return {pair: one for pair, one in self.verdicts_about(statements).items() if among.issuperset(pair)}

    def verdicts_about(self, statements: Sequence[str]) -> dict[tuple[str, str], LinkVerdict]:
        """The verdicts that stand on pairs of which at least one is among these statements."""
        return standing_verdicts(self._session, statements)

    def open_event(self, event: str, like: str) -> None:
        """Make room for a new event, which leads to another until statements stand in it."""
        row = self._session.get(EventRow, like)
        if row is None:
            raise NotFoundError(f"no event is stored under {like}")
        known = self._session.get(EventRow, event)
        if known is not None:
            return
        copied = ("title", "title_language", "place_id", "start", "end", "precision")
        values = {name: getattr(row, name) for name in copied}
        self._session.add(EventRow(id=event, redirects_to=like, due=False, **values))
        self._session.flush()

    def release(self, events: Sequence[str]) -> None:
        """Let none of these events wait in which no statement stands: there is nothing to reckon."""
        for event in events:
            row = self._session.get(EventRow, event)
            if row is not None and not self.members(event):
                row.due = False
        self._session.flush()

    def knows_event(self, event: str) -> bool:
        """Whether an event has ever stood under this id."""
        return self._session.get(EventRow, event) is not None

    def keep_place(self, place: Place) -> None:
        """Have a place of the gazetteer at hand, for a statement to speak of."""
        write_places(self._session, [place])

    def apply(self, changes: Sequence[Change], *, actor: str, reason: str) -> None:
        """Let the values after these changes stand; the events they concern wait to be reckoned anew."""
        for change in changes:
            touch_events(self._session, self._events_of(change))
            if change.key.kind is SubjectKind.PAIR:
                self._decide_pair(change, actor, reason)
            else:
                write_value(self._session, change.key, change.after)
            shown = events_about(self._session, change.key)
            note_changed(self._session, [*self._events_of(change), *shown])

    def _decide_pair(self, change: Change, actor: str, reason: str) -> None:
        one, _, other = change.key.id.partition(" ")
        verdict = None if change.after is None else LinkVerdict(str(change.after))
        self._session.add(
            LinkDecisionRow(one=one, other=other, verdict=verdict, actor=actor, at=self._now, reason=reason)
        )
        self._session.flush()

    def _events_of(self, change: Change) -> list[str]:
        """The events whose description or conflicts a change can alter."""
        key = change.key
        if key.kind is SubjectKind.STATEMENT and key.aspect == Aspect.EVENT:
            values = (change.before, change.after)
            return [str(value["event"]) for value in values if isinstance(value, dict)]
        if key.kind is SubjectKind.STATEMENT and not key.aspect.startswith((Aspect.NOTE, Aspect.ASSIGNEE)):
            event = self._session.scalar(
                select(MembershipRow.event_id).where(MembershipRow.statement_id == key.id)
            )
            return [] if event is None else [event]
        return []

    def append(
        self,
        action: str,
        subject: tuple[str, str],
        changes: Sequence[Change],
        *,
        actor: str,
        reason: str,
        undoes: int | None = None,
        redoes: int | None = None,
    ) -> AuditEntry:
        """Put an act on record, with all that it is about."""
        number = append_entry(
            self._session,
            actor=actor,
            action=action,
            subject_kind=subject[0],
            subject_id=subject[1],
            at=self._now,
            before={str(change.key): change.before for change in changes},
            after={str(change.key): change.after for change in changes},
            reason=reason,
            undoes=undoes,
            redoes=redoes,
        )
        touched = {subject} | {one for change in changes for one in _subjects_of(change)}
        self._session.add_all(
            AuditSubjectRow(entry_id=number, kind=kind, subject_id=key) for kind, key in sorted(touched)
        )
        self._session.flush()
        return self.entry(number)

    def entry(self, number: int) -> AuditEntry:
        """An entry of the trail. Raises NotFoundError."""
        row = self._session.get(AuditEntryRow, number)
        if row is None:
            raise NotFoundError(f"the audit trail has no entry {number}")
        return entry_of(row)

    def acts_of(self, actor: str) -> list[AuditEntry]:
        """A person's last acts that record changes of values, and what answers them, the oldest first."""
        return _acts_of(self._session, actor)

    def entries_about(self, key: Key) -> list[AuditEntry]:
        """The entries of the trail that changed the value of a key, the oldest first."""
        rows = self._session.scalars(
            select(AuditEntryRow)
            .join(AuditSubjectRow, AuditSubjectRow.entry_id == AuditEntryRow.id)
            .where(AuditSubjectRow.kind == str(key.kind), AuditSubjectRow.subject_id == key.id)
            .order_by(AuditEntryRow.id)
        )
        return [entry_of(row) for row in rows if row.after and f'"{key}"' in row.after]


def _subjects_of(change: Change) -> Iterator[tuple[str, str]]:
    key = change.key
    yield str(key.kind), key.id
    if key.aspect == Aspect.EVENT:
        for value in (change.before, change.after):
            if isinstance(value, dict):
                yield str(SubjectKind.EVENT), str(value["event"])


def _acts_of(session: Session, actor: str) -> list[AuditEntry]:
    # Entries without subjects are none of these acts: sign-ins, or the machine's.
    has_subjects = select(AuditSubjectRow.entry_id).where(AuditSubjectRow.entry_id == AuditEntryRow.id)
    own = session.scalars(
        select(AuditEntryRow)
        .where(AuditEntryRow.actor == actor, has_subjects.exists())
        .order_by(AuditEntryRow.id.desc())
        .limit(_REMEMBERED)
    ).all()
    rows = {row.id: row for row in own}
    for chunk in chunks(rows):
        answers = or_(AuditEntryRow.undoes.in_(chunk), AuditEntryRow.redoes.in_(chunk))
        rows |= {row.id: row for row in session.scalars(select(AuditEntryRow).where(answers))}
    return [entry_of(rows[number]) for number in sorted(rows)]


class SqlDecisions:
    """What people have decided. `clock` tells the time in UTC. All methods raise DatabaseError."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    @contextmanager
    def acting(self) -> Iterator[SqlDecisionSession]:
        """One act in one transaction. On SQLite it holds the write lock from the beginning."""
        with writing(self._engine) as session:
            yield SqlDecisionSession(session, self._clock())

    def values(self, keys: Sequence[Key]) -> dict[Key, Value]:
        """Values as they stand. Raises NotFoundError."""
        with reading(self._engine) as session:
            return {key: read_value(session, key) for key in keys}

    def acts_of(self, actor: str) -> list[AuditEntry]:
        """A person's last acts that record changes of values, and what answers them, the oldest first."""
        with reading(self._engine) as session:
            return _acts_of(session, actor)

    def entry(self, number: int) -> AuditEntry:
        """An entry of the trail. Raises NotFoundError."""
        with reading(self._engine) as session:
            row = session.get(AuditEntryRow, number)
            if row is None:
                raise NotFoundError(f"the audit trail has no entry {number}")
            return entry_of(row)

    def history(
        self,
        *,
        subject: tuple[str, str] | None = None,
        actor: str | None = None,
        before: int | None = None,
        size: int = 50,
    ) -> list[AuditEntry]:
        """Entries of the trail, the latest first: about a subject, of an actor, older than an entry."""
        query = select(AuditEntryRow).order_by(AuditEntryRow.id.desc()).limit(size)
        if subject is not None:
            about = select(AuditSubjectRow.entry_id).where(
                AuditSubjectRow.kind == subject[0], AuditSubjectRow.subject_id == subject[1]
            )
            main = (AuditEntryRow.subject_kind == subject[0]) & (AuditEntryRow.subject_id == subject[1])
            query = query.where(or_(AuditEntryRow.id.in_(about), main))
        if actor is not None:
            query = query.where(AuditEntryRow.actor == actor)
        if before is not None:
            query = query.where(AuditEntryRow.id < before)
        with reading(self._engine) as session:
            return [entry_of(row) for row in session.scalars(query)]

    def answered(self, numbers: Sequence[int]) -> Mapping[int, AuditEntry]:
        """For each of these entries the last one that took it back or made it again, where there is one."""
        query = (
            select(AuditEntryRow)
            .where(or_(AuditEntryRow.undoes.in_(numbers), AuditEntryRow.redoes.in_(numbers)))
            .order_by(AuditEntryRow.id)
        )
        with reading(self._engine) as session:
            rows = [entry_of(row) for row in session.scalars(query)]
        return {number: row for row in rows if (number := row.undoes or row.redoes) is not None}

    def head(self) -> tuple[int, str]:
        """How many entries the trail has, and the seal of the last one."""
        with reading(self._engine) as session:
            return head_of(session)

    def broken_entry(self) -> AuditEntry | None:
        """The first entry whose seal does not fit; None where the trail is whole."""
        with reading(self._engine) as session:
            return first_broken(all_entries(session))

    def has_seal(self, sha256: str) -> bool:
        """Whether the trail has an entry with this seal."""
        with reading(self._engine) as session:
            query = select(AuditEntryRow.id).where(AuditEntryRow.sha256 == sha256)
            return session.scalar(query) is not None
