"""Writing everything out as JSON Lines, in the form of the contract, with a manifest."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tracker import __version__
from tracker.domain.conflicts import Conflict, Judgement
from tracker.domain.documents import Document
from tracker.domain.errors import SettingsError
from tracker.domain.events import Event
from tracker.domain.statements import Figure, Statement
from tracker.services.export_ports import ExportSource, Snapshot

KINDS: Final = ("documents", "statements", "events", "conflicts")
"""What is exported, a file each."""

MANIFEST: Final = "manifest.json"

FORMAT: Final = "counterclaim-export-1"
"""What a manifest says that it is; another number where its form or that of the lines has changed."""

Row = Mapping[str, Any]

_DIGITS = 16


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file as it was written. `sha256` is that of its bytes, in hexadecimal."""

    name: str
    rows: int
    bytes: int
    sha256: str


def export(source: ExportSource, folder: Path) -> dict[str, int]:
    """Write documents, statements, events, conflicts and a manifest into a folder; how many of each.

    See `write_snapshot`. The same database gives the same bytes.
    """
    with source.snapshot() as snapshot:
        written = write_snapshot(snapshot, folder)
    return {kind: file.rows for kind, file in written.items()}


def write_snapshot(snapshot: Snapshot, folder: Path) -> dict[str, WrittenFile]:
    """Write one state of the database into a folder; the lists by kind.

    Each file is written whole under another name and then renamed, the manifest last, so that a reader
    never sees half of one. Rejected conflicts are left out. Raises SettingsError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"{folder}: nothing can be written there: {error.strerror}") from error
    written = {
        kind: _write(folder / f"{kind}.jsonl", map(_line, rows(snapshot))) for kind, rows in _ROWS.items()
    }
    manifest = json.dumps(_manifest(snapshot, written), ensure_ascii=False, indent=1)
    _write(folder / MANIFEST, [f"{manifest}\n".encode()])
    return written


def _manifest(snapshot: Snapshot, written: Mapping[str, WrittenFile]) -> dict[str, Any]:
    entries, seal = snapshot.trail
    model = snapshot.model
    content = {
        "tool": {"name": "counterclaim", "version": __version__},
        "model": model and {"name": model.name, "revision": model.revision, "dimension": model.dimension},
        "detectors": snapshot.detectors(),
        "audit": {"entries": entries, "seal": seal},
        "files": {
            kind: {"name": file.name, "rows": file.rows, "bytes": file.bytes, "sha256": file.sha256}
            for kind, file in written.items()
        },
    }
    # The same files, made by the same means, with the same trail behind them: the same name.
    state = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:_DIGITS]
    return {"format": FORMAT, "state": state, **content}


def _statement_rows(snapshot: Snapshot) -> Iterator[Row]:
    return (statement_row(one, document, event) for one, document, event in snapshot.statements())


def _event_rows(snapshot: Snapshot) -> Iterator[Row]:
    return (event_row(event, parties) for event, parties in snapshot.events())


_ROWS: Final[Mapping[str, Callable[[Snapshot], Iterable[Row]]]] = {
    "documents": lambda snapshot: map(document_row, snapshot.documents()),
    "statements": _statement_rows,
    "events": _event_rows,
    "conflicts": lambda snapshot: map(conflict_row, snapshot.conflicts()),
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


def event_row(event: Event, parties: Iterable[str]) -> dict[str, Any]:
    """An event as the contract has it."""
    return {
        "id": event.id,
        "title": event.title,
        "place": event.place.name if event.place else None,
        "start": event.start.isoformat() if event.start else None,
        "end": event.end.isoformat() if event.end else None,
        "statements": list(event.statements),
        "parties": list(parties),
    }


def conflict_row(conflict: Conflict) -> dict[str, Any]:
    """A conflict as the contract has it. Rejected ones are not handed to it."""
    # The contract knows three states: what a person is unsure of is still a suggestion.
    confirmed = conflict.judgement is Judgement.CONFIRMED
    return {
        "id": conflict.id,
        "event": conflict.event,
        "a": conflict.one,
        "b": conflict.other,
        "type": conflict.verdict.type.value,
        "score": conflict.verdict.score,
        "status": "confirmed" if confirmed else "suggested",
        "explanation": conflict.verdict.explanation,
    }


def _line(row: Row) -> bytes:
    return (json.dumps(row, ensure_ascii=False) + "\n").encode()


def _write(path: Path, lines: Iterable[bytes]) -> WrittenFile:
    count, size, digest = 0, 0, hashlib.sha256()
    temporary = path.with_suffix(".part")
    with temporary.open("wb") as file:
        for line in lines:
            size += file.write(line)
            digest.update(line)
            count += 1
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return WrittenFile(path.name, count, size, digest.hexdigest())
