"""A stored text cut into paragraphs and marked where its statements stand.

Marks may lie in one another, cross, and run over several paragraphs. HTML elements can only nest, so a
mark that crosses another is closed and opened again; only its first part carries its anchor.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from tracker.domain.documents import Span
from tracker.domain.errors import DatabaseError
from tracker.domain.statements import Statement

_LINE = re.compile(r"[^\r\n]+")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


class PieceKind(StrEnum):
    """What a piece of a paragraph is."""

    OPEN = "open"
    WORDS = "words"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of the text, or the edge of a mark around them.

    `outer` is true on the opening of a mark's first part and the closing of its last.
    """

    kind: PieceKind
    words: str = ""
    statement: str = ""
    outer: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of the text. `apart` tells that a blank line stands before it."""

    pieces: tuple[Piece, ...]
    apart: bool


def mark_statements(text: str, statements: Sequence[Statement]) -> tuple[Paragraph, ...]:
    """The paragraphs of a text with each statement marked at its span, in code points.

    Raises DatabaseError where a statement's quote is not what the text says at its span: the page would
    put words into somebody's mouth.
    """
    for statement in statements:
        if statement.span.of(text) != statement.quote:
            raise DatabaseError(
                f"statement {statement.id}: document {statement.document} does not hold its words "
                f"at {statement.span.start} to {statement.span.end}"
            )
    return mark_spans(text, [(statement.id, statement.span) for statement in statements])


def mark_spans(text: str, spans: Iterable[tuple[str, Span]]) -> tuple[Paragraph, ...]:
    """The paragraphs of a text with named spans marked; empty spans leave no mark."""
    ordered = sorted(spans, key=lambda named: (named[1].start, -named[1].end, named[0]))
    opened: set[str] = set()
    lines: list[list[Piece]] = []
    apart: list[bool] = []
    before = 0
    for match in _LINE.finditer(text):
        if not match[0].strip():
            continue
        line = Span(match.start(), match.end())
        lines.append([_first_opening(piece, opened) for piece in _pieces(text, line, ordered)])
        apart.append(len(_LINE_BREAK.findall(text, before, line.start)) > 1)
        before = line.end
    _mark_last_closings(lines)
    return tuple(Paragraph(pieces=tuple(pieces), apart=gap) for pieces, gap in zip(lines, apart, strict=True))


def _pieces(text: str, line: Span, ordered: Sequence[tuple[str, Span]]) -> Iterator[Piece]:
    """One line as words and edges, well nested; every mark that is open at its end is closed."""
    here = [
        (name, Span(max(span.start, line.start), min(span.end, line.end)))
        for name, span in ordered
        if max(span.start, line.start) < min(span.end, line.end)
    ]
    edges = sorted({line.start, line.end, *(edge for _, span in here for edge in (span.start, span.end))})
    stack: list[tuple[str, int]] = []
    for start, end in pairwise(edges):
        closing = _closed_at(start, stack)
        yield from (Piece(PieceKind.CLOSE, statement=name) for name, _ in closing)
        del stack[len(stack) - len(closing) :]
        crossed = [mark for mark in closing if mark[1] > start]
        fresh = [(name, span.end) for name, span in here if span.start == start]
        # What ends last opens first, so that as few marks as possible cross.
        for mark in sorted([*crossed, *fresh], key=lambda mark: -mark[1]):
            yield Piece(PieceKind.OPEN, statement=mark[0])
            stack.append(mark)
        yield Piece(PieceKind.WORDS, words=text[start:end])
    yield from (Piece(PieceKind.CLOSE, statement=name) for name, _ in reversed(stack))


def _closed_at(position: int, stack: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """The marks to close at a position, innermost first: those that end there and all inside them."""
    for depth, (_, end) in enumerate(stack):
        if end <= position:
            return list(reversed(stack[depth:]))
    return []


def _first_opening(piece: Piece, opened: set[str]) -> Piece:
    if piece.kind is not PieceKind.OPEN or piece.statement in opened:
        return piece
    opened.add(piece.statement)
    return replace(piece, outer=True)


def _mark_last_closings(lines: list[list[Piece]]) -> None:
    closed: set[str] = set()
    for pieces in reversed(lines):
        for place in range(len(pieces) - 1, -1, -1):
            piece = pieces[place]
            if piece.kind is PieceKind.CLOSE and piece.statement not in closed:
                closed.add(piece.statement)
                pieces[place] = replace(piece, outer=True)
