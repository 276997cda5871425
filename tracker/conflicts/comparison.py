"""The statements of one event to its conflicts: typed, scored, explained.

Likeness cannot tell a denial from what it denies: it only says that two statements answer one question,
which the vectors of the question encoder are trained for. What clashes is told by comparators: polarity,
control, tolls, blame. A logistic regression over what they find, fitted by `scripts/fit_conflicts.py`, gives
for a pair the probabilities that it contradicts, that it agrees, and that it does neither.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from itertools import starmap
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tracker.conflicts.aspects import Aspects, aspects_of
from tracker.conflicts.candidates import candidates, promise
from tracker.conflicts.explanation import explain
from tracker.conflicts.features import FEATURES, Pair, features
from tracker.conflicts.kinds import KindModel
from tracker.conflicts.memory import ComparisonMemory, Reading
from tracker.domain.conflicts import Comparison, Conflict, Relation, Verdict
from tracker.domain.identifiers import conflict_id
from tracker.domain.parties import Party
from tracker.domain.statements import Statement
from tracker.statements.mentions import PartyFinder

DETECTOR = "comparators-8"

RELATIONS = (Relation.CONTRADICTS, Relation.AGREES, Relation.UNRELATED)
_SURE = 0.5  # no relation is named that is less likely than not


class Member(NamedTuple):
    """A statement with its vector of the question encoder, and the day its document was published."""

    statement: Statement
    vector: NDArray[np.float32]
    published: date | None = None


@dataclass(frozen=True, slots=True)
class ConflictModel:
    """Weights over `FEATURES` and an intercept by relation, and from which score a conflict is suggested."""

    weights: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    threshold: float
    kinds: KindModel

    @classmethod
    def shipped(cls) -> "ConflictModel":
        """The model in the package."""
        text = files("tracker.conflicts").joinpath("conflict_model.json").read_text(encoding="utf-8")
        data = json.loads(text)
        by_relation = [data["relations"][relation.value] for relation in RELATIONS]
        return cls(
            np.array([[weights[name] for name in FEATURES] for weights in by_relation]),
            np.array([weights["intercept"] for weights in by_relation]),
            float(data["threshold"]),
            KindModel.of(data["types"], data["matters"]),
        )

    def scores(self, found: NDArray[np.float64]) -> NDArray[np.float64]:
        """The probability of each of `RELATIONS` for a pair with these features."""
        logits = self.weights @ found + self.intercepts
        odds: NDArray[np.float64] = np.exp(logits - logits.max())
        shares: NDArray[np.float64] = odds / odds.sum()
        return shares


class Comparator:
    """Compares the statements of an event, pair by pair.

    `registry` gives the registry in force, by which `parties` and `finder` go: as long as it is the same,
    what was compared lately is not compared again. Only parties that never change can do without.
    """

    def __init__(
        self,
        parties: Collection[Party],
        finder: PartyFinder,
        model: ConflictModel,
        registry: Callable[[], object] = lambda: None,
    ) -> None:
        self._parties = parties
        self._finder = finder
        self._model = model
        self._memory = ComparisonMemory(registry)

    def compare(self, event: str, members: Sequence[Member]) -> list[Conflict]:
        """The conflicts among an event's statements."""
        lately, pairing = self._memory.of_now(), self._pairing()
        read = [lately.reading(member.statement, member.vector, self._read) for member in members]

        def comparison(first: int, second: int) -> Comparison:
            one, other = read[first], read[second]
            return lately.comparison(one, other, lambda: self.judge(pairing(one, other)))

        conflicts = [
            Conflict(conflict_id(one.one, one.other), event, one.one, one.other, one.verdict, DETECTOR)
            for one in starmap(comparison, self._chosen(members))
            if one.verdict is not None
        ]
        return sorted(conflicts, key=lambda conflict: conflict.id)

    def judge(self, pair: Pair) -> Comparison:
        """How two statements stand to each other, with a verdict where one contradicts the other."""
        contradicts, agrees, unrelated = map(float, self._model.scores(features(pair)))
        one, other = sorted((pair.one.statement.id, pair.other.statement.id))
        if contradicts >= self._model.threshold:
            kind = self._model.kinds.type_of(pair)
            said = explain(pair, kind)
            verdict = Verdict(kind, round(contradicts, 4), said.sentence, said.comparator, said.evidence)
            return Comparison(one, other, Relation.CONTRADICTS, round(contradicts, 4), verdict)
        relation, score = max(
            ((Relation.AGREES, agrees), (Relation.UNRELATED, unrelated)), key=lambda found: found[1]
        )
        if score < _SURE:
            relation = Relation.CANNOT_TELL
        return Comparison(one, other, relation, round(score, 4))

    def aspects(self, statements: Sequence[Statement]) -> list[Aspects]:
        """What each statement's words are about."""
        return [self._read(statement) for statement in statements]

    def pairs(self, members: Sequence[Member]) -> Iterable[Pair]:
        """The pairs worth comparing: of different parties, those that promise most to answer one question."""
        return self.pairs_among(self.aspects([one.statement for one in members]), members)

    def pairs_among(self, read: Sequence[Aspects], members: Sequence[Member]) -> Iterable[Pair]:
        """The same for members whose aspects were read already, in the same order."""
        pairing = self._pairing()
        readings = [Reading(aspects, one.vector) for aspects, one in zip(read, members, strict=True)]
        for first, second in self._chosen(members):
            yield pairing(readings[first], readings[second])

    def _read(self, statement: Statement) -> Aspects:
        return aspects_of(statement, self._finder)

    def _pairing(self) -> Callable[[Reading, Reading], Pair]:
        """What makes a pair, with what the registry says now of who acts with whom."""
        allies = self._allies()
        foreign = {party.code for party in self._parties if party.foreign}

        def pair(one: Reading, other: Reading) -> Pair:
            return Pair.of(one.aspects, other.aspects, (one.vector, other.vector), allies, foreign)

        return pair

    def _chosen(self, members: Sequence[Member]) -> list[tuple[int, int]]:
        """The pairs worth comparing, by their places."""
        if not members:
            return []
        vectors = np.stack([one.vector for one in members])
        statements = [one.statement for one in members]
        days = [one.published for one in members]
        promised = promise(statements, days, vectors @ vectors.T, self._allies())
        return candidates(promised, np.array([statement.party for statement in statements]))

    def _allies(self) -> Mapping[str, frozenset[str]]:
        # Asked for each time: a desk may add a party, or an alliance, while the program runs.
        return {party.code: frozenset(party.allies) for party in self._parties}
