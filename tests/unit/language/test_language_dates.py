from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.documents import DateFound, DatePrecision, Span
from tracker.domain.statements import EventDate
from tracker.language.dates import find_dates, timed_words
from tracker.language.pack import LANGUAGES, language_pack
from tracker.language.phrases import Words

WEDNESDAY = date(2020, 1, 8)
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
PIECES = "6 January 2020 yesterday Monday May 31 , of أمس 4 أبريل من dün марта 29 شباط"


def dates(text: str, language: str, published: date | None = WEDNESDAY) -> list[EventDate]:
    return find_dates(Words.of(text), language_pack(language), published)


FULL = [
    ("en", "6 January 2020"),
    ("en", "January 6, 2020"),
    ("en", "the 6th of January 2020"),
    ("en", "Jan. 6, 2020"),
    ("en", "2020-01-06"),
    ("en", "06/01/2020"),
    ("ar", "6 يناير 2020"),
    ("ar", "٦ يناير ٢٠٢٠"),
    ("ar", "السادس من يناير 2020"),
    ("ar", "6 كانون الثاني 2020"),
    ("tr", "6 Ocak 2020"),
    ("tr", "6 Ocak 2020'de"),
    ("tr", "06.01.2020"),
    ("ru", "6 января 2020 года"),
    ("ru", "06.01.2020"),
]


@pytest.mark.parametrize(("language", "written"), FULL)
@pytest.mark.parametrize("published", [None, date(2023, 7, 1)])
def test_a_full_date_is_read_whether_or_not_the_day_of_publication_is_known(
    language: str, written: str, published: date | None
) -> None:
    [found] = dates(written, language, published)
    assert (found.day, found.precision, found.found) == (
        date(2020, 1, 6),
        DatePrecision.DAY,
        DateFound.EXPLICIT,
    )


@pytest.mark.parametrize(
    ("language", "written", "day"),
    [
        ("en", "on 6 January", date(2020, 1, 6)),
        ("en", "on December 31", date(2019, 12, 31)),
        ("en", "on 21 May", date(2019, 5, 21)),
        ("ar", "في الرابع من أبريل", date(2019, 4, 4)),
        ("tr", "4 Nisan'da", date(2019, 4, 4)),
        ("ru", "31 декабря", date(2019, 12, 31)),
    ],
)
def test_a_date_without_its_year_is_the_last_such_day(language: str, written: str, day: date) -> None:
    assert [found.day for found in dates(written, language)] == [day]


def test_a_date_without_its_year_may_lie_some_weeks_ahead() -> None:
    assert [found.day for found in dates("a summit on 19 January", "en")] == [date(2020, 1, 19)]


RELATIVE = [
    ("en", "yesterday", date(2020, 1, 7)),
    ("en", "today", date(2020, 1, 8)),
    ("en", "two days ago", date(2020, 1, 6)),
    ("en", "on Monday", date(2020, 1, 6)),
    ("en", "on Wednesday", date(2020, 1, 8)),
    ("en", "on Thursday", date(2020, 1, 2)),
    ("ar", "أمس", date(2020, 1, 7)),
    ("ar", "أول أمس", date(2020, 1, 6)),
    ("ar", "يوم الاثنين", date(2020, 1, 6)),
    ("ar", "الخميس", date(2020, 1, 2)),
    ("tr", "dün", date(2020, 1, 7)),
    ("tr", "iki gün önce", date(2020, 1, 6)),
    ("tr", "pazartesi günü", date(2020, 1, 6)),
    ("tr", "perşembe günü", date(2020, 1, 2)),
    ("ru", "вчера", date(2020, 1, 7)),
    ("ru", "позавчера", date(2020, 1, 6)),
    ("ru", "в понедельник", date(2020, 1, 6)),
    ("ru", "в четверг", date(2020, 1, 2)),
]


@pytest.mark.parametrize(("language", "written", "day"), RELATIVE)
def test_a_relative_day_is_reckoned_from_the_day_of_publication(
    language: str, written: str, day: date
) -> None:
    [found] = dates(written, language)
    assert (found.day, found.precision, found.found) == (day, DatePrecision.DAY, DateFound.RELATIVE)


@pytest.mark.parametrize(("language", "written"), [(language, written) for language, written, _ in RELATIVE])
def test_without_a_day_of_publication_no_relative_day_is_guessed(language: str, written: str) -> None:
    assert dates(written, language, None) == []


@pytest.mark.parametrize(
    ("language", "week", "month"),
    [
        ("en", "last week", "last month"),
        ("ar", "الأسبوع الماضي", "الشهر الماضي"),
        ("tr", "geçen hafta", "geçen ay"),
        ("ru", "на прошлой неделе", "в прошлом месяце"),
    ],
)
def test_a_week_or_month_gone_by_is_known_no_more_exactly_than_that(
    language: str, week: str, month: str
) -> None:
    [in_week], [in_month] = dates(week, language), dates(month, language)
    assert (in_week.day, in_week.precision) == (date(2019, 12, 30), DatePrecision.WEEK)
    assert (in_month.day, in_month.precision) == (date(2019, 12, 1), DatePrecision.MONTH)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "in March 2019"),
        ("ar", "في مارس 2019"),
        ("tr", "Mart 2019'da"),
        ("ru", "в марте 2019 года"),
    ],
)
def test_a_month_and_its_year_are_known_to_the_month(language: str, written: str) -> None:
    [found] = dates(written, language, None)
    assert (found.day, found.precision) == (date(2019, 3, 1), DatePrecision.MONTH)


@pytest.mark.parametrize(
    "text",
    [
        "They may go.",
        "The march on the port went on.",
        "30 February 2020",
        "2020-13-01",
        "99/99/2020",
        "in 2019",
    ],
)
def test_what_is_no_date_is_not_taken_for_one(text: str) -> None:
    assert dates(text, "en") == []


def test_a_dates_span_covers_its_day_month_and_year() -> None:
    text = "The ship sailed on the 6th of January 2020, a Monday."
    assert [found.span.of(text) for found in dates(text, "en") if found.span] == [
        "6th of January 2020",
        "Monday",
    ]


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.integers(0, 6))
def test_a_weekday_is_never_after_publication_nor_a_week_before_it(published: date, weekday: int) -> None:
    [found] = dates(WEEKDAYS.split()[weekday], "en", published)
    assert found.day.weekday() == weekday
    assert timedelta(0) <= published - found.day < timedelta(7)


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_a_day_and_month_are_taken_to_the_year_that_brings_them_near(published: date, day: date) -> None:
    written = f"{day.day} {day:%B}"
    for found in dates(written, "en", published):
        assert (found.day.month, found.day.day) == (day.month, day.day)
        assert timedelta(-31) <= published - found.day <= timedelta(366)


@given(
    st.lists(st.sampled_from(PIECES.split())),
    st.none() | st.dates(date(1990, 1, 1), date(2099, 12, 31)),
    st.sampled_from(LANGUAGES),
)
def test_dates_stand_in_order_inside_the_text(
    parts: list[str], published: date | None, language: str
) -> None:
    text = " ".join(parts)
    spans = [found.span for found in dates(text, language, published)]
    assert all(span is not None and span.end <= len(text) for span in spans)
    starts = [span.start for span in spans if span]
    assert starts == sorted(starts)


@pytest.mark.parametrize(
    ("published", "written"),
    [
        (date.min, "yesterday"),
        (date.min, "on Friday"),
        (date.min, "last week"),
        (date.min, "last month"),
        (date.max, "on 6 January"),
    ],
)
def test_a_day_of_publication_at_the_end_of_the_calendar_gives_no_date(published: date, written: str) -> None:
    # Pages without a real date often bear the calendar's first day, "0001-01-01T00:00:00".
    assert dates(written, "en", published) == []


def test_a_month_named_twice_as_arab_outlets_do_is_one_date() -> None:
    assert [found.day for found in dates("في 4 أبريل/نيسان 2018", "ar")] == [date(2018, 4, 4)]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("الحادي عشر", 11),
        ("السابع عشر", 17),
        ("العشرين", 20),
        ("الحادي والعشرين", 21),
        ("السادس والعشرون", 26),
    ],
)
def test_an_arabic_day_beyond_the_tenth_is_read(written: str, day: int) -> None:
    found = dates(f"في {written} من مايو 2019", "ar")
    assert [(one.day, one.precision) for one in found] == [(date(2019, 5, day), DatePrecision.DAY)]
    assert found[0].span == Span(3, 3 + len(f"{written} من مايو 2019"))


NAMES = [
    ("en", "the February 17 brigade"),
    ("en", "the 17 February Revolution"),
    ("en", "17th February Martyrs Brigade"),
    ("ar", "كتيبة 17 فبراير"),
    ("ar", "ثورة السابع عشر من فبراير"),
    ("ar", "بثورة فبراير"),
    ("tr", "17 Şubat Tugayı"),
    ("en", "fighters of 17 February Brigade"),
    ("en", "the “February 17” force"),
    ("ar", 'كتيبة "17 فبراير"'),
    ("ru", "бригада «17 февраля» отступила"),
    ("ru", "«17 февраля»"),
    ("ru", "Революции 17 февраля"),
]


@pytest.mark.parametrize(("language", "written"), NAMES)
def test_what_is_named_after_a_day_tells_none(language: str, written: str) -> None:
    assert dates(written, language) == []


NO_NAMES = [
    ("en", "On January 7, brigade commanders met", date(2020, 1, 7)),
    ("en", "the brigade left on January 7", date(2020, 1, 7)),
    ("en", "On January 7 hospital officials spoke", date(2020, 1, 7)),
    ("en", "“They left on January 7”", date(2020, 1, 7)),
    ("en", "the February 17, 2011 revolution", date(2011, 2, 17)),
    ("ar", "وصل اللواء في 7 يناير", date(2020, 1, 7)),
    # As Russian says that it did so on that day.
    ("ru", "бригада 7 января вошла в город", date(2020, 1, 7)),
]


@pytest.mark.parametrize(("language", "written", "day"), NO_NAMES)
def test_what_stands_beside_a_day_need_not_bear_its_name(language: str, written: str, day: date) -> None:
    assert [found.day for found in dates(written, language)] == [day]


@pytest.mark.parametrize(
    ("language", "text", "timed"),
    [
        ("en", "On the evening of 26 May fighters entered.", ["26", "May"]),
        ("en", "13.05 He is dead, says the council.", ["13", "05"]),
        ("en", "The call of 14:10 went unheard.", ["14", "10"]),
        ("en", "Of the crew 12 may have died.", []),
        ("en", "The ships carried 13.05 tonnes.", []),
        ("en", "They won 20:3 and 1:755.", []),
        ("tr", "6 Temmuz sabahı silahlı adamlar geldi.", ["6", "Temmuz"]),
        ("ru", "Утром 26 мая боевики вошли в город.", ["26", "мая"]),
        ("ar", "دخل المسلحون صباح 26 مايو.", ["26", "مايو"]),
    ],
)
def test_numbers_of_days_and_hours_are_known_also_where_no_date_comes_of_them(
    language: str, text: str, timed: list[str]
) -> None:
    words = Words.of(text)
    found = timed_words(words, language_pack(language))
    assert [words.span(index, index + 1).of(text) for index in sorted(found)] == timed
