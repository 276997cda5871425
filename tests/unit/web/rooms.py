"""Reading rooms held in memory, so that pages are rendered without a database.

All documents are written for these tests, about a town and a bridge that do not exist.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from flask import Flask
from job_doubles import JobDesk
from lxml import html
from memory_decisions import MemoryDecisions
from people_doubles import Office, people_of_every_role, sign_clients_in
from room_conflict_lists import FakeConflictLists
from room_desk import GAZETTEER, FakeDesk, standing_values
from room_dossiers import FakeDossiers, FakePlaces, FakeSources, reader, registry_of
from room_library import FakeLibrary
from room_lists import FakeDayBook, FakeEventLists, FakeTrail
from room_reports import REPORTS
from room_tokens import MemoryTokens

from tracker.application import create_application
from tracker.domain.conflicts import Conflict, ConflictType, Judgement, Verdict
from tracker.domain.decisions import Aspect, Key, SubjectKind
from tracker.domain.documents import DateFound, DatePrecision, Document, Span
from tracker.domain.errors import NotFoundError
from tracker.domain.events import Event, Membership
from tracker.domain.identifiers import conflict_id, document_id, event_id, statement_id
from tracker.domain.parties import Attribution, AttributionMethod, Party
from tracker.domain.people import Role
from tracker.domain.questions import Dispute, RangePolicy
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
from tracker.services.decisions import DecisionService
from tracker.services.dossiers import DossierService
from tracker.services.places import PlaceService
from tracker.services.search_ports import Search
from tracker.services.sources import SourceService
from tracker.web import ReadingRoom

Reader = Callable[..., html.HtmlElement]
"""Gets the page at a path and parses it (the fixture `read`)."""

TEMPLATES = Path(__file__).parents[3] / "templates"

ALLIES = {"LNA": ("RUS", "UAE"), "UAE": ("EGY",), "GNA": ("TUR",)}
FOUNDED = {"GNA": date(2015, 12, 17)}

PARTIES = {
    code: Party(code=code, label={"en": name}, allies=ALLIES.get(code, ()), since=FOUNDED.get(code))
    for code, name in {
        "LNA": "Libyan National Army",
        "GNA": "Government of National Accord",
        "TUR": "Türkiye",
        "UN": "United Nations",
        "RUS": "Russia",
        "EGY": "Egypt",
        "UAE": "United Arab Emirates",
        "USA": "United States",
        "FRA": "France",
        "ITA": "Italy",
        "EU": "European Union",
        "CIV": "Residents, medics and local bodies",
        "MEDIA": "The outlet’s own voice",
        "OTHER": "Others",
    }.items()
}

BRIDGE = Place(id="p1", name="Wadi Sidra bridge", kind="bridge", latitude=31.25, longitude=16.5, within="p2")
TOWN = Place(id="p2", name="Qasr Sidra", kind="town", latitude=31.2, longitude=16.4)


@dataclass
class Shelf:
    """Puts documents, statements, events and conflicts into a library, in few words."""

    library: FakeLibrary = field(default_factory=FakeLibrary)
    disputes: dict[str, Callable[[RangePolicy], Dispute]] = field(default_factory=dict)
    decided: MemoryDecisions = field(default_factory=MemoryDecisions)
    job_desk: JobDesk = field(default_factory=JobDesk)
    token_store: MemoryTokens = field(default_factory=MemoryTokens)
    lists: FakeEventLists = field(init=False)
    day_book: FakeDayBook = field(init=False)

    def __post_init__(self) -> None:
        self.lists = FakeEventLists(self.library)
        self.day_book = FakeDayBook(self.lists)

    def document(
        self,
        *,
        title: str,
        outlet: str,
        language: str,
        text: str,
        published: datetime | None = datetime(2020, 6, 5, tzinfo=UTC),
        url: str | None = None,
        external_id: str | None = None,
        constructed: bool = False,
        part: int | None = None,
    ) -> Document:
        digest = sha256(text.encode()).hexdigest()
        document = Document(
            id=document_id(digest, external_id, url, part),
            external_id=external_id,
            url=url,
            title=title,
            outlet=outlet,
            published=published,
            published_found=DateFound.METADATA if published else None,
            language=language,
            sha256=digest,
            text=text,
            constructed=constructed,
            part=part,
        )
        self.library.documents[document.id] = document
        return document

    def statement(
        self,
        document: Document,
        quote: str,
        party: str,
        *,
        speaker: str | None = None,
        cue: str | None = None,
        denies: bool = False,
        method: AttributionMethod = AttributionMethod.SPEAKER,
        confidence: float = 0.85,
        chain: tuple[str, ...] = (),
        figure: tuple[FigureKind, int, int | None] | None = None,
        counted: str | None = None,
        side: str | None = None,
        place: Place | None = BRIDGE,
        day: EventDate | None = None,
    ) -> Statement:
        start = document.text.index(quote)
        span = Span(start, start + len(quote))

        def found(words: str | None) -> Span | None:
            """Where words of the quote stand; as in the program itself, others have no place in it."""
            if words is None or words not in quote:
                return None
            first = document.text.index(words, start)
            return Span(first, first + len(words))

        statement = Statement(
            id=statement_id(document.id, span.start, span.end),
            document=document.id,
            span=span,
            quote=quote,
            language=document.language,
            attribution=Attribution(
                party=party,
                method=method,
                confidence=confidence,
                speaker=speaker,
                speaker_span=found(speaker),
                cue=cue,
                cue_span=found(cue),
                chain=chain,
            ),
            polarity=Polarity.DENIES if denies else Polarity.ASSERTS,
            figures=(Figure(*figure, span=span, counted=counted, side=side),) if figure else (),
            place=PlaceMention(place=place, found=PlaceFound.SENTENCE) if place else None,
            date=day,
        )
        self.library.statements[statement.id] = statement
        party = {"party": party, "speaker": speaker, "method": str(method), "confidence": confidence}
        self.decided.add_subject(Key(SubjectKind.STATEMENT, statement.id, Aspect.PARTY), party)
        for aspect, value in standing_values(statement).items():
            self.decided.add_subject(Key(SubjectKind.STATEMENT, statement.id, aspect), value)
        return statement

    def event(
        self,
        title: str,
        statements: Sequence[Statement],
        *,
        language: str = "en",
        place: Place | None = BRIDGE,
        start: date | None = date(2020, 6, 3),
        end: date | None = date(2020, 6, 4),
    ) -> Event:
        event = Event(
            id=event_id(statements[0].id),
            title=title,
            title_language=language,
            place=place,
            start=start,
            end=end,
            precision=DatePrecision.DAY if start else None,
            members=tuple(
                Membership(row.id, 0.71, "same place, one day apart, and similar words") for row in statements
            ),
        )
        self.library.all_events[event.id] = event
        self.decided.known_events.add(event.id)
        self.decided.add_subject(Key(SubjectKind.EVENT, event.id, Aspect.REDIRECT), None)
        for member in event.members:
            standing = {"event": event.id, "score": member.score, "reason": member.reason}
            self.decided.add_subject(Key(SubjectKind.STATEMENT, member.statement, Aspect.EVENT), standing)
        return event

    def conflict(
        self,
        event: Event,
        a: Statement,
        b: Statement,
        kind: ConflictType,
        explanation: str,
        *,
        score: float = 0.8,
        judgement: Judgement = Judgement.SUGGESTED,
    ) -> Conflict:
        one, other = sorted((a.id, b.id))
        conflict = Conflict(
            id=conflict_id(one, other),
            event=event.id,
            one=one,
            other=other,
            verdict=Verdict(kind, score, explanation, comparator=kind.value),
            detector="rules-1",
            judgement=judgement,
        )
        self.library.conflicts.append(conflict)
        key = Key(SubjectKind.CONFLICT, conflict.id, Aspect.JUDGEMENT)
        self.decided.add_subject(key, str(judgement))
        return conflict

    def dispute(self, event: str, policy: RangePolicy) -> Dispute:
        """What is contested in an event; nothing, where no test says otherwise."""
        if event not in self.library.all_events:
            raise NotFoundError(f"no event {event}")
        told = self.disputes.get(event)
        return told(policy) if told else Dispute(event=event, questions=(), ledger=(), revisions=())

    def room(
        self,
        notices: Callable[[], Sequence[str]] = tuple,
        search: Search | None = None,
    ) -> ReadingRoom:
        return ReadingRoom(
            library=self.library,
            event_lists=self.lists,
            day_book=self.day_book,
            trail=FakeTrail(self.decided, self.library),
            conflict_lists=FakeConflictLists(self.library, self.decided),
            search=search or self.library.search,
            dispute=lambda detail, policy: self.dispute(detail.summary.event.id, policy),
            decisions=DecisionService(self.decided, lambda: None),
            desk=FakeDesk(self.decided, self.library),
            places=GAZETTEER,
            reports=REPORTS,
            dossiers=DossierService(FakeDossiers(self.library), self.library, reader()),
            sources=SourceService(FakeSources(self.library, self.decided)),
            gazetteer=PlaceService(FakePlaces(self.library), GAZETTEER, self.library, reader()),
            registry=registry_of(PARTIES),
            jobs=self.job_desk.service,
            tokens=self.token_store.service,
            parties=PARTIES,
            model="tests/bag-of-words",
            notices=notices,
        )


def crowded_shelf(events: int) -> Shelf:
    """A shelf with many small events, one a day."""
    shelf = Shelf()
    for number in range(events):
        text = f"The council of district {number} said that its well had been repaired."
        document = shelf.document(title=f"Well {number}", outlet="Sidra Courier", language="en", text=text)
        statement = shelf.statement(document, text, "OTHER" if number % 2 else "CIV")
        day = date.fromordinal(date(2020, 1, 1).toordinal() + number)
        shelf.event(f"Well {number} is repaired", (statement,), start=day, end=day)
    return shelf


def application_of(
    room: ReadingRoom, *, role: Role | None = Role.ANALYST, office: Office | None = None
) -> Flask:
    """The application that serves a room, without an API. Its test clients are signed in with a role.

    `application.extensions["office"]` holds the people; with no role, clients are nobody's.
    """
    office = office or people_of_every_role()
    application = create_application(
        room, people=office.people, api_blueprint=None, templates=TEMPLATES, secret_key=token_hex()
    )
    sign_clients_in(application, office, role)
    return application
