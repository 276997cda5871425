"""The weights in the package: whole, and right about the plainest cases.

Each pair is as alike as the question encoder finds sentences of its sort.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from conflict_examples import as_alike_as, denied, said, written

from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.conflicts.features import FEATURES
from tracker.conflicts.kinds import KIND_FEATURES
from tracker.conflicts.members import Member
from tracker.conflicts.shares import RELATIONS
from tracker.domain.conflicts import Conflict, ConflictType
from tracker.domain.statements import FigureKind, Statement

CAPTURE = said("LNA", "The spokesman said that our units captured Sirte after three hours.")
REPULSE = said(
    "GNA", "The ministry said that the attack on Sirte was repelled and the city is under control."
)
NUMBERS = 384  # in a vector of the question encoder


@pytest.fixture(scope="session")
def shipped(comparing: Callable[[ConflictModel], Comparator]) -> Comparator:
    return comparing(ConflictModel.shipped())


def dead(party: str, words: str, low: int, high: int | None = -1) -> Statement:
    quote = f"The spokesman said that {words} soldiers were killed at Sirte."
    return said(party, quote, written(quote, words, low, high))


def of_full_length(likeness: float, one: Statement, other: Statement) -> list[Member]:
    """With vectors that speak for no type, so that the words decide."""
    matters = ConflictModel.shipped().kinds.matters
    assert matters is not None
    silent = np.linalg.svd(matters)[2][len(matters) :][:2].astype(np.float32)
    return [Member(side.statement, side.vector @ silent) for side in as_alike_as(likeness, one, other)]


def only(conflicts: Sequence[Conflict]) -> Conflict:
    (conflict,) = conflicts
    return conflict


def test_there_is_a_weight_for_each_feature_and_a_threshold_that_can_be_met() -> None:
    model = ConflictModel.shipped()
    assert model.weights.shape == (len(RELATIONS), len(FEATURES))
    assert model.intercepts.shape == (len(RELATIONS),)
    assert np.isfinite(model.weights).all()
    assert np.isfinite(model.intercepts).all()
    assert 0 < model.threshold < 1


def test_there_is_a_weight_for_each_feature_of_each_type() -> None:
    kinds = ConflictModel.shipped().kinds
    assert kinds.weights.shape == (len(kinds.types), len(KIND_FEATURES))
    assert kinds.matters is not None
    assert kinds.matters.shape == (len(kinds.types), NUMBERS)
    assert np.isfinite(kinds.weights).all()
    assert len(set(kinds.types)) == len(kinds.types)
    assert {ConflictType.CONTROL, ConflictType.CASUALTIES, ConflictType.OCCURRENCE} <= set(kinds.types)


def test_figures_that_share_no_number_are_a_conflict_over_casualties(shipped: Comparator) -> None:
    verdict = only(
        shipped.compare("e1", of_full_length(0.93, dead("LNA", "three", 3), dead("GNA", "eleven", 11)))
    ).verdict
    assert (verdict.type, verdict.comparator) == (ConflictType.CASUALTIES, "figures")
    assert verdict.explanation == "LNA counts 3 killed, GNA 11."


def test_a_capture_and_a_repulse_are_a_conflict(shipped: Comparator) -> None:
    assert only(shipped.compare("e1", of_full_length(0.65, CAPTURE, REPULSE)))


def test_a_denial_and_what_it_denies_are_a_conflict(shipped: Comparator) -> None:
    sent = said("LNA", "The spokesman said that Ankara delivered weapons to Tripoli.")
    rejected = denied("TUR", "The ministry rejected the report that weapons were delivered to Tripoli.")
    verdict = only(shipped.compare("e1", of_full_length(0.8, sent, rejected))).verdict
    assert verdict.comparator == "denial"


HURT_QUOTE = "The ministry said that eleven soldiers were injured at Sirte."
HURT = said("GNA", HURT_QUOTE, written(HURT_QUOTE, "eleven", 11, kind=FigureKind.INJURED))
SEEN_QUOTE = "The ministry said that two helicopters were seen."
SEEN = said("GNA", SEEN_QUOTE, written(SEEN_QUOTE, "two", 2, kind=FigureKind.AIRCRAFT))


@pytest.mark.parametrize(
    ("other", "likeness"),
    [
        (dead("GNA", "three", 3), 1.0),
        (dead("GNA", "at least two", 2, None), 0.97),
        (HURT, 0.8),
        (SEEN, 0.4),
    ],
    ids=["the same", "at least", "another fate", "no people"],
)
def test_figures_that_can_both_be_so_are_none(shipped: Comparator, other: Statement, likeness: float) -> None:
    assert shipped.compare("e1", of_full_length(likeness, dead("LNA", "three", 3), other)) == []
