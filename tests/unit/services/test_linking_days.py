from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tracker.events.pairs import LONGEST_GAP
from tracker.services.linking_days import day_of, span_around


@given(st.dates())
def test_a_window_holds_every_day_that_may_be_of_one_happening(day: date) -> None:
    span = span_around(day)
    assert span is not None
    first, last = span
    for gap in (-LONGEST_GAP, LONGEST_GAP):
        assert first <= day_of(day.toordinal() + gap) <= last


@given(st.dates(min_value=date(2, 1, 1), max_value=date(9990, 1, 1)))
def test_the_days_of_a_month_have_one_window(day: date) -> None:
    assert span_around(day) == span_around(day.replace(day=1))


def test_no_day_has_no_window() -> None:
    assert span_around(None) is None
