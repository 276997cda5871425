"""Which pairs of an event are compared at all."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from conflict_examples import SIRTE, TRIPOLI, on_a_circle, said
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tracker.conflicts.candidates import (
    EACH,
    FURTHER,
    ON_AVERAGE,
    candidates,
    further_candidates,
    promise,
)
from tracker.conflicts.comparison import Comparator
from tracker.domain.statements import Polarity, Statement

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
def test_all_that_promise_most_are_compared_and_no_more_than_their_share(
    parties: list[str], seed: int
) -> None:
    likeness = likeness_of(len(parties), seed)
    pairs = set(candidates(likeness, np.array(parties)))
    every = [
        (one, other)
        for one in range(len(parties))
        for other in range(one + 1, len(parties))
        if parties[one] != parties[other]
    ]
    nearest: set[tuple[int, int]] = set()
    for number, party in enumerate(parties):
        others = [other for other, its in enumerate(parties) if its != party]
        best = sorted(others, key=lambda other: -likeness[number, other])[:EACH]
        nearest.update((min(number, other), max(number, other)) for other in best)
    # Whatever it is most like is compared with it, and of the rest what promises most.
    assert nearest <= pairs
    assert len(pairs) == min(len(every), max(len(nearest), ON_AVERAGE * len(parties)))
    left_out = max((likeness[pair] for pair in set(every) - pairs), default=-np.inf)
    assert all(likeness[pair] >= left_out for pair in pairs - nearest)


def test_where_all_are_few_all_are_compared() -> None:
    parties = np.array(["LNA", "GNA"] * ON_AVERAGE)
    assert len(candidates(likeness_of(len(parties), 1), parties)) == ON_AVERAGE**2


def test_pairs_grow_with_the_statements_and_not_with_their_square() -> None:
    def pairs_among(size: int) -> int:
        return len(candidates(likeness_of(size, size), np.array(PARTIES)[np.arange(size) % 3]))

    small, large = pairs_among(100), pairs_among(1_000)
    assert small <= 100 * max(ON_AVERAGE, EACH)
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
    assert {f"t{n:03}" for n in range(EACH)} <= compared
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
    assert len(candidates(likeness, parties)) <= max(ON_AVERAGE, EACH) * size


NO_ALLIES: Mapping[str, frozenset[str]] = {}


def promises(
    *statements: Statement,
    days: Sequence[date | None] | None = None,
    allies: Mapping[str, frozenset[str]] = NO_ALLIES,
) -> NDArray[np.float32]:
    """What pairs promise that are as like as all others."""
    size = len(statements)
    level = np.zeros((size, size), dtype=np.float32)
    promised = promise(statements, days or [None] * size, level, allies)
    assert (promised == promised.T).all()
    return promised


def test_the_further_apart_they_were_published_the_less_two_statements_promise() -> None:
    days = [date(2020, 1, 6) + timedelta(days=apart) for apart in (0, 1, 7, 8, 31, 32)]
    statements = [said(f"P{n}", "words", place=None) for n in range(7)]
    _itself, next_day, within_a_week, later, within_a_month, long_apart, undated = promises(
        *statements, days=[*days, None]
    )[0]
    assert next_day > within_a_week > later == within_a_month == undated == 0.0 > long_apart


def test_one_place_and_a_denial_promise_more_than_neither() -> None:
    promised = promises(
        said("LNA", "words", place=SIRTE),
        said("GNA", "words", place=SIRTE),
        said("TUR", "words", place=TRIPOLI),
        said("UN", "words", place=None, polarity=Polarity.DENIES),
    )
    assert promised[0, 1] > promised[0, 3] > promised[0, 2] == 0.0


def test_claim_and_answer_in_one_document_promise_more_than_words_of_two() -> None:
    claim, elsewhere = (said(party, "words", place=None) for party in ("LNA", "GNA"))
    answer = replace(elsewhere, document=claim.document)
    assert promises(claim, answer)[0, 1] > promises(claim, elsewhere)[0, 1] == 0.0


def test_two_languages_make_up_for_lying_further_apart() -> None:
    claim = said("LNA", "words", place=None)
    english, arabic = (said("GNA", "words", place=None, language=language) for language in ("en", "ar"))
    assert promises(claim, arabic)[0, 1] > promises(claim, english)[0, 1] == 0.0


def test_parties_that_act_together_promise_less() -> None:
    statements = [said(party, "words", place=None) for party in ("GNA", "TUR", "LNA")]
    # It is enough that one of the two names the other.
    promised = promises(*statements, allies={"TUR": frozenset({"GNA"})})
    assert promised[0, 1] < promised[0, 2] == 0.0


def test_opposite_sides_of_a_war_promise_more_than_those_whose_side_is_unknown() -> None:
    statements = [said(party, "words", place=None) for party in ("LNA", "TUR", "UN")]
    allies = {"TUR": frozenset({"GNA"}), "LNA": frozenset({"UAE"})}
    promised = promises(*statements, allies=allies)
    assert promised[0, 1] > promised[0, 2] == 0.0


def test_what_many_tell_in_like_words_leaves_pairs_for_the_rest() -> None:
    crowd, few = 60, 8
    size = crowd + few
    likeness = np.full((size, size), 0.1, dtype=np.float32)
    likeness[:crowd, :crowd] = 0.9
    likeness[crowd:, crowd:] = 0.5
    pairs = candidates(likeness, np.array(PARTIES)[np.arange(size) % 3])
    # Of the few, each with each that is of another party.
    assert sum(one >= crowd for one, _ in pairs) == sum(
        one % 3 != other % 3 for one in range(few) for other in range(one)
    )


def further(
    chosen: Sequence[tuple[int, int]],
    contradicts: Sequence[float],
    alike: Mapping[tuple[int, int], float],
    parties: Sequence[str],
) -> list[tuple[int, int]]:
    same = np.zeros((len(parties), len(parties)))
    for (one, other), likeness in alike.items():
        same[one, other] = same[other, one] = likeness
    pairs = np.array(chosen, dtype=np.intp).reshape(-1, 2)
    return further_candidates(pairs, np.array(contradicts, dtype=np.float64), same, np.array(parties))


def test_what_contradicts_one_of_two_that_say_the_same_is_compared_with_the_other() -> None:
    assert further([(0, 1)], [0.9], {(1, 2): 0.8}, ["LNA", "GNA", "TUR"]) == [(0, 2)]
    assert further([(1, 2)], [0.9], {(0, 2): 0.8}, ["LNA", "GNA", "TUR"]) == [(0, 1)]
    assert further([(0, 1)], [0.9], {(0, 2): 0.8}, ["LNA", "GNA", "TUR"]) == [(1, 2)]


@pytest.mark.parametrize(
    ("contradicts", "likeness", "third"),
    [(0.01, 0.9, "TUR"), (0.9, 0.01, "TUR"), (0.9, 0.9, "LNA")],
    ids=["nothing contradicts", "nothing is alike", "of one party"],
)
def test_nothing_is_added_where_nothing_leads_on(contradicts: float, likeness: float, third: str) -> None:
    assert further([(0, 1)], [contradicts], {(1, 2): likeness}, ["LNA", "GNA", third]) == []


def test_what_was_chosen_is_not_added_again() -> None:
    assert further([(0, 1), (0, 2)], [0.9, 0.2], {(1, 2): 0.9}, ["LNA", "GNA", "TUR"]) == []


def test_of_more_than_their_share_the_likeliest_are_added() -> None:
    # Ten contradict the eleventh, which four others are like, each less than the one before.
    alike = {(10, 11 + number): 0.9 - number / 10 for number in range(4)}
    chosen = [(number, 10) for number in range(10)]
    added = further(chosen, [0.95] * 10, alike, [*["LNA"] * 10, "GNA", *["TUR"] * 4])
    assert len(added) == FURTHER * 15
    # All through the one that is most alike, and some through the next.
    assert {other for _, other in added} == {11, 12}


@given(st.lists(st.sampled_from(PARTIES), min_size=0, max_size=30), st.integers(0, 10**6))
def test_further_pairs_are_new_of_two_parties_and_bounded(parties: list[str], seed: int) -> None:
    size, chance = len(parties), np.random.default_rng(seed)
    every = [
        (one, other)
        for one in range(size)
        for other in range(one + 1, size)
        if parties[one] != parties[other]
    ]
    chosen = [pair for pair in every if chance.random() < 0.3]
    drawn = chance.random((size, size))
    same = np.maximum(drawn, drawn.T) * (1 - np.eye(size))
    contradicts = chance.random(len(chosen))
    pairs = np.array(chosen, dtype=np.intp).reshape(-1, 2)
    added = further_candidates(pairs, contradicts, same, np.array(parties, dtype=np.str_))
    assert added == sorted(set(added))
    assert set(added) <= set(every) - set(chosen)
    assert len(added) <= FURTHER * size


def test_what_is_compared_leads_to_more_that_is_compared(everything: Comparator) -> None:
    statements = [said(PARTIES[n % 3], "words", name=f"t{n:03}") for n in range(120)]
    members = on_a_circle(statements)
    compared = len(everything.comparisons(everything.aspects(statements), members))
    chosen = sum(1 for _ in everything.pairs(members))
    assert chosen < compared <= chosen + FURTHER * len(statements)
