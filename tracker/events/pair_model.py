"""How likely two statements are about one happening: boosted trees over the features of a pair, as tables.

What speaks for one happening by itself (alike, near in time, the same place) never counts against it,
whatever else holds. Fitted by `scripts/fit_linking.py` on texts that no encoder has learned from.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Protocol

import numpy as np

from tracker.events.linkable import Floats
from tracker.events.pairs import FEATURES
from tracker.events.tables import Tables
from tracker.statements.trees import Trees


class Likeness(Protocol):
    """What tells how likely pairs are about one happening."""

    @property
    def threshold(self) -> float:
        """The mean probability from which statements are joined."""

    def probabilities(self, features: Floats) -> Floats:
        """The probability of each pair; `features`: shape (pairs, features)."""


@dataclass(frozen=True, slots=True)
class PairModel:
    """What `FEATURES` say, the log odds before any of them, and the mean probability from which to join."""

    tables: Tables
    start: float
    threshold: float

    @classmethod
    def shipped(cls, embedding: str) -> "PairModel":
        """The model in the package for the vectors of an embedding model.

        Vectors of each spread differently; for those of a model that nothing was fitted for (`is_fitted`),
        the trees of the first are taken, and more errors are to be expected.
        """
        return _model_of(embedding if cls.is_fitted(embedding) else next(iter(_shipped())))

    @classmethod
    def from_entry(cls, entry: dict[str, Any]) -> "PairModel":
        """From what `scripts/fit_linking.py` writes."""
        tables = Tables.of(Trees.of(entry["trees"], FEATURES), len(FEATURES))
        return cls(tables, float(entry["start"]), float(entry["threshold"]))

    @staticmethod
    def is_fitted(embedding: str) -> bool:
        """Whether trees were fitted for the vectors of this embedding model."""
        return embedding in _shipped()

    def probabilities(self, features: Floats) -> Floats:
        """The probability that each pair is about one happening; `features`: shape (pairs, features)."""
        logits = self.tables.give(np.ascontiguousarray(features.T)) + np.float32(self.start)
        probabilities: Floats = 1 / (1 + np.exp(-logits))
        return probabilities


@cache
def _model_of(embedding: str) -> PairModel:
    return PairModel.from_entry(_shipped()[embedding])


@cache
def _shipped() -> dict[str, Any]:
    text = files("tracker.events").joinpath("pair_model.json").read_text(encoding="utf-8")
    entries: dict[str, Any] = json.loads(text)
    return entries
