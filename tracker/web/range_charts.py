"""The figures for one thing as intervals on a line, a lane for each party: never one number as the truth."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, log10

from tracker.domain.parties import Party
from tracker.domain.questions import LedgerRow
from tracker.web.party_labels import PartyLabel, in_registry_order, labels_by_code

_TICKS = 5


@dataclass(frozen=True, slots=True)
class FigureBar:
    """A figure of a party, given in `statements` statements. `high` is None where it is open above.

    `start` and `end` are places on the axis, from 0 to 1; an open figure ends at 1.
    """

    low: int
    high: int | None
    start: float
    end: float
    superseded: bool
    statements: int


@dataclass(frozen=True, slots=True)
class FigureLane:
    """The figures of one party, from the least to the greatest."""

    party: PartyLabel
    bars: tuple[FigureBar, ...]


@dataclass(frozen=True, slots=True)
class AxisNumber:
    """A number that is named on the axis."""

    number: int
    share: float


@dataclass(frozen=True, slots=True)
class RangeChart:
    """Lanes over one axis from 0. `low` and `high` are the policy's, `high` at 1 where it is open above."""

    lanes: tuple[FigureLane, ...]
    numbers: tuple[AxisNumber, ...]
    low: float
    high: float


def draw_range(row: LedgerRow, parties: Mapping[str, Party]) -> RangeChart:
    """Lay the figures of a row of the ledger out."""
    greatest = max((entry.figure.high or entry.figure.low for entry in row.entries), default=0)
    # An arrow that leads on needs room behind the last number.
    reach = max(1, greatest) * 1.08

    def place(number: int | None) -> float:
        return 1.0 if number is None else round(number / reach, 4)

    counted: dict[tuple[str, int, int | None, bool], int] = {}
    for entry in row.entries:
        key = (entry.party, entry.figure.low, entry.figure.high, entry.superseded)
        counted[key] = counted.get(key, 0) + 1
    label = labels_by_code(parties)
    lanes = []
    for code in in_registry_order({entry.party for entry in row.entries}, parties):
        bars = [
            FigureBar(low, high, place(low), place(high), superseded, number)
            for (party, low, high, superseded), number in counted.items()
            if party == code
        ]
        # Those that stand are drawn last, so that they lie on top.
        bars.sort(key=lambda bar: (not bar.superseded, bar.low, bar.end))
        lanes.append(FigureLane(party=label(code), bars=tuple(bars)))
    numbers = tuple(AxisNumber(number, place(number)) for number in _round_numbers(greatest))
    return RangeChart(lanes=tuple(lanes), numbers=numbers, low=place(row.low), high=place(row.high))


def _round_numbers(greatest: int) -> range:
    """0 and round numbers in equal steps, up to the greatest figure."""
    if greatest < 1:
        return range(1)
    rough = greatest / _TICKS
    size = 10 ** max(0, floor(log10(rough))) if rough >= 1 else 1
    step = next(int(size * factor) for factor in (1, 2, 5, 10) if size * factor >= rough)
    return range(0, greatest + 1, step)
