"""A small world in memory: documents in four languages, two contested events, and a library of it.

All words are made up for these tests.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from desk_disputes import disputes
from desk_lists import PARTIES, FakeLists, dossiers, neighbours
from desk_writing import writing

from tracker.api import ApiDesk, Cursors, Token
from tracker.domain.conflicts import Conflict, ConflictType, Judgement, Verdict
from tracker.domain.documents import DateFound, DatePrecision, Document, Span
from tracker.domain.errors import NotFoundError
from tracker.domain.events import Event, Membership
from tracker.domain.identifiers import (
    conflict_id,
    document_id,
    event_id,
    statement_id,
    text_digest,
)
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.domain.search import Found, Ranked, SearchMode
from tracker.domain.statements import (
    EventDate,
    Figure,
    FigureKind,
    Place,
    PlaceFound,
    PlaceMention,
    Polarity,
    Statement,
)
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

CAPTURED = datetime(2020, 7, 1, 8, 0, tzinfo=UTC)
MARSA = Place(id="marsa", name="Marsa", kind="town", latitude=31.0, longitude=16.0)


def make_document(text: str, **given: object) -> Document:
    """A document of these words; what is not given is filled in."""
    sha256 = text_digest(text)
    external_id = given.get("external_id")
    url = given.get("url")
    defaults = {
        "id": document_id(sha256, external_id, url),
        "external_id": None,
        "url": None,
        "title": "Untitled",
        "outlet": "Harbour Courier",
        "published": datetime(2020, 6, 3, 9, 30, tzinfo=UTC),
        "published_found": DateFound.METADATA,
        "language": "en",
        "sha256": sha256,
        "text": text,
    }
    return Document(**{**defaults, **given})


def make_statement(document: Document, quote: str, party: str, **given: object) -> Statement:
    """A statement whose quote stands in the document; `figures` are (kind, low, high, counted, side)."""
    start = document.text.index(quote)
    span = Span(start, start + len(quote))
    attribution = Attribution(
        party=party,
        method=given.pop("method", AttributionMethod.SPEAKER),
        confidence=0.9,
        speaker=given.pop("speaker", None),
        cue=given.pop("cue", None),
        chain=given.pop("chain", ()),
    )
    figures = tuple(
        Figure(kind, low, high, Span(0, 1), *who) for kind, low, high, *who in given.pop("figures", ())
    )
    return Statement(
        id=statement_id(document.id, span.start, span.end),
        document=document.id,
        span=span,
        quote=quote,
        language=document.language,
        attribution=attribution,
        polarity=given.pop("polarity", Polarity.ASSERTS),
        figures=figures,
        **given,
    )


def make_event(title: str, language: str, statements: Sequence[Statement], **given: object) -> Event:
    """An event of these statements."""
    members = tuple(Membership(one.id, 0.8, "the same place and day") for one in statements)
    defaults = {"place": None, "start": None, "end": None, "precision": None}
    return Event(
        id=event_id(statements[0].id),
        title=title,
        title_language=language,
        members=members,
        **{**defaults, **given},
    )


def make_conflict(
    event: Event,
    one: Statement,
    other: Statement,
    type_: ConflictType,
    explanation: str,
    *,
    score: float = 0.75,
    judgement: Judgement = Judgement.SUGGESTED,
) -> Conflict:
    """A conflict of two statements."""
    first, second = sorted((one.id, other.id))
    verdict = Verdict(type=type_, score=score, explanation=explanation, comparator=f"{type_}-rule")
    return Conflict(
        id=conflict_id(first, second),
        event=event.id,
        one=first,
        other=second,
        verdict=verdict,
        detector="rules-7",
        judgement=judgement,
    )


def day(text: str, precision: DatePrecision = DatePrecision.DAY) -> EventDate:
    """A day that a statement speaks of."""
    return EventDate(day=date.fromisoformat(text), precision=precision, found=DateFound.EXPLICIT)


@dataclass
class FakeLibrary:
    """The Library port over plain lists."""

    documents: list[Document]
    statements: list[Statement]
    events: list[Event]
    conflicts: list[Conflict]
    redirects: dict[str, str] = field(default_factory=dict)
    broken: Exception | None = None

    def _check(self) -> None:
        if self.broken is not None:
            raise self.broken

    def view(self, statement: Statement, score: float | None = None) -> StatementView:
        document = next(one for one in self.documents if one.id == statement.document)
        event = next((one for one in self.events if statement.id in one.statements), None)
        standing = [
            one
            for one in self.conflicts
            if statement.id in (one.one, one.other) and one.judgement is not Judgement.REJECTED
        ]
        return StatementView(
            statement=statement,
            document=document,
            event_id=event and event.id,
            event_title=event and event.title,
            event_title_language=event and event.title_language,
            conflicts=len(standing),
            membership_reason="the same place and day" if event else "",
            score=score,
            found=score and Found(SearchMode.HYBRID, Ranked(1, score), Ranked(2, 3.5), (Span(0, 3),)),
        )

    def statement_views(self, ids: Sequence[str]) -> list[StatementView]:
        known = {one.id: one for one in self.statements}
        return [self.view(known[one]) for one in ids if one in known]

    def events_page(self, after: str | None, size: int, party: str | None = None) -> Page[EventSummary]:
        raise NotImplementedError

    def event(self, event_id: str) -> EventDetail:
        self._check()
        for event in self.events:
            if event.id == event_id:
                return self._detail(event)
        raise NotFoundError(f"no event {event_id}")

    def _detail(self, event: Event) -> EventDetail:
        views = self.statement_views(event.statements)
        conflicts = [self._conflict_view(one) for one in self.conflicts if one.event == event.id]
        summary = EventSummary(
            event=event,
            statements=len(views),
            documents=len({view.document.id for view in views}),
            conflicts=len(conflicts),
            parties=tuple(sorted(Counter(view.statement.party for view in views).items())),
            languages=tuple(sorted(Counter(view.document.language for view in views).items())),
            latest=max((view.document.published for view in views if view.document.published), default=None),
            constructed=any(view.document.constructed for view in views),
        )
        return EventDetail(summary=summary, statements=tuple(views), conflicts=tuple(conflicts))

    def _conflict_view(self, conflict: Conflict) -> ConflictView:
        one, other = self.statement_views([conflict.one, conflict.other])
        return ConflictView(conflict, one, other, one.event_title or "", one.event_title_language or "")

    def redirect_of(self, event_id: str) -> str | None:
        return self.redirects.get(event_id)

    def document(self, document_id: str) -> DocumentView:
        self._check()
        for document in self.documents:
            if document_id in (document.id, document.external_id):
                ids = [one.id for one in self.statements if one.document == document.id]
                views = tuple(self.statement_views(ids))
                return DocumentView(document, CAPTURED, "text/plain", len(document.text.encode()), views)
        raise NotFoundError(f"no document {document_id}")

    def parts_of(self, document_id: str) -> list[tuple[str, str]]:
        raise NotImplementedError

    def statement(self, statement_id: str) -> StatementView:
        self._check()
        views = self.statement_views([statement_id])
        if not views:
            raise NotFoundError(f"no statement {statement_id}")
        return views[0]

    def events_between(self, start: date, end: date) -> list[EventDetail]:
        self._check()
        found = []
        for event in self.events:
            views = self.statement_views(event.statements)
            published = [view.document.published.date() for view in views if view.document.published]
            spoken_of = [view.statement.date.day for view in views if view.statement.date]
            if any(start <= one <= end for one in (*published, *spoken_of)):
                found.append(self._detail(event))
        return found

    def conflicts_of(self, statement_id: str) -> list[ConflictView]:
        return [self._conflict_view(one) for one in self.conflicts if statement_id in (one.one, one.other)]

    def counts(self) -> Counts:
        self._check()
        return Counts(len(self.documents), len(self.statements), len(self.events), len(self.conflicts))


@dataclass
class World:
    """The library and its things by name."""

    library: FakeLibrary
    documents: dict[str, Document]
    statements: dict[str, Statement]
    events: dict[str, Event]
    conflicts: dict[str, Conflict]


HOSTILE = (
    '</p><script>alert("x")</script> **bold** [go](javascript:alert(1)) | `code` & <img src=x onerror=y>'
)


def make_documents() -> dict[str, Document]:
    """Seven documents: four accounts of week 23, one of the Monday after, two that try to break out."""
    return {
        "english": make_document(
            "Talks went on. Our forces took the Marsa airfield on Tuesday, the GNA spokesman said. "
            "At least 12 of their fighters were captured, he added.",
            title="Airfield changes hands",
            external_id="courier/2020/17",
            url="https://courier.example/a?b=1&c=2",
        ),
        "arabic": make_document(
            "وقال المتحدث باسم القيادة العامة: لم نفقد مهبط مرسى وما زال في أيدينا. وأضاف أنه لا أسرى لدينا.",
            title="المتحدث ينفي سقوط المهبط",
            outlet="صوت الميناء",
            language="ar",
            published=datetime(2020, 6, 4, 0, 0, tzinfo=UTC),
        ),
        "turkish": make_document(
            "Bakanlık, Marsa yolunda 4 aracın imha edildiğini açıkladı. Işıklar söndü.",
            title="Yolda çatışma",
            outlet="Liman Postası",
            language="tr",
            constructed=True,
        ),
        "russian": make_document(
            "По словам представителя миссии, ранены от 2 до 9 жителей Марсы.",
            title="Сообщение миссии",
            outlet="Портовый вестник",
            language="ru",
            published=datetime(2020, 6, 7, 23, 59, 59, tzinfo=UTC),
        ),
        "monday": make_document(
            "The road is open again, a harbour official said.",
            title="Road open",
            published=datetime(2020, 6, 8, 0, 0, tzinfo=UTC),
        ),
        "hostile": make_document(
            f"Residents said: {HOSTILE}. Nothing else.",
            title='"><script>alert("title")</script>',
            outlet="<b>Outlet</b>",
            url="javascript:alert(document.cookie)",
        ),
        "hidden": make_document(
            "1. A medic said \u202ethe ward was full\u202c and\nthen left.",
            title="- ward | beds",
            language="und",
        ),
    }


def make_statements(documents: dict[str, Document]) -> dict[str, Statement]:
    """Statements of the documents, by name."""
    return {
        "taken": make_statement(
            documents["english"],
            "Our forces took the Marsa airfield on Tuesday, the GNA spokesman said.",
            "GNA",
            speaker="GNA spokesman",
            cue="said",
            chain=("Harbour Radio", "GNA spokesman"),
            date=day("2020-06-02"),
            place=PlaceMention(MARSA, PlaceFound.SENTENCE),
        ),
        "captured": make_statement(
            documents["english"],
            "At least 12 of their fighters were captured, he added.",
            "GNA",
            figures=[(FigureKind.CAPTURED, 12, None, "fighters", "LNA")],
        ),
        "held": make_statement(
            documents["arabic"],
            "لم نفقد مهبط مرسى وما زال في أيدينا",
            "LNA",
            polarity=Polarity.DENIES,
            speaker="المتحدث باسم القيادة العامة",
        ),
        "no_captives": make_statement(
            documents["arabic"], "لا أسرى لدينا", "LNA", figures=[(FigureKind.CAPTURED, 0, 0)]
        ),
        "vehicles": make_statement(
            documents["turkish"],
            "Bakanlık, Marsa yolunda 4 aracın imha edildiğini açıkladı.",
            "TUR",
            figures=[(FigureKind.VEHICLES, 4, 4)],
        ),
        "wounded": make_statement(
            documents["russian"],
            "По словам представителя миссии, ранены от 2 до 9 жителей Марсы.",
            "UN",
            method=AttributionMethod.SOURCE,
            figures=[(FigureKind.INJURED, 2, 9)],
        ),
        "open": make_statement(
            documents["monday"], "The road is open again, a harbour official said.", "OTHER"
        ),
        "hostile": make_statement(documents["hostile"], HOSTILE, "CIV"),
        "ward": make_statement(
            documents["hidden"], "1. A medic said \u202ethe ward was full\u202c and\nthen left.", "CIV"
        ),
    }


def make_world() -> World:
    """Everything; each call makes it anew."""
    documents = make_documents()
    statements = make_statements(documents)
    airfield = [statements[name] for name in ("taken", "captured", "held", "no_captives")]
    days = {"start": date(2020, 6, 2), "end": date(2020, 6, 2), "precision": DatePrecision.DAY}
    events = {
        "airfield": make_event("المتحدث ينفي سقوط المهبط", "ar", airfield, place=MARSA, **days),
        "road": make_event("Yolda çatışma", "tr", [statements["vehicles"], statements["wounded"]]),
        "harbour": make_event("Road open", "en", [statements["open"]]),
        "rumours": make_event(
            '<script>"rumours"</script>', "en", [statements["hostile"], statements["ward"]]
        ),
    }
    conflicts = {
        "control": make_conflict(
            events["airfield"],
            statements["taken"],
            statements["held"],
            ConflictType.CONTROL,
            "GNA says it took the airfield of Marsa, LNA says it holds it.",
        ),
        "casualties": make_conflict(
            events["airfield"],
            statements["captured"],
            statements["no_captives"],
            ConflictType.CASUALTIES,
            "GNA says at least 12 were captured, LNA says none.",
            score=0.5,
            judgement=Judgement.CONFIRMED,
        ),
        "rejected": make_conflict(
            events["road"],
            statements["vehicles"],
            statements["wounded"],
            ConflictType.OTHER,
            "These two were mistaken for a conflict.",
            judgement=Judgement.REJECTED,
        ),
    }
    library = FakeLibrary(
        documents=list(documents.values()),
        statements=list(statements.values()),
        events=list(events.values()),
        conflicts=list(conflicts.values()),
        redirects={"e0000000merged00": events["airfield"].id},
    )
    return World(library, documents, statements, events, conflicts)


READER = {"Authorization": "Bearer cc_1_reading-secret"}
TOKENS = {
    "cc_1_reading-secret": Token("reader", frozenset({"read"})),
    "cc_2_review_secret": Token("reviewer", frozenset({"review"})),
    "cc_3_ingest-secret": Token("feeder", frozenset({"ingest"})),
    "cc_4_admin-secret": Token("keeper", frozenset({"admin"})),
    "cc_5_no-scope": Token("bystander", frozenset()),
}


@dataclass
class RecordedSearch:
    """A search that answers with the statements it was given, and remembers what it was asked."""

    answer: Callable[[], list[StatementView]]
    asked: list[tuple[str, int, StatementFilter, SearchMode]] = field(default_factory=list)
    fails_with: Exception | None = None

    def __call__(
        self, text: str, k: int, wanted: StatementFilter, mode: SearchMode = SearchMode.HYBRID
    ) -> list[StatementView]:
        self.asked.append((text, k, wanted, mode))
        if self.fails_with is not None:
            raise self.fails_with
        return self.answer()[:k]


def make_desk(world: World, search: RecordedSearch, **changes: object) -> ApiDesk:
    """A desk over a world; changes replace its parts."""
    desk = ApiDesk(
        library=world.library,
        lists=FakeLists(world),
        search=search,
        similar=neighbours(world),
        dispute=disputes(world),
        parties=PARTIES,
        dossiers=dossiers(world),
        model_name="test-model",
        model_revision="r1",
        authenticate=TOKENS.get,
        ready=lambda: {"database": "ok", "index": "ok", "model": "ok"},
        cursors=Cursors("a key for tests"),
        writing=writing(world),
    )
    return replace(desk, **changes)
