import pytest

from tracker.language.numerals import NumberSuffixes, Numerals

TURKISH = NumberSuffixes(
    "aeiou", after_vowel=("sinin",), after_consonant=("den",), never_on=frozenset({"on"})
)
NUMERALS = Numerals({"alti": 6, "bin": 1_000, "on": 10}, TURKISH)


@pytest.mark.parametrize(
    ("word", "value"), [("alti", 6), ("altisinin", 6), ("binden", 1_000), ("onden", None)]
)
def test_a_numeral_keeps_its_value_under_the_endings_it_may_bear(word: str, value: int | None) -> None:
    assert [NUMERALS.value(word), NUMERALS.value(word)] == [value, value]


def test_an_arabic_clitic_may_stand_before_a_numeral() -> None:
    assert Numerals({"عشرون": 20}, NumberSuffixes()).value("وعشرون") == 20


def test_looking_up_any_number_of_words_keeps_the_values_right() -> None:
    numerals = Numerals({"ten": 10}, NumberSuffixes())
    assert all(numerals.value(f"w{number}") is None for number in range(50_000))
    assert numerals.value("ten") == 10


def test_the_numbers_among_some_words_are_those_that_have_a_value() -> None:
    numerals = Numerals({"ten": 10, "hundred": 100}, NumberSuffixes())
    for _ in range(2):  # asked again, what is no number is known already
        assert numerals.among({"ten", "ships", "hundred"}) == {"ten", "hundred"}
