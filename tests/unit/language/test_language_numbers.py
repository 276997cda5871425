from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.language.numbers import find_numbers
from tracker.language.pack import LANGUAGES, language_pack
from tracker.language.phrases import Words


def numbers(text: str, language: str) -> list[tuple[int, int | None]]:
    return [(number.low, number.high) for number in find_numbers(Words.of(text), language_pack(language))]


PIECES = "twenty hundred thousand million and at least up to dozens 1 500 , . - عشرات ألف yüz тысяч"

EXACT = [
    ("en", "43 lorries", 43),
    ("en", "forty-three lorries", 43),
    ("en", "two hundred and six", 206),
    ("en", "three thousand two hundred", 3200),
    ("en", "a hundred and twenty thousand", 120_000),
    ("en", "1,500 lorries", 1500),
    ("en", "1 500 lorries", 1500),
    ("en", "12,345,678", 12_345_678),
    ("en", "2 million", 2_000_000),
    ("en", "about 40", 40),
    ("en", "a dozen", 12),
    ("ar", "٤٣ شاحنة", 43),
    ("ar", "١٬٥٠٠ شاحنة", 1500),
    ("ar", "ألف وخمسمائة", 1500),
    ("ar", "خمسة وعشرين", 25),
    ("ar", "ثلاثة عشر", 13),
    ("ar", "مئتين وخمسين", 250),
    ("ar", "ألفان", 2000),
    ("ar", "جنديين", 2),
    ("ar", "نحو ٤٠", 40),
    ("tr", "on beş", 15),
    ("tr", "iki yüz elli", 250),
    ("tr", "bin beş yüz", 1500),
    ("tr", "on beş bin", 15_000),
    ("tr", "3 bin", 3000),
    ("tr", "1.500 kamyon", 1500),
    ("tr", "14'ü", 14),
    ("tr", "yaklaşık 40", 40),
    ("ru", "сорок три", 43),
    ("ru", "сто сорок три", 143),
    ("ru", "две тысячи пятьсот", 2500),
    ("ru", "3 тыс. машин", 3000),
    ("ru", "1 500 машин", 1500),
    ("ru", "около 40", 40),
]


@pytest.mark.parametrize(("language", "text", "value"), EXACT)
def test_a_number_is_read_from_digits_and_from_words(language: str, text: str, value: int) -> None:
    assert numbers(text, language) == [(value, value)]


@pytest.mark.parametrize(
    ("language", "text", "low"),
    [
        ("en", "at least 14", 14),
        ("en", "more than thirty", 30),
        ("en", "no fewer than nine", 9),
        ("en", "thirty or more", 30),
        ("en", "dozens", 24),
        ("en", "hundreds", 200),
        ("ar", "ما لا يقل عن ١٤", 14),
        ("ar", "أكثر من ثلاثين", 30),
        ("ar", "عشرات", 24),
        ("ar", "المئات", 200),
        ("tr", "en az 14", 14),
        ("tr", "30'dan fazla", 30),
        ("tr", "200'ü aşkın", 200),
        ("tr", "onlarca", 24),
        ("tr", "yüzlerce", 200),
        ("ru", "не менее 14", 14),
        ("ru", "по меньшей мере восемь", 8),
        ("ru", "более 30", 30),
        ("ru", "десятки", 24),
        ("ru", "сотни", 200),
    ],
)
def test_at_least_more_than_and_dozens_leave_a_number_open_above(language: str, text: str, low: int) -> None:
    assert numbers(text, language) == [(low, None)]


@pytest.mark.parametrize(
    ("language", "text", "high"),
    [
        ("en", "up to 30", 30),
        ("en", "no more than five", 5),
        ("en", "fewer than nine", 9),
        ("ar", "ما يصل إلى ٢٠", 20),
        ("ar", "أقل من عشرة", 10),
        ("tr", "en fazla 20", 20),
        ("tr", "20'ye kadar", 20),
        ("ru", "до 20", 20),
        ("ru", "не более пяти", 5),
        ("ru", "менее десяти", 10),
    ],
)
def test_up_to_and_fewer_than_let_a_number_be_anything_below(language: str, text: str, high: int) -> None:
    assert numbers(text, language) == [(0, high)]


@pytest.mark.parametrize(
    ("language", "text"), [("en", "a few"), ("ar", "بضعة"), ("tr", "birkaç"), ("ru", "несколько")]
)
def test_a_few_is_two_to_nine_in_every_language(language: str, text: str) -> None:
    assert numbers(text, language) == [(2, 9)]


@pytest.mark.parametrize(("language", "text"), [("en", "nobody"), ("en", "no one")])
def test_nobody_is_none_at_all(language: str, text: str) -> None:
    assert numbers(text, language) == [(0, 0)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("forty lorries and 12 ships", [(40, 40), (12, 12)]),
        ("twenty, thirty", [(20, 20), (30, 30)]),
        ("3,4,5", [(3, 3), (4, 4), (5, 5)]),
        ("two and three", [(2, 2), (3, 3)]),
        ("at least 12 lorries and 15 ships", [(12, None), (15, 15)]),
        ("in 2020 300 ships", [(2020, 2020), (300, 300)]),
        ("no number here", []),
    ],
)
def test_numbers_beside_each_other_are_kept_apart(text: str, expected: list[tuple[int, int]]) -> None:
    assert numbers(text, "en") == expected


def test_a_number_knows_its_words_and_whether_it_stood_in_digits() -> None:
    text = "Guards counted forty-three lorries and 1,500 sacks."
    spelled, written = find_numbers(Words.of(text), language_pack("en"))
    assert (spelled.span.of(text), spelled.digits) == ("forty-three", False)
    assert (written.span.of(text), written.digits) == ("1,500", True)


@given(st.integers(0, 999_999))
def test_digits_grouped_in_thousands_are_worth_what_they_are_without(value: int) -> None:
    grouped = f"{value:,}"
    assert numbers(grouped, "en") == numbers(grouped.replace(",", "."), "tr") == [(value, value)]
    assert numbers(grouped.replace(",", "\u00a0"), "ru") == [(value, value)]


@given(st.integers(1, 999_999_999))
def test_arabic_indic_digits_are_worth_what_latin_ones_are(value: int) -> None:
    indic = str(value).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert numbers(indic, "ar") == [(value, value)]


@given(
    st.lists(
        st.sampled_from(PIECES.split()),
        max_size=12,
    ),
    st.sampled_from(LANGUAGES),
)
def test_numbers_stand_in_order_inside_the_text_as_intervals(parts: list[str], language: str) -> None:
    text = " ".join(parts)
    found = find_numbers(Words.of(text), language_pack(language))
    assert all(one.end <= other.first for one, other in pairwise(found))
    for number in found:
        assert 0 <= number.span.start < number.span.end <= len(text)
        assert number.low >= 0
        assert number.high is None or number.high >= number.low


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        pytest.param("en", "two dozen", [(24, 24)], id="dozen multiplies"),
        pytest.param("ar", "ثلاثة آلاف", [(3000, 3000)], id="thousands after a number are exact"),
        pytest.param("ru", "две тысячи человек", [(2000, 2000)], id="so in Russian"),
        pytest.param("ar", "اثني عشر", [(12, 12)], id="twelve"),
        pytest.param("ar", "أحد عشر", [(11, 11)], id="eleven"),
        pytest.param("ar", "إحدى وعشرين", [(21, 21)], id="twenty-one"),
        pytest.param("ar", "واحد وثلاثون", [(31, 31)], id="thirty-one"),
        pytest.param("ar", "أحد ثلاثين", [(30, 30)], id="one of thirty"),
        pytest.param("tr", "on ikidir", [(12, 12)], id="is twelve"),
        pytest.param("tr", "binaya", [], id="a building"),
        pytest.param("tr", "bina", [], id="building"),
        pytest.param("en", "between 10 and 15", [(10, 15)], id="between"),
        pytest.param("en", "10 to 15", [(10, 15)], id="a range in words"),
        pytest.param("en", "10-15", [(10, 15)], id="a range with a hyphen"),
        pytest.param("en", "1.5 million", [(1_500_000, 1_500_000)], id="a decimal"),
        pytest.param("ru", "полторы тысячи", [(1500, 1500)], id="one and a half"),
    ],
)
def test_multiplied_compound_and_ranged_numbers_are_read_as_a_whole(
    language: str, text: str, expected: list[tuple[int, int]]
) -> None:
    assert numbers(text, language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("٢٠ قتيلا و٣٠ جريحا", [(20, 20), (30, 30)], id="and, written together with digits"),
        pytest.param("ما بين ١٠ و١٥", [(10, 15)], id="a range with it"),
        pytest.param("الأحد خمسة قتلى", [(5, 5)], id="Sunday is not one"),
        pytest.param("عشرون ألفا", [(20_000, 20_000)], id="thousand in the accusative"),
    ],
)
def test_arabic_numbers_beside_conjunctions_and_days_are_read(
    text: str, expected: list[tuple[int, int]]
) -> None:
    assert numbers(text, "ar") == expected


def test_no_run_of_digits_makes_a_number_too_great_to_be_stored() -> None:
    hostile = ",".join(["111"] * 30)
    assert all(number.low < 2**63 for number in find_numbers(Words.of(hostile), language_pack("en")))


@pytest.mark.parametrize("text", ["طائرتين مسيرتين", "جنديين اثنين"])
def test_an_arabic_dual_is_two_however_often_it_is_said(text: str) -> None:
    assert numbers(text, "ar") == [(2, 2)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "53 guards and more than 130 cooks"),
        ("en", "53 dead, at least 130 hurt"),
        ("ar", "53 قتيلا وأكثر من 130 جريحا"),
    ],
)
def test_what_leads_to_one_number_says_nothing_of_the_one_before(language: str, text: str) -> None:
    assert numbers(text, language) == [(53, 53), (130, None)]


def test_until_an_hour_is_no_bound() -> None:
    assert numbers("حتى المساء 25 قتيلا", "ar") == [(25, 25)]
    assert numbers("حتى 25 قتيلا", "ar") == [(0, 25)]
