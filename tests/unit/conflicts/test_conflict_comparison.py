from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from conflict_examples import (
    Member,
    alike,
    denied,
    model_of_shares,
    model_that_suggests_everything,
    on_a_circle,
    said,
    written,
)

from tracker.conflicts.comparison import DETECTOR, Comparator, ConflictModel
from tracker.conflicts.features import FEATURES, Pair
from tracker.conflicts.shares import RELATIONS
from tracker.domain.conflicts import Comparison, Conflict, ConflictType, Judgement, Relation
from tracker.domain.identifiers import conflict_id
from tracker.domain.parties import Party
from tracker.domain.statements import Statement
from tracker.statements.mentions import PartyFinder

Comparing = Callable[[ConflictModel], Comparator]

CAPTURE = said("LNA", "The spokesman said that our units captured Sirte after three hours.")
REPULSE = said(
    "GNA", "The ministry said that the attack on Sirte was repelled and the city is under control."
)
FEW_QUOTE = "The spokesman said that three soldiers were killed at Sirte."
FEW = said("LNA", FEW_QUOTE, written(FEW_QUOTE, "three", 3))


def only(conflicts: Sequence[Conflict]) -> Conflict:
    (conflict,) = conflicts
    return conflict


def only_pair(comparator: Comparator, *statements: Statement) -> Pair:
    (found,) = comparator.pairs(alike(*statements))
    return found


def judge(comparator: Comparator, *statements: Statement) -> Comparison:
    """How two statements stand to each other that are all of their event."""
    (found,) = comparator.comparisons(comparator.aspects(statements), alike(*statements))
    return found


def test_probabilities_of_the_relations_add_up_to_one() -> None:
    weights = np.arange(3.0 * len(FEATURES)).reshape(3, len(FEATURES)) / 50
    model = replace(model_that_suggests_everything(), weights=weights, intercepts=np.array([0.5, 0.0, -0.5]))
    for found in (np.zeros(len(FEATURES)), np.ones(len(FEATURES)), 1000 * np.ones(len(FEATURES))):
        scores = model.by_words(found)
        assert scores.shape == (len(RELATIONS),)
        assert scores.sum() == pytest.approx(1.0)
        assert (scores >= 0).all()


def test_a_weight_moves_its_own_relation_alone() -> None:
    weights = np.zeros((3, len(FEATURES)))
    weights[RELATIONS.index(Relation.AGREES), FEATURES.index("toll_agreement")] = 2.0
    model = replace(model_that_suggests_everything(), weights=weights, intercepts=np.zeros(3))
    found = np.zeros(len(FEATURES))
    assert model.by_words(found) == pytest.approx([1 / 3, 1 / 3, 1 / 3])
    found[FEATURES.index("toll_agreement")] = 1.0
    contradicts, agrees, unrelated = model.by_words(found)
    assert contradicts == pytest.approx(unrelated)
    assert agrees == pytest.approx(contradicts * np.exp(2.0))


def test_at_the_threshold_and_above_a_pair_contradicts_with_a_verdict(comparing: Comparing) -> None:
    judged = judge(comparing(model_of_shares(2, 1, 1, threshold=0.49)), CAPTURE, REPULSE)
    assert (judged.relation, judged.score) == (Relation.CONTRADICTS, 0.5)
    assert judged.verdict is not None
    assert (judged.verdict.type, judged.verdict.score) == (ConflictType.CONTROL, 0.5)
    assert (judged.one, judged.other) == ("sGNA", "sLNA")


@pytest.mark.parametrize(
    ("shares", "relation", "score"),
    [
        ((1, 8, 1), Relation.AGREES, 0.8),
        ((1, 1, 8), Relation.UNRELATED, 0.8),
        ((2, 5, 3), Relation.AGREES, 0.5),
        ((4, 3, 3), Relation.CANNOT_TELL, 0.3),
        ((2, 4, 4), Relation.CANNOT_TELL, 0.4),
    ],
)
def test_below_the_threshold_a_pair_has_a_relation_and_no_verdict(
    comparing: Comparing, shares: tuple[float, float, float], relation: Relation, score: float
) -> None:
    comparator = comparing(model_of_shares(*shares, threshold=0.95))
    judged = judge(comparator, CAPTURE, REPULSE)
    assert judged == Comparison("sGNA", "sLNA", relation, score, None)
    assert comparator.compare("e1", alike(CAPTURE, REPULSE)) == []


def test_a_low_threshold_lets_a_contradiction_pass_that_is_not_the_likeliest(comparing: Comparing) -> None:
    comparator = comparing(model_of_shares(3, 5, 2, threshold=0.25))
    assert judge(comparator, CAPTURE, REPULSE).relation is Relation.CONTRADICTS


@pytest.mark.parametrize(("threshold", "count"), [(0.49, 1), (0.51, 0)])
def test_what_scores_below_the_threshold_is_not_suggested(
    comparing: Comparing, threshold: float, count: int
) -> None:
    comparator = comparing(model_of_shares(2, 1, 1, threshold=threshold))
    assert len(comparator.compare("e1", alike(CAPTURE, REPULSE))) == count


def test_statements_of_one_party_never_conflict(everything: Comparator) -> None:
    contradiction = said("LNA", FEW.quote, written(FEW_QUOTE, "three", 11), name="s2")
    assert everything.compare("e1", alike(FEW, contradiction)) == []


@pytest.mark.parametrize("members", [[], alike(CAPTURE)])
def test_fewer_than_two_statements_have_no_conflict(everything: Comparator, members: list[Member]) -> None:
    assert everything.compare("e1", members) == []


def test_a_conflict_is_named_after_its_pair_and_stands_in_its_event(everything: Comparator) -> None:
    conflict = only(everything.compare("e1", alike(CAPTURE, REPULSE)))
    assert (conflict.one, conflict.other) == ("sGNA", "sLNA")
    assert conflict.id == conflict_id("sLNA", "sGNA")
    assert conflict.event == "e1"
    assert (conflict.detector, conflict.judgement) == (DETECTOR, Judgement.SUGGESTED)


def test_allies_are_told_from_opponents(everything: Comparator) -> None:
    emirates, turkey = said("UAE", "words"), said("TUR", "words")
    pairs = {
        frozenset((found.one.statement.party, found.other.statement.party)): found.allied
        for found in everything.pairs(alike(CAPTURE, emirates, turkey))
    }
    assert pairs == {
        frozenset({"LNA", "UAE"}): True,
        frozenset({"LNA", "TUR"}): False,
        frozenset({"UAE", "TUR"}): False,
    }


def test_an_alliance_that_only_one_side_names_counts_for_both(finder: PartyFinder) -> None:
    parties = [Party("LNA", {"en": "LNA"}, allies=("UAE",)), Party("UAE", {"en": "UAE"})]
    comparator = Comparator(parties, finder, model_that_suggests_everything())
    emirates = said("UAE", "words")
    for members in (alike(CAPTURE, emirates), alike(emirates, CAPTURE)):
        assert [found.allied for found in comparator.pairs(members)] == [True]


def test_the_likeness_of_a_pair_is_the_cosine_of_its_vectors(everything: Comparator) -> None:
    members = on_a_circle([CAPTURE, REPULSE])
    (found,) = everything.pairs(members)
    assert found.likeness == pytest.approx(float(members[0][1] @ members[1][1]))


def test_the_tolls_of_a_pair_are_its_surest_ones(everything: Comparator) -> None:
    quote = "The ministry said that eleven soldiers were killed and nine residents were killed."
    many = said("GNA", quote, written(quote, "nine", 9), written(quote, "eleven", 11))
    found = only_pair(everything, FEW, many)
    assert found.tolls is not None
    assert {found.tolls.one.figure.low, found.tolls.other.figure.low} == {3, 11}


def test_conflicts_come_by_id_in_whatever_order_the_statements_stand(everything: Comparator) -> None:
    statements = [said(party, f"{party} speaks.") for party in ("LNA", "GNA", "TUR", "RUS")]
    there = everything.compare("e1", on_a_circle(statements))
    assert [conflict.id for conflict in there] == sorted(conflict.id for conflict in there)
    assert len(there) == 6
    back = everything.compare("e1", on_a_circle(statements)[::-1])
    assert [conflict.id for conflict in back] == [conflict.id for conflict in there]


def test_a_pair_is_judged_alike_whichever_statement_comes_first(everything: Comparator) -> None:
    denial = denied("TUR", "The ministry denied that Sirte had been captured.")
    for one, other in ((CAPTURE, REPULSE), (CAPTURE, denial), (FEW, REPULSE), (FEW, denial)):
        there, back = (judge(everything, *order) for order in ((one, other), (other, one)))
        assert there.verdict is not None
        assert back.verdict is not None
        assert (there.one, there.other, there.relation) == (back.one, back.other, back.relation)
        assert (there.verdict.type, there.verdict.comparator) == (back.verdict.type, back.verdict.comparator)
        assert set(there.verdict.evidence) == set(back.verdict.evidence)
        assert there.score == pytest.approx(back.score)
