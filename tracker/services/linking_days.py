"""Days between which statements may be about one happening."""

from datetime import date

from tracker.events.pairs import LONGEST_GAP


def span_around(day: date | None) -> tuple[date, date] | None:
    """The window around the month a day lies in: one search serves a month. None for no day."""
    if day is None:
        return None
    first = day.toordinal() - day.day + 1
    return day_of(first - LONGEST_GAP), day_of(first + 31 + LONGEST_GAP)


def day_of(ordinal: float) -> date:
    """The day of an ordinal, or the first or last there is."""
    return date.fromordinal(int(min(max(ordinal, date.min.toordinal()), date.max.toordinal())))
