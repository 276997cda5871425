"""The lists of the desk over what a shelf holds: events, what is new, and the history."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from memory_decisions import MemoryDecisions
from room_library import CAPTURED, FakeLibrary

from tracker.domain.audit import MACHINE, AuditEntry
from tracker.domain.conflicts import Judgement
from tracker.domain.event_lists import Clashing, EventFilter, EventList, EventOrder, ListedEvent
from tracker.domain.today import Arrivals, ConflictLine, Today, Waiting
from tracker.domain.trail import Named, TrailFilter
from tracker.storage.facets import EventBoard

NOW = CAPTURED + timedelta(hours=3)


@dataclass
class FakeEventLists:
    """The list over a library in memory, laid out anew for each page.

    `assigned` and `grades` are by event.
    """

    library: FakeLibrary
    assigned: dict[str, tuple[str, ...]] = field(default_factory=dict)
    grades: dict[str, str] = field(default_factory=dict)

    def page(self, wanted: EventFilter, order: EventOrder, after: str | None, size: int) -> EventList:
        return self.board().page(wanted, order, after, size)

    def board(self) -> EventBoard:
        board = EventBoard()
        board.put(self._listed(key) for key in self.library.all_events)
        return board

    def _listed(self, key: str) -> ListedEvent:
        detail = self.library.event(key)
        event, summary = detail.summary.event, detail.summary
        clashes = Counter(
            (
                str(row.conflict.verdict.type),
                *sorted((row.one.statement.party, row.other.statement.party)),
                str(row.conflict.judgement),
            )
            for row in detail.conflicts
        )
        counts = Counter(row.conflict.judgement for row in detail.conflicts)
        return ListedEvent(
            id=event.id,
            title=event.title,
            title_language=event.title_language,
            place=event.place.id if event.place else None,
            place_name=event.place.name if event.place else None,
            start=event.start,
            end=event.end,
            precision=event.precision,
            statements=summary.statements,
            documents=summary.documents,
            parties=summary.parties,
            languages=summary.languages,
            clashes=tuple(Clashing(*kind, count) for kind, count in sorted(clashes.items())),
            conflicts=summary.conflicts,
            waiting=counts[Judgement.SUGGESTED],
            judged=counts.total() - counts[Judgement.SUGGESTED],
            grade=self.grades.get(key),
            assignees=self.assigned.get(key, ()),
            latest=summary.latest,
            first_captured=CAPTURED,
            last_captured=CAPTURED,
            constructed=summary.constructed,
        )


@dataclass
class FakeDayBook:
    """What is new and what waits. Everything came in at `CAPTURED`; the last visit was a day before."""

    lists: FakeEventLists
    now: datetime = NOW
    visited: datetime | None = CAPTURED - timedelta(days=1)

    def today(self, person: str, session: str) -> Today:
        del session
        library, board = self.lists.library, self.lists.board()
        mine, mine_count = board.in_order(
            EventFilter({"review": ("mine",)}, person=person),  # type: ignore[dict-item]
            EventOrder.NEWEST,
            5,
        )
        contested, _ = board.in_order(EventFilter({}), EventOrder.CONTESTED, 5)
        waiting = tuple(Waiting(*clash, count) for clash, count in board.waiting.most_common() if count)
        week = self._arrived(self.now - timedelta(days=7))
        return Today(
            now=self.now,
            counts=library.counts(),
            last_visit=None if self.visited is None else self._arrived(self.visited),
            day=self._arrived(self.now - timedelta(days=1)),
            week=week,
            publication=None,
            events=tuple(board.captured_since(week.since.timestamp())),
            conflicts=tuple(self._surest()),
            are_new=bool(week.documents),
            waiting=waiting,
            waiting_conflicts=sum(one.count for one in waiting),
            waiting_events=sum(event.waiting > 0 for event in contested),
            mine=tuple(mine),
            mine_count=mine_count,
            contested=tuple(event for event in contested if event.conflicts),
        )

    def _arrived(self, since: datetime) -> Arrivals:
        library = self.lists.library
        came = len(self.lists.board().captured_since(since.timestamp()))
        dated = {key: row.published for key, row in library.documents.items() if row.published}
        told = {key for key, published in dated.items() if published >= since}
        return Arrivals(
            since=since,
            documents=len(library.documents) if since <= CAPTURED else 0,
            statements=len(library.statements) if since <= CAPTURED else 0,
            new_events=came,
            grown_events=0,
            published_documents=len(told),
            published_statements=sum(row.document in told for row in library.statements.values()),
        )

    def _surest(self) -> Iterator[ConflictLine]:
        rows = [row for row in self.lists.library.conflicts if row.judgement is Judgement.SUGGESTED]
        for row in sorted(rows, key=lambda row: -row.verdict.score)[:5]:
            event = self.lists.library.all_events[row.event]
            parties = [self.lists.library.statements[key].party for key in (row.one, row.other)]
            yield ConflictLine(
                id=row.id,
                type=str(row.verdict.type),
                score=row.verdict.score,
                one=parties[0],
                other=parties[1],
                explanation=row.verdict.explanation,
                event=event.id,
                event_title=event.title,
                event_language=event.title_language,
            )


@dataclass
class FakeTrail:
    """The trail of decisions held in memory, with the names of what a library holds."""

    decided: MemoryDecisions
    library: FakeLibrary

    def entries(self, wanted: TrailFilter, before: int | None, size: int) -> list[AuditEntry]:
        found = [one for one in self.all_entries(wanted) if before is None or one.id < before]
        return found[::-1][:size]

    def all_entries(self, wanted: TrailFilter) -> Iterator[AuditEntry]:
        for one in self.decided.entries:
            day = one.at.astimezone(UTC).date()
            if (
                (wanted.actor and one.actor != wanted.actor)
                or (wanted.action and one.action != wanted.action)
                or (wanted.kind and one.subject_kind != wanted.kind)
                or (wanted.subject and wanted.subject not in (one.subject_id + (one.after or "")))
                or (wanted.since and day < wanted.since)
                or (wanted.until and day > wanted.until)
                or (wanted.by_people and one.actor == MACHINE)
                or (wanted.not_by and one.actor == wanted.not_by)
            ):
                continue
            yield one

    def names(self, mentioned: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Named]:
        found = {}
        for kind, key in mentioned:
            if kind == "event" and key in self.library.all_events:
                event = self.library.all_events[key]
                found[kind, key] = Named(event.title, event.title_language, key)
            if kind == "statement" and key in self.library.statements:
                statement = self.library.statements[key]
                found[kind, key] = Named(statement.quote, statement.language)
            if kind == "conflict":
                for row in self.library.conflicts:
                    if row.id == key:
                        found[kind, key] = Named(row.verdict.explanation, "en", row.event)
        return found
