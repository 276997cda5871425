"""Lists as files: CSV, XLSX and JSON Lines, in which no cell is ever taken for a formula."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum

import xlsxwriter

Cell = str | int | float | bool | None
"""What a cell holds; None is an empty one."""

Row = Mapping[str, Cell]

_FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")
"""What a cell must not begin with (OWASP ASVS 5.0, 1.2.10), full-width forms included."""

_LONGEST_CELL = 32_767  # characters that XLSX allows
_MARK_OF_ORDER = "﻿"  # without it Excel takes UTF-8 for something else


class TableFormat(StrEnum):
    """As what kind of file a list is handed out."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON_LINES = "jsonl"


MEDIA_TYPES = {
    TableFormat.CSV: "text/csv; charset=utf-8",
    TableFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    TableFormat.JSON_LINES: "application/jsonl; charset=utf-8",
}


def harmless(cell: Cell) -> Cell:
    """A cell as CSV may hold it: text that a spreadsheet would take for a formula gets a quote before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def write_csv(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """CSV in UTF-8 (RFC 4180), piece by piece."""
    yield _MARK_OF_ORDER.encode()
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([harmless(row[name]) for name in columns])
        yield buffer.getvalue().encode("utf-8", "replace")
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()


def write_json_lines(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """One JSON object a line, the cells as they are."""
    for row in rows:
        line = json.dumps({name: row[name] for name in columns}, ensure_ascii=False)
        yield line.encode("utf-8", "replace") + b"\n"


def write_xlsx(name: str, columns: Sequence[str], rows: Iterable[Row], *, right_to_left: bool) -> bytes:
    """A workbook of one sheet; the same rows always give the same bytes."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    # By default the time of writing goes into the file, and no two files are the same.
    book.set_properties({"created": datetime(1980, 1, 1, tzinfo=UTC)})
    sheet = book.add_worksheet(name[:31])
    head = book.add_format({"bold": True})
    if right_to_left:
        sheet.right_to_left()
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column, head)
        sheet.set_column(place, place, max(12, len(column) + 2))
    for number, row in enumerate(rows, 1):
        for place, column in enumerate(columns):
            _write_cell(sheet, number, place, row[column])
    book.close()
    return target.getvalue()


def _write_cell(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell) -> None:
    match cell:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, cell)
        case int() | float():
            sheet.write_number(row, column, cell)
        case _:
            text = cell if len(cell) <= _LONGEST_CELL else cell[: _LONGEST_CELL - 1] + "…"
            sheet.write_string(row, column, text)
