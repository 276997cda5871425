"""Joined views out of the database, each kind in a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Select, func, select, union, union_all
from sqlalchemy.orm import Session

from tracker.domain.conflicts import Judgement
from tracker.domain.events import Event
from tracker.domain.views import ConflictView, EventDetail, EventSummary, StatementView
from tracker.storage.loading import Chosen, documents_with, load_documents, load_events, load_statements
from tracker.storage.mapping import conflict_of
from tracker.storage.tables import ConflictRow, DocumentRow, EventRow, MembershipRow, StatementRow

# Made once, and of tables: they are asked with every search (see `tracker.storage.loading`).
_event, _member, _conflict = (row.__table__ for row in (EventRow, MembershipRow, ConflictRow))
_HOMES: Final = select(
    _member.c.statement_id, _event.c.id, _event.c.title, _event.c.title_language, _member.c.reason
).join_from(_member, _event, _event.c.id == _member.c.event_id)
_SIDES: Final = tuple(
    (
        side,
        select(side.label("statement"), _conflict.c.event_id, _conflict.c.judgement, func.count()).group_by(
            side, _conflict.c.event_id, _conflict.c.judgement
        ),
    )
    for side in (_conflict.c.one, _conflict.c.other)
)

_NOWHERE = (None, None, None, None, "")

_UNDATED = datetime.max.replace(tzinfo=UTC)


def load_statement_views(session: Session, chosen: Chosen) -> dict[str, StatementView]:
    """Statement views by id. Five queries."""
    return load_views_with_events(session, chosen)[0]


def load_views_with_events(
    session: Session, chosen: Chosen
) -> tuple[dict[str, StatementView], dict[str, set[str]]]:
    """Statement views by id, and the events that each depends on: its own, and those of its conflicts.

    Whatever changes a view, but for its statement's coming into an event, changes one of these events and
    takes its summary's revision up (`tracker.storage.event_summaries`). Five queries.
    """
    statements = load_statements(session, chosen)
    documents = load_documents(session, documents_with(chosen))
    homes = {row[0]: row for row in session.execute(_HOMES.where(_member.c.statement_id.in_(chosen))).all()}
    conflicts, events = _conflicts_by_statement(session, chosen)
    views = {}
    for key, statement in statements.items():
        _, event, title, language, reason = homes.get(key, _NOWHERE)
        if event is not None:
            events[key].add(event)
        views[key] = StatementView(
            statement=statement,
            document=documents[statement.document],
            event_id=event,
            event_title=title,
            event_title_language=language,
            conflicts=conflicts[key],
            membership_reason=reason,
        )
    return views, events


def _conflicts_by_statement(
    session: Session, chosen: Chosen
) -> tuple[Counter[str], defaultdict[str, set[str]]]:
    """In how many conflicts each statement stands, rejected ones left out; and the events of all of them."""
    halves = [query.where(side.in_(chosen)) for side, query in _SIDES]
    counts: Counter[str] = Counter()
    events: defaultdict[str, set[str]] = defaultdict(set)
    for statement, event, judgement, conflicts in session.execute(union_all(*halves)).all():
        events[statement].add(event)
        if judgement is not Judgement.REJECTED:
            counts[statement] += conflicts
    return counts, events


def by_publication(view: StatementView) -> tuple[datetime, str, int, int]:
    """The order of statements on a page: date of publication (undated last), then place in the document."""
    span = view.statement.span
    return view.document.published or _UNDATED, view.document.id, span.start, span.end


def join_conflicts(
    session: Session, chosen: Select[str], views: Mapping[str, StatementView]
) -> list[ConflictView]:
    """Conflict views of these conflict ids, the surest first, then by id. One query.

    `views` holds both statements of each (see `both_sides`).
    """
    rows = session.execute(
        select(ConflictRow, EventRow.title, EventRow.title_language)
        .join(EventRow, EventRow.id == ConflictRow.event_id)
        .where(ConflictRow.id.in_(chosen))
        .order_by(ConflictRow.score.desc(), ConflictRow.id)
    )
    return [
        ConflictView(conflict_of(row), views[row.one], views[row.other], title, language)
        for row, title, language in rows
    ]


def both_sides(conflicts: Select[str]) -> tuple[Select[str], Select[str]]:
    """The ids of the statements of these conflicts: of the first, and of the other of each pair."""
    return (
        select(ConflictRow.one).where(ConflictRow.id.in_(conflicts)),
        select(ConflictRow.other).where(ConflictRow.id.in_(conflicts)),
    )


def load_summaries(session: Session, chosen: Chosen) -> dict[str, EventSummary]:
    """Event summaries by id. Four queries."""
    events = load_events(session, chosen)
    facts: defaultdict[str, _Facts] = defaultdict(_Facts)
    for event_id, party, document, language, published, constructed in session.execute(
        select(
            MembershipRow.event_id,
            StatementRow.party_code,
            DocumentRow.id,
            DocumentRow.language,
            DocumentRow.published,
            DocumentRow.constructed,
        )
        .join(StatementRow, StatementRow.id == MembershipRow.statement_id)
        .join(DocumentRow, DocumentRow.id == StatementRow.document_id)
        .where(MembershipRow.event_id.in_(chosen))
    ):
        facts[event_id].add(party, document, language, published, constructed=constructed)
    conflicts: Counter[str] = Counter()
    for event_id, count in session.execute(
        select(ConflictRow.event_id, func.count())
        .where(ConflictRow.event_id.in_(chosen), ConflictRow.judgement != Judgement.REJECTED)
        .group_by(ConflictRow.event_id)
    ):
        conflicts[event_id] = count
    return {key: facts[key].summary(event, conflicts[key]) for key, event in events.items()}


class _Facts:
    """What the statements of one event add up to."""

    def __init__(self) -> None:
        self.parties: Counter[str] = Counter()
        self.languages: Counter[str] = Counter()
        self.documents: set[str] = set()
        self.latest: datetime | None = None
        self.constructed = False

    def add(
        self, party: str, document: str, language: str, published: datetime | None, *, constructed: bool
    ) -> None:
        """Take one statement into account."""
        self.parties[party] += 1
        self.languages[language] += 1
        self.documents.add(document)
        self.constructed = self.constructed or constructed
        if published is not None and (self.latest is None or published > self.latest):
            self.latest = published

    def summary(self, event: Event, conflicts: int) -> EventSummary:
        """The row of the list of events."""
        return EventSummary(
            event=event,
            statements=self.parties.total(),
            documents=len(self.documents),
            conflicts=conflicts,
            parties=_most_first(self.parties),
            languages=_most_first(self.languages),
            latest=self.latest,
            constructed=self.constructed,
        )


def _most_first(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def load_details(session: Session, chosen: Chosen) -> dict[str, EventDetail]:
    """Events with their statements and conflicts, by id. Ten queries.

    Both statements of a conflict are shown even where one now stands in another event.
    """
    summaries = load_summaries(session, chosen)
    clashing = select(ConflictRow.id).where(ConflictRow.event_id.in_(chosen))
    members = select(MembershipRow.statement_id).where(MembershipRow.event_id.in_(chosen))
    views = load_statement_views(session, union(members, *both_sides(clashing)))
    conflicts = join_conflicts(session, clashing, views)
    statements_by_event: defaultdict[str, list[StatementView]] = defaultdict(list)
    for view in sorted(views.values(), key=by_publication):
        if view.event_id is not None:
            statements_by_event[view.event_id].append(view)
    conflicts_by_event: defaultdict[str, list[ConflictView]] = defaultdict(list)
    for conflict in conflicts:
        conflicts_by_event[conflict.conflict.event].append(conflict)
    return {
        key: EventDetail(summary, tuple(statements_by_event[key]), tuple(conflicts_by_event[key]))
        for key, summary in summaries.items()
    }
