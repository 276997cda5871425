"""Which of two statements' figures count the same people, and how surely."""

from collections.abc import Mapping

import pytest
from conflict_examples import toll
from hypothesis import given
from hypothesis import strategies as st

from tracker.conflicts.counted import Toll, TollPair, pair_tolls, sameness
from tracker.domain.statements import FigureKind
from tracker.language.counting import Group

CIVILIANS, COMBATANTS = Group.CIVILIANS, Group.COMBATANTS

ALLIES: Mapping[str, frozenset[str]] = {"GNA": frozenset({"TUR"}), "TUR": frozenset({"GNA"})}

SIDES = st.sampled_from([None, "LNA", "GNA", "TUR", "UN"])
TOLLS = st.builds(
    lambda kind, low, more, at, group, side, *, opposing: toll(
        low,
        None if more is None else low + more,
        kind,
        at=at,
        group=group,
        party=None if opposing else side,
        against=side if opposing else None,
    ),
    st.sampled_from([FigureKind.KILLED, FigureKind.INJURED]),
    st.integers(0, 30),
    st.none() | st.integers(0, 10),
    st.integers(0, 90),
    st.sampled_from([None, *Group]),
    SIDES,
    opposing=st.booleans(),
)
SOME_TOLLS = st.lists(TOLLS, max_size=3, unique_by=lambda one: one.figure.span)


@given(TOLLS, TOLLS)
def test_sameness_is_the_same_in_either_order_and_bounded(one: Toll, other: Toll) -> None:
    there = sameness(one, other, ALLIES)
    assert there == sameness(other, one, ALLIES)
    assert -2 <= there <= 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (toll(3, party="GNA"), toll(7, party="TUR")),
        (toll(3, party="GNA"), toll(7, against="TUR")),
        (toll(3, party="TUR"), toll(7, against="GNA")),
        (toll(3, against="GNA"), toll(7, against="TUR")),
    ],
)
def test_an_alliance_that_only_one_side_names_counts_for_both(one: Toll, other: Toll) -> None:
    one_sided = {"GNA": frozenset({"TUR"})}
    for there, back in ((one, other), (other, one)):
        assert sameness(there, back, one_sided) == sameness(one, other, ALLIES)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (toll(3), toll(7), 0.0),
        (toll(3, group=CIVILIANS), toll(7), 0.0),
        (toll(3, group=CIVILIANS), toll(7, group=CIVILIANS), 0.5),
        (toll(3, group=CIVILIANS), toll(7, group=COMBATANTS), -1.0),
        (toll(3, party="LNA"), toll(7, party="LNA"), 1.0),
        (toll(3, party="GNA"), toll(7, party="TUR"), 1.0),
        (toll(3, party="LNA"), toll(7, party="GNA"), -1.0),
        (toll(3, party="LNA"), toll(7, against="GNA"), 0.5),
        (toll(3, party="GNA"), toll(7, against="GNA"), -1.0),
        (toll(3, party="TUR"), toll(7, against="GNA"), -1.0),
        (toll(3, against="LNA"), toll(7, against="LNA"), 0.5),
        (toll(3, against="GNA"), toll(7, against="TUR"), 0.5),
        (toll(3, against="LNA"), toll(7, against="GNA"), -1.0),
        (toll(3, group=COMBATANTS, party="LNA"), toll(7, group=COMBATANTS, party="LNA"), 1.5),
        (toll(3, group=CIVILIANS, party="LNA"), toll(7, group=COMBATANTS, party="GNA"), -2.0),
    ],
)
def test_sameness_grows_with_what_is_said_of_both(one: Toll, other: Toll, expected: float) -> None:
    assert sameness(one, other, ALLIES) == expected


def test_the_surest_pair_is_taken() -> None:
    ones = [toll(3, group=CIVILIANS), toll(9, at=1, group=COMBATANTS)]
    others = [toll(4, group=COMBATANTS), toll(12, at=1)]
    found = pair_tolls(ones, others, ALLIES)
    assert found is not None
    assert (found.one, found.other, found.sameness) == (ones[1], others[0], 0.5)


def test_of_pairs_as_sure_the_one_that_clashes_is_taken() -> None:
    found = pair_tolls([toll(3), toll(9, at=1)], [toll(9)], ALLIES)
    assert found is not None
    assert found.disjoint
    assert (found.one.figure.low, found.other.figure.low) == (3, 9)


def test_figures_for_other_fates_never_pair() -> None:
    injured = toll(7, kind=FigureKind.INJURED)
    assert pair_tolls([toll(3)], [injured], ALLIES) is None
    found = pair_tolls([toll(3)], [injured, toll(3, at=1)], ALLIES)
    assert found is not None
    assert not found.disjoint


def test_without_figures_there_is_no_pair() -> None:
    assert pair_tolls([], [toll(3)], ALLIES) is None
    assert pair_tolls([toll(3)], [], ALLIES) is None


@given(SOME_TOLLS, SOME_TOLLS)
def test_no_other_pair_is_surer(ones: list[Toll], others: list[Toll]) -> None:
    found = pair_tolls(ones, others, ALLIES)
    possible = [
        sameness(one, other, ALLIES)
        for one in ones
        for other in others
        if one.figure.kind is other.figure.kind
    ]
    if found is None:
        assert not possible
        return
    assert found.one in ones
    assert found.other in others
    assert found.one.figure.kind is found.other.figure.kind
    assert found.sameness == max(possible)


@given(SOME_TOLLS, SOME_TOLLS)
def test_the_same_two_figures_are_taken_in_either_order(ones: list[Toll], others: list[Toll]) -> None:
    there, back = pair_tolls(ones, others, ALLIES), pair_tolls(others, ones, ALLIES)
    if there is None or back is None:
        assert there is back
        return
    assert {there.one, there.other} == {back.one, back.other}
    assert (there.sameness, there.disjoint) == (back.sameness, back.disjoint)
    assert there.ratio == pytest.approx(back.ratio)


def test_two_pairs_as_sure_are_told_apart_whichever_statement_comes_first() -> None:
    ones = [toll(3, group=CIVILIANS), toll(5, at=1, group=COMBATANTS)]
    others = [toll(9, group=COMBATANTS), toll(20, at=1, group=CIVILIANS)]
    there, back = pair_tolls(ones, others, ALLIES), pair_tolls(others, ones, ALLIES)
    assert there is not None
    assert back is not None
    assert (there.one, there.other) == (back.other, back.one)


@pytest.mark.parametrize(
    ("one", "other", "disjoint"),
    [
        (toll(3), toll(7), True),
        (toll(7), toll(7), False),
        (toll(10, None), toll(14), False),
        (toll(10, None), toll(9), True),
        (toll(10, None), toll(500, None), False),
        (toll(2, 9), toll(9, 12), False),
        (toll(2, 8), toll(9, 12), True),
    ],
)
def test_tolls_are_disjoint_where_no_number_fits_both(one: Toll, other: Toll, *, disjoint: bool) -> None:
    for pair in (TollPair(one, other, 0.0), TollPair(other, one, 0.0)):
        assert pair.disjoint is disjoint
        assert (pair.ratio > 0) is disjoint


@given(TOLLS, TOLLS)
def test_the_ratio_is_the_same_in_either_order(one: Toll, other: Toll) -> None:
    there, back = TollPair(one, other, 0.0).ratio, TollPair(other, one, 0.0).ratio
    assert there == pytest.approx(back)
    assert there >= 0


def test_the_ratio_is_that_of_the_nearest_numbers() -> None:
    assert TollPair(toll(0, 9), toll(19, None), 0.0).ratio == pytest.approx(0.6931, abs=1e-4)
