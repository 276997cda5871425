"""How likely two statements are about one happening: boosted trees over the features of a pair.

What speaks for one happening by itself (alike, near in time, the same place) never counts against it,
whatever else holds. Fitted by `scripts/fit_linking.py` on texts that no encoder has learned from.
"""

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Protocol

import numpy as np

from tracker.events.linkable import Floats
from tracker.events.pairs import FEATURES
from tracker.statements.trees import Trees

_BLOCK = 1024  # pairs judged at a time: what they give stays in the processor's cache


class Likeness(Protocol):
    """What tells how likely pairs are about one happening."""

    @property
    def threshold(self) -> float:
        """The mean probability from which statements are joined."""

    def probabilities(self, features: Floats) -> Floats:
        """The probability of each pair; `features`: shape (pairs, features)."""


@dataclass(frozen=True, slots=True)
class PairModel:
    """Trees over `FEATURES`, the log odds before any of them, and the mean probability from which to join."""

    trees: Trees
    start: float
    threshold: float

    @classmethod
    def shipped(cls, embedding: str) -> "PairModel":
        """The model in the package for the vectors of an embedding model.

        Vectors of each spread differently; for those of a model that nothing was fitted for (`is_fitted`),
        the trees of the first are taken, and more errors are to be expected.
        """
        entries = _shipped()
        return cls.from_entry(entries.get(embedding) or entries[next(iter(entries))])

    @classmethod
    def from_entry(cls, entry: dict[str, Any]) -> "PairModel":
        """From what `scripts/fit_linking.py` writes."""
        return cls(Trees.of(entry["trees"], FEATURES), float(entry["start"]), float(entry["threshold"]))

    @staticmethod
    def is_fitted(embedding: str) -> bool:
        """Whether trees were fitted for the vectors of this embedding model."""
        return embedding in _shipped()

    def probabilities(self, features: Floats) -> Floats:
        """The probability that each pair is about one happening; `features`: shape (pairs, features)."""
        columns = np.ascontiguousarray(features.T)
        logits = np.full(len(features), self.start)
        for begin in range(0, len(features), _BLOCK):
            block = slice(begin, begin + _BLOCK)
            logits[block] += self.trees.gives(columns[:, block]).sum(axis=0)
        probabilities: Floats = (1.0 / (1.0 + np.exp(-logits))).astype(np.float32)
        return probabilities


def _shipped() -> dict[str, Any]:
    text = files("tracker.events").joinpath("pair_model.json").read_text(encoding="utf-8")
    entries: dict[str, Any] = json.loads(text)
    return entries
