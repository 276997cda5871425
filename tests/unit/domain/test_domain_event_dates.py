from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.documents import DateFound, DatePrecision
from tracker.domain.statements import EventDate


def event_date(day: date, precision: DatePrecision) -> EventDate:
    return EventDate(day, precision, DateFound.EXPLICIT)


@pytest.mark.parametrize(
    ("precision", "first", "last"),
    [
        (DatePrecision.DAY, date(2020, 2, 12), date(2020, 2, 12)),
        (DatePrecision.WEEK, date(2020, 2, 10), date(2020, 2, 16)),
        (DatePrecision.MONTH, date(2020, 2, 1), date(2020, 2, 29)),
        (DatePrecision.YEAR, date(2020, 1, 1), date(2020, 12, 31)),
    ],
)
def test_a_date_means_any_day_of_its_week_month_or_year(
    precision: DatePrecision, first: date, last: date
) -> None:
    assert event_date(date(2020, 2, 12), precision).days() == (first, last)


@given(st.dates(), st.sampled_from(DatePrecision))
def test_the_day_itself_is_always_among_those_meant(day: date, precision: DatePrecision) -> None:
    first, last = event_date(day, precision).days()
    assert first <= day <= last
    assert event_date(first, precision).days() == event_date(last, precision).days() == (first, last)
