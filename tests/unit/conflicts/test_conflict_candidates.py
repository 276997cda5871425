"""Which pairs of an event are compared at all."""

import numpy as np
import pytest
from conflict_examples import on_a_circle, said
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tracker.conflicts.comparison import CANDIDATES, Comparator, candidates

PARTIES = ("LNA", "GNA", "TUR")


def likeness_of(size: int, seed: int) -> NDArray[np.float32]:
    vectors = np.random.default_rng(seed).standard_normal((size, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines: NDArray[np.float32] = vectors @ vectors.T
    return cosines


@given(st.lists(st.sampled_from(PARTIES), min_size=2, max_size=40), st.integers(0, 10**6))
def test_a_pair_is_of_two_parties_and_comes_once(parties: list[str], seed: int) -> None:
    pairs = candidates(likeness_of(len(parties), seed), np.array(parties))
    assert len(set(pairs)) == len(pairs)
    assert pairs == sorted(pairs)
    for one, other in pairs:
        assert one < other
        assert parties[one] != parties[other]


@given(st.lists(st.sampled_from(PARTIES), min_size=2, max_size=60), st.integers(0, 10**6))
def test_each_statement_adds_at_most_its_share_of_pairs(parties: list[str], seed: int) -> None:
    likeness = likeness_of(len(parties), seed)
    pairs = set(candidates(likeness, np.array(parties)))
    assert len(pairs) <= CANDIDATES * len(parties)
    for number, party in enumerate(parties):
        others = [other for other, its in enumerate(parties) if its != party]
        nearest = sorted(others, key=lambda other: -likeness[number, other])[:CANDIDATES]
        # Whatever it is most like is compared with it.
        assert {(min(number, other), max(number, other)) for other in nearest} <= pairs


def test_where_all_are_few_all_are_compared() -> None:
    parties = np.array(["LNA", "GNA"] * CANDIDATES)
    assert len(candidates(likeness_of(len(parties), 1), parties)) == CANDIDATES**2


def test_pairs_grow_with_the_statements_and_not_with_their_square() -> None:
    def pairs_among(size: int) -> int:
        return len(candidates(likeness_of(size, size), np.array(PARTIES)[np.arange(size) % 3]))

    small, large = pairs_among(100), pairs_among(1_000)
    assert small <= 100 * CANDIDATES
    # All pairs would be a hundred times as many.
    assert large <= 10.5 * small


def test_of_too_many_candidates_the_most_alike_are_compared(everything: Comparator) -> None:
    statements = [
        said("LNA", "words", name="first"),
        *(said("GNA", "words", name=f"t{n:03}") for n in range(90)),
    ]
    mixed = on_a_circle([*statements, *(said("LNA", "words", name=f"u{n:03}") for n in range(90))])
    compared = {
        found.other.statement.id for found in everything.pairs(mixed) if found.one.statement.id == "first"
    }
    assert {f"t{n:03}" for n in range(CANDIDATES)} <= compared
    assert len(compared) < 90


def test_the_one_statement_of_a_party_is_compared_with_all_that_have_no_other(everything: Comparator) -> None:
    statements = [
        said("LNA", "words", name="first"),
        *(said("GNA", "words", name=f"t{n:03}") for n in range(90)),
    ]
    assert sum(1 for _ in everything.pairs(on_a_circle(statements))) == 90


@pytest.mark.parametrize("size", [20, 60])
def test_statements_alike_in_all_are_bounded_too(size: int) -> None:
    parties = np.array(PARTIES)[np.arange(size) % 3]
    likeness = np.ones((size, size), dtype=np.float32)
    assert len(candidates(likeness, parties)) <= CANDIDATES * size
