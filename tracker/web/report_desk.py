"""Where the pages have reports from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

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
class ReportOrder:
    """Which report is wanted.

    `name` is that of its days: "2020-W23", or "2020-06-01--2020-06-10". It is held to `parties` (codes) and
    to `place` (a name or an id) where they are given; `as_of` is the day whose knowledge it tells, None for
    today's. `base` is the address below which the pages lie, for its permalinks.
    """

    name: str
    language: str
    parties: tuple[str, ...] = ()
    place: str | None = None
    as_of: date | None = None
    base: str = field(default="", metadata={"json": False})


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
class ReportFile:
    """A report as a file: what to call it, its ending included, and what it holds."""

    name: str
    content: bytes


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
