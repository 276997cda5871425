"""Texts made to stall a stage cost it no more than in proportion to their length."""

from typing import Any

import pytest
from growth import ATTEMPTS, CASES, UNMEASURABLE, outgrowing, seconds, text_of
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.language.pack import LANGUAGES

STAGES = ("folding", "words", "sentences", "script", "phrases", "numbers", "dates")
LENGTHS = (500, 2_000, 8_000, 32_000)
MEGABYTE = 1_000_000

NEWS = """said قال söyledi сообщил Haftar LNA killed 12 ١٢ forty five thousand May Monday 01.02.2020 A. U.S.
    Тринадцать وعشرون ألف beşinci ... " “ ” « » ' . ! ؟ … , ; : ( [ ] ) - — / % + # _ * |"""
BREAKERS = [" ", "\n", "\r\n", "\u2028", "\u200f", "\u0301", "\u064e", "ـ", "ﷺ", "İ", "ﬃ", "🚢"]
FRAGMENTS = st.lists(
    st.one_of(st.sampled_from([*NEWS.split(), *BREAKERS]), st.characters()), min_size=1, max_size=6
).map("".join)


@pytest.mark.parametrize("case", CASES)
def test_four_times_the_text_costs_some_four_times_as_much(case: str) -> None:
    language, unit = CASES[case]
    assert outgrowing(unit, language, STAGES, LENGTHS) == set()


@given(FRAGMENTS, st.booleans(), st.sampled_from(LANGUAGES))
@settings(max_examples=10)
def test_so_does_whatever_is_repeated_without_end(unit: str, to_a_letter: bool, language: str) -> None:  # noqa: FBT001
    assert outgrowing("{run}" * to_a_letter + unit, language, STAGES, LENGTHS) == set()


@given(FRAGMENTS, st.booleans(), st.sampled_from(("folding", "sentences", "script")))
@settings(max_examples=6)
def test_a_megabyte_of_anything_passes_the_first_stages_in_seconds(
    unit: str,
    to_a_letter: bool,  # noqa: FBT001
    stage: str,
) -> None:
    assert seconds(stage, text_of("{run}" * to_a_letter + unit, "en", MEGABYTE)) < 10


BEGINNINGS = ("in", "the", "said", "has", "according", "to", "quoted", "as", "at", "least", "of", "a", "he")
"""Words with which many phrases of the English data begin or go on."""


def megabyte(unit: str) -> Any:
    return text_of(unit, "en", MEGABYTE)


def searched_in_time(unit: str) -> bool:
    """Whether a search of a megabyte takes about a second: three, for a busy machine, and not each time."""
    text = megabyte(unit)
    return any(seconds("phrases", text) < 3 for _ in range(3))


@pytest.mark.parametrize(
    "unit", ["in the ", "said ", "in Gharyan ", "according to the ", "in in in the of the "]
)
def test_phrases_are_found_in_a_megabyte_in_which_every_word_begins_some(unit: str) -> None:
    assert searched_in_time(unit)


@given(st.lists(st.sampled_from(BEGINNINGS), min_size=1, max_size=8).map(" ".join))
@settings(max_examples=4, deadline=None)
def test_so_are_they_whatever_beginnings_are_repeated(unit: str) -> None:
    assert searched_in_time(f"{unit} ")


@pytest.mark.parametrize("unit", ["in the ", "said "])
def test_twice_the_text_takes_the_search_twice_as_long(unit: str) -> None:
    short, long = text_of(unit, "en", MEGABYTE // 2), megabyte(unit)
    assert any(
        seconds("phrases", long) < 2.6 * seconds("phrases", short) + UNMEASURABLE for _ in range(ATTEMPTS)
    )
