from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.reading.dates import parse_published, parse_published_loosely


def test_a_bare_date_is_midnight_in_utc() -> None:
    assert parse_published("2020-01-06") == datetime(2020, 1, 6, tzinfo=UTC)


def test_a_time_without_zone_is_taken_as_utc() -> None:
    assert parse_published("2020-01-06T18:30:00") == datetime(2020, 1, 6, 18, 30, tzinfo=UTC)


def test_a_zone_is_kept_as_written() -> None:
    moment = parse_published("2020-01-06T18:30:00+02:00")
    assert moment.utcoffset() == timedelta(hours=2)
    assert moment == datetime(2020, 1, 6, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "written", ["6 January 2020", "2020-13-01", "", "yesterday", "0001-01-01T00:00:00+10:00"]
)
def test_anything_else_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_published(written)


def test_metadata_may_also_use_the_date_format_of_mail() -> None:
    assert parse_published_loosely("Mon, 06 Jan 2020 12:00:00 +0200") == datetime(2020, 1, 6, 10, tzinfo=UTC)
    assert parse_published_loosely("last week") is None


@settings(deadline=None)
@given(st.text(max_size=40))
def test_no_text_whatever_breaks_the_loose_reading(written: str) -> None:
    moment = parse_published_loosely(written)
    assert moment is None or moment.tzinfo is not None
