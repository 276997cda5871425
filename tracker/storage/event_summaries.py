"""Keeping the summaries of events right: reckoned anew in the very transaction that changes an event."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine, func, insert, or_, select, text, update
from sqlalchemy.event import listen
from sqlalchemy.orm import Session, aliased

from tracker.domain.decisions import Aspect, Key, SubjectKind
from tracker.storage.engine import writing
from tracker.storage.loading import chunks
from tracker.storage.tables import (
    AnnotationRow,
    ConflictRow,
    DocumentRow,
    EventRow,
    EventSummaryRow,
    MembershipRow,
    StatementRow,
)

_NOTED = "events whose summaries are to be reckoned"

Columns = dict[str, object]


def note_changed(session: Session, events: Iterable[str]) -> None:
    """Have the summaries of these events reckoned anew before this transaction commits."""
    noted: set[str] | None = session.info.get(_NOTED)
    if noted is None:
        noted = session.info[_NOTED] = set()
        listen(session, "before_commit", _reckon_noted)
    noted.update(events)


def events_about(session: Session, key: Key) -> list[str]:
    """The events whose summary can depend on a value that people decide on."""
    if key.kind is SubjectKind.EVENT:
        return [key.id]
    if key.kind is SubjectKind.CONFLICT:
        return list(session.scalars(select(ConflictRow.event_id).where(ConflictRow.id == key.id)))
    if key.kind is SubjectKind.STATEMENT:
        homes = select(MembershipRow.event_id).where(MembershipRow.statement_id == key.id)
        clashing = select(ConflictRow.event_id).where(
            or_(ConflictRow.one == key.id, ConflictRow.other == key.id)
        )
        return list(session.scalars(homes.union(clashing)))
    return []


def current_revision(session: Session) -> int:
    """A number that goes up with whatever changes an event: linking, comparison, and decisions of people.

    One query that takes no time. What is reckoned from events, conflicts, their statements, grades and
    assignments can be kept by it.
    """
    return session.scalar(select(func.max(EventSummaryRow.revision))) or 0


def empty_summaries(session: Session) -> None:
    """Let no event be shown: all statements are being taken out of theirs."""
    session.flush()
    revision = _next_revision(session)
    session.execute(
        update(EventSummaryRow)
        .where(EventSummaryRow.statements > 0)
        .values(revision=revision, statements=0, first_captured=None, last_captured=None)
    )


def complete_summaries(engine: Engine) -> int:
    """Reckon the summaries of all events with statements that have none; how many. For a migrated database.

    Raises DatabaseError.
    """
    with writing(engine) as session:
        known = select(EventSummaryRow.event_id)
        missing = session.scalars(
            select(MembershipRow.event_id).where(MembershipRow.event_id.not_in(known)).distinct()
        ).all()
        note_changed(session, missing)
        return len(missing)


def _reckon_noted(session: Session) -> None:
    noted: set[str] = session.info.get(_NOTED, set())
    if not noted:
        return
    session.flush()
    revision = _next_revision(session)
    for chunk in chunks(sorted(noted)):
        _reckon(session, chunk, revision)
    noted.clear()


def _next_revision(session: Session) -> int:
    # On SQLite a write transaction is alone from its beginning. Elsewhere a smaller revision could be
    # committed after a greater one, and whoever had read that one already would never see it.
    if session.get_bind().dialect.name != "sqlite":
        session.execute(text("LOCK TABLE event_summary IN SHARE ROW EXCLUSIVE MODE"))
    return current_revision(session) + 1


def _reckon(session: Session, events: Sequence[str], revision: int) -> None:
    """Write the summaries of at most a chunk of events. Eight queries."""
    facts = _facts_of(session, events)
    clashes = _clashes_of(session, events)
    grades, assignees = _annotations_of(session, events)
    known = set(session.scalars(select(EventSummaryRow.event_id).where(EventSummaryRow.event_id.in_(events))))
    stored = set(session.scalars(select(EventRow.id).where(EventRow.id.in_(events))))
    rows: list[Columns] = [
        {
            "event_id": event,
            "revision": revision,
            **facts.get(event, _Facts()).columns(),
            "clashes": sorted([*kind, count] for kind, count in clashes[event].items()),
            "grade": grades.get(event),
            "assignees": sorted(assignees[event]),
        }
        for event in events
        if event in stored
    ]
    old = [row for row in rows if row["event_id"] in known]
    new = [row for row in rows if row["event_id"] not in known]
    if old:
        session.execute(update(EventSummaryRow), old)
    if new:
        session.execute(insert(EventSummaryRow), new)


class _Facts:
    """What the statements of one event add up to."""

    def __init__(self) -> None:
        self.parties: Counter[str] = Counter()
        self.languages: Counter[str] = Counter()
        self.documents: set[str] = set()
        self.published: list[datetime] = []
        self.captured: list[datetime] = []
        self.constructed = False

    def columns(self) -> Columns:
        """The columns of the summary."""
        return {
            "statements": self.parties.total(),
            "documents": len(self.documents),
            "parties": _most_first(self.parties),
            "languages": _most_first(self.languages),
            "latest": max(self.published, default=None),
            "first_captured": min(self.captured, default=None),
            "last_captured": max(self.captured, default=None),
            "constructed": self.constructed,
        }


def _most_first(counts: Counter[str]) -> list[list[object]]:
    return [[code, count] for code, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]


def _facts_of(session: Session, events: Sequence[str]) -> Mapping[str, _Facts]:
    facts: defaultdict[str, _Facts] = defaultdict(_Facts)
    query = (
        select(
            MembershipRow.event_id,
            StatementRow.party_code,
            DocumentRow.id,
            DocumentRow.language,
            DocumentRow.published,
            DocumentRow.captured_at,
            DocumentRow.constructed,
        )
        .join(StatementRow, StatementRow.id == MembershipRow.statement_id)
        .join(DocumentRow, DocumentRow.id == StatementRow.document_id)
        .where(MembershipRow.event_id.in_(events))
    )
    for event, party, document, language, published, captured, constructed in session.execute(query):
        one = facts[event]
        one.parties[party] += 1
        one.languages[language] += 1
        one.constructed = one.constructed or constructed
        if document not in one.documents:
            one.documents.add(document)
            one.captured.append(captured)
            one.published += [published] if published is not None else []
    return facts


def _clashes_of(
    session: Session, events: Sequence[str]
) -> defaultdict[str, Counter[tuple[str, str, str, str]]]:
    """By event, how many conflicts there are by type, both parties (the codes in order) and judgement."""
    one, other = aliased(StatementRow), aliased(StatementRow)
    query = (
        select(
            ConflictRow.event_id,
            ConflictRow.type,
            one.party_code,
            other.party_code,
            ConflictRow.judgement,
            func.count(),
        )
        .join(one, one.id == ConflictRow.one)
        .join(other, other.id == ConflictRow.other)
        .where(ConflictRow.event_id.in_(events))
        .group_by(
            ConflictRow.event_id, ConflictRow.type, one.party_code, other.party_code, ConflictRow.judgement
        )
    )
    clashes: defaultdict[str, Counter[tuple[str, str, str, str]]] = defaultdict(Counter)
    for event, kind, party, against, judgement, count in session.execute(query):
        first, second = sorted((party, against))
        clashes[event][str(kind), first, second, str(judgement)] += count
    return clashes


def _annotations_of(
    session: Session, events: Sequence[str]
) -> tuple[dict[str, str], defaultdict[str, set[str]]]:
    """Grades by event, and by event whom it, a statement or a conflict of it is assigned to."""
    grades: dict[str, str] = {}
    assignees: defaultdict[str, set[str]] = defaultdict(set)
    of_events = select(AnnotationRow.subject_id, AnnotationRow.aspect, AnnotationRow.value).where(
        AnnotationRow.kind == str(SubjectKind.EVENT),
        AnnotationRow.aspect.in_([str(Aspect.GRADE), str(Aspect.ASSIGNEE)]),
        AnnotationRow.subject_id.in_(events),
    )
    for event, aspect, value in session.execute(of_events):
        if aspect == Aspect.GRADE:
            grades[event] = str(value)
        else:
            assignees[event].add(str(value))
    inside = (
        (SubjectKind.STATEMENT, MembershipRow.statement_id, MembershipRow.event_id),
        (SubjectKind.CONFLICT, ConflictRow.id, ConflictRow.event_id),
    )
    for kind, key, home in inside:
        query = (
            select(home, AnnotationRow.value)
            .join(AnnotationRow, AnnotationRow.subject_id == key)
            .where(
                home.in_(events),
                AnnotationRow.kind == str(kind),
                AnnotationRow.aspect == str(Aspect.ASSIGNEE),
            )
        )
        for event, value in session.execute(query):
            assignees[event].add(str(value))
    return grades, assignees
