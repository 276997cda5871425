"""Which side of a question two statements take, as their vectors of the stance encoder have it.

What clashes without a word of denial ("the town is quiet", "we hold its northern half") is in no list of
words. The encoder puts into few directions of its vectors which answer a statement gives; how two answers
stand to each other is a bilinear form over them, trained together with it (`scripts/train_stances.py`). It is
heard beside the words, as an opinion pooled by logarithms (Genest and Zidek 1986); how much it counts is
fitted on texts that it has not seen (`scripts/fit_together.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.conflicts.shares import RELATIONS, Numbers, shares_of


@dataclass(frozen=True, slots=True)
class Pooling:
    """How much words and stances count beside each other, and what is added for each of `RELATIONS`."""

    words: float = 1.0
    stances: float = 0.0
    start: tuple[float, ...] = (0.0,) * len(RELATIONS)

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> "Pooling":
        """From what `scripts/fit_together.py` writes."""
        return cls(float(written["words"]), float(written["stances"]), tuple(map(float, written["start"])))

    def shares(self, by_words: Numbers, by_stances: Numbers) -> Numbers:
        """The probabilities of `RELATIONS` in the light of both: shape (..., relations)."""
        logs = self.words * np.log(by_words) + self.stances * np.log(by_stances)
        return shares_of(logs + np.array(self.start))


WORDS_ONLY = Pooling()
SILENT = np.full(len(RELATIONS), 1 / len(RELATIONS))
"""What stances give that say nothing."""


@dataclass(frozen=True, slots=True)
class StanceModel:
    """A bilinear form for each of `RELATIONS`, in the coordinates of `directions`, and what is added to it.

    `directions` has the shape (numbers of a stance, numbers of a vector), `weights` (relations, numbers of a
    stance), `start` (relations,).
    """

    directions: Numbers
    weights: Numbers
    start: Numbers

    @classmethod
    def shipped(cls) -> "StanceModel":
        """The model in the package."""
        with files("tracker.conflicts").joinpath("stance_model.npz").open("rb") as file:
            read = np.load(file)
            projection, likeness = read["projection"].astype(np.float64), read["likeness"]
            weights, start = read["weights"], read["start"]
        width = projection.shape[1]
        # The cosine of two vectors is a bilinear form as well: each of their numbers is one more direction.
        return cls(
            np.concatenate([projection, np.eye(width)]),
            np.concatenate([weights, np.repeat(likeness[:, None], width, axis=1)], axis=1).astype(np.float64),
            start.astype(np.float64),
        )

    def stance_of(self, vector: NDArray[np.float32]) -> Numbers:
        """The numbers that stand for the stance of one statement."""
        stance: Numbers = self.directions @ vector
        return stance

    def shares(self, one: Numbers, other: Numbers) -> Numbers:
        """The probability of each of `RELATIONS` for two stances, in either order."""
        return shares_of(self.weights @ (one * other) + self.start)
