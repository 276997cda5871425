"""The Library protocol over dataclasses in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from tracker.domain.conflicts import Conflict, Judgement
from tracker.domain.documents import Document, Span
from tracker.domain.errors import NotFoundError
from tracker.domain.events import Event
from tracker.domain.search import Found, Ranked, SearchMode
from tracker.domain.statements import Statement
from tracker.domain.views import (
    ConflictView,
    Counts,
    DocumentView,
    EventDetail,
    EventSummary,
    Page,
    StatementFilter,
    StatementView,
)

CAPTURED = datetime(2020, 6, 8, 9, 30, tzinfo=UTC)


@dataclass
class FakeLibrary:
    """The Library protocol over dataclasses. Views are joined anew at each call, as a database would."""

    documents: dict[str, Document] = field(default_factory=dict)
    statements: dict[str, Statement] = field(default_factory=dict)
    all_events: dict[str, Event] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    redirects: dict[str, str] = field(default_factory=dict)

    def statement_views(self, ids: Sequence[str]) -> list[StatementView]:
        return [self.statement(name) for name in ids if name in self.statements]

    def events_page(self, after: str | None, size: int, party: str | None = None) -> Page[EventSummary]:
        rows = [self._summary(event) for event in self.all_events.values()]
        rows = [row for row in rows if party is None or party in dict(row.parties)]
        rows.sort(key=lambda row: (row.event.end or date.min).toordinal() * -1)
        start = int(after) if after else 0
        following = str(start + size) if start + size < len(rows) else None
        return Page(rows=tuple(rows[start : start + size]), total=len(rows), following=following)

    def event(self, event_id: str) -> EventDetail:
        if event_id not in self.all_events:
            raise NotFoundError(f"no event {event_id}")
        event = self.all_events[event_id]
        return EventDetail(
            summary=self._summary(event),
            statements=tuple(self.statement_views(event.statements)),
            conflicts=tuple(self._conflict(row) for row in self.conflicts if row.event == event_id),
        )

    def redirect_of(self, event_id: str) -> str | None:
        return self.redirects.get(event_id)

    def document(self, document_id: str) -> DocumentView:
        for document in self.documents.values():
            if document_id in {document.id, document.external_id}:
                found = [row for row in self.statements.values() if row.document == document.id]
                return DocumentView(
                    document=document,
                    captured_at=CAPTURED,
                    media_type="text/plain",
                    size=len(document.text.encode()),
                    statements=tuple(
                        self.statement(row.id) for row in sorted(found, key=lambda row: row.span.start)
                    ),
                )
        raise NotFoundError(f"no document {document_id}")

    def original(self, document_id: str) -> bytes:
        if document_id not in self.documents:
            raise NotFoundError(f"no document {document_id}")
        return self.documents[document_id].text.encode()

    def parts_of(self, document_id: str) -> list[tuple[str, str]]:
        this = self.documents.get(document_id)
        if this is None or this.part is None:
            return []
        page = [row for row in self.documents.values() if (row.sha256, row.url) == (this.sha256, this.url)]
        stories = sorted((row for row in page if row.part is not None), key=lambda row: row.part or 0)
        return [(row.id, row.title) for row in stories]

    def statement(self, statement_id: str) -> StatementView:
        if statement_id not in self.statements:
            raise NotFoundError(f"no statement {statement_id}")
        statement = self.statements[statement_id]
        event = next((row for row in self.all_events.values() if statement_id in row.statements), None)
        members = event.members if event else ()
        return StatementView(
            statement=statement,
            document=self.documents[statement.document],
            event_id=event.id if event else None,
            event_title=event.title if event else None,
            event_title_language=event.title_language if event else None,
            conflicts=len([row for row in self.conflicts_of(statement_id) if not _rejected(row.conflict)]),
            membership_reason=next((row.reason for row in members if row.statement == statement_id), ""),
        )

    def events_between(self, start: date, end: date) -> list[EventDetail]:
        return [
            self.event(row.id)
            for row in self.all_events.values()
            if row.start and row.end and row.start <= end and row.end >= start
        ]

    def conflicts_of(self, statement_id: str) -> list[ConflictView]:
        # Views of a conflict hold views of statements, which count conflicts: so the count is left at nought.
        return [
            ConflictView(
                conflict=row,
                one=self._bare(row.one),
                other=self._bare(row.other),
                event_title=self.all_events[row.event].title,
                event_title_language=self.all_events[row.event].title_language,
            )
            for row in self.conflicts
            if statement_id in {row.one, row.other}
        ]

    def counts(self) -> Counts:
        return Counts(
            documents=len(self.documents),
            statements=len(self.statements),
            events=len(self.all_events),
            conflicts=len([row for row in self.conflicts if not _rejected(row)]),
        )

    def search(
        self, text: str, k: int, wanted: StatementFilter, mode: SearchMode = SearchMode.HYBRID
    ) -> list[StatementView]:
        """Statements by the share of the words of `text` that stand in their quotes."""
        asked = set(text.casefold().split())
        rows = []
        for statement in self.statements.values():
            view = self.statement(statement.id)
            published = view.document.published.date() if view.document.published else None
            if (
                (wanted.parties and statement.party not in wanted.parties)
                or (wanted.languages and statement.language not in wanted.languages)
                or (wanted.published_from and (not published or published < wanted.published_from))
                or (wanted.published_to and (not published or published > wanted.published_to))
            ):
                continue
            shared = asked & set(statement.quote.casefold().split())
            score = len(shared) / max(len(asked), 1)
            why = Found(mode, Ranked(1, score), Ranked(2, 3.25) if shared else None)
            rows.append(replace(view, score=score, found=replace(why, words=(Span(0, 3),) if shared else ())))
        rows.sort(key=lambda row: (-(row.score or 0), row.statement.id))
        return rows[:k]

    def _bare(self, name: str) -> StatementView:
        statement = self.statements[name]
        return StatementView(
            statement=statement,
            document=self.documents[statement.document],
            event_id=None,
            event_title=None,
            event_title_language=None,
            conflicts=0,
        )

    def _conflict(self, row: Conflict) -> ConflictView:
        return next(view for view in self.conflicts_of(row.one) if view.conflict == row)

    def _summary(self, event: Event) -> EventSummary:
        rows = [self.statements[name] for name in event.statements]
        documents = {row.document: self.documents[row.document] for row in rows}
        times = [row.published for row in documents.values() if row.published]
        languages = [self.documents[row.document].language for row in rows]
        parties = [row.party for row in rows]
        return EventSummary(
            event=event,
            statements=len(rows),
            documents=len(documents),
            conflicts=len([row for row in self.conflicts if row.event == event.id and not _rejected(row)]),
            parties=tuple((code, parties.count(code)) for code in dict.fromkeys(parties)),
            languages=tuple((code, languages.count(code)) for code in dict.fromkeys(languages)),
            latest=max(times, default=None),
            constructed=any(row.constructed for row in documents.values()),
        )


def _rejected(conflict: Conflict) -> bool:
    return conflict.judgement is Judgement.REJECTED
