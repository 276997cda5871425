"""A database of made-up news, as large as wanted: every sentence is constructed, none was ever published."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice

import numpy as np
from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from tracker.domain.conflicts import Conflict, ConflictType, Judgement, Verdict
from tracker.domain.decisions import Aspect, SubjectKind
from tracker.domain.documents import DateFound, DatePrecision, Document, IncomingDocument, Span
from tracker.domain.events import Event, Membership
from tracker.domain.identifiers import conflict_id, document_id, event_id, statement_id, text_digest
from tracker.domain.models import ModelIdentity
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
from tracker.embedding.own_models import DIMENSION, QUESTIONS
from tracker.services.embedding import question_text
from tracker.storage.auditing import append_entry
from tracker.storage.engine import writing
from tracker.storage.event_summaries import complete_summaries
from tracker.storage.mapping import (
    conflict_columns,
    document_columns,
    event_columns,
    figure_columns,
    membership_columns,
    place_columns,
    statement_columns,
)
from tracker.storage.tables import (
    AnnotationRow,
    AuditSubjectRow,
    ConflictRow,
    DocumentRow,
    EventRow,
    FigureRow,
    MembershipRow,
    PlaceRow,
    SourceRow,
    StatementRow,
)
from tracker.storage.vectors import keep_vectors

LARGE = 500
"""Statements of the one large event."""

PEOPLE = ("amal", "omar", "vera")
FIRST_DAY, _DAYS = date(2019, 4, 4), 560
_VOICES = ("LNA", "GNA", "TUR", "UN", "RUS", "UAE", "EGY", "CIV", "MEDIA", "OTHER")
_WEIGHTS = (24, 24, 10, 9, 5, 5, 5, 8, 6, 4)
_LANGUAGES = (("ar", 45), ("en", 30), ("tr", 15), ("ru", 10))
_THINGS = ("the depot", "the airstrip", "the ring road", "the water plant", "the eastern gate", "the clinic")
_ROWS = 2_000
_NEW, _CONSTRUCTED, _DENIED, _COUNTED = 0.05, 0.3, 0.15, 0.3
"""Shares: happenings of the last day, constructed documents, denials, statements with a figure."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is made. What is told of happened on one of so many `days`, beginning with `FIRST_DAY`."""

    statements: int = 100_000
    events: int = 8_000
    conflicts: int = 30_000
    acts: int = 3_000
    days: int = _DAYS


@dataclass(frozen=True, slots=True)
class _Happening:
    number: int
    place: Place
    day: date
    size: int


def fill(engine: Engine, size: Size, now: datetime, *, seed: int = 1) -> str:
    """Fill an empty database whose parties are there already; the id of the large event."""
    chance = random.Random(seed)  # noqa: S311 # news, not secrets
    places = [
        Place(f"made:{number}", f"Made-up place {number}", "town", 31 + number / 20, 13 + number / 9, None)
        for number in range(60)
    ]
    sources = [{"id": number + 1, "name": f"Constructed Wire {number + 1}"} for number in range(40)]
    with writing(engine) as session:
        session.execute(insert(PlaceRow), [place_columns(place) for place in places])
        session.execute(insert(SourceRow), sources)
        told = [
            _write_documents(session, happening, now, chance)
            for happening in _happenings(size, places, chance)
        ]
        large = _write_events(session, told)
        conflicts = list(islice(_conflicts(told, chance), size.conflicts))
        for rows in _batches([conflict_columns(one) for one in conflicts]):
            session.execute(insert(ConflictRow), rows)
        _write_acts(session, conflicts, told, size.acts, now)
        _keep_questions(session, told[0])
    complete_summaries(engine)
    return large


def _happenings(size: Size, places: Sequence[Place], chance: random.Random) -> Iterator[_Happening]:
    """The large one first; the others hold a few statements, or some dozens."""
    left = size.statements - LARGE
    for number in range(size.events):
        share = left // (size.events - number)
        count = LARGE if number == 0 else max(1, min(left, round(chance.expovariate(1 / max(share, 1)))))
        if number == size.events - 1:
            count = max(left, 1)
        left -= count if number else 0
        day = FIRST_DAY + timedelta(days=chance.randrange(size.days))
        yield _Happening(number, chance.choice(places), day, count)


def _write_documents(
    session: Session, happening: _Happening, now: datetime, chance: random.Random
) -> list[Statement]:
    """The documents about one happening, about six statements each, and all their statements."""
    statements: list[Statement] = []
    documents, figures = [], []
    # A twentieth of all came in during the last day, the rest in the months before.
    age = chance.random() * 24 if chance.random() < _NEW else chance.random() * 24 * 120
    while len(statements) < happening.size:
        count = min(6, happening.size - len(statements))
        document, quotes = _document(happening, len(statements), count, chance)
        captured = now - timedelta(hours=age * chance.uniform(0.9, 1))
        incoming = IncomingDocument(
            origin="made up", original=document.text.encode(), media_type="text/plain", text=document.text
        )
        documents.append(document_columns(document, incoming, captured, chance.randrange(40) + 1))
        found = [_statement(document, span, happening, chance) for span in quotes]
        figures += [row for one in found for row in figure_columns(one)]
        statements += found
    linked = now.astimezone(UTC)
    session.execute(insert(DocumentRow), documents)
    for rows in _batches([{**statement_columns(one), "linked_at": linked} for one in statements]):
        session.execute(insert(StatementRow), rows)
    if figures:
        session.execute(insert(FigureRow), figures)
    return statements


def _document(
    happening: _Happening, first: int, count: int, chance: random.Random
) -> tuple[Document, list[Span]]:
    language = chance.choices([code for code, _ in _LANGUAGES], [weight for _, weight in _LANGUAGES])[0]
    title = f"Report {happening.number}/{first} from {happening.place.name}"
    text, spans = f"{title}\n\n", []
    for number in range(first, first + count):
        sentence = (
            f"Speaker {number} of a constructed party said that {chance.choice(_THINGS)} near "
            f"{happening.place.name} was held since dawn and that {chance.randrange(2, 60)} were hurt."
        )
        spans.append(Span(len(text), len(text) + len(sentence)))
        text += f"{sentence} "
    digest = text_digest(text)
    published = datetime(happening.day.year, happening.day.month, happening.day.day, 6, tzinfo=UTC)
    return (
        Document(
            id=document_id(digest, None, None),
            external_id=None,
            url=f"https://wire.example/{happening.number}/{first}",
            title=title,
            outlet="",
            published=published + timedelta(hours=chance.randrange(40)),
            published_found=DateFound.METADATA,
            language=language,
            sha256=digest,
            text=text,
            constructed=chance.random() < _CONSTRUCTED,
        ),
        spans,
    )


def _statement(document: Document, span: Span, happening: _Happening, chance: random.Random) -> Statement:
    hurt = chance.randrange(2, 60)
    return Statement(
        id=statement_id(document.id, span.start, span.end),
        document=document.id,
        span=span,
        quote=span.of(document.text),
        language=document.language,
        attribution=Attribution(
            party=chance.choices(_VOICES, _WEIGHTS)[0],
            method=AttributionMethod.SPEAKER,
            confidence=chance.uniform(0.4, 1),
            speaker="Speaker",
        ),
        polarity=Polarity.DENIES if chance.random() < _DENIED else Polarity.ASSERTS,
        figures=(Figure(FigureKind.INJURED, hurt, hurt, span),) if chance.random() < _COUNTED else (),
        place=PlaceMention(happening.place, PlaceFound.SENTENCE),
        date=EventDate(happening.day, DatePrecision.DAY, DateFound.DATELINE),
        heading=document.title,
    )


def _write_events(session: Session, told: Sequence[Sequence[Statement]]) -> str:
    events = []
    for number, statements in enumerate(told):
        first = statements[0]
        day = first.date.day if first.date else None
        events.append(
            Event(
                id=event_id(first.id),
                title=f"{first.place.place.name if first.place else 'Nowhere'}: happening {number}",
                title_language=first.language,
                place=first.place.place if first.place else None,
                start=day,
                end=day,
                precision=DatePrecision.DAY,
                members=tuple(Membership(one.id, 0.8, "same place and day") for one in statements),
            )
        )
    for rows in _batches([event_columns(event) for event in events]):
        session.execute(insert(EventRow), [{**row, "version": 1} for row in rows])
    for rows in _batches([row for event in events for row in membership_columns(event)]):
        session.execute(insert(MembershipRow), rows)
    return events[0].id


def _conflicts(told: Sequence[Sequence[Statement]], chance: random.Random) -> Iterator[Conflict]:
    """Pairs of statements of two parties, a few an event and many in the large one, none twice."""
    kinds, seen = list(ConflictType), set()
    while True:
        for number, statements in enumerate(told):
            for _ in range(25 if number == 0 else 2):
                one, other = chance.choice(statements), chance.choice(statements)
                first, second = sorted((one.id, other.id))
                if one.party == other.party or (first, second) in seen:
                    continue
                seen.add((first, second))
                kind = chance.choice(kinds)
                verdict = Verdict(
                    kind, chance.uniform(0.3, 1), "The first says “held”, the other denies it.", str(kind)
                )
                judgement = chance.choices(list(Judgement), (80, 12, 6, 2))[0]
                yield Conflict(
                    conflict_id(first, second),
                    event_id(statements[0].id),
                    first,
                    second,
                    verdict,
                    "made up",
                    judgement,
                )


def _write_acts(
    session: Session,
    conflicts: Sequence[Conflict],
    told: Sequence[Sequence[Statement]],
    acts: int,
    now: datetime,
) -> None:
    """Judgements in the trail, and a few grades and assignments as they stand."""
    judged = [one for one in conflicts if one.judgement is not Judgement.SUGGESTED][:acts]
    for number, one in enumerate(judged):
        key = f"{SubjectKind.CONFLICT} {one.id} {Aspect.JUDGEMENT}"
        entry = append_entry(
            session,
            actor=PEOPLE[number % len(PEOPLE)],
            action="judge",
            subject_kind=str(SubjectKind.CONFLICT),
            subject_id=one.id,
            at=now - timedelta(minutes=acts - number),
            before={key: "suggested"},
            after={key: str(one.judgement)},
            reason="constructed",
        )
        session.add(AuditSubjectRow(entry_id=entry, kind="conflict", subject_id=one.id))
    for number, statements in enumerate(told[: len(told) // 10]):
        aspect, value = (Aspect.GRADE, "fair") if number % 2 else (Aspect.ASSIGNEE, PEOPLE[number % 3])
        session.add(
            AnnotationRow(
                kind="event", subject_id=event_id(statements[0].id), aspect=str(aspect), value=value
            )
        )


def _keep_questions(session: Session, statements: Sequence[Statement]) -> None:
    """Vectors for the large event, so that its page needs no model."""
    model = ModelIdentity(QUESTIONS.name, QUESTIONS.revision(), DIMENSION)
    vectors = np.random.default_rng(1).normal(size=(len(statements), DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    texts = (text_digest(question_text(one)) for one in statements)
    keep_vectors(session, model, dict(zip(texts, vectors, strict=True)))


def _batches(rows: Sequence[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    for start in range(0, len(rows), _ROWS):
        yield list(rows[start : start + _ROWS])
