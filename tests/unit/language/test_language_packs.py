from datetime import date

import pytest

from tracker.language.dates import find_dates
from tracker.language.numbers import find_numbers
from tracker.language.pack import LANGUAGES, Reporting, is_supported, language_pack, pack_of_script
from tracker.language.phrases import Words

WEDNESDAY = date(2020, 5, 6)


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_language_of_the_product_has_a_pack_of_its_own(code: str) -> None:
    assert language_pack(code).code == code
    assert is_supported(code)


def test_a_language_without_a_pack_is_read_with_the_english_one_and_says_so() -> None:
    assert language_pack("fr").code == "en"
    assert not is_supported("fr")
    assert not is_supported("und")


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_weekday_has_a_name_in_every_language(code: str) -> None:
    names = {
        "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        "ar": "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
        "tr": "pazartesi salı çarşamba perşembe cuma cumartesi pazar",
        "ru": "понедельник вторник среду четверг пятницу субботу воскресенье",
    }[code]
    found = [find_dates(Words.of(name), language_pack(code), WEDNESDAY) for name in names.split()]
    assert [one.day.weekday() for [one] in found] == list(range(7))


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_month_has_a_name_in_every_language(code: str) -> None:
    names = {
        "en": "January February March April May June July August September October November December",
        "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
        "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
        "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    }[code]
    found = [find_dates(Words.of(f"2 {name} 2019"), language_pack(code), None) for name in names.split()]
    assert [one.day for [one] in found] == [date(2019, month, 2) for month in range(1, 13)]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_numbers_from_two_to_ten_have_names_in_every_language(code: str) -> None:
    names = {
        "en": "two three four five six seven eight nine ten",
        "ar": "اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة",
        "tr": "iki üç dört beş altı yedi sekiz dokuz on",
        "ru": "два три четыре пять шесть семь восемь девять десять",
    }[code]
    found = [find_numbers(Words.of(name), language_pack(code)) for name in names.split()]
    assert [one.low for [one] in found] == list(range(2, 11))


@pytest.mark.parametrize(
    ("code", "asserting", "denying"),
    [
        ("en", "The ministry said so.", "The ministry denied it."),
        ("ar", "قالت الوزارة ذلك.", "نفت الوزارة ذلك."),
        ("tr", "Bakanlık bunu söyledi.", "Bakanlık bunu yalanladı."),
        ("ru", "Министерство заявило об этом.", "Министерство опровергло это."),
    ],
)
def test_a_verb_of_saying_is_told_from_a_verb_of_denying(code: str, asserting: str, denying: str) -> None:
    reporting = language_pack(code).reporting
    assert [match.meaning for match in reporting.find(Words.of(asserting))] == [Reporting.ASSERTS]
    assert [match.meaning for match in reporting.find(Words.of(denying))] == [Reporting.DENIES]


@pytest.mark.parametrize(
    ("line", "page", "read_as"),
    [
        ("Читайте также: новости", "en", "ru"),
        ("اقرأ أيضا", "en", "ar"),
        ("Read more", "ar", "en"),
        ("Read more", "ru", "en"),
        ("Devamını oku", "tr", "tr"),
        ("Бои у порта, сообщает ISPI", "ru", "ru"),
        ("12:30", "ar", "ar"),
        ("", "ru", "ru"),
    ],
)
def test_a_line_in_another_script_is_read_with_the_pack_of_that_script(
    line: str, page: str, read_as: str
) -> None:
    assert pack_of_script(line, language_pack(page)).code == read_as
