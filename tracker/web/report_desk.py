"""Where the pages have reports from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.report_orders import ReportFile, ReportOrder

FORMATS = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "md": "text/markdown; charset=utf-8",
}
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
class Counted:
    """A count of the report, and that of the days as many before them."""

    now: int
    before: int


@dataclass(frozen=True, slots=True)
class ReportedEvent:
    """A contested event of a report, with how many of its conflicts stand and of its statements."""

    id: str
    title: str
    title_language: str
    conflicts: int
    statements: int
    constructed: bool


@dataclass(frozen=True, slots=True)
class ReportSummary:
    """What a report comes to: its days, its counts by name, its contested events in its order."""

    name: str
    first: date
    last: date
    as_of: date
    place_name: str | None
    counts: dict[str, Counted]
    contested: tuple[ReportedEvent, ...]
    sources: int


@dataclass(frozen=True, slots=True)
class ReportDesk:
    """Where reports come from.

    `weeks` gives the weeks in which anything was published, the latest first. `summary` says what a report
    comes to; `render` makes it in a format of `FORMATS`: the same order over the same stored statements gives
    the same bytes. Both raise SettingsError for an order that cannot be carried out, and BusyError where
    others' reports are being made for too long.
    """

    weeks: Callable[[], Sequence[WeekRow]]
    summary: Callable[[ReportOrder], ReportSummary]
    render: Callable[[ReportOrder, str], ReportFile]
