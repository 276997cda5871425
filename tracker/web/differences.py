"""What two quotes have in common word for word, and which words only one of them has."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise

from tracker.domain.documents import Span
from tracker.language.folding import fold

LONGEST = 600  # words; comparing takes a time that grows with the square

_LEAST_SHARED = 0.2
"""The share of words in common from which it says something which ones differ."""

_WORD = re.compile(r"[\w\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]+")
"""A word: letters and digits, with the signs that are written above and below them."""


class Mark(StrEnum):
    """Why words of a quote stand out."""

    EVIDENCE = "evidence"  # the explanation names them
    ONLY = "only"  # the other quote does not have them, or has them elsewhere


@dataclass(frozen=True, slots=True)
class MarkedPiece:
    """Words of a quote and why they stand out; `marks` is empty for most, both where two reasons meet."""

    words: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """Spans of each quote that hold words which the other does not have, or has elsewhere, in order."""

    one: tuple[Span, ...]
    other: tuple[Span, ...]


def differences(one: str, other: str) -> Differences | None:
    """Compare two quotes of one language word by word, in their order.

    Case, vowel signs and the like do not count, nor does punctuation. None where they are too long, or have
    too few words in common for the comparison to say anything.
    """
    ours, theirs = _words(one), _words(other)
    if not ours or not theirs or max(len(ours), len(theirs)) > LONGEST:
        return None
    matcher = SequenceMatcher(
        None, [fold(span.of(one)) for span in ours], [fold(span.of(other)) for span in theirs], autojunk=False
    )
    if matcher.ratio() < _LEAST_SHARED:
        return None
    mine: list[Span] = []
    yours: list[Span] = []
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        if end > start:
            mine.append(Span(ours[start].start, ours[end - 1].end))
        if other_end > other_start:
            yours.append(Span(theirs[other_start].start, theirs[other_end - 1].end))
    return Differences(tuple(mine), tuple(yours))


def mark_pieces(quote: str, marks: Iterable[tuple[Mark, Span]]) -> tuple[MarkedPiece, ...]:
    """A quote in pieces with their marks; together they are the quote. What reaches out of it is cut."""
    kept = [(mark, inside) for mark, span in marks if (inside := _within(span, len(quote))) is not None]
    edges = sorted({0, len(quote), *(edge for _, span in kept for edge in (span.start, span.end))})
    return tuple(MarkedPiece(quote[start:end], _marks_of(kept, start, end)) for start, end in pairwise(edges))


def _marks_of(kept: Sequence[tuple[Mark, Span]], start: int, end: int) -> tuple[Mark, ...]:
    found = {mark for mark, span in kept if span.start <= start and end <= span.end}
    return tuple(mark for mark in Mark if mark in found)


def _within(span: Span, length: int) -> Span | None:
    start, end = max(span.start, 0), min(span.end, length)
    return Span(start, end) if start < end else None


def _words(text: str) -> list[Span]:
    return [Span(found.start(), found.end()) for found in _WORD.finditer(text)]
