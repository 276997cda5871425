from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import SettingsError
from tracker.reports import Period, Week

DAYS = st.dates(date(1, 2, 1), date(9999, 11, 30))


def test_a_week_is_called_by_its_number_and_other_days_by_both_ends() -> None:
    assert Period.of_week(Week.parse("2020-W23")).name == "2020-W23"
    assert Period(date(2020, 6, 1), date(2020, 6, 7)).name == "2020-W23"
    assert Period(date(2020, 6, 2), date(2020, 6, 8)).name == "2020-06-02--2020-06-08"
    assert Period(date(2020, 6, 1), date(2020, 6, 1)).name == "2020-06-01--2020-06-01"


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(SettingsError, match="2020-06-02"):
        Period(date(2020, 6, 2), date(2020, 6, 1))


def test_before_the_first_day_there_is_no_period() -> None:
    assert Period(date(1, 1, 3), date(1, 1, 9)).back() is None


@given(DAYS, st.integers(0, 20), st.integers(1, 3))
def test_periods_before_are_as_long_and_leave_no_day_out(first: date, more: int, times: int) -> None:
    period = Period(first, min(first + timedelta(days=more), date(9999, 12, 31)))
    before = period.back(times)
    if before is not None:
        assert before.days == period.days
        assert period.first - before.last == timedelta(days=1 + (times - 1) * period.days)
        assert before.last not in period
