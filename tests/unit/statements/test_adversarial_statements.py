"""Texts made to stall the reading of statements cost every stage no more than in proportion to their length.

`test_statements_cost.py` holds the whole of it against ordinary prose; here a stage is held against itself.
"""

from functools import cache

import pytest
from growth import CASES, outgrowing, text_of
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tracker.language.pack import LANGUAGES
from tracker.registry.loading import load_places, load_registry
from tracker.statements.extraction import Knowledge
from tracker.statements.mentions import PartyFinder
from tracker.statements.places import PlaceFinder

STAGES = ("segmentation", "mentions", "places", "figures", "hearing", "all")
LENGTHS = (600, 2_400, 9_600)

NEWS = """said told denied he she it Haftar Sarraj LNA GNA Ankara Turkish spokesman ministry officials killed
    forty dozens vehicles no one 12 Monday May 2020 Tripoli Gharyan Sirte that which ، قال المتحدث الجيش نفى
    in söyledi yalanladı öldü sözcüsü сообщил заявил ЛНА погибли в Триполи . , : ; " « » — ? ! …"""
PIECES = st.sampled_from([*NEWS.split(), "\n", "12.", "{n}", "{n}."])
FRAGMENTS = st.lists(PIECES, min_size=1, max_size=7).map(" ".join)


@cache
def knowledge() -> Knowledge:
    """The parties and places that ship: more names begin alike there than in a small world."""
    registry = load_registry()
    return Knowledge(PartyFinder(registry.parties, registry.speakers), PlaceFinder(load_places()))


def outgrown(unit: str, language: str) -> set[str]:
    """The stages that cost out of proportion to the length of a unit repeated."""
    return outgrowing(unit, language, STAGES, LENGTHS, knowledge())


@pytest.mark.parametrize("unit", ["{n}. ", "söyledi ? {n} Sirte told … {n}. ", "Some headline {n} here\n"])
def test_the_longer_text_is_more_of_the_same(unit: str) -> None:
    short, *longer = [text_of(unit, "tr", length, knowledge()) for length in LENGTHS]
    for long in longer:
        assert long.text.startswith(short.text)
        assert len(long.story) * len(short.text) == pytest.approx(len(short.story) * len(long.text), rel=0.1)


@pytest.mark.parametrize("case", CASES)
def test_four_times_the_text_costs_each_stage_some_four_times_as_much(case: str) -> None:
    language, unit = CASES[case]
    assert outgrown(unit, language) == set()


@given(FRAGMENTS, st.sampled_from(LANGUAGES))
@example("{n}.", "tr")  # there "12." is an ordinal, and the sentence goes on; "1012." ends one
@example("söyledi ? {n} Sirte told … {n}.", "tr")  # a line that ends in "…" is dropped
@settings(max_examples=8)
def test_so_does_whatever_news_is_repeated_without_end(unit: str, language: str) -> None:
    assert outgrown(f"{unit} ", language) == set()
