"""What the findings about a pair say together, beside what each says by itself.

The regression of `tracker.conflicts.comparison` adds up what each finding is worth. Trees see what it cannot:
that a clash of tolls is little where two statements answer different questions, say. They look at the same
findings, and at what the regression makes of them. Fitted by `scripts/fit_together.py`.
"""

import json
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from tracker.conflicts.features import FEATURES
from tracker.conflicts.shares import RELATIONS, Numbers, log_odds, shares_of
from tracker.statements.trees import Trees

ODDS = tuple(f"odds_{relation.value}" for relation in RELATIONS)
"""The log odds of each relation by the regression, which the trees are told after the `FEATURES`."""


@dataclass(frozen=True, slots=True)
class Together:
    """Trees over `FEATURES` and `ODDS`, one for each of `RELATIONS` in turn, and what each begins with."""

    trees: Trees
    start: Numbers

    @classmethod
    def shipped(cls) -> "Together":
        """The trees in the package."""
        text = files("tracker.conflicts").joinpath("conflict_trees.json").read_text(encoding="utf-8")
        data = json.loads(text)
        return cls(Trees.of(data["trees"], (*FEATURES, *ODDS)), np.array(data["start"]))

    def shares(self, found: Numbers, by_weights: Numbers) -> Numbers:
        """The probability of each of `RELATIONS` for a pair; `by_weights` are those by the regression."""
        numbers = np.concatenate([found, log_odds(by_weights)])
        given = self.trees.gives(numbers[:, None]).reshape(-1, len(RELATIONS)).sum(axis=0)
        return between(by_weights, shares_of(self.start + given))


def between(by_weights: Numbers, by_trees: Numbers) -> Numbers:
    """What lies between both, by the mean of their logarithms.

    Within an event hardly two statements name other days or other places, so that the trees learn little of
    near misses; the regression knows them, and keeps half a say.
    """
    return shares_of((np.log(by_weights) + np.log(by_trees)) / 2)
