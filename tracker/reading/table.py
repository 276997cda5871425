"""Tables of comma-separated values: one document a row, the columns named as the fields of JSON Lines."""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.reading.encoding import stream_encoding
from tracker.reading.limits import LARGEST_TEXT, MEGABYTE
from tracker.reading.outcomes import NO_TEXT, Outcome
from tracker.reading.records import FIELDS, document_of

_DELIMITERS = (",", ";", "\t", "|")
_UNDECODABLE = re.compile("[\udc80-\udcff]")


def read_table(stream: BinaryIO, origin: str) -> Iterator[Outcome]:
    """A document or an error for each row; `origin:17` names the line that the row begins on.

    The first row names the columns; `text` has to be among them. `stream` has to be seekable, and no
    more than one row of it is in memory. The encoding is judged by the first megabyte; a row with
    bytes that do not fit it is left out and reported.
    """
    beginning = stream.read(MEGABYTE)
    if not beginning or beginning.isspace():
        yield ReadingError(origin, NO_TEXT if beginning else "empty")
        return
    whole_lines = beginning[: beginning.rfind(b"\n") + 1] or beginning
    try:
        encoding = stream_encoding(whole_lines, origin)
    except ReadingError as error:
        yield error
        return
    stream.seek(0)
    words = io.TextIOWrapper(stream, encoding, errors="surrogateescape", newline="")
    try:
        yield from _documents(_Rows(words, _delimiter_of(beginning)), origin)
    finally:
        # The stream is the caller's, who closes it.
        words.detach()


class _Lines:
    """Lines of bounded length, and the number of the last one."""

    def __init__(self, words: io.TextIOBase) -> None:
        self._words = words
        self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        self.number += 1
        line = piece = self._words.readline(LARGEST_TEXT)
        if not line:
            raise StopIteration
        if len(line) < LARGEST_TEXT:
            return line
        while piece and not piece.endswith(("\n", "\r")):
            piece = self._words.readline(MEGABYTE)
        raise csv.Error(f"a line larger than {LARGEST_TEXT // MEGABYTE} MB")


class _Rows:
    """Rows of cells, and the line that the last one began on."""

    def __init__(self, words: io.TextIOBase, delimiter: str) -> None:
        # The limit of the library, 128 KB, is shorter than some articles. It holds for the whole process.
        csv.field_size_limit(LARGEST_TEXT)
        self._lines = _Lines(words)
        self._reader = csv.reader(self._lines, delimiter=delimiter, strict=True)
        self.line = 1

    def next_row(self) -> list[str] | None:
        """The next row, None at the end. Raises csv.Error for a broken one; the one after it can be read."""
        self.line = self._lines.number + 1
        return next(self._reader, None)


def _documents(rows: _Rows, origin: str) -> Iterator[Outcome]:
    try:
        columns = _columns(rows.next_row(), origin)
    except ReadingError as error:
        yield error
        return
    except (csv.Error, UnicodeError) as error:
        yield ReadingError(f"{origin}:1", f"a broken row: {error}")
        return
    found = False
    while True:
        try:
            row = rows.next_row()
            if row is None:
                break
            if any(cell.strip() for cell in row):
                found = True
                yield _document(row, columns, f"{origin}:{rows.line}")
        except csv.Error as error:
            found = True
            yield ReadingError(f"{origin}:{rows.line}", f"a broken row: {error}")
        except ReadingError as error:
            yield error
    if not found:
        yield ReadingError(origin, "holds no rows")


def _document(row: Sequence[str], columns: Sequence[str], origin: str) -> IncomingDocument:
    if len(row) != len(columns):
        raise ReadingError(origin, f"{len(row)} cells in a table of {len(columns)} columns")
    record = dict(zip(columns, row, strict=True))
    for column, cell in record.items():
        if _UNDECODABLE.search(cell):
            raise ReadingError(origin, f"bytes in the column `{column}` do not fit the file's encoding")
    original = json.dumps(record, ensure_ascii=False, sort_keys=True).encode("utf-8")
    return document_of(record, original=original, origin=origin)


def _columns(header: Sequence[str] | None, origin: str) -> list[str]:
    columns = [cell.strip() for cell in header or ()]
    columns = [cell.lower() if cell.lower() in FIELDS else cell for cell in columns]
    if "text" not in columns:
        raise ReadingError(origin, f"has no column `text`, only: {', '.join(columns)[:200]}")
    for column in columns:
        if columns.count(column) > 1:
            raise ReadingError(origin, f"has two columns `{column}`")
    return columns


def _delimiter_of(beginning: bytes) -> str:
    """The delimiter that the first line has most of: Excel writes semicolons in half of Europe."""
    line = beginning.lstrip().splitlines()[0]
    return max(_DELIMITERS, key=lambda delimiter: line.count(delimiter.encode("ascii")))
