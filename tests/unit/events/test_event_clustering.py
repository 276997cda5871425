from collections.abc import Sequence
from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from tracker.events.clustering import average_link

Matrix = NDArray[np.float64]


def matrix(seed: int, size: int) -> Matrix:
    """Pair probabilities without ties: symmetric, 1 on the diagonal."""
    numbers = np.triu(np.random.default_rng(seed).random((size, size)), 1)
    symmetric: Matrix = numbers + numbers.T + np.eye(size)
    return symmetric


def alone(size: int) -> list[list[int]]:
    return [[number] for number in range(size)]


def mean_between(probabilities: Matrix, one: Sequence[int], other: Sequence[int]) -> float:
    return float(probabilities[np.ix_(one, other)].mean())


@st.composite
def problems(draw: st.DrawFn) -> tuple[Matrix, list[list[int]], float]:
    """A matrix, clusters to begin with, and a threshold."""
    size = draw(st.integers(1, 14))
    labels = draw(st.lists(st.integers(0, 6), min_size=size, max_size=size))
    order = draw(st.permutations(sorted(set(labels))))
    initial = [[n for n in range(size) if labels[n] == label] for label in order]
    return matrix(draw(st.integers(0, 10_000)), size), initial, draw(st.floats(0.0, 1.0))


@given(problems())
def test_the_result_parts_all_statements_into_clusters_in_order(
    problem: tuple[Matrix, list[list[int]], float],
) -> None:
    probabilities, initial, threshold = problem
    clusters = average_link(probabilities, initial, threshold)
    assert sorted(number for cluster in clusters for number in cluster) == list(range(len(probabilities)))
    assert all(cluster == sorted(cluster) for cluster in clusters)
    assert [cluster[0] for cluster in clusters] == sorted(cluster[0] for cluster in clusters)


@given(problems())
def test_clusters_given_are_joined_but_never_split(problem: tuple[Matrix, list[list[int]], float]) -> None:
    probabilities, initial, threshold = problem
    clusters = [set(cluster) for cluster in average_link(probabilities, initial, threshold)]
    for given_cluster in initial:
        assert any(set(given_cluster) <= cluster for cluster in clusters)


@given(problems())
def test_what_remains_apart_is_less_alike_than_the_threshold(
    problem: tuple[Matrix, list[list[int]], float],
) -> None:
    probabilities, initial, threshold = problem
    clusters = average_link(probabilities, initial, threshold)
    for one, other in combinations(clusters, 2):
        assert mean_between(probabilities, one, other) < threshold + 1e-9


@given(problems())
def test_above_one_nothing_is_joined(problem: tuple[Matrix, list[list[int]], float]) -> None:
    probabilities, initial, _ = problem
    assert average_link(probabilities, initial, 1.001) == sorted(initial)


@given(problems())
def test_at_zero_everything_is_joined(problem: tuple[Matrix, list[list[int]], float]) -> None:
    probabilities, initial, _ = problem
    assert average_link(probabilities, initial, 0.0) == [list(range(len(probabilities)))]


@given(st.integers(2, 20), st.integers(0, 10_000), st.floats(0.05, 0.95))
def test_from_single_statements_it_agrees_with_scipy(size: int, seed: int, threshold: float) -> None:
    probabilities = matrix(seed, size)
    tree = linkage(squareform(1.0 - probabilities, checks=False), method="average")
    labels = fcluster(tree, t=1.0 - threshold, criterion="distance")
    expected = sorted([int(n) for n in np.flatnonzero(labels == label)] for label in set(labels))
    assert average_link(probabilities, alone(size), threshold) == expected


@given(st.integers(2, 14), st.integers(0, 10_000), st.floats(0.05, 0.95), st.randoms())
def test_the_order_of_the_statements_changes_nothing(
    size: int, seed: int, threshold: float, random: Random
) -> None:
    probabilities = matrix(seed, size)
    order = list(range(size))
    random.shuffle(order)
    shuffled = average_link(probabilities[np.ix_(order, order)], alone(size), threshold)
    back = sorted(sorted(order[number] for number in cluster) for cluster in shuffled)
    assert back == average_link(probabilities, alone(size), threshold)


def test_clusters_weigh_by_their_size() -> None:
    # 0 and 1 belong together; 2 is like 0 only. The mean of 0.9 and 0.1 decides, not the best of them.
    probabilities = np.array([[1.0, 0.95, 0.9], [0.95, 1.0, 0.1], [0.9, 0.1, 1.0]])
    assert average_link(probabilities, alone(3), 0.51) == [[0, 1], [2]]
    assert average_link(probabilities, alone(3), 0.49) == [[0, 1, 2]]


def test_ties_are_broken_by_order() -> None:
    probabilities = np.array(
        [[1.0, 0.8, 0.0, 0.0], [0.8, 1.0, 0.8, 0.0], [0.0, 0.8, 1.0, 0.8], [0.0, 0.0, 0.8, 1.0]]
    )
    assert average_link(probabilities, alone(4), 0.7) == [[0, 1], [2, 3]]


@pytest.mark.parametrize("threshold", [0.0, 0.5])
def test_nothing_gives_nothing(threshold: float) -> None:
    assert average_link(np.zeros((0, 0)), [], threshold) == []
