"""What the findings about a pair say together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.conflicts.comparison import ConflictModel
from tracker.conflicts.features import FEATURES
from tracker.conflicts.shares import RELATIONS, Numbers, shares_of
from tracker.conflicts.together import ODDS, Together, between
from tracker.statements.trees import LEAVES, QUESTIONS, Trees

NOTHING = np.zeros(len(FEATURES))


def trees_that_ask(name: str, bound: float, contradicts: float) -> Together:
    """Where the number of this name is above a bound, one of three trees speaks for a contradiction."""
    row = {"asked": [name] * QUESTIONS, "bounds": [bound] * QUESTIONS}
    silent = {**row, "given": [0.0] * LEAVES}
    speaks = {**row, "given": [0.0] * (LEAVES - 1) + [contradicts]}
    return Together(Trees.of([speaks, silent, silent], (*FEATURES, *ODDS)), np.zeros(len(RELATIONS)))


shares = st.lists(st.floats(0.01, 1), min_size=3, max_size=3).map(lambda ones: np.array(ones) / sum(ones))


def test_trees_look_at_the_findings() -> None:
    together = trees_that_ask(FEATURES[3], 0.5, contradicts=2.0)
    found = NOTHING.copy()
    even = np.full(3, 1 / 3)
    assert together.shares(found, even) == pytest.approx(even)
    found[3] = 1.0
    # Half of what the trees say counts, since the regression sees no difference.
    assert together.shares(found, even) == pytest.approx(shares_of(np.array([1.0, 0.0, 0.0])))


def test_trees_look_at_what_the_regression_makes_of_the_findings() -> None:
    together = trees_that_ask("odds_contradicts", 0.0, contradicts=2.0)
    likely, unlikely = np.array([0.6, 0.2, 0.2]), np.array([0.4, 0.3, 0.3])
    even = np.full(3, 1 / 3)
    assert together.shares(NOTHING, unlikely) == pytest.approx(between(unlikely, even))
    assert together.shares(NOTHING, likely) == pytest.approx(
        between(likely, shares_of(np.array([2.0, 0, 0])))
    )


@given(shares, shares)
def test_between_two_opinions_lies_none_that_is_farther_from_either_than_they_are(
    one: Numbers, other: Numbers
) -> None:
    found = between(one, other)
    assert found.sum() == pytest.approx(1)
    assert between(one, one) == pytest.approx(one)
    odds, ends = found[0] / found[2], sorted((one[0] / one[2], other[0] / other[2]))
    assert ends[0] * (1 - 1e-9) <= odds <= ends[1] * (1 + 1e-9)


def test_what_ships_gives_probabilities_whatever_is_found() -> None:
    model, chance = ConflictModel.shipped(), np.random.default_rng(7)
    assert model.together is not None
    for row in chance.random((200, len(FEATURES))):
        found = model.by_words(row)
        assert found.sum() == pytest.approx(1)
        assert (found > 0).all()


def test_without_trees_each_finding_counts_by_itself() -> None:
    model = ConflictModel.shipped()
    alone = ConflictModel(model.weights, model.intercepts, model.threshold, model.kinds)
    row = np.random.default_rng(7).random(len(FEATURES))
    assert alone.by_words(row) == pytest.approx(model.by_weights(row))
