"""Windows of statements, and what can be asked of them."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import numpy as np
from event_examples import PUBLISHED, linkable
from likeness import AlikeInContext

from tracker.domain.events import LinkDecision, LinkVerdict
from tracker.events.constraints import Constraints
from tracker.events.linkable import Coder, Linkable
from tracker.events.pairs import LONGEST_GAP
from tracker.events.window import OpenWindow

NORTH, EAST, UP = (1.0,), (0.0, 1.0), (0.0, 0.0, 1.0)
FAR = timedelta(days=int(LONGEST_GAP) + 1)
Partition = set[frozenset[str]]


def open_window(*decisions: LinkDecision, threshold: float = 0.5) -> OpenWindow:
    return OpenWindow(AlikeInContext(threshold=threshold), Constraints.of(decisions))


def together(one: str, other: str) -> LinkDecision:
    return LinkDecision(one, other, LinkVerdict.TOGETHER)


def apart(one: str, other: str) -> LinkDecision:
    return LinkDecision(one, other, LinkVerdict.APART)


def statements(
    *names: str, vector: Sequence[float] = NORTH, published: date | None = PUBLISHED
) -> list[Linkable]:
    return [linkable(name, vector=vector, published=published) for name in names]


def names_of(window: OpenWindow, rows: Iterable[int]) -> frozenset[str]:
    return frozenset(window.linkables[row].statement.id for row in rows)


def partition(window: OpenWindow) -> Partition:
    return {names_of(window, rows) for rows in window.members.values()}


def likeness_by_name(window: OpenWindow) -> dict[frozenset[str], float]:
    return {
        names_of(window, (row, other)): value
        for row, beside in window.likeness.items()
        for other, value in beside.items()
    }


def assert_consistent(window: OpenWindow) -> None:
    """All that the window keeps by row speaks of the same rows."""
    rows = set(range(len(window)))
    assert len(window.linkables) == len(window.columns) == len(window.cluster_of) == len(rows)
    assert {one.statement.id: row for row, one in enumerate(window.linkables)} == window.row_of
    expected = Coder().columns(window.linkables)
    for name in ("context", "day", "start", "sure") if rows else ():
        np.testing.assert_array_equal(getattr(window.columns, name), getattr(expected, name), name)
    assert sorted(row for members in window.members.values() for row in members) == sorted(rows)
    assert all(
        window.cluster_of[row] == cluster for cluster, members in window.members.items() for row in members
    )
    assert set(window.likeness) == rows
    for row, beside in window.likeness.items():
        assert row not in beside
        assert all(window.likeness[other][row] == value for other, value in beside.items())
    assert set(window.held) <= rows
    assert window.touched <= set(window.members)
