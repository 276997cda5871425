"""Marks in quotes, the path of the words, and the word for how sure an attribution is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from room_stories import bridge_story

from tracker.domain.documents import Span
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.domain.statements import Statement
from tracker.web.attributions import (
    LIKELY_FROM,
    SURE_FROM,
    Assurance,
    Role,
    assurance,
    is_doubtful,
    mark_quote,
    path_of,
    probability,
)

DENIAL = bridge_story().english["denial"]


def attributed(**changes: object) -> Attribution:
    return replace(DENIAL.attribution, **changes)


def spoken(speaker: Span | None, cue: Span | None) -> Statement:
    """The denial with its speaker and cue at these places of the document."""
    return replace(DENIAL, attribution=attributed(speaker_span=speaker, cue_span=cue))


def at(words: str) -> Span:
    """Where words of the denial stand in its document."""
    start = DENIAL.span.start + DENIAL.quote.index(words)
    return Span(start, start + len(words))


spans = st.tuples(st.integers(0, 500), st.integers(0, 500)).map(lambda pair: Span(min(pair), max(pair)))


@given(st.none() | spans, st.none() | spans)
def test_no_word_of_a_quote_is_lost_or_doubled(speaker: Span | None, cue: Span | None) -> None:
    pieces = mark_quote(spoken(speaker, cue))
    assert "".join(piece.words for piece in pieces) == DENIAL.quote
    assert all(piece.words for piece in pieces)


@given(spans, spans)
def test_marks_hold_their_spans_whole_or_not_at_all(speaker: Span, cue: Span) -> None:
    pieces = mark_quote(spoken(speaker, cue))
    for role, span in ((Role.SPEAKER, speaker), (Role.CUE, cue)):
        inside = DENIAL.span.start <= span.start and span.end <= DENIAL.span.end
        marked = "".join(piece.words for piece in pieces if role in piece.roles)
        assert marked == (DENIAL.quote[span.start - DENIAL.span.start :][: len(span)] if inside else "")


def test_speaker_and_cue_are_marked_where_they_stand() -> None:
    pieces = mark_quote(spoken(at("A spokesman"), at("denied")))
    assert [(piece.words, piece.roles) for piece in pieces if piece.roles] == [
        ("A spokesman", (Role.SPEAKER,)),
        ("denied", (Role.CUE,)),
    ]


def test_words_that_are_both_carry_both_marks() -> None:
    pieces = mark_quote(spoken(at("A spokesman for"), at("spokesman")))
    assert [(piece.words, piece.roles) for piece in pieces if piece.roles] == [
        ("A ", (Role.SPEAKER,)),
        ("spokesman", (Role.SPEAKER, Role.CUE)),
        (" for", (Role.SPEAKER,)),
    ]


def test_half_a_name_is_not_marked() -> None:
    start = DENIAL.span.start
    assert [piece.roles for piece in mark_quote(spoken(Span(start - 3, start + 5), None))] == [()]


@pytest.mark.parametrize(
    ("chain", "speaker", "path"),
    [
        ((), None, (None,)),
        ((), "the mayor", ("the mayor",)),
        (("the mayor",), "the mayor", ("the mayor",)),
        (("Radio", "the mayor"), "the mayor", ("Radio", "the mayor")),
        (("Radio", "a wire"), "the mayor", ("Radio", "a wire", "the mayor")),
        (("Radio",), None, ("Radio", None)),
    ],
)
def test_the_path_ends_with_whoever_speaks(
    chain: tuple[str, ...], speaker: str | None, path: tuple[str | None, ...]
) -> None:
    assert path_of(attributed(chain=chain, speaker=speaker)) == path


@pytest.mark.parametrize(
    ("confidence", "word"),
    [
        (1.0, Assurance.SURE),
        (0.9, Assurance.SURE),
        (0.899, Assurance.LIKELY),
        (0.6, Assurance.LIKELY),
        (0.599, Assurance.DOUBTFUL),
        (0.0, Assurance.DOUBTFUL),
    ],
)
def test_a_probability_has_a_word(confidence: float, word: Assurance) -> None:
    assert assurance(attributed(confidence=confidence)) is word
    assert is_doubtful(attributed(confidence=confidence)) is (word is Assurance.DOUBTFUL)


def test_what_an_analyst_decided_is_neither_sure_nor_doubtful() -> None:
    decided = attributed(method=AttributionMethod.REVIEW, confidence=0.1)
    assert assurance(decided) is None
    assert not is_doubtful(decided)


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.899, "0.89"), (0.999, "0.99"), (1.0, "1.00"), (0.6, "0.60"), (0.599, "0.59"), (0.0, "0.00")],
)
def test_a_probability_is_never_shown_surer_than_it_is(share: float, shown: str) -> None:
    assert probability(share) == shown


@given(st.integers(0, 100))
def test_whole_hundredths_are_shown_as_they_are(hundredths: int) -> None:
    assert probability(hundredths / 100) == f"{hundredths / 100:.2f}"


@given(st.integers(0, 1000))
def test_the_number_shown_and_its_word_agree(thousandths: int) -> None:
    confidence = thousandths / 1000
    shown = float(probability(confidence))
    assert shown <= confidence
    assert assurance(attributed(confidence=shown)) is assurance(attributed(confidence=confidence))


def test_the_bands_have_an_order() -> None:
    assert 0 < LIKELY_FROM < SURE_FROM < 1
