"""The statements of one event to its conflicts: typed, scored, explained.

Likeness cannot tell a denial from what it denies: it only says that two statements answer one question,
which the vectors of the question encoder are trained for. What clashes is told by comparators: polarity,
control, tolls, blame. A logistic regression over what they find, fitted by `scripts/fit_conflicts.py`, gives
for a pair the probabilities that it contradicts, that it agrees, and that it does neither; trees over the
same findings set it right (`tracker.conflicts.together`), and what the stances of both say is heard beside it
(`tracker.conflicts.stances`). Then the rest of the event is heard (`tracker.conflicts.support`). These three
are fitted by `scripts/fit_together.py`.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from tracker.conflicts.aspects import Aspects, aspects_of
from tracker.conflicts.candidates import candidates, further_candidates, promise
from tracker.conflicts.explanation import explain
from tracker.conflicts.features import FEATURES, Pair, features
from tracker.conflicts.kinds import KindModel
from tracker.conflicts.members import Member, in_company, same_among
from tracker.conflicts.memory import ComparisonMemory, Lately, Reading
from tracker.conflicts.shares import CONTRADICTS, RELATIONS, Numbers, shares_of
from tracker.conflicts.stances import SILENT, WORDS_ONLY, Pooling, StanceModel
from tracker.conflicts.support import (
    ALONE,
    WORDS_ALONE,
    Supports,
    SupportWeights,
    supports,
)
from tracker.conflicts.together import Together
from tracker.domain.conflicts import Comparison, Conflict, Evidence, Relation, Verdict
from tracker.domain.identifiers import conflict_id
from tracker.domain.parties import Party
from tracker.domain.statements import Statement
from tracker.statements.mentions import PartyFinder

DETECTOR = "comparators-13"

Places = Sequence[tuple[int, int]]
"""Pairs of an event's members, by their places among them."""

_LEAST = 1e-9  # no division by nought where words leave no doubt
_SURE = 0.5  # no relation is named that is less likely than not


@dataclass(frozen=True, slots=True)
class ConflictModel:
    """Weights over `FEATURES` and an intercept by relation, and from which score a conflict is suggested.

    `support` says what the rest of an event adds to a pair's own words, `together` what the findings say
    together; without it each counts by itself. `stances` tells how two stances stand to each other, `pooling`
    how much that counts beside the words.
    """

    weights: Numbers
    intercepts: Numbers
    threshold: float
    kinds: KindModel
    support: SupportWeights = WORDS_ALONE
    together: Together | None = None
    stances: StanceModel | None = None
    pooling: Pooling = WORDS_ONLY

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
            SupportWeights(**data["support"]),
            Together.shipped(),
            StanceModel.shipped(),
            Pooling.of(data["stances"]),
        )

    def shares(self, pair: Pair) -> Numbers:
        """The probability of each of `RELATIONS` for a pair, by its words and by the stances of both."""
        by_words = self.by_words(features(pair))
        return by_words if pair.stances is None else self.pooling.shares(by_words, pair.stances)

    def rests_on_stances(self, pair: Pair, strength: float, size: int) -> bool:
        """Whether a pair of an event of `size` would not be suggested, had its stances said nothing.

        `strength` is what a third statement says for it (`tracker.conflicts.support`).
        """
        if pair.stances is None:
            return False
        own = self.pooling.shares(self.by_words(features(pair)), SILENT)[CONTRADICTS]
        return bool(self.support.contradiction(own, np.array(strength), size) < self.threshold)

    def by_words(self, found: Numbers) -> Numbers:
        """The same for a pair with these features, by its words alone."""
        by_weights = self.by_weights(found)
        return by_weights if self.together is None else self.together.shares(found, by_weights)

    def by_weights(self, found: Numbers) -> Numbers:
        """The same by the weights, without what the findings say together."""
        return shares_of(self.weights @ found + self.intercepts)


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
        lately, members = self._memory.of_now(), in_company(members)
        read = [lately.reading(member, self._reading) for member in members]
        conflicts = [
            Conflict(conflict_id(one.one, one.other), event, one.one, one.other, one.verdict, DETECTOR)
            for one in self._compared(read, members, lately)
            if one.verdict is not None
        ]
        return sorted(conflicts, key=lambda conflict: conflict.id)

    def comparisons(self, read: Sequence[Aspects], members: Sequence[Member]) -> list[Comparison]:
        """How the pairs worth comparing stand to each other, of members whose aspects were read already."""
        members = in_company(members)
        readings = [self._told(aspects, one) for aspects, one in zip(read, members, strict=True)]
        return self._compared(readings, members, Lately())

    def weigh(self, pair: Pair) -> Numbers:
        """The probability of each of `RELATIONS` by a pair alone, whatever else its event holds."""
        return self._model.shares(pair)

    def aspects(self, statements: Sequence[Statement]) -> list[Aspects]:
        """What each statement's words are about."""
        return [self._read(statement) for statement in statements]

    def pairs(self, members: Sequence[Member]) -> Iterable[Pair]:
        """The pairs worth comparing: of different parties, those that promise most to answer one question."""
        pairing = self._pairing()
        readings = [self._reading(one) for one in in_company(members)]
        for first, second in self._chosen(members):
            yield pairing(readings[first], readings[second])

    def _compared(
        self, read: Sequence[Reading], members: Sequence[Member], lately: Lately
    ) -> list[Comparison]:
        """The pairs worth comparing, by what each says itself and by what the others say for it."""
        chosen, shares, same = self._weighed(read, members, lately)
        pairs, pairing = [(read[first], read[second]) for first, second in chosen], self._pairing()
        threshold = self._model.threshold
        found = heard(chosen, shares, same)
        own = shares[:, CONTRADICTS]
        weights, size = self._model.support, len(members)
        by_all = weights.contradiction(own, found.strength, size)
        nothing = np.zeros(len(pairs))
        without = [weights.contradiction(own, nothing, others) for others in (ALONE, size)]
        needs_a_third = np.maximum(*without) < threshold
        compared = []
        for number, (one, other) in enumerate(pairs):
            contradicts = float(by_all[number])
            if contradicts >= threshold:
                third = members[found.third[number]].statement if needs_a_third[number] else None
                pair, strength = pairing(one, other), float(found.strength[number])
                by_stances = partial(self._model.rests_on_stances, pair, strength, size)
                compared.append(self._contradicting(pair, contradicts, third, by_stances))
            else:
                compared.append(_otherwise(_ids(one.aspects, other.aspects), shares[number], contradicts))
        return compared

    def _weighed(
        self, read: Sequence[Reading], members: Sequence[Member], lately: Lately
    ) -> tuple[Places, Numbers, Numbers]:
        """The pairs worth comparing, what each says itself, and how surely each two members say the same."""
        pairing = self._pairing()

        def weighed(places: Places) -> list[Numbers]:
            pairs = ((read[first], read[second]) for first, second in places)
            return [lately.shares(*pair, lambda *both: self.weigh(pairing(*both))) for pair in pairs]

        chosen, same = self._chosen(members), same_among(members)
        shares = _rows(weighed(chosen))
        further = further_candidates(_pairs_of(chosen), shares[:, CONTRADICTS], same, _parties(members))
        return [*chosen, *further], np.concatenate([shares, _rows(weighed(further))]), same

    def _contradicting(
        self, pair: Pair, score: float, third: Statement | None, by_stances: Callable[[], bool]
    ) -> Comparison:
        kind = self._model.kinds.type_of(pair)
        said = explain(pair, kind, by_stances)
        evidence = (*said.evidence, Evidence(third.id, third.span)) if third else said.evidence
        verdict = Verdict(kind, round(score, 4), said.sentence, said.comparator, evidence)
        return Comparison(*_ids(pair.one, pair.other), Relation.CONTRADICTS, round(score, 4), verdict)

    def _read(self, statement: Statement) -> Aspects:
        return aspects_of(statement, self._finder)

    def _reading(self, member: Member) -> Reading:
        return self._told(self._read(member.statement), member)

    def _told(self, aspects: Aspects, member: Member) -> Reading:
        model = self._model.stances
        if model is None or member.stance is None:
            return Reading(aspects, member)
        return Reading(aspects, member, model.stance_of(member.stance))

    def _pairing(self) -> Callable[[Reading, Reading], Pair]:
        """What makes a pair, with what the registry says now of who acts with whom."""
        allies = self._allies()
        foreign = {party.code for party in self._parties if party.foreign}

        def pair(one: Reading, other: Reading) -> Pair:
            vectors = one.member.vector, other.member.vector
            stances = self._stances(one, other)
            return Pair.of(one.aspects, other.aspects, vectors, allies, foreign, stances)

        return pair

    def _stances(self, one: Reading, other: Reading) -> Numbers | None:
        model = self._model.stances
        if model is None or one.stance is None or other.stance is None:
            return None
        return model.shares(one.stance, other.stance)

    def _chosen(self, members: Sequence[Member]) -> Places:
        """The pairs that promise most, by their places."""
        if not members:
            return []
        vectors = np.stack([one.vector for one in members])
        statements = [one.statement for one in members]
        days = [one.published for one in members]
        promised = promise(statements, days, vectors @ vectors.T, self._allies())
        return candidates(promised, _parties(members))

    def _allies(self) -> Mapping[str, frozenset[str]]:
        # Asked for each time: a desk may add a party, or an alliance, while the program runs.
        return {party.code: frozenset(party.allies) for party in self._parties}


def _parties(members: Sequence[Member]) -> NDArray[np.str_]:
    return np.array([one.statement.party for one in members], dtype=np.str_)


def _pairs_of(places: Places) -> NDArray[np.intp]:
    return np.array(places, dtype=np.intp).reshape(-1, 2)


def _rows(shares: Sequence[Numbers]) -> Numbers:
    return np.array(shares, dtype=np.float64).reshape(-1, len(RELATIONS))


def _ids(one: Aspects, other: Aspects) -> tuple[str, str]:
    first, second = sorted((one.statement.id, other.statement.id))
    return first, second


def _otherwise(ids: tuple[str, str], shares: Numbers, contradicts: float) -> Comparison:
    """How two stand who do not contradict each other; what is left is shared as their words alone have it."""
    left = shares * (1 - contradicts) / max(1 - float(shares[CONTRADICTS]), _LEAST)
    likelier = max((number for number in range(len(RELATIONS)) if number != CONTRADICTS), key=left.item)
    score = round(float(left[likelier]), 4)
    relation = RELATIONS[likelier] if left[likelier] >= _SURE else Relation.CANNOT_TELL
    return Comparison(*ids, relation, score)


def heard(chosen: Places, shares: Numbers, same: Numbers) -> Supports:
    """What the members of an event say for the pairs chosen among them.

    `shares` gives for each pair the probability of each of `RELATIONS` by its own words, `same` what
    `same_among` gives.
    """
    contradicts, agrees, _ = shares.T
    return supports(_pairs_of(chosen), contradicts, agrees, same)
