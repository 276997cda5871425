"""Lists to take along: each as CSV, XLSX and JSON Lines, by the address and filters of its page."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import BadRequest

from tracker.domain.event_lists import ListedEvent
from tracker.domain.views import ConflictView, Page, StatementView
from tracker.services.tabulating import (
    MEDIA_TYPES,
    Row,
    TableFormat,
    write_csv,
    write_json_lines,
    write_xlsx,
)
from tracker.web.conflicts import filter_of, read_filters
from tracker.web.event_lists import events_asked_for
from tracker.web.languages import current_language
from tracker.web.languages import gettext as _
from tracker.web.reading_room import ReadingRoom
from tracker.web.searches import read_question

MOST_ROWS = 100_000
"""Rows of one file. Whoever needs all there is takes `tracker export`."""

CUT = "X-Rows-Left-Out"
"""A header that is there, with the word "some", where a list has more rows than its file."""

T = TypeVar("T")

_BATCH = 500
_MOST_FOUND = 200  # statements of a search
_NAMES = {TableFormat.CSV: "CSV", TableFormat.XLSX: "XLSX", TableFormat.JSON_LINES: "JSON Lines"}

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


def add_exports(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer the addresses of lists with `.csv`, `.xlsx` and `.jsonl` after them."""

    def events() -> Iterator[Row]:
        return map(event_row, events_asked_for(room))

    def conflicts() -> Iterator[Row]:
        wanted = filter_of(read_filters(request.args, room))
        return map(conflict_row, _pages(lambda after: room.conflict_lists.conflicts(wanted, after, _BATCH)))

    def search() -> Iterator[Row]:
        question = read_question(request.args, known_parties=room.parties.keys())
        if question.faults or not question.text:
            raise BadRequest(_("There is nothing to search for, or a field cannot be understood."))
        return map(statement_row, room.search(question.text, _MOST_FOUND, question.wanted))

    def statements(event_id: str) -> Iterator[Row]:
        return map(statement_row, room.library.event(event_id).statements)

    _add(blueprint, "/events", "events", EVENT_COLUMNS, events)
    _add(blueprint, "/conflicts", "conflicts", CONFLICT_COLUMNS, conflicts)
    _add(blueprint, "/search", "search", STATEMENT_COLUMNS, search)
    _add(blueprint, "/events/<event_id>/statements", "event_statements", STATEMENT_COLUMNS, statements)
    blueprint.add_app_template_global(export_links)


def export_links(endpoint: str, **arguments: str) -> tuple[tuple[str, str], ...]:
    """For each kind of file its name and the address of this request's list, all pages of it."""
    query = urlencode([pair for pair in request.args.items(multi=True) if pair[0] != "after"])
    return tuple(
        (_NAMES[how], url_for(f"pages.{endpoint}_{how}", **arguments) + (f"?{query}" if query else ""))  # type: ignore[arg-type]
        for how in TableFormat
    )


def _pages(page: Callable[[str | None], Page[T]]) -> Iterator[T]:
    """The rows of all pages of a list."""
    after: str | None = None
    while True:
        found = page(after)
        yield from found.rows
        after = found.following
        if after is None:
            return


def _add(
    blueprint: Blueprint,
    rule: str,
    endpoint: str,
    columns: Sequence[str],
    rows: Callable[..., Iterable[Row]],
) -> None:
    for how in TableFormat:

        def export(how: TableFormat = how, **arguments: str) -> Response:
            return _file(endpoint, how, columns, rows(**arguments))

        blueprint.add_url_rule(f"{rule}.{how}", f"{endpoint}_{how}", export, methods=["GET"])


def _file(name: str, how: TableFormat, columns: Sequence[str], rows: Iterable[Row]) -> Response:
    found = list(islice(rows, MOST_ROWS + 1))
    kept = found[:MOST_ROWS]
    match how:
        case TableFormat.CSV:
            body = b"".join(write_csv(columns, kept))
        case TableFormat.JSON_LINES:
            body = b"".join(write_json_lines(columns, kept))
        case TableFormat.XLSX:
            body = write_xlsx(name, columns, kept, right_to_left=current_language().direction == "rtl")
    response = Response(body, content_type=MEDIA_TYPES[how])
    response.headers["Content-Disposition"] = f'attachment; filename="counterclaim-{name}.{how}"'
    if len(found) > MOST_ROWS:
        response.headers[CUT] = "some"
    return response


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
