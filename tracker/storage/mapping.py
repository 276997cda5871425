"""Between rows and domain objects, one function for each direction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tracker.domain.conflicts import Conflict, Evidence, Verdict
from tracker.domain.documents import Document, IncomingDocument, Retrieval, Span
from tracker.domain.events import Event, Membership
from tracker.domain.parties import Attribution
from tracker.domain.statements import EventDate, Figure, Place, PlaceMention, Statement
from tracker.storage.tables import (
    ConflictRow,
    DocumentRow,
    EventRow,
    FigureRow,
    PlaceRow,
    StatementRow,
)

Columns = dict[str, Any]
"""Values by attribute name of a row class."""


def _span(start: int | None, end: int | None) -> Span | None:
    return None if start is None or end is None else Span(start, end)


def _ends(span: Span | None) -> tuple[int | None, int | None]:
    return (None, None) if span is None else (span.start, span.end)


def document_columns(
    document: Document, incoming: IncomingDocument, captured_at: datetime, source_id: int | None
) -> Columns:
    """The row of a document and its original bytes."""
    return {
        "id": document.id,
        "external_id": document.external_id,
        "source_id": source_id,
        "url": document.url,
        "title": document.title,
        "published": document.published,
        "published_at": document.published,
        "published_found": document.published_found,
        "language": document.language,
        "sha256": document.sha256,
        "media_type": incoming.media_type,
        "captured_at": captured_at,
        "constructed": document.constructed,
        "part": document.part,
        "fetched_from": incoming.retrieval.address if incoming.retrieval else None,
        "fetched_at": incoming.retrieval.at if incoming.retrieval else None,
        "text": document.text,
        "original": incoming.original,
    }


def document_of(row: DocumentRow, outlet: str | None) -> Document:
    """The document of a row, with the name of its source."""
    return Document(
        id=row.id,
        external_id=row.external_id,
        url=row.url,
        title=row.title,
        outlet=outlet or "",
        published=row.published,
        published_found=row.published_found,
        language=row.language,
        sha256=row.sha256,
        text=row.text,
        constructed=row.constructed,
        part=row.part,
    )


def retrieval_of(row: DocumentRow) -> Retrieval | None:
    """From where and when the bytes of a row were fetched; None where they were not."""
    if row.fetched_from is None or row.fetched_at is None:
        return None
    return Retrieval(row.fetched_from, row.fetched_at)


def _attribution_columns(attribution: Attribution) -> Columns:
    speaker_start, speaker_end = _ends(attribution.speaker_span)
    cue_start, cue_end = _ends(attribution.cue_span)
    return {
        "party_code": attribution.party,
        "speaker": attribution.speaker,
        "speaker_start": speaker_start,
        "speaker_end": speaker_end,
        "cue": attribution.cue,
        "cue_start": cue_start,
        "cue_end": cue_end,
        "chain": list(attribution.chain),
        "method": attribution.method,
        "confidence": attribution.confidence,
    }


def _mention_columns(place: PlaceMention | None, day: EventDate | None) -> Columns:
    place_start, place_end = _ends(place.span if place else None)
    event_start, event_end = _ends(day.span if day else None)
    return {
        "place_id": place.place.id if place else None,
        "place_found": place.found if place else None,
        "place_start": place_start,
        "place_end": place_end,
        "event_day": day.day if day else None,
        "event_precision": day.precision if day else None,
        "event_found": day.found if day else None,
        "event_start": event_start,
        "event_end": event_end,
    }


def statement_columns(statement: Statement) -> Columns:
    """The row of a statement that has not been linked yet; its figures are rows of their own."""
    return {
        "id": statement.id,
        "document_id": statement.document,
        "start": statement.span.start,
        "end": statement.span.end,
        "quote": statement.quote,
        "language": statement.language,
        "polarity": statement.polarity,
        "story": statement.story,
        "heading": statement.heading,
        **_attribution_columns(statement.attribution),
        **_mention_columns(statement.place, statement.date),
    }


def figure_columns(statement: Statement) -> list[Columns]:
    """The rows of a statement's figures."""
    return [
        {
            "statement_id": statement.id,
            "position": position,
            "kind": figure.kind,
            "low": figure.low,
            "high": figure.high,
            "start": figure.span.start,
            "end": figure.span.end,
            "counted": figure.counted,
            "side": figure.side,
        }
        for position, figure in enumerate(statement.figures)
    ]


def place_columns(place: Place) -> Columns:
    """The row of a place."""
    return {
        "id": place.id,
        "name": place.name,
        "kind": place.kind,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "within": place.within,
    }


def place_of(row: PlaceRow) -> Place:
    """The place of a row."""
    return Place(row.id, row.name, row.kind, row.latitude, row.longitude, row.within)


def figure_of(row: FigureRow) -> Figure:
    """The figure of a row."""
    return Figure(row.kind, row.low, row.high, Span(row.start, row.end), row.counted, row.side)


def _attribution_of(row: StatementRow) -> Attribution:
    return Attribution(
        party=row.party_code,
        method=row.method,
        confidence=row.confidence,
        speaker=row.speaker,
        speaker_span=_span(row.speaker_start, row.speaker_end),
        cue=row.cue,
        cue_span=_span(row.cue_start, row.cue_end),
        chain=tuple(row.chain),
    )


def _date_of(row: StatementRow) -> EventDate | None:
    if row.event_day is None or row.event_precision is None or row.event_found is None:
        return None
    span = _span(row.event_start, row.event_end)
    return EventDate(row.event_day, row.event_precision, row.event_found, span)


def _mention_of(row: StatementRow, place: Place | None) -> PlaceMention | None:
    if place is None or row.place_found is None:
        return None
    return PlaceMention(place, row.place_found, _span(row.place_start, row.place_end))


def statement_of(row: StatementRow, place: Place | None, figures: Sequence[FigureRow]) -> Statement:
    """The statement of a row, its place and its figures in order."""
    return Statement(
        id=row.id,
        document=row.document_id,
        span=Span(row.start, row.end),
        quote=row.quote,
        language=row.language,
        attribution=_attribution_of(row),
        polarity=row.polarity,
        figures=tuple(figure_of(figure) for figure in figures),
        place=_mention_of(row, place),
        date=_date_of(row),
        story=row.story,
        heading=row.heading,
    )


def event_columns(event: Event) -> Columns:
    """The row of an event that leads nowhere else; its members are rows of their own."""
    return {
        "id": event.id,
        "title": event.title,
        "title_language": event.title_language,
        "place_id": event.place.id if event.place else None,
        "start": event.start,
        "end": event.end,
        "precision": event.precision,
        "redirects_to": None,
        # Whoever writes an event has described it and compared its statements.
        "due": False,
    }


def membership_columns(event: Event) -> list[Columns]:
    """The rows of an event's members."""
    return [
        {
            "statement_id": member.statement,
            "event_id": event.id,
            "position": position,
            "score": member.score,
            "reason": member.reason,
        }
        for position, member in enumerate(event.members)
    ]


def event_of(row: EventRow, place: PlaceRow | None, members: Sequence[Membership]) -> Event:
    """The event of a row, its place and its members in order."""
    return Event(
        id=row.id,
        title=row.title,
        title_language=row.title_language,
        place=None if place is None else place_of(place),
        start=row.start,
        end=row.end,
        precision=row.precision,
        members=tuple(members),
    )


def conflict_columns(conflict: Conflict) -> Columns:
    """The row of a conflict."""
    return {
        "id": conflict.id,
        "event_id": conflict.event,
        "one": conflict.one,
        "other": conflict.other,
        "type": conflict.verdict.type,
        "score": conflict.verdict.score,
        "explanation": conflict.verdict.explanation,
        "comparator": conflict.verdict.comparator,
        "evidence": [[one.statement, one.span.start, one.span.end] for one in conflict.verdict.evidence],
        "detector": conflict.detector,
        "judgement": conflict.judgement,
    }


def conflict_of(row: ConflictRow) -> Conflict:
    """The conflict of a row."""
    evidence = tuple(Evidence(statement, Span(start, end)) for statement, start, end in row.evidence or ())
    verdict = Verdict(row.type, row.score, row.explanation, row.comparator, evidence)
    return Conflict(row.id, row.event_id, row.one, row.other, verdict, row.detector, row.judgement)
