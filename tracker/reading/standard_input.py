"""Standard input: what it holds is told by its first line, since it has no name."""

import io
import re
from collections.abc import Sequence
from typing import BinaryIO

_SNIFFED = 65_536
# A byte order mark, blank lines, an XML declaration on a line of its own.
_PREAMBLE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?")
_FORMATS: Sequence[tuple[str, re.Pattern[bytes]]] = (
    (".jsonl", re.compile(rb"\{\s*[\"}]")),
    (".warc", re.compile(rb"WARC/|\x1f\x8b")),
    (".xml", re.compile(rb"(?:<\?xml[^>]*>\s*)?<(?:rss|feed|rdf:RDF)[\s>]", re.IGNORECASE)),
    (".html", re.compile(rb"(?:<\?xml[^>]*>\s*)?(?:<!doctype html|<html[\s>])", re.IGNORECASE)),
)


def sniffed(stream: BinaryIO) -> tuple[str, BinaryIO]:
    """The suffix that a file with these bytes would have (".txt" if nothing else fits), and all its bytes."""
    head = stream.readline(_SNIFFED)
    while head and len(head) < _SNIFFED and _needs_more(head):
        more = stream.readline(_SNIFFED)
        if not more:
            break
        head += more
    beginning = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    suffix = next((suffix for suffix, pattern in _FORMATS if pattern.match(beginning)), ".txt")
    return suffix, io.BufferedReader(_Rejoined(head, stream))


def _needs_more(head: bytes) -> bool:
    return _PREAMBLE.fullmatch(head) is not None


class _Rejoined(io.RawIOBase):
    """A stream whose beginning has been read already."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        super().__init__()
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override] # io says any buffer
        """Fill the buffer from what was read first, then line by line: a slow pipe still flows."""
        data = self._head[: len(buffer)] or self._rest.readline(len(buffer))
        self._head = self._head[len(data) :]
        buffer[: len(data)] = data
        return len(data)
