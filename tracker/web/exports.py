"""Lists to take along: each as CSV, XLSX and JSON Lines, by the address and filters of its page."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import BadRequest

from tracker.domain.dossiers import PartyCounts
from tracker.domain.views import Page
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
from tracker.web.export_rows import (
    CONFLICT_COLUMNS,
    DOCUMENT_COLUMNS,
    EVENT_COLUMNS,
    JOB_COLUMNS,
    PARTY_COLUMNS,
    PLACE_COLUMNS,
    SOURCE_COLUMNS,
    STATEMENT_COLUMNS,
    conflict_row,
    document_row,
    event_row,
    job_row,
    party_row,
    place_row,
    source_row,
    statement_row,
)
from tracker.web.languages import current_language
from tracker.web.languages import gettext as _
from tracker.web.parties import party_statements_asked_for
from tracker.web.party_labels import in_registry_order
from tracker.web.places import places_asked_for
from tracker.web.reading_room import ReadingRoom
from tracker.web.searches import read_question
from tracker.web.sources import source_asked_for, sources_asked_for

MOST_ROWS = 100_000
"""Rows of one file. Whoever needs all there is takes `tracker export`."""

CUT = "X-Rows-Left-Out"
"""A header that is there, with the word "some", where a list has more rows than its file."""

T = TypeVar("T")

_BATCH = 500
_MOST_FOUND = 200  # statements of a search
_NAMES = {TableFormat.CSV: "CSV", TableFormat.XLSX: "XLSX", TableFormat.JSON_LINES: "JSON Lines"}


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
        return map(statement_row, room.search(question.text, _MOST_FOUND, question.wanted, question.how))

    def sources() -> Iterator[Row]:
        return (source_row(row.source, row.letter) for row in sources_asked_for(room))

    def places() -> Iterator[Row]:
        return map(place_row, places_asked_for(room))

    def parties() -> Iterator[Row]:
        counts, conflicts = room.dossiers.parties(), room.dossiers.conflicts()
        codes = in_registry_order({*room.parties, *counts}, room.parties)
        return (party_row(code, counts.get(code, PartyCounts()), conflicts.get(code, 0)) for code in codes)

    def jobs() -> Iterator[Row]:
        return map(job_row, _pages(lambda after: room.jobs.jobs_page(after, _BATCH)))

    _add(blueprint, "/jobs", "jobs", JOB_COLUMNS, jobs)
    _add(blueprint, "/sources", "sources", SOURCE_COLUMNS, sources)
    _add(blueprint, "/places", "places", PLACE_COLUMNS, places)
    _add(blueprint, "/parties", "parties", PARTY_COLUMNS, parties)
    _add(blueprint, "/events", "events", EVENT_COLUMNS, events)
    _add(blueprint, "/conflicts", "conflicts", CONFLICT_COLUMNS, conflicts)
    _add(blueprint, "/search", "search", STATEMENT_COLUMNS, search)
    blueprint.add_app_template_global(export_links)
    _add_parts(blueprint, room)


def _add_parts(blueprint: Blueprint, room: ReadingRoom) -> None:
    """The lists that stand on the page of something else."""

    def statements(event_id: str) -> Iterator[Row]:
        return map(statement_row, room.library.event(event_id).statements)

    def party_statements(code: str) -> Iterator[Row]:
        page = party_statements_asked_for(code, room, _BATCH)
        return map(statement_row, _pages(page))

    def source_documents(source_id: str) -> Iterator[Row]:
        source = source_asked_for(source_id, room).id
        return map(document_row, _pages(lambda after: room.sources.documents(source, after, _BATCH)))

    _add(blueprint, "/events/<event_id>/statements", "event_statements", STATEMENT_COLUMNS, statements)
    _add(blueprint, "/parties/<code>/statements", "party_statements", STATEMENT_COLUMNS, party_statements)
    _add(blueprint, "/sources/<source_id>/documents", "source_documents", DOCUMENT_COLUMNS, source_documents)


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
