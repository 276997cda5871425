import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading_texts import ARABIC, BY_LANGUAGE, ENGLISH, RUSSIAN, TURKISH

from tracker.reading.detection import candidates, confirmed_language, detect_language, normalise_code


@pytest.mark.parametrize(("language", "text"), BY_LANGUAGE.items())
def test_a_paragraph_is_recognised(language: str, text: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(
    ("headline", "language"),
    [
        ("Parliament rejects the draft of the envoy", "en"),
        ("قوات الحكومة تنسحب من الميناء", "ar"),
        ("Meclis başkanı iddiaları yalanladı", "tr"),
        ("Парламент отверг проект посланника", "ru"),
        ("Уряд спростував повідомлення про відступ військ із міста", "uk"),
        ("سخنگوی دولت گفت که نیروها پیشروی کرده‌اند و گزارش‌ها درست است", "fa"),
    ],
)
def test_a_headline_is_recognised(headline: str, language: str) -> None:
    assert detect_language(headline) == language


@pytest.mark.parametrize("text", ["", "   ", "1234 5678", "☃ ☃ ☃", "Misrata", "dakika", "with"])
def test_where_there_is_too_little_to_tell_nothing_is_guessed(text: str) -> None:
    assert detect_language(text) == "und"


def test_a_foreign_name_does_not_change_the_language() -> None:
    assert detect_language(ARABIC + " پ گ") == "ar"
    assert detect_language(RUSSIAN + " Ђукић") == "ru"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("en-GB", "en"),
        ("AR", "ar"),
        ("tr_TR", "tr"),
        ("ara", "ar"),
        (" ru ", "ru"),
        ("und", "und"),
        ("english", None),
        ("", None),
        ("12", None),
    ],
)
def test_tags_are_cut_down_to_the_language(written: str, code: str | None) -> None:
    assert normalise_code(written) == code


def test_a_claim_stands_only_while_the_words_bear_it_out() -> None:
    assert confirmed_language(TURKISH, "tr-TR") == "tr"
    assert confirmed_language(ARABIC, "en") == "ar"
    assert confirmed_language(TURKISH, "en-US") == "tr"
    assert confirmed_language("سخنگو", "fa") == "fa"
    assert confirmed_language(ENGLISH, None) is None
    assert confirmed_language(ENGLISH, "page") is None


def test_all_of_a_text_is_looked_at_not_only_its_beginning() -> None:
    # The library's own limit is 80 characters.
    assert candidates(TURKISH[:85] + 2 * ENGLISH)[0][0] == "en"


@settings(deadline=None)
@given(st.text())
def test_every_text_gets_some_answer(text: str) -> None:
    assert normalise_code(detect_language(text)) is not None
