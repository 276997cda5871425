from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import SettingsError
from tracker.reports import Week
from tracker.reports.week import day_of


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020-W23", date(2020, 6, 1), date(2020, 6, 7)),
        ("2020-W01", date(2019, 12, 30), date(2020, 1, 5)),
        ("2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
    ],
)
def test_a_week_runs_from_monday_to_sunday(text: str, first: date, last: date) -> None:
    week = Week.parse(text)
    assert (week.first, week.last) == (first, last)
    assert (first.isoweekday(), last.isoweekday()) == (1, 7)
    assert str(week) == text


@pytest.mark.parametrize(
    "text",
    [
        "2020-23",
        "2020W23",
        "2020-W5",
        "2020-W54",
        "2021-W53",
        "2020-W00",
        "0000-W01",
        "2020-W٢٣",
        " 2020-W23",
        "",
    ],
)
def test_what_names_no_week_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="week"):
        Week.parse(text)


@given(st.dates(min_value=date(1, 1, 8), max_value=date(9999, 12, 20)))
def test_every_day_lies_in_its_week_and_in_no_neighbour(day: date) -> None:
    week = Week.of(day)
    assert day in week
    assert Week.parse(str(week)) == week
    assert week.first - timedelta(days=1) not in week
    assert week.last + timedelta(days=1) not in week
    assert Week.of(week.last + timedelta(days=1)) != week


def test_a_moment_has_the_day_of_utc() -> None:
    libyan = timezone(timedelta(hours=2))
    assert day_of(datetime(2020, 6, 8, 1, 59, tzinfo=libyan)) == date(2020, 6, 7)
    assert day_of(datetime(2020, 6, 8, 2, 0, tzinfo=libyan)) == date(2020, 6, 8)
    assert day_of(datetime(2020, 6, 7, 23, 59, tzinfo=UTC)) == date(2020, 6, 7)
    assert day_of(datetime(2020, 6, 7, 23, 59)) == date(2020, 6, 7)  # noqa: DTZ001
