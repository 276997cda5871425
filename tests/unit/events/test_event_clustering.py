from collections.abc import Mapping, Sequence
from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from tracker.events.clustering import NEIGHBOURS, average_link

Matrix = NDArray[np.float64]
Graph = dict[int, dict[int, float]]


def matrix(seed: int, size: int, share: float = 1.0) -> Matrix:
    """Likeness without ties: symmetric, 1 on the diagonal; only about this share of pairs has any."""
    generator = np.random.default_rng(seed)
    numbers = np.triu(generator.random((size, size)) * (generator.random((size, size)) < share), 1)
    symmetric: Matrix = numbers + numbers.T + np.eye(size)
    return symmetric


def graph(likeness: Matrix) -> Graph:
    """The pairs with any likeness."""
    return {
        row: {
            other: float(likeness[row, other])
            for other in range(len(likeness))
            if other != row and likeness[row, other]
        }
        for row in range(len(likeness))
    }


def alone(size: int) -> list[list[int]]:
    return [[number] for number in range(size)]


def mean_between(likeness: Matrix, one: Sequence[int], other: Sequence[int]) -> float:
    return float(likeness[np.ix_(one, other)].mean())


Problem = tuple[Matrix, list[list[int]], float]


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """The likeness of some rows, clusters to begin with, and a threshold."""
    size = draw(st.integers(1, 14))
    labels = draw(st.lists(st.integers(0, 6), min_size=size, max_size=size))
    order = draw(st.permutations(sorted(set(labels))))
    initial = [[n for n in range(size) if labels[n] == label] for label in order]
    likeness = matrix(draw(st.integers(0, 10_000)), size, draw(st.sampled_from([0.3, 0.6, 1.0])))
    return likeness, initial, draw(st.floats(0.01, 1.0))


@given(problems())
def test_the_result_parts_all_rows_into_clusters_in_order(problem: Problem) -> None:
    likeness, initial, threshold = problem
    clusters = average_link(graph(likeness), initial, threshold)
    assert sorted(number for cluster in clusters for number in cluster) == list(range(len(likeness)))
    assert all(cluster == sorted(cluster) for cluster in clusters)
    assert [cluster[0] for cluster in clusters] == sorted(cluster[0] for cluster in clusters)


@given(problems())
def test_clusters_given_are_joined_but_never_split(problem: Problem) -> None:
    likeness, initial, threshold = problem
    clusters = [set(cluster) for cluster in average_link(graph(likeness), initial, threshold)]
    for given_cluster in initial:
        assert any(set(given_cluster) <= cluster for cluster in clusters)


@given(problems())
def test_what_remains_apart_is_less_alike_than_the_threshold(problem: Problem) -> None:
    likeness, initial, threshold = problem
    clusters = average_link(graph(likeness), initial, threshold)
    for one, other in combinations(clusters, 2):
        assert mean_between(likeness, one, other) < threshold + 1e-9


@given(problems())
def test_above_one_nothing_is_joined(problem: Problem) -> None:
    likeness, initial, _ = problem
    assert average_link(graph(likeness), initial, 1.001) == sorted(initial)


@given(st.integers(1, 14), st.integers(0, 10_000))
def test_where_all_are_a_little_alike_a_threshold_of_next_to_nothing_joins_all(size: int, seed: int) -> None:
    assert average_link(graph(matrix(seed, size) + 0.01), alone(size), 0.001) == [list(range(size))]


@given(st.integers(2, 20), st.integers(0, 10_000), st.floats(0.05, 0.95))
def test_from_single_rows_it_agrees_with_scipy(size: int, seed: int, threshold: float) -> None:
    likeness = matrix(seed, size)
    assert average_link(graph(likeness), alone(size), threshold) == by_scipy(likeness, threshold)


@given(st.integers(2, 20), st.integers(0, 10_000), st.floats(0.05, 0.95), st.floats(0.1, 0.9))
def test_a_pair_without_an_edge_counts_as_nothing(
    size: int, seed: int, threshold: float, share: float
) -> None:
    likeness = matrix(seed, size, share)
    assert average_link(graph(likeness), alone(size), threshold) == by_scipy(likeness, threshold)


def by_scipy(likeness: Matrix, threshold: float) -> list[list[int]]:
    tree = linkage(squareform(1.0 - likeness, checks=False), method="average")
    labels = fcluster(tree, t=1.0 - threshold, criterion="distance")
    return sorted([int(n) for n in np.flatnonzero(labels == label)] for label in set(labels))


@given(st.integers(2, 14), st.integers(0, 10_000), st.floats(0.05, 0.95), st.randoms())
def test_the_order_of_the_rows_changes_nothing(
    size: int, seed: int, threshold: float, random: Random
) -> None:
    likeness = matrix(seed, size, 0.7)
    order = list(range(size))
    random.shuffle(order)
    shuffled = average_link(graph(likeness[np.ix_(order, order)]), alone(size), threshold)
    back = sorted(sorted(order[number] for number in cluster) for cluster in shuffled)
    assert back == average_link(graph(likeness), alone(size), threshold)


@given(problems(), st.randoms())
def test_the_order_of_edges_and_of_clusters_changes_nothing(problem: Problem, random: Random) -> None:
    likeness, initial, threshold = problem
    expected = average_link(graph(likeness), initial, threshold)
    assert average_link(shuffled(graph(likeness), random), initial, threshold) == expected
    other_order = random.sample(initial, len(initial))
    assert average_link(graph(likeness), other_order, threshold) == expected


def shuffled(edges: Graph, random: Random) -> Graph:
    return {
        row: dict(random.sample(list(edges[row].items()), len(edges[row])))
        for row in random.sample(list(edges), len(edges))
    }


@given(problems(), st.integers(0, 13), st.integers(0, 13))
def test_what_may_not_be_joined_stays_apart_and_all_else_is_joined(
    problem: Problem, one: int, other: int
) -> None:
    likeness, _, threshold = problem
    size = len(likeness)

    def allowed(left: Sequence[int], right: Sequence[int]) -> bool:
        return not ({one, other} & {*left} and {one, other} & {*right})

    clusters = average_link(graph(likeness), alone(size), threshold, allowed)
    assert not any({one, other} <= {*cluster} for cluster in clusters if one != other)
    for left, right in combinations(clusters, 2):
        assert mean_between(likeness, left, right) < threshold + 1e-9 or not allowed(left, right)


@given(problems())
def test_rows_that_are_in_no_cluster_are_left_out(problem: Problem) -> None:
    likeness, initial, threshold = problem
    known = {row for cluster in initial[1:] for row in cluster}
    within = {
        row: {other: value for other, value in graph(likeness)[row].items() if other in known}
        for row in known
    }
    assert average_link(graph(likeness), initial[1:], threshold) == average_link(
        within, initial[1:], threshold
    )


def test_clusters_weigh_by_their_size() -> None:
    # 0 and 1 belong together; 2 is like 0 only. The mean of 0.9 and 0.1 decides, not the best of them.
    likeness = np.array([[1.0, 0.95, 0.9], [0.95, 1.0, 0.1], [0.9, 0.1, 1.0]])
    assert average_link(graph(likeness), alone(3), 0.51) == [[0, 1], [2]]
    assert average_link(graph(likeness), alone(3), 0.49) == [[0, 1, 2]]


def test_ties_are_broken_by_number() -> None:
    edges: Mapping[int, Mapping[int, float]] = {
        0: {1: 0.8},
        1: {0: 0.8, 2: 0.8},
        2: {1: 0.8, 3: 0.8},
        3: {2: 0.8},
    }
    assert average_link(edges, alone(4), 0.7) == [[0, 1], [2, 3]]


def test_no_pair_of_clusters_is_lost_to_the_rounding_of_sums() -> None:
    # The sum of likeness of {0, 1} and {2, 3} differs in its last bit with the side it is taken from.
    edges: Mapping[int, Mapping[int, float]] = {
        0: {2: 0.57, 3: 0.69},
        1: {2: 0.72, 3: 0.58},
        2: {0: 0.57, 1: 0.72, 4: 0.95},
        3: {0: 0.69, 1: 0.58, 4: 0.95},
        4: {2: 0.95, 3: 0.95},
    }
    assert average_link(edges, [[0, 1], [2, 3], [4]], 0.3) == [[0, 1, 2, 3, 4]]


def test_of_a_large_cluster_only_so_many_rows_count_as_compared_with_one() -> None:
    # A row a little like each of two clusters is more like what both become: no more of its pairs count.
    left, right, single = range(NEIGHBOURS), range(NEIGHBOURS, 2 * NEIGHBOURS), 2 * NEIGHBOURS
    likeness = np.zeros((single + 1, single + 1))
    likeness[np.ix_(left, right)] = likeness[np.ix_(right, left)] = 0.9
    likeness[single, :single] = likeness[:single, single] = 0.3
    initial = [[*left], [*right], [single]]
    assert average_link(graph(likeness), initial, 0.5) == [[*range(single + 1)]]
    assert average_link(graph(likeness), initial, 0.7) == [[*range(single)], [single]]


def test_a_likeness_that_just_reaches_the_threshold_joins() -> None:
    assert average_link({0: {1: 0.5}, 1: {0: 0.5}}, alone(2), 0.5) == [[0, 1]]


@pytest.mark.parametrize("threshold", [0.1, 0.5])
def test_nothing_gives_nothing(threshold: float) -> None:
    assert average_link({}, [], threshold) == []
