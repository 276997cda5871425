"""The cost of reading grows with the length of a text, whatever it is made of.

Measured against ordinary prose in the same process, so that a slow machine slows both alike. The bounds are
about five times what was measured.
"""

from time import process_time

import pytest
from statement_examples import WORLD, document

from tracker.statements.extraction import extract_statements

PROSE = "\n".join(
    f"The mayor of a town near Gharyan said on Monday that lorry number {number} had crossed the bridge at "
    f"dawn, and {number + 2} guards were injured when rockets hit the pier. Residents fled."
    for number in range(300)
)


def seconds(text: str, language: str) -> float:
    begun = process_time()
    extract_statements(document(text, language), WORLD)
    return process_time() - begun


def repeated(unit: str, length: int) -> str:
    return (unit * (length // len(unit) + 1))[:length]


@pytest.fixture(scope="module")
def prose_seconds() -> float:
    """What a character of ordinary prose costs."""
    return min(seconds(PROSE, "en") for _ in range(3)) / len(PROSE)


@pytest.mark.parametrize("unit", ['"', ".", "7", "(", ".”"])
def test_a_megabyte_of_one_mark_costs_no_more_than_a_megabyte_of_prose(
    unit: str, prose_seconds: float
) -> None:
    length = 1_000_000
    assert seconds(repeated(unit, length), "en") < prose_seconds * length


@pytest.mark.parametrize(
    ("unit", "language"),
    [
        ("said ", "en"),
        ("LNA said ", "en"),
        ('"no" said ', "en"),
        ("A. ", "en"),
        ("111 ", "en"),
        ("TUNIS - ", "en"),
        ("Two headlines here\n", "en"),
        ("söyledi ", "tr"),
        ("сообщил ", "ru"),
    ],
)
def test_one_endless_line_of_news_words_costs_no_more_than_some_times_its_length_in_prose(
    unit: str, language: str, prose_seconds: float
) -> None:
    length = 30_000
    assert seconds(repeated(unit, length), language) < 15 * prose_seconds * length


@pytest.mark.parametrize(
    ("unit", "language"),
    [("killed 12 ", "en"), ("قال ", "ar")],
)
def test_a_sentence_four_times_as_long_costs_some_four_times_as_much(unit: str, language: str) -> None:
    short = min(seconds(repeated(unit, 1_500), language) for _ in range(3))
    long = seconds(repeated(unit, 6_000), language)
    assert long < 8 * short
