"""Where the pages have weekly reports from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

FORMATS = {"html": "text/html", "md": "text/markdown"}
"""The formats in which the pages hand out a report, with their media types."""


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A week, such as 2020-W23, with its days and how much was published in it."""

    week: str
    first: date
    last: date
    documents: int
    statements: int


@dataclass(frozen=True, slots=True)
class ReportDesk:
    """Where reports come from.

    `weeks` gives the weeks in which anything was published, the latest first. `render` makes the report of a
    week in a format of `FORMATS`; the same stored statements give the same text. It raises SettingsError for
    what is no week.
    """

    weeks: Callable[[], Sequence[WeekRow]]
    render: Callable[[str, str], str]
