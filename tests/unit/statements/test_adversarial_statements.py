"""Texts made to stall the reading of statements cost every stage no more than in proportion to their length.

`test_statements_cost.py` holds the whole of it against ordinary prose; here a stage is held against itself.
"""

import gc
import runpy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.language.pack import LANGUAGES
from tracker.registry.loading import load_places, load_registry
from tracker.statements.extraction import Knowledge
from tracker.statements.mentions import PartyFinder
from tracker.statements.places import PlaceFinder

MEASURE = runpy.run_path(str(Path(__file__).parents[3] / "scripts" / "measure_stages.py"))
CASES = MEASURE["CASES"]
STAGES = ("segmentation", "mentions", "places", "figures", "hearing", "all")

LENGTHS = (600, 2_400, 9_600)
FOUR_TIMES = 9
"""How much longer four times the text may take; the square would be 16."""
UNMEASURABLE = 0.02  # seconds
ATTEMPTS = 6  # a busy machine may spoil one measurement, not several

NEWS = """said told denied he she it Haftar Sarraj LNA GNA Ankara Turkish spokesman ministry officials killed
    forty dozens vehicles no one 12 Monday May 2020 Tripoli Gharyan Sirte that which ، قال المتحدث الجيش نفى
    in söyledi yalanladı öldü sözcüsü сообщил заявил ЛНА погибли в Триполи . , : ; " « » — ? ! …"""
PIECES = st.sampled_from([*NEWS.split(), "\n", "{n}", "{n}."])
FRAGMENTS = st.lists(PIECES, min_size=1, max_size=7).map(" ".join)


@cache
def knowledge() -> Knowledge:
    """The parties and places that ship: more names begin alike there than in a small world."""
    registry = load_registry()
    return Knowledge(PartyFinder(registry.parties, registry.speakers), PlaceFinder(load_places()))


@pytest.fixture(autouse=True)
def _no_collecting() -> Iterator[None]:
    # It comes when it likes, and takes longer the more there is.
    gc.disable()
    yield
    gc.enable()


def outgrowing(unit: str, language: str) -> set[str]:
    """The stages that four times the text costs more than some four times as much, at any length."""
    found: set[str] = set()
    short = text_of(unit, language, LENGTHS[0])
    for length in LENGTHS[1:]:
        long = text_of(unit, language, length)
        # What has broken the bound once would take minutes at the greater lengths.
        found |= {stage for stage in STAGES if stage not in found and not in_proportion(stage, short, long)}
        short = long
    return found


def text_of(unit: str, language: str, length: int) -> Any:
    return MEASURE["Text"](MEASURE["grown"](unit, length), language, knowledge())


def in_proportion(stage: str, short: Any, long: Any) -> bool:
    for _ in range(ATTEMPTS):
        taken = MEASURE["seconds"](stage, long)
        if taken < UNMEASURABLE or taken < FOUR_TIMES * MEASURE["seconds"](stage, short):
            return True
    return False


@pytest.mark.parametrize("case", CASES)
def test_four_times_the_text_costs_each_stage_some_four_times_as_much(case: str) -> None:
    language, unit = CASES[case]
    assert outgrowing(unit, language) == set()


@given(FRAGMENTS, st.sampled_from(LANGUAGES))
@settings(max_examples=8)
def test_so_does_whatever_news_is_repeated_without_end(unit: str, language: str) -> None:
    assert outgrowing(f"{unit} ", language) == set()
