"""Rows of the lists that can be taken along, and their columns."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tracker.domain.dossiers import PartyCounts, PlaceSummary, SourceDocument, SourceSummary
from tracker.domain.event_lists import ListedEvent
from tracker.domain.jobs import Job
from tracker.domain.views import ConflictView, StatementView
from tracker.services.tabulating import Row

EVENT_COLUMNS = (
    "id",
    "title",
    "place",
    "start",
    "end",
    "statements",
    "documents",
    "conflicts",
    "waiting",
    "judged",
    "grade",
    "parties",
    "languages",
    "constructed",
)
STATEMENT_COLUMNS = (
    "id",
    "party",
    "speaker",
    "polarity",
    "quote",
    "language",
    "place",
    "event_date",
    "date_precision",
    "figures",
    "confidence",
    "method",
    "event",
    "document",
    "start",
    "end",
    "outlet",
    "title",
    "published",
    "url",
    "sha256",
    "constructed",
)
CONFLICT_COLUMNS = (
    "id",
    "event",
    "type",
    "status",
    "score",
    "explanation",
    "detector",
    *(
        f"{side}_{name}"
        for side in ("a", "b")
        for name in ("id", "party", "quote", "outlet", "published", "url")
    ),
)
SOURCE_COLUMNS = (
    "id",
    "name",
    "reliability",
    "documents",
    "statements",
    "own_voice",
    "languages",
    "parties",
    "first",
    "last",
)
PLACE_COLUMNS = ("id", "name", "kind", "latitude", "longitude", "within", "statements", "events", "last")
DOCUMENT_COLUMNS = ("id", "title", "language", "published", "statements", "constructed")
JOB_COLUMNS = (
    "id",
    "kind",
    "by",
    "created",
    "begun",
    "ended",
    "state",
    "files",
    "new",
    "known",
    "failed",
    "statements",
    "error",
)
PARTY_COLUMNS = ("code", "statements", "denials", "events", "conflicts", "languages", "last")


def event_row(event: ListedEvent) -> Row:
    """A row of a list of events."""
    return {
        "id": event.id,
        "title": event.title,
        "place": event.place_name,
        "start": event.start.isoformat() if event.start else None,
        "end": event.end.isoformat() if event.end else None,
        "statements": event.statements,
        "documents": event.documents,
        "conflicts": event.conflicts,
        "waiting": event.waiting,
        "judged": event.judged,
        "grade": event.grade,
        "parties": _counts(event.parties),
        "languages": _counts(event.languages),
        "constructed": event.constructed,
    }


def _counts(pairs: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{name} {count}" for name, count in pairs)


def statement_row(view: StatementView) -> Row:
    """A row of a list of statements."""
    statement, document = view.statement, view.document
    return {
        "id": statement.id,
        "party": statement.party,
        "speaker": statement.attribution.speaker,
        "polarity": str(statement.polarity),
        "quote": statement.quote,
        "language": statement.language,
        "place": statement.place.place.name if statement.place else None,
        "event_date": statement.date.day.isoformat() if statement.date else None,
        "date_precision": str(statement.date.precision) if statement.date else None,
        "figures": "; ".join(f"{one.describe()} {one.kind}" for one in statement.figures),
        "confidence": statement.attribution.confidence,
        "method": str(statement.attribution.method),
        "event": view.event_id,
        "document": document.public_id,
        "start": statement.span.start,
        "end": statement.span.end,
        "outlet": document.outlet,
        "title": document.title,
        "published": document.published.isoformat() if document.published else None,
        "url": document.url,
        "sha256": document.sha256,
        "constructed": document.constructed,
    }


def conflict_row(view: ConflictView) -> Row:
    """A row of a list of conflicts."""
    conflict = view.conflict
    return {
        "id": conflict.id,
        "event": conflict.event,
        "type": str(conflict.verdict.type),
        "status": str(conflict.judgement),
        "score": conflict.verdict.score,
        "explanation": conflict.verdict.explanation,
        "detector": conflict.detector,
        **_side("a", view.one),
        **_side("b", view.other),
    }


def _side(side: str, view: StatementView) -> Mapping[str, str | None]:
    row = statement_row(view)
    names = ("id", "party", "quote", "outlet", "published", "url")
    return {f"{side}_{name}": None if row[name] is None else str(row[name]) for name in names}


def source_row(source: SourceSummary, letter: str | None) -> Row:
    """A row of the list of sources."""
    return {
        "id": source.id,
        "name": source.name,
        "reliability": letter,
        "documents": source.documents,
        "statements": source.statements,
        "own_voice": source.voice,
        "languages": _counts(source.languages),
        "parties": _counts(source.parties),
        "first": _moment(source.first),
        "last": _moment(source.last),
    }


def document_row(document: SourceDocument) -> Row:
    """A row of the list of a source's documents."""
    return {
        "id": document.id,
        "title": document.title,
        "language": document.language,
        "published": _moment(document.published),
        "statements": document.statements,
        "constructed": document.constructed,
    }


def job_row(job: Job) -> Row:
    """A row of the list of jobs."""
    return {
        "id": job.id,
        "kind": str(job.kind),
        "by": job.actor,
        "created": _moment(job.created_at),
        "begun": _moment(job.begun_at),
        "ended": _moment(job.ended_at),
        "state": str(job.state),
        "files": job.counts.files,
        "new": job.counts.new,
        "known": job.counts.known,
        "failed": job.counts.failed,
        "statements": job.counts.statements,
        "error": job.error,
    }


def place_row(summary: PlaceSummary) -> Row:
    """A row of the list of places."""
    place = summary.place
    return {
        "id": place.id,
        "name": place.name,
        "kind": place.kind,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "within": place.within,
        "statements": summary.statements,
        "events": summary.events,
        "last": summary.last.isoformat() if summary.last else None,
    }


def party_row(code: str, counts: PartyCounts, conflicts: int) -> Row:
    """A row of the list of parties."""
    return {
        "code": code,
        "statements": counts.statements,
        "denials": counts.denials,
        "events": counts.events,
        "conflicts": conflicts,
        "languages": _counts(counts.languages),
        "last": _moment(counts.last),
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
