"""Which days a report is about: a week, or any days from one to another."""

from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.errors import SettingsError
from tracker.reports.week import Week


@dataclass(frozen=True, slots=True)
class Period:
    """Days of UTC, the first and the last included. `week` is there where they are one week of ISO 8601."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise SettingsError(f"a report cannot begin on {self.first} and end before that, on {self.last}")

    @classmethod
    def of_week(cls, week: Week) -> "Period":
        """The days of a week."""
        return cls(week.first, week.last)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def week(self) -> Week | None:
        """The week that it is, None where it is none."""
        week = Week.of(self.first)
        return week if (week.first, week.last) == (self.first, self.last) else None

    @property
    def name(self) -> str:
        """How it is called in names of files: "2020-W23", or "2020-06-01--2020-06-10"."""
        return str(self.week or f"{self.first}--{self.last}")

    def back(self, times: int = 1) -> "Period | None":
        """The period as long as this one that ends before it, `times` over; None before the first day."""
        try:
            by = timedelta(days=self.days * times)
            return Period(self.first - by, self.last - by)
        except OverflowError:
            return None

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return self.name
