"""JSON Lines: one object a line, one document an object."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.reading.limits import LARGEST_RECORD, MEGABYTE
from tracker.reading.outcomes import NO_TEXT, NOT_TEXT, Outcome, shown
from tracker.reading.records import document_of

_UTF_8_MARK = b"\xef\xbb\xbf"
_OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_json_lines(stream: BinaryIO, origin: str) -> Iterator[Outcome]:
    """A document or an error for each line that is not blank; `origin:17` names the 17th line.

    No more than one line is in memory, and a broken one takes nothing else with it. JSON is UTF-8 by
    its definition, so no other encoding is tried.
    """
    number = 0
    blank = True
    while line := stream.readline(LARGEST_RECORD + 1):
        number += 1
        place = f"{origin}:{number}"
        if number == 1 and line.startswith(_OTHER_MARKS):
            yield ReadingError(origin, "in UTF-16; JSON Lines have to be in UTF-8")
            return
        if len(line) > LARGEST_RECORD:
            blank = False
            _skip_line(stream, line)
            yield ReadingError(place, f"larger than {LARGEST_RECORD // MEGABYTE} MB")
            continue
        line = line.removeprefix(_UTF_8_MARK) if number == 1 else line
        if not line.strip():
            continue
        blank = False
        try:
            yield read_json_line(line.rstrip(b"\r\n"), place)
        except ReadingError as error:
            yield error
    if blank:
        yield ReadingError(origin, NO_TEXT if number else "empty")


def read_json_line(line: bytes, origin: str) -> IncomingDocument:
    """The document in one line. Raises ReadingError."""
    if (null := line.find(0)) >= 0:
        raise ReadingError(origin, f"{NOT_TEXT}: NUL at byte {null}")
    try:
        written = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ReadingError(origin, f"invalid UTF-8 at byte {error.start}") from error
    try:
        record = json.loads(written, object_pairs_hook=_without_repetition)
    except json.JSONDecodeError as error:
        raise ReadingError(origin, f"not JSON at column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise ReadingError(origin, "nested too deeply") from error
    except _RepetitionError as error:
        raise ReadingError(origin, str(error)) from error
    except ValueError as error:
        # All that is left of what the library refuses.
        raise ReadingError(origin, "a number of too many digits") from error
    if not isinstance(record, dict):
        raise ReadingError(origin, "not a JSON object")
    return document_of(record, original=line, origin=origin)


class _RepetitionError(ValueError):
    """A key stands twice in an object, so that one of its values would be lost; the message names it."""


def _without_repetition(pairs: list[tuple[str, object]]) -> dict[str, object]:
    record = dict(pairs)
    if len(record) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        repeated = next(key for key, count in counts.items() if count > 1)
        raise _RepetitionError(f"the key `{shown(repeated)}` stands twice in one object")
    return record


def _skip_line(stream: BinaryIO, begun: bytes) -> None:
    while begun and not begun.endswith(b"\n"):
        begun = stream.readline(MEGABYTE)
