"""The statements of one event to its conflicts: typed, scored, explained.

Likeness cannot tell a denial from what it denies (their vectors are 0.9 alike); it only says that two
statements speak of one thing. What clashes is told by comparators: polarity, control, figures, blame.
A logistic regression over what they find, fitted by `scripts/fit_conflicts.py`, gives the score.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from tracker.conflicts.aspects import Aspects, aspects_of
from tracker.conflicts.explanation import explain
from tracker.conflicts.features import FEATURES, Pair, features
from tracker.domain.conflicts import Conflict, Verdict
from tracker.domain.identifiers import conflict_id
from tracker.domain.parties import Party
from tracker.domain.statements import Statement
from tracker.statements.mentions import PartyFinder

DETECTOR = "comparators-1"
_CANDIDATES = 40  # statements each one is compared with, the most alike first


@dataclass(frozen=True, slots=True)
class ConflictModel:
    """Weights over `FEATURES`, an intercept, and the score from which a conflict is suggested."""

    weights: NDArray[np.float64]
    intercept: float
    threshold: float

    @classmethod
    def shipped(cls) -> "ConflictModel":
        """The model in the package."""
        text = files("tracker.conflicts").joinpath("conflict_model.json").read_text(encoding="utf-8")
        data = json.loads(text)
        weights = np.array([data["weights"][name] for name in FEATURES])
        return cls(weights, float(data["intercept"]), float(data["threshold"]))

    def score(self, found: NDArray[np.float64]) -> float:
        """The probability that a pair with these features is a conflict."""
        return float(1.0 / (1.0 + np.exp(-(self.intercept + self.weights @ found))))


class Comparator:
    """Compares the statements of an event, pair by pair."""

    def __init__(self, parties: Sequence[Party], finder: PartyFinder, model: ConflictModel) -> None:
        self._allies = {party.code: frozenset(party.allies) for party in parties}
        self._finder = finder
        self._model = model

    def compare(self, event: str, members: Sequence[tuple[Statement, NDArray[np.float32]]]) -> list[Conflict]:
        """The conflicts among an event's statements, given with the vectors of their quotes."""
        conflicts: list[Conflict] = []
        for pair in self.pairs(members):
            score = self._model.score(features(pair))
            if score < self._model.threshold:
                continue
            kind, explanation, comparator = explain(pair)
            one, other = sorted((pair.one.statement.id, pair.other.statement.id))
            verdict = Verdict(kind, round(score, 4), explanation, comparator)
            conflicts.append(Conflict(conflict_id(one, other), event, one, other, verdict, DETECTOR))
        return sorted(conflicts, key=lambda conflict: conflict.id)

    def pairs(self, members: Sequence[tuple[Statement, NDArray[np.float32]]]) -> Iterable[Pair]:
        """The pairs worth comparing: of different parties, each with those most like it."""
        read = [aspects_of(statement, self._finder) for statement, _ in members]
        if len(read) < 2:  # noqa: PLR2004
            return
        vectors = np.stack([vector for _, vector in members])
        likeness = vectors @ vectors.T
        for first, second in _candidates(likeness, read):
            yield Pair(
                read[first],
                read[second],
                float(likeness[first, second]),
                self._allied(read[first], read[second]),
            )

    def _allied(self, one: Aspects, other: Aspects) -> bool:
        first, second = one.statement.party, other.statement.party
        return second in self._allies.get(first, ()) or first in self._allies.get(second, ())


def _candidates(likeness: NDArray[np.float32], read: Sequence[Aspects]) -> list[tuple[int, int]]:
    """Pairs of different parties, capped for each statement, so that cost stays near linear in the event."""
    chosen: set[tuple[int, int]] = set()
    parties: Mapping[int, str] = {number: one.statement.party for number, one in enumerate(read)}
    for number in range(len(read)):
        order = np.argsort(-likeness[number], kind="stable")
        others = [int(other) for other in order if parties[int(other)] != parties[number]]
        chosen.update((min(number, other), max(number, other)) for other in others[:_CANDIDATES])
    return sorted(chosen)
