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
    return min(seconds(PROSE, "en") for _ in range(2)) / len(PROSE)


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
    length = 20_000
    assert seconds(repeated(unit, length), language) < 15 * prose_seconds * length


def grows_with_its_length(unit: str, language: str, *, attempts: int) -> bool:
    """Whether a sentence eight times as long takes some eight times as long (the square would be 64).

    A busy machine may spoil one measurement, not several in a row.
    """
    short = min(seconds(repeated(unit, 3_000), language) for _ in range(3))
    return any(seconds(repeated(unit, 24_000), language) < 16 * short for _ in range(attempts))


@pytest.mark.parametrize(
    ("unit", "language"),
    [
        ("killed 12 ", "en"),
        ("at least 3 ", "en"),
        ("he said, ", "en"),
        ("in Gharyan ", "en"),
        ("قال ", "ar"),
        ("LUO söyledi, ", "tr"),
    ],
)
def test_a_sentence_eight_times_as_long_costs_some_eight_times_as_much(unit: str, language: str) -> None:
    assert grows_with_its_length(unit, language, attempts=4)


@pytest.mark.parametrize("unit", ["dozens ", "may 1 ", "Monday ", "Turkish official, "])
def test_so_does_one_of_vague_numbers_dates_or_adjectives(unit: str) -> None:
    assert grows_with_its_length(unit, "en", attempts=4)
