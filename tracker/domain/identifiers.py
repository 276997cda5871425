"""Identifiers derived from content, so that the same input always gets the same id.

An id is one letter for the kind and 15 hexadecimal digits (60 bits) of a SHA-256. Sixty bits fit
the signed 64-bit keys of vector indexes, so a statement's vector needs no table of its own keys.
"""

import hashlib
import re

_DIGITS = 15
_STATEMENT = re.compile(rf"s[0-9a-f]{{{_DIGITS}}}")


def _derive(kind: str, *parts: str) -> str:
    joined = "\x1f".join(parts)
    return kind + hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def document_id(sha256: str, external_id: str | None, url: str | None, part: int | None = None) -> str:
    """The id of a document: its bytes, where it is said to come from, and which story of a page it is."""
    which = () if part is None else (str(part),)
    return _derive("d", sha256, external_id or "", url or "", *which)


def statement_id(document: str, start: int, end: int) -> str:
    """The id of a statement: its document and its span there."""
    return _derive("s", document, str(start), str(end))


def event_id(first_statement: str) -> str:
    """The id of an event, from the statement it was opened with. It stays when others join."""
    return _derive("e", first_statement)


def conflict_id(one: str, other: str) -> str:
    """The id of the conflict of two statements, whatever their order."""
    return _derive("c", *sorted((one, other)))


def question_id(event: str, subject: str, first_conflict: str) -> str:
    """The id of a contested question: its event, what it is about, and the first of its conflicts."""
    return _derive("q", event, subject, first_conflict)


def vector_key(statement: str) -> int:
    """The 60-bit integer under which an index keeps the vector of a statement."""
    return int(statement[1:], 16)


def is_statement(text: str) -> bool:
    """Whether a text has the form of a statement's id."""
    return _STATEMENT.fullmatch(text) is not None


def statement_of_key(key: int) -> str:
    """The inverse of `vector_key`."""
    return f"s{key:0{_DIGITS}x}"


def text_digest(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal: the cache key of its vector."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
