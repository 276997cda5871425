"""Boosted trees as tables: what a few findings say together, looked up instead of asked for.

Every way through a tree goes by three numbers at most, by two where the tree was fitted so, and leads to the
same end wherever each of them lies between the same two bounds. So all ways that go by the same numbers come
to one table over the intervals between their bounds, and tables that share numbers, or are small, to a larger
one. A pair of statements is looked up in a few of them, where it would be asked hundreds of questions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tracker.events.linkable import Floats
from tracker.statements.trees import LEAVES, QUESTIONS, Trees

_CELLS = 10_000  # of a table made of several: 40 kB, so that what is looked up often stays at hand
_MOST_CELLS = 100_000  # of a table at all
_FEW_NUMBERS = 2  # that a part of a tree should go by
_PIECES = (1, 2, 4)  # into which a tree may be cut
_BLOCK = 4096  # rows looked up at a time, for the same reason

Numbers = tuple[int, ...]
"""Which numbers of a row a tree or a table goes by, in order."""


@dataclass(frozen=True, slots=True)
class Table:
    """What some numbers of a row give: the cell in `cells` is at the sum of their intervals times `steps`."""

    numbers: Numbers
    steps: Sequence[int]
    cells: Floats


@dataclass(frozen=True, slots=True)
class Tables:
    """The bounds of each number, in order, and tables over the intervals between them."""

    bounds: tuple[Floats, ...]
    tables: tuple[Table, ...]

    @classmethod
    def of(cls, trees: Trees, count: int) -> "Tables":
        """What gives the same as some trees over so many numbers.

        Raises ValueError where a tree goes by more numbers than a table can have.
        """
        trees = _cut(trees)
        by_numbers = [_numbers_of(*tree) for tree in zip(trees.asked, trees.given, strict=True)]
        bounds = tuple(_bounds(trees, number) for number in range(count))
        groups = _gathered(by_numbers, [len(found) + 1 for found in bounds])
        of_group: dict[Numbers, list[int]] = {group: [] for group in groups}
        for row, numbers in enumerate(by_numbers):
            of_group[next(group for group in groups if {*numbers} <= {*group})].append(row)
        return cls(bounds, tuple(_table(trees, rows, group, bounds) for group, rows in of_group.items()))

    def give(self, columns: Floats) -> Floats:
        """What the tables give together; `columns`: shape (numbers, rows). Returns shape (rows,)."""
        begins = range(0, columns.shape[1], _BLOCK)
        parts = [self._look_up(columns[:, begin : begin + _BLOCK]) for begin in begins]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)

    def _look_up(self, columns: Floats) -> Floats:
        intervals = [
            np.searchsorted(bounds, column) for bounds, column in zip(self.bounds, columns, strict=True)
        ]
        given = np.zeros(columns.shape[1], dtype=np.float32)
        for table in self.tables:
            place = np.zeros(columns.shape[1], dtype=np.intp)
            for number, step in zip(table.numbers, table.steps, strict=True):
                place += intervals[number] * step
            given += table.cells[place]
        return given


def _cut(trees: Trees) -> Trees:
    """The same as several times as many trees, each of which gives something at a few ends only.

    Each is cut no further than needed for its parts to go by two numbers at most, and never further than into
    quarters: on the way to one of these there are three questions.
    """
    parts = [_parts(*tree) for tree in zip(trees.asked, trees.given, strict=True)]
    rows = [row for row, cut in enumerate(parts) for _ in cut]
    return Trees(trees.asked[rows], trees.bounds[rows], np.concatenate(parts))


def _parts(asked: NDArray[np.intp], ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the parts of a tree give at its ends: shape (parts, LEAVES)."""
    parts: NDArray[np.float64] = ends[None, :]
    for pieces in _PIECES:
        within = np.arange(LEAVES) * pieces // LEAVES == np.arange(pieces)[:, None]
        parts = ends * within
        if all(len(_numbers_of(asked, part)) <= _FEW_NUMBERS for part in parts):
            break
    return parts


def _numbers_of(asked: NDArray[np.intp], ends: NDArray[np.float64]) -> Numbers:
    """The numbers on which it depends what a tree gives at its ends."""
    numbers = set()
    for question in range(QUESTIONS):
        first, last = question, question
        while first < QUESTIONS:
            first, last = 2 * first + 1, 2 * last + 2
        reached = ends[first - QUESTIONS : last - QUESTIONS + 1]
        if (reached != reached[0]).any():
            numbers.add(int(asked[question]))
    return tuple(sorted(numbers))


def _bounds(trees: Trees, number: int) -> Floats:
    return np.unique(trees.bounds[trees.asked == number].astype(np.float32))


def _gathered(wanted: Iterable[Numbers], intervals: Sequence[int]) -> list[Numbers]:
    """Sets of numbers, each of the wanted ones in one of them; joined as long as their tables stay small."""

    def cells(numbers: Iterable[int]) -> int:
        return int(np.prod([intervals[number] for number in numbers]))

    groups: list[Numbers] = []
    for numbers in sorted(set(wanted), key=lambda one: (-cells(one), one)):
        if cells(numbers) > _MOST_CELLS:
            raise ValueError(f"a tree goes by the numbers {numbers}: more than a table can have")
        for place, group in enumerate(groups):
            union = tuple(sorted({*group, *numbers}))
            if cells(union) <= _CELLS:
                groups[place] = union
                break
        else:
            groups.append(numbers)
    return groups


def _table(trees: Trees, rows: Sequence[int], numbers: Numbers, bounds: Sequence[Floats]) -> Table:
    """The table of some trees over the numbers that they go by."""
    # A bound itself is not above it, so that it stands for the interval that ends with it.
    stand_ins = [np.append(bounds[number], np.float32(np.inf)) for number in numbers]
    shape = [len(found) for found in stand_ins]
    columns = np.zeros((len(bounds), int(np.prod(shape))), dtype=np.float32)
    for number, found in zip(numbers, np.meshgrid(*stand_ins, indexing="ij"), strict=True):
        columns[number] = found.ravel()
    chosen = replace(trees, asked=trees.asked[rows], bounds=trees.bounds[rows], given=trees.given[rows])
    steps = [int(np.prod(shape[place + 1 :])) for place in range(len(shape))]
    return Table(numbers, steps, chosen.gives(columns).sum(axis=0).astype(np.float32))
