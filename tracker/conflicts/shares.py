"""Probabilities of how two statements stand to each other."""

import numpy as np
from numpy.typing import NDArray

from tracker.domain.conflicts import Relation

Numbers = NDArray[np.float64]

RELATIONS = (Relation.CONTRADICTS, Relation.AGREES, Relation.UNRELATED)
"""What is weighed of a pair, in the order in which its probabilities stand."""
CONTRADICTS = RELATIONS.index(Relation.CONTRADICTS)

_LEAST = 1e-4  # nearer to nought or one no share is taken: its logarithm would outweigh all else


def shares_of(logits: Numbers) -> Numbers:
    """The probabilities that belong to logarithms that are each off by the same (softmax)."""
    odds: Numbers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Numbers = odds / odds.sum(axis=-1, keepdims=True)
    return shares


def log_odds(shares: Numbers) -> Numbers:
    """The logarithm of the odds of probabilities, of which none is taken for certain."""
    within = np.clip(shares, _LEAST, 1 - _LEAST)
    odds: Numbers = np.log(within / (1 - within))
    return odds
