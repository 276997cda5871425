"""A logistic regression over named features, as the stages use it: a model is data that a person can read."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

_FARTHEST = 60.0  # beyond this a probability is 0 or 1 to any precision


@dataclass(frozen=True)
class LinearModel:
    """Weights by feature name, an intercept, and the probability from which the answer is yes.

    `voice` is the weight of what the voice encoder says.
    """

    weights: Mapping[str, float]
    intercept: float
    threshold: float
    voice: float = 0.0

    def probability(self, features: Iterable[str], heard: float | None = None) -> float:
        """The probability of yes; a feature without a weight counts nothing.

        `heard`: the logarithm of the odds by the voice encoder, for models that have a weight for it.
        """
        weigh = self.weights.get
        score = self.intercept + math.fsum([weigh(name, 0.0) for name in features])
        if heard is not None:
            score += self.voice * heard
        return 1 / (1 + math.exp(-max(min(score, _FARTHEST), -_FARTHEST)))

    def says_yes(self, features: Iterable[str], heard: float | None = None) -> bool:
        """Whether the probability reaches the threshold."""
        return self.probability(features, heard) >= self.threshold


@lru_cache(maxsize=8)
def shipped(name: str) -> LinearModel:
    """The model in the package's `NAME.json`, fitted by `scripts/fit_sentences.py`."""
    data = json.loads(files("tracker.statements").joinpath(f"{name}.json").read_text(encoding="utf-8"))
    return LinearModel(
        data["weights"], float(data["intercept"]), float(data["threshold"]), float(data.get("voice", 0.0))
    )
