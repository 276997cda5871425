"""Statements by month as a chart of bars, drawn without a script."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

HEIGHT: Final = 80  # units of the drawing
_BAR, _GAP = 8, 2
_MOST_MONTHS = 240
"""Longer than this, and only the last months are drawn; the table holds all."""


@dataclass(frozen=True, slots=True)
class MonthBar:
    """A month. `x`, `y` and `height` are in units of the drawing; nothing was said where it has no height."""

    month: date
    count: int
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class MonthChart:
    """Bars from the first month to the last, gaps included; `most` is the count of the highest."""

    bars: tuple[MonthBar, ...]
    most: int
    width: int
    bar: int = _BAR
    height: int = HEIGHT


def draw_months(months: Sequence[tuple[date, int]]) -> MonthChart | None:
    """The chart of counts by month, given in order; None where there are not two months to compare."""
    counts = dict(months)
    if len(counts) < 2:  # noqa: PLR2004
        return None
    numbers = [month.year * 12 + month.month - 1 for month in counts]
    first, last = max(numbers[0], numbers[-1] - _MOST_MONTHS + 1), numbers[-1]
    drawn = [date(number // 12, number % 12 + 1, 1) for number in range(first, last + 1)]
    most = max(counts.get(month, 0) for month in drawn)
    bars = []
    for place, month in enumerate(drawn):
        count = counts.get(month, 0)
        # Whatever was said at all is seen.
        height = max(round(count / most * HEIGHT), 2) if count else 0
        bars.append(MonthBar(month, count, place * (_BAR + _GAP), HEIGHT - height, height))
    return MonthChart(tuple(bars), most, len(bars) * (_BAR + _GAP) - _GAP)
