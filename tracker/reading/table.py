"""Tables of comma-separated values: one document a row, the columns named as the fields of JSON Lines."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.reading.encoding import stream_encoding
from tracker.reading.limits import LARGEST_RECORD, MEGABYTE
from tracker.reading.outcomes import NO_TEXT, Outcome, shown
from tracker.reading.records import FIELDS, document_of

_DELIMITERS = (",", ";", "\t", "|")
_COLUMNS_SHOWN = 8
_WIDE = ("utf-16", "utf-32")
_UNDECODABLE = re.compile("[\ud800-\udfff]")


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
    # Either way what does not fit becomes half a surrogate pair, which no row may hold.
    errors = "surrogatepass" if encoding.startswith(_WIDE) else "surrogateescape"
    words = io.TextIOWrapper(stream, encoding, errors=errors, newline="")
    try:
        yield from _documents(_Rows(words, _delimiter_of(beginning)), origin)
    finally:
        # The stream is the caller's, who closes it.
        words.detach()


class _Lines:
    """Lines of bounded length, and the number of the last one. No row may take more than the same bound."""

    def __init__(self, words: io.TextIOBase) -> None:
        self._words = words
        self.number = 0
        self.in_row = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        self.number += 1
        line = piece = self._words.readline(LARGEST_RECORD)
        if not line:
            raise StopIteration
        self.in_row += len(line)
        if self.in_row < LARGEST_RECORD:
            return line
        while piece and not piece.endswith(("\n", "\r")):
            piece = self._words.readline(MEGABYTE)
        raise csv.Error(f"larger than {LARGEST_RECORD // MEGABYTE} MB")


class _Rows:
    """Rows of cells, and the line that the last one began on."""

    def __init__(self, words: io.TextIOBase, delimiter: str) -> None:
        # The limit of the library, 128 KB, is shorter than some articles. It holds for the whole process.
        csv.field_size_limit(LARGEST_RECORD)
        self._lines = _Lines(words)
        self._reader = csv.reader(self._lines, delimiter=delimiter, strict=True)
        self.line = 1
        self.broken_off = False

    @property
    def following(self) -> int:
        """The line that the next row begins on."""
        return self._lines.number + 1

    def next_row(self) -> list[str] | None:
        """The next row, None at the end.

        Raises csv.Error for a broken one; the one after it can be read. Raises UnicodeDecodeError where
        an encoding of two or four bytes a character breaks off: no row after that can.
        """
        self.line = self.following
        self._lines.in_row = 0
        try:
            return next(self._reader, None)
        except UnicodeDecodeError:
            self.broken_off = True
            raise


def _documents(rows: _Rows, origin: str) -> Iterator[Outcome]:
    try:
        columns = _columns(_next(rows, f"{origin}:1"), origin)
    except ReadingError as error:
        yield error
        return
    found = False
    while not rows.broken_off:
        try:
            row = _next(rows, f"{origin}:{rows.following}")
            if row is None:
                break
            if any(cell.strip() for cell in row):
                found = True
                yield _document(row, columns, f"{origin}:{rows.line}")
        except ReadingError as error:
            found = True
            yield error
    if not found:
        yield ReadingError(origin, "holds no rows")


def _next(rows: _Rows, origin: str) -> list[str] | None:
    try:
        return rows.next_row()
    except csv.Error as error:
        raise ReadingError(origin, f"a broken row: {error}") from error
    except UnicodeDecodeError as error:
        raise ReadingError(origin, f"invalid {error.encoding.upper()}, so the rest is not read") from error


def _document(row: Sequence[str], columns: Sequence[str], origin: str) -> IncomingDocument:
    if len(row) != len(columns):
        raise ReadingError(origin, f"{len(row)} cells in a table of {len(columns)} columns")
    record = dict(zip(columns, row, strict=True))
    for column, cell in record.items():
        if _UNDECODABLE.search(cell):
            raise ReadingError(
                origin, f"bytes in the column `{shown(column)}` do not fit the file's encoding"
            )
    original = json.dumps(record, ensure_ascii=False, sort_keys=True).encode("utf-8")
    return document_of(record, original=original, origin=origin)


def _columns(header: Sequence[str] | None, origin: str) -> list[str]:
    columns = [cell.strip() for cell in header or ()]
    columns = [cell.lower() if cell.lower() in FIELDS else cell for cell in columns]
    if any(map(_UNDECODABLE.search, columns)):
        raise ReadingError(f"{origin}:1", "bytes in the names of columns do not fit the file's encoding")
    if "text" not in columns:
        names = ", ".join(map(shown, columns[:_COLUMNS_SHOWN]))
        raise ReadingError(origin, f"has no column `text`, only: {names}")
    for column, count in Counter(columns).items():
        if count > 1:
            raise ReadingError(origin, f"has two columns `{shown(column)}`")
    return columns


def _delimiter_of(beginning: bytes) -> str:
    """The delimiter that the first line has most of: Excel writes semicolons in half of Europe."""
    line = beginning.lstrip().splitlines()[0]
    return max(_DELIMITERS, key=lambda delimiter: line.count(delimiter.encode("ascii")))
