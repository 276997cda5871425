"""Tables give what the trees give that they are made of."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.events.tables import Tables
from tracker.statements.trees import LEAVES, QUESTIONS, Trees

NAMES = ("likeness", "quote", "gap", "place", "figure")
Row = dict[str, list[object]]

bounds = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.7, 1.0])
numbers = st.one_of(bounds, st.floats(-1, 2, width=32))


@st.composite
def trees(draw: st.DrawFn) -> list[Row]:
    """Trees that each go by three numbers at most."""
    rows: list[Row] = []
    for _ in range(draw(st.integers(1, 6))):
        asked = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
        rows.append(
            {
                "asked": [draw(st.sampled_from(asked)) for _ in range(QUESTIONS)],
                "bounds": [draw(bounds) for _ in range(QUESTIONS)],
                "given": draw(st.lists(st.sampled_from([-0.5, 0.0, 0.25, 1.0]), min_size=8, max_size=8)),
            }
        )
    return rows


rows = st.lists(st.lists(numbers, min_size=len(NAMES), max_size=len(NAMES)), min_size=1, max_size=20)


@given(trees(), rows)
def test_tables_give_what_all_trees_together_give(of: list[Row], given_rows: list[list[float]]) -> None:
    found, columns = Trees.of(of, NAMES), np.array(given_rows, dtype=np.float32).T
    given_by_tables = Tables.of(found, len(NAMES)).give(columns)
    assert given_by_tables == pytest.approx(found.gives(columns).sum(axis=0), abs=1e-5)


def test_what_no_tree_depends_on_has_no_place_in_a_table() -> None:
    # Where a tree ends after one question, the others are filled in with whatever comes first.
    ends_at_once = {
        "asked": ["gap", *["likeness"] * (QUESTIONS - 1)],
        "bounds": [0.5, *[0.0] * (QUESTIONS - 1)],
        "given": [-1.0] * (LEAVES // 2) + [1.0] * (LEAVES // 2),
    }
    (table,) = Tables.of(Trees.of([ends_at_once], NAMES), len(NAMES)).tables
    assert table.numbers == (NAMES.index("gap"),)
    assert table.cells.tolist() == [-1.0, 1.0]


def test_no_rows_are_given_nothing() -> None:
    always = {"asked": ["gap"] * QUESTIONS, "bounds": [0.5] * QUESTIONS, "given": [1.0] * LEAVES}
    tables = Tables.of(Trees.of([always], NAMES), len(NAMES))
    assert tables.give(np.zeros((len(NAMES), 0), dtype=np.float32)).shape == (0,)
    assert tables.give(np.zeros((len(NAMES), 2), dtype=np.float32)).tolist() == [1.0, 1.0]


def test_a_tree_that_goes_by_too_much_is_refused_by_name() -> None:
    chance = np.random.default_rng(7)
    many = [
        {
            "asked": [*NAMES, *NAMES[:2]],
            "bounds": chance.random(QUESTIONS).tolist(),
            "given": chance.random(LEAVES).tolist(),
        }
        for _ in range(40)
    ]
    with pytest.raises(ValueError, match="more than a table can have"):
        Tables.of(Trees.of(many, NAMES), len(NAMES))
