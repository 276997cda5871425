"""What the trees make of the features of pairs."""

from datetime import timedelta

import numpy as np
import pytest
from event_examples import AIRFIELD, HARBOUR, PUBLISHED, linkable
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tracker.events.linkable import Coder, Linkable
from tracker.events.pair_model import PairModel
from tracker.events.pairs import FEATURES, pair_features

OURS = "counterclaim-claims-1"
EMBEDDINGS = [OURS, "multilingual-e5-small", "universal-sentence-encoder-multilingual-3"]
Features = NDArray[np.float32]


def test_no_pairs_have_no_probabilities() -> None:
    assert PairModel.shipped(OURS).probabilities(np.zeros((0, len(FEATURES)), np.float32)).shape == (0,)


def test_a_pair_is_as_likely_whatever_stands_beside_it() -> None:
    model, chance = PairModel.shipped(OURS), np.random.default_rng(7)
    rows = chance.random((5_000, len(FEATURES))).astype(np.float32)
    together = model.probabilities(rows)
    for row in (0, 4_095, 4_096, 4_999):  # on both sides of where a block ends
        assert model.probabilities(rows[row : row + 1])[0] == together[row]


@pytest.mark.parametrize("embedding", EMBEDDINGS)
def test_what_ships_gives_probabilities_and_a_threshold_that_can_be_met(embedding: str) -> None:
    model = PairModel.shipped(embedding)
    rows = np.random.default_rng(7).random((500, len(FEATURES))).astype(np.float32)
    found = model.probabilities(rows)
    assert found.dtype == np.float32
    assert ((found > 0) & (found < 1)).all()
    assert 0 < model.threshold < 1


rows = st.lists(st.floats(0, 1, width=32), min_size=len(FEATURES), max_size=len(FEATURES))


@pytest.mark.parametrize("embedding", EMBEDDINGS)
@pytest.mark.parametrize(
    ("name", "speaks_for"),
    [
        ("context", True),
        ("quote", True),
        ("gap", False),
        ("same_place", True),
        ("other_place", False),
        ("adjacent", True),
    ],
)
@given(row=rows, more=st.floats(0, 1, width=32))
def test_what_speaks_for_one_happening_by_itself_never_counts_against_it(
    embedding: str, name: str, row: list[float], more: float, *, speaks_for: bool
) -> None:
    column = FEATURES.index(name)
    less = [*row[:column], min(row[column], more), *row[column + 1 :]]
    greater = [*row[:column], max(row[column], more), *row[column + 1 :]]
    low, high = PairModel.shipped(embedding).probabilities(np.array([less, greater], dtype=np.float32))
    assert (low <= high + 1e-4) if speaks_for else (high <= low + 1e-4)


def of_pairs(one: Linkable, *others: Linkable) -> Features:
    columns = Coder().columns([one, *others])
    return pair_features(columns, np.zeros(len(others), dtype=np.intp), 1 + np.arange(len(others)))


def test_by_the_shipped_model_likeness_place_and_day_speak_for_one_happening() -> None:
    model = PairModel.shipped(OURS)
    first = linkable("s1", place=HARBOUR, day=PUBLISHED)
    same = linkable("s2", place=HARBOUR, day=PUBLISHED)
    elsewhere = linkable("s3", vector=(0.2, 1.0), place=AIRFIELD, day=PUBLISHED - timedelta(days=40))
    alike, unlike = model.probabilities(of_pairs(first, same, elsewhere))
    assert alike > model.threshold > unlike


def test_for_vectors_that_nothing_was_fitted_for_the_first_trees_serve() -> None:
    assert PairModel.is_fitted(OURS)
    assert not PairModel.is_fitted("no such model")
    other, first = PairModel.shipped("no such model"), PairModel.shipped(OURS)
    assert other is first
