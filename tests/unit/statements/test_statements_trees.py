"""Boosted trees as data."""

import numpy as np
import pytest

from tracker.statements.trees import LEAVES, QUESTIONS, Trees

NAMES = ("likeness", "quote", "gap")
PATHS = {
    "asked": ["likeness", "quote", "gap", "likeness", "likeness", "quote", "quote"],
    "bounds": [0.5, 0.5, 0.5, 0.2, 0.3, 0.6, 0.7],
    "given": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8],
}
HALVES = {
    "asked": ["gap"] * QUESTIONS,
    "bounds": [0.5] * QUESTIONS,
    "given": [-1.0] * (LEAVES - 1) + [1.0],
}


@pytest.mark.parametrize(
    ("likeness", "quote", "gap", "given"),
    [
        (0.1, 0.1, 0.0, 0.1),
        (0.25, 0.1, 0.0, 0.2),
        (0.1, 0.9, 0.0, 0.3),
        (0.4, 0.9, 0.0, 0.4),
        (0.9, 0.1, 0.1, 0.5),
        (0.9, 0.65, 0.1, 0.6),
        (0.9, 0.1, 0.9, 0.7),
        (0.9, 0.9, 0.9, 0.8),
    ],
)
def test_three_questions_lead_to_one_of_eight_ends(
    likeness: float, quote: float, gap: float, given: float
) -> None:
    trees = Trees.of([PATHS], NAMES)
    assert trees.gives(np.array([[likeness], [quote], [gap]])).tolist() == [[given]]


def test_a_number_that_is_the_bound_is_not_above_it() -> None:
    found = Trees.of([HALVES], NAMES).gives(np.array([[0.0, 0.0], [0.0, 0.0], [0.5, 0.75]]))
    assert found.tolist() == [[-1.0, 1.0]]


def test_bounds_are_as_precise_as_the_numbers_so_that_equal_ones_stay_equal() -> None:
    bound = float(np.float32(0.1))
    tenth = {**HALVES, "bounds": [0.1] * QUESTIONS}
    single = Trees.of([tenth], NAMES).gives(np.array([[0.0], [0.0], [bound]], dtype=np.float32))
    assert single.tolist() == [[-1.0]]


def test_each_tree_gives_its_own_number_for_each_row() -> None:
    found = Trees.of([PATHS, HALVES], NAMES).gives(np.array([[0.9, 0.1], [0.9, 0.1], [0.9, 0.0]]))
    assert found.tolist() == [[0.8, 0.1], [1.0, -1.0]]
