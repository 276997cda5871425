"""A stand-in for the pair model, for tests about what becomes of likeness and not about what it is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.events.pairs import FEATURES


@dataclass(frozen=True, slots=True)
class AlikeInContext:
    """By the vectors of heading and quote alone: log odds of `factor` times their cosine, less `less`."""

    factor: float = 20.0
    less: float = 10.0
    threshold: float = 0.5

    def probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """The probability of each pair."""
        logits = np.float32(self.factor) * features[:, FEATURES.index("context")] - np.float32(self.less)
        probabilities: NDArray[np.float32] = 1.0 / (1.0 + np.exp(-logits))
        return probabilities
