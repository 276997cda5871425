"""Lists as files: CSV, XLSX and JSON Lines, in which no cell is ever taken for a formula."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
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


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook: its name, its heads, and its rows, whose cells go with the heads.

    `widths` are those of the columns, in letters; without them each is as wide as its head.
    """

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int] = ()


def write_xlsx(name: str, columns: Sequence[str], rows: Iterable[Row], *, right_to_left: bool) -> bytes:
    """A workbook of one sheet; the same rows always give the same bytes."""
    cells = ([row[column] for column in columns] for row in rows)
    return write_workbook([Sheet(name, columns, cells)], right_to_left=right_to_left)


def write_workbook(
    sheets: Sequence[Sheet], *, right_to_left: bool, title: str = "", created: date = date(1980, 1, 1)
) -> bytes:
    """A workbook of several sheets; the same sheets always give the same bytes.

    `created` goes into its properties: by default the time of writing would, and no two files be the same.
    """
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"title": title, "created": datetime.combine(created, time(), tzinfo=UTC)})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for sheet in sheets:
        _write_sheet(book.add_worksheet(_sheet_name(sheet.name)), sheet, head, right_to_left=right_to_left)
    book.close()
    return target.getvalue()


def _sheet_name(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", name)[:31].strip("'")


def _write_sheet(
    target: xlsxwriter.worksheet.Worksheet, sheet: Sheet, head: object, *, right_to_left: bool
) -> None:
    if right_to_left:
        target.right_to_left()
    target.freeze_panes(1, 0)
    for place, words in enumerate(sheet.heads):
        target.write_string(0, place, words, head)
        width = sheet.widths[place] if sheet.widths else max(12, len(words) + 2)
        target.set_column(place, place, width)
    for number, row in enumerate(sheet.rows, 1):
        for place, cell in enumerate(row):
            _write_cell(target, number, place, cell)


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
