"""What is new and what waits: reckoned once a minute, and anew whenever something changes."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Engine, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.conflicts import Judgement
from tracker.domain.event_lists import EventFilter, EventOrder, Facet, ListedEvent, ReviewState
from tracker.domain.today import Arrivals, ConflictLine, Publication, Today, Waiting
from tracker.domain.views import Counts
from tracker.storage.days import day_after, midnight
from tracker.storage.engine import reading
from tracker.storage.event_lists import SqlEventLists
from tracker.storage.store import count_rows
from tracker.storage.tables import ConflictRow, DocumentRow, EventRow, StatementRow, UserRow, WebSessionRow

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)

_CONFLICTS, _EVENTS, _MINE, _CONTESTED = 5, 6, 8, 5
"""How many of each are shown."""

_KEPT = 64
"""How many answers are remembered."""

Mark = tuple[int, int, datetime]
"""What an answer follows from: the revision of the events, how many documents there are, and the minute."""


@dataclass(frozen=True, slots=True)
class _Shared:
    """What is the same for every reader."""

    counts: Counts
    day: Arrivals
    week: Arrivals
    publication: Publication | None
    events: tuple[ListedEvent, ...]
    conflicts: tuple[ConflictLine, ...]
    are_new: bool
    waiting: tuple[Waiting, ...]
    waiting_events: int
    contested: tuple[ListedEvent, ...]


class SqlDayBook:
    """What is new and what waits. `clock` tells the time in UTC. May be shared by threads.

    All methods raise DatabaseError.
    """

    def __init__(self, engine: Engine, lists: SqlEventLists, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._lists = lists
        self._clock = clock
        self._lock = threading.Lock()
        self._mark: Mark | None = None
        self._shared: _Shared | None = None
        self._arrivals: dict[datetime, Arrivals] = {}

    def today(self, person: str, session: str) -> Today:
        """What this person finds on coming in. `session` is the id of the one they are in."""
        now = self._clock().astimezone(UTC)
        minute = now.replace(second=0, microsecond=0)
        visit = self.last_visit(person, session)
        shared, since_visit = self._reckoned(minute, visit)
        wanted = EventFilter({Facet.REVIEW: (ReviewState.MINE,)}, person=person)
        with self._lists.board() as (board, _):
            mine, mine_count = board.in_order(wanted, EventOrder.NEWEST, _MINE)
        return Today(
            now=now,
            counts=shared.counts,
            last_visit=since_visit,
            day=shared.day,
            week=shared.week,
            publication=shared.publication,
            events=shared.events,
            conflicts=shared.conflicts,
            are_new=shared.are_new,
            waiting=shared.waiting,
            waiting_conflicts=sum(one.count for one in shared.waiting),
            waiting_events=shared.waiting_events,
            mine=tuple(mine),
            mine_count=mine_count,
            contested=shared.contested,
        )

    def last_visit(self, person: str, session: str) -> datetime | None:
        """When this person was last here in a session other than this one; None where that is not known."""
        query = (
            select(func.max(WebSessionRow.last_seen_at))
            .join(UserRow, UserRow.id == WebSessionRow.user_id)
            .where(UserRow.name == person, WebSessionRow.id != session)
        )
        with reading(self._engine) as transaction:
            return transaction.scalar(query)

    def _reckoned(self, minute: datetime, visit: datetime | None) -> tuple[_Shared, Arrivals | None]:
        """What is shared, and what came since a visit; remembered until something changes."""
        with self._lock:
            with self._lists.board() as (_, revision), reading(self._engine) as session:
                documents = session.scalar(select(func.count()).select_from(DocumentRow)) or 0
            mark = (revision, documents, minute)
            if self._shared is None or self._mark != mark:
                self._shared, self._mark, self._arrivals = self._reckon(minute), mark, {}
            if visit is None:
                return self._shared, None
            if visit not in self._arrivals:
                if len(self._arrivals) >= _KEPT:
                    self._arrivals.clear()
                self._arrivals[visit] = self._arrived(visit)
            return self._shared, self._arrivals[visit]

    def _reckon(self, minute: datetime) -> _Shared:
        day, week = self._arrived(minute - _DAY), self._arrived(minute - _WEEK)
        with self._lists.board() as (board, _):
            came = board.captured_since((minute - _WEEK).timestamp())[:_EVENTS]
            contested, _ = board.in_order(EventFilter({}), EventOrder.CONTESTED, _CONTESTED)
            waits = EventFilter({Facet.REVIEW: (ReviewState.WAITING,)})
            _, waiting_events = board.in_order(waits, EventOrder.NEWEST, 1)
            waiting = [Waiting(*clash, count) for clash, count in board.waiting.items() if count]
        with reading(self._engine) as session:
            recent = minute - _WEEK if week.documents else None
            conflicts = list(_surest(session, recent)) if recent is not None else []
            are_new = bool(conflicts)
            conflicts = conflicts or list(_surest(session, None))
            publication = None if week.published_documents else _last_publication(session)
            counts = count_rows(session)
        return _Shared(
            counts=counts,
            day=day,
            week=week,
            publication=publication,
            events=tuple(came),
            conflicts=tuple(conflicts),
            are_new=are_new,
            waiting=tuple(sorted(waiting, key=lambda one: (-one.count, one.type, one.one, one.other))),
            waiting_events=waiting_events,
            contested=tuple(event for event in contested if event.conflicts),
        )

    def _arrived(self, since: datetime) -> Arrivals:
        with self._lists.board() as (board, _):
            came = board.captured_since(since.timestamp())
            new = sum(event.first_captured >= since for event in came)
        with reading(self._engine) as session:
            documents, statements = _count(session, DocumentRow.captured_at >= since)
            told, said = _count(session, DocumentRow.published_at >= since)
        return Arrivals(
            since=since,
            documents=documents,
            statements=statements,
            new_events=new,
            grown_events=len(came) - new,
            published_documents=told,
            published_statements=said,
        )


def _count(session: Session, condition: ColumnElement[bool]) -> tuple[int, int]:
    """How many documents there are under a condition, and how many statements in them."""
    documents = session.scalar(select(func.count()).select_from(DocumentRow).where(condition)) or 0
    if not documents:
        return 0, 0
    inside = (
        select(func.count())
        .select_from(StatementRow)
        .join(DocumentRow, DocumentRow.id == StatementRow.document_id)
        .where(condition)
    )
    return documents, session.scalar(inside) or 0


def _surest(session: Session, since: datetime | None) -> Iterator[ConflictLine]:
    """The surest of the conflicts that nobody has judged: of those with a document that came in since."""
    one, other = aliased(StatementRow), aliased(StatementRow)
    query = (
        select(
            ConflictRow.id,
            ConflictRow.type,
            ConflictRow.score,
            one.party_code,
            other.party_code,
            ConflictRow.explanation,
            EventRow.id,
            EventRow.title,
            EventRow.title_language,
        )
        .join(one, one.id == ConflictRow.one)
        .join(other, other.id == ConflictRow.other)
        .join(EventRow, EventRow.id == ConflictRow.event_id)
        .where(ConflictRow.judgement == Judgement.SUGGESTED)
        .order_by(ConflictRow.score.desc(), ConflictRow.id.desc())
        .limit(_CONFLICTS)
    )
    if since is not None:
        told, answered = aliased(DocumentRow), aliased(DocumentRow)
        query = (
            query.join(told, told.id == one.document_id)
            .join(answered, answered.id == other.document_id)
            .where(or_(told.captured_at >= since, answered.captured_at >= since))
        )
    for row in session.execute(query):
        yield ConflictLine(*row)


def _last_publication(session: Session) -> Publication | None:
    """The seven days up to the last one on which anything was published."""
    latest = session.scalar(select(func.max(DocumentRow.published_at)))
    if latest is None:
        return None
    last = latest.astimezone(UTC).date()
    first = last - timedelta(days=6)
    within = (DocumentRow.published_at >= midnight(first)) & (DocumentRow.published_at < day_after(last))
    documents, statements = _count(session, within)
    return Publication(first=first, last=last, documents=documents, statements=statements)
