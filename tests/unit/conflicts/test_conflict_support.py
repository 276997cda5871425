"""What the rest of an event says for a conflict between two of its statements."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from conflict_examples import denied, model_of_shares, model_that_suggests_everything, said
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tracker.conflicts import support as module
from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.conflicts.features import FEATURES
from tracker.conflicts.members import Member
from tracker.conflicts.support import (
    WORDS_ALONE,
    Supports,
    SupportWeights,
    saying_the_same,
    supports,
)
from tracker.domain.conflicts import Comparison, Evidence, Relation
from tracker.domain.statements import Statement

Comparing = Callable[[ConflictModel], Comparator]

WEIGHTS = SupportWeights(support=2.0, others=-1.2)


def of_three(contradicts: Sequence[float], agrees: Sequence[float], alike: float = 0.0) -> Supports:
    """What three statements say for each two of them: (0, 1), (0, 2), (1, 2); `alike` is of the last two."""
    same = np.eye(3)
    same[1, 2] = same[2, 1] = alike
    pairs = np.array([(0, 1), (0, 2), (1, 2)], dtype=np.intp)
    return supports(pairs, np.array(contradicts), np.array(agrees), same)


def test_who_says_the_same_and_is_contradicted_speaks_for_the_pair() -> None:
    found = of_three(contradicts=[0.2, 0.9, 0.0], agrees=[0.0, 0.0, 0.7])
    # The first contradicts the third, which agrees with the second: so much for the first and the second.
    assert found.strength[0] == 0.7
    assert found.third[0] == 2
    # The other way round there is but the first's doubtful clash with the second.
    assert (found.strength[1], found.third[1]) == (0.2, 1)


def test_statements_as_like_say_the_same_without_being_compared() -> None:
    assert of_three([0.2, 0.9, 0.0], [0.0, 0.0, 0.0], alike=0.8).strength[0] == 0.8
    assert of_three([0.2, 0.9, 0.0], [0.0, 0.0, 0.0], alike=0.0).strength[0] == 0.0


def test_two_who_contradict_a_third_do_not_therefore_contradict_each_other() -> None:
    assert of_three([0.9, 0.9, 0.1], [0.0, 0.0, 0.0]).strength[2] == 0.0


def test_a_claim_and_its_denial_do_not_say_the_same_however_alike() -> None:
    likeness = np.ones((2, 2))
    apart = saying_the_same(likeness, np.array([True, False]))
    assert apart[0, 1] == apart[1, 0] == 0.0
    assert saying_the_same(likeness, np.array([True, True]))[0, 1] > 0.9


@given(st.integers(2, 12), st.integers(0, 10**6))
def test_support_is_a_share_and_no_statement_of_the_pair_gives_it(size: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    ones, others = np.triu_indices(size, 1)
    chosen = random.random(len(ones)) < 0.7
    pairs = np.stack([ones[chosen], others[chosen]], axis=1)
    likeness = random.random((size, size))
    same = saying_the_same((likeness + likeness.T) / 2, random.random(size) < 0.3)
    found = supports(pairs, random.random(len(pairs)), random.random(len(pairs)), same)
    assert ((found.strength >= 0) & (found.strength <= 1)).all()
    for (one, other), strength, third in zip(pairs, found.strength, found.third, strict=True):
        assert strength == 0.0 or third not in {one, other}


@given(st.integers(0, 10**6))
def test_what_the_others_say_hangs_on_no_order(seed: int) -> None:
    random = np.random.default_rng(seed)
    size = 7
    pairs = np.stack(np.triu_indices(size, 1), axis=1)
    contradicts, agrees, likeness = (
        random.random(len(pairs)),
        random.random(len(pairs)),
        np.zeros((size, size)),
    )
    same = saying_the_same(likeness, np.zeros(size, dtype=np.bool_))
    turn = random.permutation(size)
    straight = supports(pairs, contradicts, agrees, same)
    turned = supports(turn[pairs], contradicts, agrees, same)
    assert (straight.strength == turned.strength).all()


def test_many_pairs_are_looked_at_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = np.stack(np.triu_indices(9, 1), axis=1)
    random = np.random.default_rng(3)
    given_ = random.random(len(pairs)), random.random(len(pairs)), np.eye(9)
    whole = supports(pairs, *given_)
    monkeypatch.setattr(module, "_AT_ONCE", 20)
    parts = supports(pairs, *given_)
    assert (whole.strength == parts.strength).all()
    assert (whole.third == parts.third).all()


def contradiction(alone: float, strength: float, size: int, weights: SupportWeights = WEIGHTS) -> float:
    return float(weights.contradiction(np.array([alone]), np.array([strength]), size)[0])


def test_support_lifts_a_pair_and_silence_of_many_lowers_it() -> None:
    assert contradiction(0.3, 0.8, 6) > contradiction(0.3, 0.2, 6) > contradiction(0.3, 0.0, 6)
    assert contradiction(0.3, 0.0, 3) > contradiction(0.3, 0.0, 6) > contradiction(0.3, 0.0, 60)


def test_in_a_large_event_two_are_less_likely_at_odds_than_in_a_small_one() -> None:
    weights = SupportWeights(others=1.0, crowd=-0.8, alone=-0.6)
    by_size = [contradiction(0.3, 0.0, size, weights) for size in (2, 6, 12, 24, 48)]
    # The odds of two who are alone are left out of the order: their words have to be plainer.
    assert by_size[1:] == sorted(by_size[1:], reverse=True)
    odds = [share / (1 - share) for share in by_size]
    assert odds[0] == pytest.approx(np.exp(-0.6) * 3 / 7)
    # Towards the end nothing but the doubling changes.
    assert np.log(odds[4] / odds[3]) == pytest.approx(-0.8, abs=0.1)


@pytest.mark.parametrize("alone", [0.0, 0.2, 0.5, 0.99, 1.0])
def test_by_default_and_where_there_are_no_others_the_words_alone_count(alone: float) -> None:
    assert contradiction(alone, 0.9, 40, WORDS_ALONE) == pytest.approx(alone, abs=2e-4)
    assert contradiction(alone, 0.0, 2) == pytest.approx(alone, abs=2e-4)


CAPTURE = said("LNA", "The spokesman said that our units captured Sirte after three hours.")
REPULSE = said("GNA", "The ministry said that the attack on Sirte was repelled.")
CALM = said("TUR", "The minister said that the coast is calm.")
LIKE, UNLIKE = (np.array(numbers, dtype=np.float32) for numbers in ([1.0, 0.0], [0.0, 1.0]))


def by_control(**support: float) -> ConflictModel:
    """Is sure of pairs whose words on who holds a place exclude each other, and doubts every other."""
    weights = np.zeros((3, len(FEATURES)))
    weights[0, FEATURES.index("control_clash")] = 6.0
    model = replace(model_that_suggests_everything(), weights=weights, intercepts=np.array([-2.0, 0.0, 0.0]))
    return replace(model, threshold=0.5, support=SupportWeights(**support))


def of_calm(comparator: Comparator, members: Sequence[Member]) -> Comparison:
    """How the capture and the calm stand to each other."""
    read = comparator.aspects([one.statement for one in members])
    (found,) = [
        one for one in comparator.comparisons(read, members) if {one.one, one.other} == {"sLNA", "sTUR"}
    ]
    return found


def test_a_conflict_is_found_through_a_third_statement_and_names_it(comparing: Comparing) -> None:
    comparator = comparing(by_control(support=5.0))
    members = [Member(CAPTURE, UNLIKE), Member(REPULSE, LIKE), Member(CALM, LIKE)]
    found = of_calm(comparator, members)
    assert found.relation is Relation.CONTRADICTS
    by_id = {(one.one, one.other): one for one in comparator.compare("e1", members)}
    carried, plain = by_id["sLNA", "sTUR"], by_id["sGNA", "sLNA"]
    assert carried.verdict == found.verdict
    assert carried.verdict.evidence[-1] == Evidence(REPULSE.id, REPULSE.span)
    # Of two whose words clash no third one is named.
    assert (carried.third, plain.third) == (REPULSE.id, None)


@pytest.mark.parametrize(
    ("repulse", "support"), [(UNLIKE, 5.0), (LIKE, 0.0)], ids=["about another matter", "words alone"]
)
def test_without_support_the_words_decide(
    comparing: Comparing, repulse: NDArray[np.float32], support: float
) -> None:
    members = [Member(CAPTURE, UNLIKE), Member(REPULSE, repulse), Member(CALM, LIKE)]
    assert of_calm(comparing(by_control(support=support)), members).relation is not Relation.CONTRADICTS


def test_an_event_that_has_others_needs_plainer_words(comparing: Comparing) -> None:
    comparator = comparing(by_control(others=-9.0))
    two = [Member(CAPTURE, UNLIKE), Member(REPULSE, LIKE)]
    assert len(comparator.compare("e1", two)) == 1
    assert comparator.compare("e1", [*two, *(Member(one, UNLIKE) for one in crowd(6))]) == []


def test_no_third_is_named_where_none_was_needed(comparing: Comparing) -> None:
    members = [Member(CAPTURE, UNLIKE), Member(CALM, LIKE)]
    denying = Member(denied("UN", "The envoy denied it."), UNLIKE)
    found = comparing(by_control(others=30.0)).compare("e1", [*members, denying])
    assert len(found) == 3
    assert {one.third for one in found} == {None}


def crowd(size: int) -> list[Statement]:
    return [said(f"P{number}", "The mayor said that the coast is calm.") for number in range(size)]


def test_what_is_no_contradiction_is_shared_as_the_words_have_it(comparing: Comparing) -> None:
    model = replace(model_of_shares(5, 4, 1, threshold=0.45), support=SupportWeights(others=-9.0))
    members = [Member(one, UNLIKE) for one in (CAPTURE, CALM, *crowd(6))]
    found = of_calm(comparing(model), members)
    # Four parts to one, of nearly all.
    assert (found.relation, found.score) == (Relation.AGREES, pytest.approx(0.8, abs=0.01))


def test_the_model_in_the_package_hears_the_others() -> None:
    weights = ConflictModel.shipped().support
    assert weights.support > 0 > weights.crowd
    assert weights.alone < 0 < weights.others
