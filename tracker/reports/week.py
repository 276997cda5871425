"""Weeks as ISO 8601 counts them: Monday to Sunday, week 1 holds the year's first Thursday."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from tracker.domain.errors import SettingsError

_WRITTEN = re.compile(r"([0-9]{4})-W([0-9]{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Week:
    """A week by year and number. Its days are those of UTC."""

    year: int
    number: int

    def __post_init__(self) -> None:
        try:
            self.first + timedelta(days=6)
        except (ValueError, OverflowError):
            raise SettingsError(f"there is no week {self.number} in the year {self.year}") from None

    @classmethod
    def parse(cls, text: str) -> "Week":
        """The week that "2020-W23" names. Raises SettingsError for anything else."""
        written = _WRITTEN.fullmatch(text)
        if written is None:
            raise SettingsError(f"{text!r} names no week: write the year and the week, such as 2020-W23")
        return cls(year=int(written[1]), number=int(written[2]))

    @classmethod
    def of(cls, day: date) -> "Week":
        """The week in which a day lies."""
        year, number, _ = day.isocalendar()
        return cls(year=year, number=number)

    @property
    def first(self) -> date:
        """Its Monday."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its Sunday."""
        return self.first + timedelta(days=6)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{self.year:04}-W{self.number:02}"


def in_utc(moment: datetime) -> datetime:
    """A moment in UTC, without its zone; one that has none is taken to be UTC already."""
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def day_of(moment: datetime) -> date:
    """The day of a moment in UTC."""
    return in_utc(moment).date()
