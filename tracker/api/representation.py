"""From read-only views to answers: the only place that says how a thing looks in JSON."""

from datetime import UTC, datetime
from typing import Any

from tracker.api.answers import (
    ConflictObject,
    DocumentAnswer,
    EventAnswer,
    EventReference,
    EventStatement,
    FoundObject,
    Interval,
    RankObject,
    SearchResult,
    StatementAnswer,
    StatementLinks,
    StatementObject,
    Words,
)
from tracker.domain.conflicts import Conflict, Judgement
from tracker.domain.documents import Document
from tracker.domain.search import Found, Ranked
from tracker.domain.statements import Figure, Statement
from tracker.domain.views import DocumentView, EventDetail, StatementView

API = "/api/v1"
"""Where the API's paths begin."""


def represent_statement(statement: Statement, document: Document) -> StatementObject:
    """A statement beside the document it stands in."""
    attribution = statement.attribution
    day = statement.date
    return StatementObject(
        id=statement.id,
        document=document.public_id,
        start=statement.span.start,
        end=statement.span.end,
        quote=statement.quote,
        language=statement.language,
        party=attribution.party,
        speaker=attribution.speaker,
        polarity=statement.polarity,
        place=statement.place.place.name if statement.place else None,
        place_id=statement.place.place.id if statement.place else None,
        event_date=day.day if day else None,
        date_precision=day.precision if day else None,
        figures=[represent_figure(one) for one in statement.figures],
        confidence=attribution.confidence,
        cue=attribution.cue,
        chain=list(attribution.chain),
        method=attribution.method,
        outlet=document.outlet,
        published=moment(document.published),
        document_title=document.title,
        url=document.url,
        sha256=document.sha256,
        constructed=document.constructed,
        links=_links(statement, document),
    )


def represent_figure(figure: Figure) -> Interval:
    """A figure of a statement, with who is counted."""
    return Interval(
        kind=figure.kind, low=figure.low, high=figure.high, counted=figure.counted, side=figure.side
    )


def represent_statement_view(view: StatementView) -> StatementAnswer:
    """A statement with its event and the number of its conflicts."""
    return StatementAnswer(
        statement=represent_statement(view.statement, view.document),
        event=_event_reference(view),
        conflicts=view.conflicts,
    )


def represent_result(view: StatementView) -> SearchResult:
    """A statement as an answer to a search. Raises ValueError for a view without a score."""
    if view.score is None or view.found is None:
        raise ValueError(f"the search gave no score for {view.statement.id}")
    return SearchResult(
        score=view.score,
        found=_found(view.found),
        statement=represent_statement(view.statement, view.document),
        event=_event_reference(view),
        conflicts=view.conflicts,
    )


def search_result(view: StatementView) -> dict[str, Any]:
    """What `represent_result` says, as plain values for JSON: `tracker search --json` prints the same."""
    return represent_result(view).model_dump(mode="json")


def represent_conflict(conflict: Conflict) -> ConflictObject:
    """A conflict, its statements by id."""
    return ConflictObject(
        id=conflict.id,
        a=conflict.one,
        b=conflict.other,
        type=conflict.verdict.type,
        score=conflict.verdict.score,
        status=conflict.judgement,
        explanation=conflict.verdict.explanation,
        third=conflict.third,
        comparator=conflict.verdict.comparator,
        detector=conflict.detector,
    )


def represent_event(detail: EventDetail) -> EventAnswer:
    """An event with everything in it, without the conflicts that a person rejected."""
    event = detail.summary.event
    return EventAnswer(
        id=event.id,
        title=event.title,
        title_language=event.title_language,
        place=event.place.name if event.place else None,
        place_id=event.place.id if event.place else None,
        start=event.start,
        end=event.end,
        date_precision=event.precision,
        constructed=detail.summary.constructed,
        parties=dict(detail.summary.parties),
        languages=dict(detail.summary.languages),
        statements=[
            EventStatement(
                statement=represent_statement(view.statement, view.document),
                conflicts=view.conflicts,
                reason=view.membership_reason,
            )
            for view in detail.statements
        ],
        conflicts=[
            represent_conflict(view.conflict)
            for view in detail.conflicts
            if view.conflict.judgement is not Judgement.REJECTED
        ],
    )


def represent_document(view: DocumentView) -> DocumentAnswer:
    """A document with its text and statements."""
    document = view.document
    return DocumentAnswer(
        id=document.public_id,
        url=document.url,
        title=document.title,
        outlet=document.outlet,
        published=moment(document.published),
        published_found=document.published_found,
        language=document.language,
        sha256=document.sha256,
        part=document.part,
        constructed=document.constructed,
        captured_at=view.captured_at.astimezone(UTC),
        media_type=view.media_type,
        size=view.size,
        text=document.text,
        statements=[represent_statement(one.statement, one.document) for one in view.statements],
    )


def moment(when: datetime | None) -> datetime | None:
    """A time in UTC; one that came without a zone stays without, for nobody knows which it was."""
    return when if when is None or when.tzinfo is None else when.astimezone(UTC)


def _found(found: Found) -> FoundObject:
    return FoundObject(
        mode=found.mode,
        semantic=_rank(found.semantic),
        lexical=_rank(found.lexical),
        words=[Words(start=span.start, end=span.end) for span in found.words],
    )


def _rank(ranked: Ranked | None) -> RankObject | None:
    return None if ranked is None else RankObject(rank=ranked.rank, score=ranked.score)


def _event_reference(view: StatementView) -> EventReference | None:
    if view.event_id is None:
        return None
    return EventReference(id=view.event_id, title=view.event_title or "")


def _links(statement: Statement, document: Document) -> StatementLinks:
    # Our own ids, not the caller's: those may hold any character, these need no escaping in a path.
    return StatementLinks(
        itself=f"{API}/statements/{statement.id}",
        document=f"{API}/documents/{document.id}",
        html=f"/documents/{document.id}#{statement.id}",
    )
