"""Marks nest well, lose no word, and carry each anchor once, however the spans lie."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from room_stories import bridge_story

from tracker.domain.documents import Span
from tracker.domain.errors import DatabaseError
from tracker.web.highlighting import Paragraph, PieceKind, mark_spans, mark_statements

ALPHABET = st.sampled_from("ab \n\r🌍ب")


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, list[tuple[str, Span]]]:
    text = draw(st.text(ALPHABET, max_size=40))
    edges = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(edges, edges), max_size=6))
    return text, [(f"s{place}", Span(min(pair), max(pair))) for place, pair in enumerate(spans)]


def visible(text: str) -> str:
    """A text without its line ends and its blank lines, which paragraphs stand for."""
    return "".join(line for line in re.split(r"[\r\n]+", text) if line.strip())


def words_in(paragraphs: tuple[Paragraph, ...], statement: str) -> str:
    """What stands inside all parts of a statement's mark."""
    inside = False
    words = ""
    for piece in (piece for paragraph in paragraphs for piece in paragraph.pieces):
        if piece.statement == statement:
            inside = piece.kind is PieceKind.OPEN
        elif piece.kind is PieceKind.WORDS and inside:
            words += piece.words
    return words


def visible_in(text: str, span: Span) -> str:
    """The part of a span that paragraphs show."""
    shown = ""
    for match in re.finditer(r"[^\r\n]+", text):
        if match[0].strip():
            shown += text[max(match.start(), span.start) : max(min(match.end(), span.end), span.start)]
    return shown


@given(marked_texts())
def test_no_word_is_lost_or_doubled(marked: tuple[str, list[tuple[str, Span]]]) -> None:
    text, spans = marked
    words = "".join(piece.words for paragraph in mark_spans(text, spans) for piece in paragraph.pieces)
    assert words == visible(text)


@given(marked_texts())
def test_each_mark_holds_exactly_the_words_of_its_span(marked: tuple[str, list[tuple[str, Span]]]) -> None:
    text, spans = marked
    paragraphs = mark_spans(text, spans)
    for name, span in spans:
        assert words_in(paragraphs, name) == visible_in(text, span)


@given(marked_texts())
def test_marks_nest_and_end_with_their_paragraph(marked: tuple[str, list[tuple[str, Span]]]) -> None:
    text, spans = marked
    for paragraph in mark_spans(text, spans):
        stack: list[str] = []
        for piece in paragraph.pieces:
            if piece.kind is PieceKind.OPEN:
                stack.append(piece.statement)
            elif piece.kind is PieceKind.CLOSE:
                assert stack.pop() == piece.statement
        assert not stack


@given(marked_texts())
def test_each_mark_has_one_anchor_before_and_one_end_after_all_its_parts(
    marked: tuple[str, list[tuple[str, Span]]],
) -> None:
    text, spans = marked
    pieces = [piece for paragraph in mark_spans(text, spans) for piece in paragraph.pieces]
    shown = {name for name, span in spans if visible_in(text, span)}
    for kind, order in ((PieceKind.OPEN, 1), (PieceKind.CLOSE, -1)):
        outer = Counter(piece.statement for piece in pieces if piece.kind is kind and piece.outer)
        assert outer == Counter(shown)
        for name in shown:
            parts = [piece for piece in pieces if piece.kind is kind and piece.statement == name][::order]
            assert parts[0].outer


def drawn(paragraph: Paragraph) -> str:
    return "".join(
        {"open": f"<{piece.statement}>", "close": f"</{piece.statement}>", "words": piece.words}[piece.kind]
        for piece in paragraph.pieces
    )


def test_a_mark_that_crosses_another_is_closed_and_opened_again() -> None:
    (paragraph,) = mark_spans("abcdef", [("one", Span(0, 4)), ("two", Span(2, 6))])
    assert drawn(paragraph) == "<one>ab<two>cd</two></one><two>ef</two>"


def test_marks_that_begin_together_are_not_cut_up() -> None:
    (paragraph,) = mark_spans("abcd", [("short", Span(0, 2)), ("long", Span(0, 4))])
    assert drawn(paragraph) == "<long><short>ab</short>cd</long>"


def test_a_blank_line_sets_paragraphs_apart() -> None:
    paragraphs = mark_spans("a\nb\r\n\r\nc\n \nd", [])
    assert [(paragraph.pieces[0].words, paragraph.apart) for paragraph in paragraphs] == [
        ("a", False),
        ("b", False),
        ("c", True),
        ("d", True),
    ]


def test_a_quote_that_the_text_does_not_hold_is_refused() -> None:
    told = bridge_story().english
    with pytest.raises(DatabaseError, match=told["holds"].id):
        mark_statements(told.document.text.replace("hands", "hand"), list(told.statements.values()))
