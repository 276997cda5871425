from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone

from tracker.domain import identifiers
from tracker.domain.conflicts import Conflict, ConflictType, Verdict
from tracker.domain.documents import DateFound, DatePrecision, Document, IncomingDocument, Span
from tracker.domain.events import Event, Membership
from tracker.domain.parties import Attribution, AttributionMethod
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

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)

TEXT = "The spokesman said forces took Gharyan on Monday; at least 12 were killed."
PLACE = Place("gn:2217362", "Gharyan", "city", 32.17, 13.02, "gn:2218840")


@dataclass
class Examples:
    """Makes domain objects that differ only in what a test is about."""

    made: int = 0
    sources: dict[str, IncomingDocument] = field(default_factory=dict)

    def document(self, **changes: object) -> Document:
        self.made += 1
        original = f"original {self.made}".encode()
        sha256 = identifiers.text_digest(original.decode())
        document = Document(
            id=identifiers.document_id(sha256, None, None),
            external_id=None,
            url="https://outlet.example/1",
            title="Гарьян / غريان",
            outlet="Example Wire",
            published=datetime(2020, 1, 7, 1, 15, tzinfo=timezone(timedelta(hours=2))),
            published_found=DateFound.METADATA,
            language="en",
            sha256=sha256,
            text=TEXT,
        )
        document = replace(document, **changes)  # type: ignore[arg-type]
        self.sources[document.id] = IncomingDocument(
            origin="page.txt", original=original, media_type="text/plain", text=document.text
        )
        return document

    def statement(self, document: Document, start: int = 0, **changes: object) -> Statement:
        span = Span(start, start + 20)
        statement = Statement(
            id=identifiers.statement_id(document.id, span.start, span.end),
            document=document.id,
            span=span,
            quote=span.of(document.text),
            language=document.language,
            attribution=Attribution("LNA", AttributionMethod.SPEAKER, 0.9),
            polarity=Polarity.ASSERTS,
        )
        return replace(statement, **changes)  # type: ignore[arg-type]

    def full_statement(self, document: Document) -> Statement:
        return self.statement(
            document,
            attribution=Attribution(
                party="GNA",
                method=AttributionMethod.SOURCE,
                confidence=0.75,
                speaker="the spokesman",
                speaker_span=Span(0, 13),
                cue="said",
                cue_span=Span(14, 18),
                chain=("Anadolu", "министерство"),
            ),
            polarity=Polarity.DENIES,
            figures=(
                Figure(FigureKind.KILLED, 12, None, Span(50, 61)),
                Figure(FigureKind.INJURED, 3, 5, Span(0, 3)),
            ),
            place=PlaceMention(PLACE, PlaceFound.SENTENCE, Span(31, 38)),
            date=EventDate(date(2020, 1, 6), DatePrecision.DAY, DateFound.RELATIVE, Span(42, 48)),
            story=1,
            heading="Battle for Gharyan",
        )

    def event(self, *statements: Statement, **changes: object) -> Event:
        event = Event(
            id=identifiers.event_id(statements[0].id if statements else "none"),
            title="Battle for Gharyan",
            title_language="en",
            place=PLACE,
            start=date(2020, 1, 5),
            end=date(2020, 1, 6),
            precision=DatePrecision.DAY,
            members=tuple(Membership(s.id, 0.8, "same place and day") for s in statements),
        )
        return replace(event, **changes)  # type: ignore[arg-type]

    def conflict(self, event: Event, one: Statement, other: Statement, score: float = 0.7) -> Conflict:
        first, second = sorted((one.id, other.id))
        return Conflict(
            id=identifiers.conflict_id(first, second),
            event=event.id,
            one=first,
            other=second,
            verdict=Verdict(ConflictType.CONTROL, score, "Both claim Gharyan.", "control"),
            detector="rules 1",
        )
