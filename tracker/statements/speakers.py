"""Weighing the candidates of a sentence: a conditional logit over the features that speak for each.

The probability of a candidate is the softmax of its summed weights over all candidates of its sentence
(D. McFadden, "Conditional logit analysis of qualitative choice behavior", 1974); that of a party is the
sum over its candidates. Weights are fitted by `scripts/fit_speakers.py`, which says what they were fitted
on; the probability is what the product shows as confidence. Where the voice encoder has read the story, how
likely it holds each candidate to speak is one feature more, the only one that is a number.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from tracker.statements.candidates import Candidate


@dataclass(frozen=True, slots=True)
class Chosen:
    """The most likely candidate of the most likely party, and that party's probability."""

    candidate: Candidate
    probability: float


@dataclass(frozen=True)
class SpeakerModel:
    """Weights by feature name; a feature without one counts nothing.

    `temperature` divides the sums before they become probabilities, so that on texts not fitted on a
    confidence means what it says (C. Guo et al., "On calibration of modern neural networks", 2017).
    `voice` is the weight of what the voice encoder says.
    """

    weights: Mapping[str, float]
    temperature: float = 1.0
    voice: float = 0.0

    def choose(self, among: Sequence[Candidate], heard: Sequence[float] | None = None) -> Chosen:
        """The candidate that most likely speaks. `among` must not be empty.

        `heard`: the logarithm of each one's probability by the voice encoder.
        """
        shared = {origin: self._sum(names) for origin, names in {c.origin: c.shared for c in among}.items()}
        scores = [shared[one.origin] + self._sum(one.own) for one in among]
        if heard is not None:
            scores = [score + self.voice * one for score, one in zip(scores, heard, strict=True)]
        highest = max(scores)
        odds = [math.exp((score - highest) / self.temperature) for score in scores]
        total = math.fsum(odds)
        by_party: dict[str, float] = {}
        for candidate, odd in zip(among, odds, strict=True):
            by_party[candidate.party] = by_party.get(candidate.party, 0.0) + odd
        party = max(by_party, key=lambda code: (by_party[code], code))
        best = max(
            (index for index, candidate in enumerate(among) if candidate.party == party),
            key=lambda index: (scores[index], -index),
        )
        return Chosen(among[best], by_party[party] / total)

    def _sum(self, names: Iterable[str]) -> float:
        weigh = self.weights.get
        return sum([weigh(name, 0.0) for name in names])


@lru_cache(maxsize=2)
def shipped_model(name: str = "speaker_model") -> SpeakerModel:
    """The model in the package's `NAME.json`."""
    text = files("tracker.statements").joinpath(f"{name}.json").read_text(encoding="utf-8")
    data = json.loads(text)
    return SpeakerModel(data["weights"], float(data["temperature"]), float(data.get("voice", 0.0)))
