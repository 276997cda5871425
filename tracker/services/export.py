"""Writing everything out as JSON Lines, in the form of the contract."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tracker.domain.conflicts import Judgement
from tracker.domain.documents import Document
from tracker.domain.errors import SettingsError
from tracker.domain.events import Event
from tracker.domain.statements import Figure, Statement
from tracker.services.ports import Store


def export(store: Store, folder: Path) -> dict[str, int]:
    """Write documents, statements, events and conflicts into a folder; returns how many of each.

    Each file is written whole under another name and then renamed, so a reader never sees half of one.
    Rejected conflicts are left out. The same database gives the same bytes.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"{folder}: nothing can be written there: {error.strerror}") from error
    documents = list(store.all_documents())
    public = {document.id: document.public_id for document in documents}
    events = list(store.all_events())
    event_of = {statement: event.id for event in events for statement in event.statements}
    statements = list(store.all_statements())
    party_of = {statement.id: statement.party for statement in statements}
    return {
        "documents": _write(folder / "documents.jsonl", map(document_row, documents)),
        "statements": _write(
            folder / "statements.jsonl",
            (statement_row(one, public[one.document], event_of.get(one.id)) for one in statements),
        ),
        "events": _write(folder / "events.jsonl", (event_row(event, party_of) for event in events)),
        "conflicts": _write(folder / "conflicts.jsonl", _conflict_rows(store)),
    }


def document_row(document: Document) -> dict[str, Any]:
    """A document as the contract has it."""
    return {
        "id": document.public_id,
        "url": document.url,
        "title": document.title,
        "outlet": document.outlet,
        "published": document.published.isoformat() if document.published else None,
        "language": document.language,
        "sha256": document.sha256,
    }


def statement_row(statement: Statement, document: str, event: str | None) -> dict[str, Any]:
    """A statement as the contract has it; `document` is the public id of its document."""
    return {
        "id": statement.id,
        "document": document,
        "start": statement.span.start,
        "end": statement.span.end,
        "quote": statement.quote,
        "party": statement.party,
        "speaker": statement.attribution.speaker,
        "polarity": statement.polarity.value,
        "place": statement.place.place.name if statement.place else None,
        "event": event,
        "event_date": statement.date.day.isoformat() if statement.date else None,
        "date_precision": statement.date.precision.value if statement.date else None,
        "figures": [figure_row(figure) for figure in statement.figures],
        "confidence": statement.attribution.confidence,
    }


def figure_row(figure: Figure) -> dict[str, Any]:
    """A figure as the contract has it."""
    return {"kind": figure.kind.value, "low": figure.low, "high": figure.high}


def event_row(event: Event, party_of: Mapping[str, str]) -> dict[str, Any]:
    """An event as the contract has it."""
    return {
        "id": event.id,
        "title": event.title,
        "place": event.place.name if event.place else None,
        "start": event.start.isoformat() if event.start else None,
        "end": event.end.isoformat() if event.end else None,
        "statements": list(event.statements),
        "parties": sorted({party_of[one] for one in event.statements}),
    }


def _conflict_rows(store: Store) -> Iterator[dict[str, Any]]:
    for conflict in store.all_conflicts():
        if conflict.judgement is Judgement.REJECTED:
            continue
        # The contract knows three states: what a person is unsure of is still a suggestion.
        confirmed = conflict.judgement is Judgement.CONFIRMED
        yield {
            "id": conflict.id,
            "event": conflict.event,
            "a": conflict.one,
            "b": conflict.other,
            "type": conflict.verdict.type.value,
            "score": conflict.verdict.score,
            "status": "confirmed" if confirmed else "suggested",
            "explanation": conflict.verdict.explanation,
        }


def _write(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    count = 0
    temporary = path.with_suffix(".part")
    with temporary.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return count
