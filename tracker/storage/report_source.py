"""The database as reports read it: whole events around some days, as they were known at the end of a day."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from tracker.domain.conflicts import Conflict, Judgement
from tracker.domain.decisions import Aspect, SubjectKind
from tracker.domain.events import Event
from tracker.domain.reporting import CitedDocument, Stored, Told, Wanted
from tracker.domain.statements import Statement
from tracker.storage.days import day_after, midnight
from tracker.storage.engine import reading
from tracker.storage.loading import chunks, load_statements
from tracker.storage.mapping import conflict_of, event_of
from tracker.storage.report_acts import correcting_acts, judging_acts, trail_mark
from tracker.storage.report_clashes import clashes_between
from tracker.storage.report_documents import documents_by_id, documents_published
from tracker.storage.report_hindsight import Hindsight, hindsight, places_named
from tracker.storage.report_homes import Homes, events_told_of, homes_of, members_of, placed_by_people
from tracker.storage.tables import AnnotationRow, ConflictRow, DocumentRow, EventRow, PlaceRow, StatementRow


class SqlReportSource:
    """The database as reports read it. All methods raise DatabaseError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self, wanted: Wanted) -> Stored:
        """What is stored about some days. A fixed number of queries, each in chunks of ids."""
        with reading(self._engine) as session:
            until = day_after(wanted.as_of)
            return _stored(session, wanted, until, hindsight(session, until))


def _stored(session: Session, wanted: Wanted, until: datetime, then: Hindsight) -> Stored:
    """Everything, step by step from the days to what was told of them."""
    also = then.statements | set(wanted.also)
    candidates = events_told_of(session, wanted.first, wanted.last, then.events, also)
    now = members_of(session, candidates)
    inside = {*now, *_published(session, wanted), *also}
    ids = inside | _opponents(session, inside)
    now |= homes_of(session, ids - now.keys())
    statements, documents, relinked = _statements(session, ids, until, then)
    homes = Homes.then(now, then, statements.keys())
    lone = homes.lone(then)
    placed = placed_by_people(session, lone, until)
    homes = homes.without({event for statement, event in lone.items() if statement not in placed})
    events = _events(session, candidates, homes)
    told = {
        key: Told(statement, documents[statement.document], homes.event_of.get(key))
        for key, statement in statements.items()
    }
    conflicts = tuple(_conflicts(session, told, then))
    judged = [one.id for one in conflicts if one.judgement is not Judgement.SUGGESTED]
    return Stored(
        told=told,
        documents=documents_published(session, wanted.first, wanted.last, until),
        events=events,
        conflicts=conflicts,
        altered=homes.altered | _events_with(then.statements, homes),
        grades=_grades(session, [event.id for event in events], then),
        judged=judging_acts(session, judged, until),
        corrected=correcting_acts(session, told, until),
        merged=_merged(session, homes, then, wanted),
        clashes=clashes_between(session, wanted, until, then),
        trail=trail_mark(session, until),
        relinked=relinked,
    )


def _published(session: Session, wanted: Wanted) -> Iterable[str]:
    return session.scalars(
        select(StatementRow.id)
        .join(DocumentRow, DocumentRow.id == StatementRow.document_id)
        .where(
            DocumentRow.published_at >= midnight(wanted.first),
            DocumentRow.published_at < day_after(wanted.last),
        )
    )


def _opponents(session: Session, statements: Iterable[str]) -> set[str]:
    """The statements that clash with one of these."""
    found: set[str] = set()
    for chunk in chunks(sorted(statements)):
        among = or_(ConflictRow.one.in_(chunk), ConflictRow.other.in_(chunk))
        for pair in session.execute(select(ConflictRow.one, ConflictRow.other).where(among)):
            found.update(pair)
    return found


def _statements(
    session: Session, ids: Iterable[str], until: datetime, then: Hindsight
) -> tuple[dict[str, Statement], dict[str, CitedDocument], int]:
    """Those of these statements that were stored, as they stood; their documents; how many were relinked."""
    places = places_named(session, then)
    statements: dict[str, Statement] = {}
    documents: dict[str, CitedDocument] = {}
    relinked = 0
    for chunk in chunks(sorted(ids)):
        found = load_statements(session, chunk)
        missing = {one.document for one in found.values()} - documents.keys()
        documents |= documents_by_id(session, missing)
        linked = session.execute(
            select(StatementRow.id, StatementRow.linked_at).where(StatementRow.id.in_(chunk))
        )
        later = {key for key, at in linked if at is not None and at >= until}
        for key, statement in found.items():
            if documents[statement.document].captured_at < until:
                statements[key] = then.statement(statement, places)
                relinked += key in later
        # The rows are read; what they hold stands in the domain's objects now.
        session.expunge_all()
    return statements, documents, relinked


def _events(session: Session, candidates: Iterable[str], homes: Homes) -> tuple[Event, ...]:
    """The candidates that had members, by id."""
    events: list[Event] = []
    for chunk in chunks(one for one in sorted(candidates) if one in homes.members):
        rows = session.execute(
            select(EventRow, PlaceRow)
            .outerjoin(PlaceRow, PlaceRow.id == EventRow.place_id)
            .where(EventRow.id.in_(chunk))
            .order_by(EventRow.id)
        )
        events += [event_of(row, place, homes.members[row.id]) for row, place in rows]
    return tuple(events)


def _conflicts(session: Session, told: Mapping[str, Told], then: Hindsight) -> Iterator[Conflict]:
    """The conflicts among these statements, by id, as they were judged, each where its statements stood."""
    found: dict[str, Conflict] = {}
    for chunk in chunks(sorted(told)):
        for row in session.scalars(select(ConflictRow).where(ConflictRow.one.in_(chunk))):
            if row.other in told:
                found[row.id] = conflict_of(row)
        session.expunge_all()
    for key in sorted(found):
        conflict = found[key]
        homes = [home for one in (conflict.one, conflict.other) if (home := told[one].event) is not None]
        event = conflict.event if conflict.event in homes or not homes else homes[0]
        yield replace(conflict, event=event, judgement=then.judgement(key, conflict.judgement))


def _grades(session: Session, events: Iterable[str], then: Hindsight) -> dict[str, str]:
    found: dict[str, str] = {}
    ids = list(events)
    for chunk in chunks(ids):
        rows = session.execute(
            select(AnnotationRow.subject_id, AnnotationRow.value).where(
                AnnotationRow.kind == str(SubjectKind.EVENT),
                AnnotationRow.aspect == str(Aspect.GRADE),
                AnnotationRow.subject_id.in_(chunk),
            )
        )
        found |= {event: str(value) for event, value in rows}
    graded = {event: then.grade(event, found.get(event)) for event in ids}
    return {event: grade for event, grade in graded.items() if grade is not None}


def _merged(session: Session, homes: Homes, then: Hindsight, wanted: Wanted) -> dict[str, str]:
    """Where those of the ids asked for lead that held no statement."""
    found: dict[str, str] = {}
    for chunk in chunks(sorted(wanted.also)):
        query = select(EventRow.id, EventRow.redirects_to).where(
            EventRow.id.in_(chunk), EventRow.redirects_to.is_not(None)
        )
        for event, target in session.execute(query):
            led = then.redirects.get(event, target)
            if led is not None and event not in homes.members:
                found[event] = led
    return found


def _events_with(statements: Iterable[str], homes: Homes) -> frozenset[str]:
    return frozenset(homes.event_of[one] for one in statements if one in homes.event_of)
