"""Days, months and moments as the reader's language writes them."""

from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date

from tracker.web.languages import LANGUAGES, current_language, gettext


def day(value: date) -> str:
    """A day: "5 June 2020"."""
    return _written(value.year, value.month, value.day, "d MMMM y", current_language().code)


def month(value: date) -> str:
    """A month: "June 2020"."""
    return _written(value.year, value.month, 1, "MMMM y", current_language().code)


def moment(value: datetime) -> str:
    """A moment to the minute, with its time zone: "5 June 2020, 14:20 UTC"."""
    zone = value.tzname()
    time = f"{value:%H:%M} {zone}" if zone else f"{value:%H:%M}"
    return gettext("%(day)s, %(time)s", day=day(value), time=time)


@lru_cache(maxsize=20_000)
def _written(year: int, month: int, day: int, pattern: str, code: str) -> str:
    # Lists hold many dates, the same ones over and over, and each takes babel a while.
    return format_date(date(year, month, day), pattern, locale=LANGUAGES[code].locale)
