import re
from collections.abc import Sequence

import numpy as np
import pytest
from conflict_examples import (
    Member,
    alike,
    denied,
    figure,
    model_that_suggests_everything,
    on_a_circle,
    said,
)

from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.conflicts.features import FEATURES
from tracker.domain.conflicts import Conflict, ConflictType
from tracker.domain.identifiers import conflict_id
from tracker.domain.parties import Party
from tracker.domain.statements import Statement
from tracker.registry.loading import Registry
from tracker.statements.mentions import PartyFinder

CAPTURE = said("LNA", "The spokesman said that our units captured Sirte after three hours.")
REPULSE = said(
    "GNA", "The ministry said that the attack on Sirte was repelled and the city is under control."
)
REJECTION = denied("GNA", "The ministry denied that Sirte had been captured.")
FEW = said("LNA", "The spokesman said that three soldiers were killed at Sirte.", figure(3))
MANY = said("GNA", "The ministry said that eleven soldiers were killed at Sirte.", figure(11))


@pytest.fixture
def shipped(registry: Registry, finder: PartyFinder) -> Comparator:
    return Comparator(registry.parties, finder, ConflictModel.shipped())


@pytest.fixture
def everything(registry: Registry, finder: PartyFinder) -> Comparator:
    """Suggests every pair that it compares."""
    return Comparator(registry.parties, finder, model_that_suggests_everything())


def only(conflicts: Sequence[Conflict]) -> Conflict:
    (conflict,) = conflicts
    return conflict


def sentences(explanation: str) -> int:
    """How many sentences there are outside of quotation marks."""
    return len(re.findall(r"[.!?](?:\s|$)", re.sub("“[^”]*”", "", explanation)))


def test_the_shipped_model_has_a_weight_for_each_feature_and_a_threshold_that_can_be_met() -> None:
    model = ConflictModel.shipped()
    assert model.weights.shape == (len(FEATURES),)
    assert np.isfinite(model.weights).all()
    assert 0 < model.threshold < 1


def test_a_score_is_a_probability() -> None:
    model = ConflictModel(np.ones(len(FEATURES)), intercept=0.0, threshold=0.5)
    assert model.score(np.zeros(len(FEATURES))) == 0.5
    assert 0.5 < model.score(np.ones(len(FEATURES))) < 1


def test_statements_of_one_party_never_conflict(everything: Comparator) -> None:
    contradiction = said("LNA", FEW.quote, figure(11), name="s2")
    assert everything.compare("e1", alike(FEW, contradiction)) == []


@pytest.mark.parametrize("members", [[], alike(CAPTURE)])
def test_fewer_than_two_statements_have_no_conflict(everything: Comparator, members: list[Member]) -> None:
    assert everything.compare("e1", members) == []


def test_a_conflict_is_named_after_its_pair_and_stands_in_its_event(everything: Comparator) -> None:
    conflict = only(everything.compare("e1", alike(CAPTURE, REPULSE)))
    assert (conflict.one, conflict.other) == ("sGNA", "sLNA")
    assert conflict.id == conflict_id("sLNA", "sGNA")
    assert conflict.event == "e1"


def test_figures_that_share_no_number_are_a_conflict_whose_sentence_names_both(shipped: Comparator) -> None:
    verdict = only(shipped.compare("e1", alike(FEW, MANY))).verdict
    assert (verdict.type, verdict.comparator) == (ConflictType.CASUALTIES, "figures")
    assert verdict.explanation == "LNA counts 3 killed, GNA 11."


def test_a_figure_open_above_does_not_clash_with_a_larger_one(everything: Comparator) -> None:
    open_above = said("LNA", FEW.quote, figure(10, None))
    verdict = only(everything.compare("e1", alike(open_above, said("GNA", MANY.quote, figure(14))))).verdict
    assert verdict.comparator != "figures"
    verdict = only(everything.compare("e1", alike(open_above, said("GNA", MANY.quote, figure(4))))).verdict
    assert verdict.comparator == "figures"
    assert verdict.explanation == "LNA counts at least 10 killed, GNA 4."


def test_a_capture_and_a_repulse_are_a_conflict_of_control_told_in_their_own_words(
    shipped: Comparator,
) -> None:
    verdict = only(shipped.compare("e1", alike(CAPTURE, REPULSE))).verdict
    assert (verdict.type, verdict.comparator) == (ConflictType.CONTROL, "control")
    assert "on Sirte" in verdict.explanation
    assert "LNA says it was taken (“captured”)" in verdict.explanation
    assert "GNA says it was held" in verdict.explanation


def test_a_denial_and_what_it_denies_are_a_conflict_that_quotes_the_denial(shipped: Comparator) -> None:
    sent = said("LNA", "The spokesman said that Ankara delivered weapons to Tripoli.")
    rejected = denied("TUR", "The ministry rejected the report that weapons were delivered to Tripoli.")
    verdict = only(shipped.compare("e1", alike(sent, rejected))).verdict
    assert verdict.comparator == "denial"
    assert verdict.type is ConflictType.INVOLVEMENT
    assert verdict.explanation.startswith("TUR denies (“rejected”) what LNA asserts (“")
    assert "foreign forces or arms" in verdict.explanation


def test_who_denies_is_told_whichever_comes_first(everything: Comparator) -> None:
    asserted = said("LNA", "The spokesman said that a convoy burned.")
    denial = denied("GNA", "The ministry denied that a convoy burned.")
    for members in (alike(asserted, denial), alike(denial, asserted)):
        verdict = only(everything.compare("e1", members)).verdict
        assert verdict.explanation.startswith("GNA denies (“denied”) what LNA asserts")


def test_a_denial_about_nothing_in_particular_is_about_whether_it_happened(everything: Comparator) -> None:
    asserted = said("LNA", "The spokesman said that smoke was seen.")
    verdict = only(everything.compare("e1", alike(asserted, denied("GNA", "Nothing of the kind.")))).verdict
    assert verdict.type is ConflictType.OCCURRENCE
    assert "whether it happened" in verdict.explanation


def test_a_bare_denial_is_about_what_the_other_side_asserts(everything: Comparator) -> None:
    bare = denied("GNA", "The ministry rejected all of this.")
    verdict = only(everything.compare("e1", alike(CAPTURE, bare))).verdict
    assert (verdict.type, verdict.comparator) == (ConflictType.CONTROL, "denial")
    assert "(“captured”)" in verdict.explanation


def test_who_denies_a_capture_is_not_quoted_with_the_word_for_it(everything: Comparator) -> None:
    explanation = only(everything.compare("e1", alike(CAPTURE, REJECTION))).verdict.explanation
    assert "GNA" in explanation
    assert "GNA says it was held (“captured”)" not in explanation


def test_the_outlets_own_voice_is_called_the_outlet(everything: Comparator) -> None:
    own = said("MEDIA", "Five soldiers were killed.", figure(5))
    assert "the outlet" in only(everything.compare("e1", alike(own, MANY))).verdict.explanation


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (CAPTURE, REPULSE),
        (CAPTURE, REJECTION),
        (FEW, MANY),
        (FEW, REJECTION),
        (said("CIV", "Shells hit the market."), said("TUR", "A strike on the market was denied by nobody.")),
        (said("RUS", "Погода была ясной.", language="ru"), denied("TUR", "Hiçbiri doğru değil.")),
    ],
)
def test_an_explanation_is_one_sentence_whoever_comes_first(
    everything: Comparator, one: Statement, other: Statement
) -> None:
    there = only(everything.compare("e1", alike(one, other)))
    back = only(everything.compare("e1", alike(other, one)))
    assert (there.id, there.verdict.type, there.verdict.comparator) == (
        back.id,
        back.verdict.type,
        back.verdict.comparator,
    )
    assert there.verdict.score == pytest.approx(back.verdict.score)
    for conflict in (there, back):
        assert sentences(conflict.verdict.explanation) == 1, conflict.verdict.explanation
        assert conflict.verdict.explanation.endswith(".")
        assert {one.party, other.party} <= set(re.findall("[A-Z]{3}", conflict.verdict.explanation))


def test_what_scores_below_the_threshold_is_not_suggested(registry: Registry, finder: PartyFinder) -> None:
    for threshold, count in ((0.5, 1), (0.51, 0)):
        model = ConflictModel(np.zeros(len(FEATURES)), intercept=0.0, threshold=threshold)
        comparator = Comparator(registry.parties, finder, model)
        assert len(comparator.compare("e1", alike(CAPTURE, REPULSE))) == count


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


def test_conflicts_come_by_id_in_whatever_order_the_statements_stand(everything: Comparator) -> None:
    statements = [said(party, f"{party} speaks.") for party in ("LNA", "GNA", "TUR", "RUS")]
    there = everything.compare("e1", on_a_circle(statements))
    assert [conflict.id for conflict in there] == sorted(conflict.id for conflict in there)
    assert len(there) == 6
    back = everything.compare("e1", on_a_circle(statements)[::-1])
    assert [conflict.id for conflict in back] == [conflict.id for conflict in there]


def test_pairs_grow_with_the_statements_and_not_with_their_square(everything: Comparator) -> None:
    def pairs_among(size: int) -> int:
        parties = ("LNA", "GNA")
        statements = [said(parties[n % 2], "words", name=f"s{n:04}") for n in range(size)]
        return sum(1 for _ in everything.pairs(on_a_circle(statements)))

    small, large = pairs_among(200), pairs_among(600)
    assert small <= 200 * 40
    assert large <= 600 * 40
    # All pairs of two parties would be nine times as many.
    assert large < 4 * small


def test_of_too_many_candidates_the_most_alike_are_compared(everything: Comparator) -> None:
    statements = [CAPTURE, *(said("GNA", "words", name=f"t{n:03}") for n in range(90))]
    compared = {
        found.other.statement.id
        for found in everything.pairs(on_a_circle(statements))
        if found.one.statement.id == CAPTURE.id
    }
    # Each of the ninety also has the one statement of the other party as its own candidate.
    assert len(compared) == 90
    mixed = on_a_circle([*statements, *(said("LNA", "words", name=f"u{n:03}") for n in range(90))])
    compared = {
        found.other.statement.id for found in everything.pairs(mixed) if found.one.statement.id == CAPTURE.id
    }
    assert {f"t{n:03}" for n in range(40)} <= compared
    assert len(compared) < 90
