"""Of which type a conflict is: a linear model over what both sides speak of."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.conflicts.features import Pair, clashing_control
from tracker.domain.conflicts import ConflictType

TOPICS = (
    ConflictType.CONTROL,
    ConflictType.CASUALTIES,
    ConflictType.RESPONSIBILITY,
    ConflictType.INVOLVEMENT,
    ConflictType.AGREEMENT,
)
KIND_FEATURES = (
    *(f"{topic}_{where}" for topic in TOPICS for where in ("in_both", "in_one", "asserted", "denied")),
    "polarity_differs",
    "control_clash",
    "stance_in_one",
    "stance_in_both",
    "toll_clash",
    "toll_agreement",
    "tolls_in_one",
    "tolls_in_both",
    "tolls_asserted",
    "tolls_denied",
    "names_the_other",
    "names_the_other_if_polarity_differs",
)


@dataclass(frozen=True, slots=True)
class KindModel:
    """Weights by type over `KIND_FEATURES`, shape (types, features), and an intercept for each."""

    types: tuple[ConflictType, ...]
    weights: NDArray[np.float64]
    intercepts: NDArray[np.float64]

    @classmethod
    def of(cls, written: Mapping[str, Mapping[str, float]]) -> "KindModel":
        """From weights by type and feature, as the model file holds them."""
        types = tuple(ConflictType(name) for name in written)
        weights = [[written[kind][name] for name in KIND_FEATURES] for kind in types]
        return cls(types, np.array(weights), np.array([written[kind]["intercept"] for kind in types]))

    def type_of(self, pair: Pair) -> ConflictType:
        """The likeliest type of a conflict, of those that its words speak of.

        A denial of what speaks of one thing alone is about that, whatever else it brings up.
        """
        fit = self.weights @ kind_features(pair) + self.intercepts
        spoken_of = {*pair.one.topics, *pair.other.topics}
        if pair.polarity_differs:
            asserted = set((pair.other if pair.one.denies else pair.one).topics)
            spoken_of = asserted if len(asserted) == 1 else spoken_of
        spoken_of |= {ConflictType.OCCURRENCE, ConflictType.OTHER}
        if pair.toll_clash is not None:
            spoken_of.add(ConflictType.CASUALTIES)
        for row, kind in enumerate(self.types):
            if kind not in spoken_of:
                fit[row] = -np.inf
        return self.types[int(np.argmax(fit))]


def kind_features(pair: Pair) -> NDArray[np.float64]:
    """In the order of `KIND_FEATURES`; the same for both orders of the pair."""
    one, other = pair.one, pair.other
    denial, claim = (one, other) if one.denies else (other, one)
    differs = pair.polarity_differs
    found: list[float] = []
    for topic in TOPICS:
        first, second = topic in one.topics, topic in other.topics
        found += [
            first and second,
            first != second,
            differs and topic in claim.topics,
            differs and topic in denial.topics,
        ]
    naming = other.statement.party in one.named or one.statement.party in other.named
    tolls = pair.tolls
    found += [
        differs,
        clashing_control(pair) is not None,
        bool(one.control) != bool(other.control),
        bool(one.control and other.control),
        pair.toll_clash is not None,
        tolls is not None and not tolls.disjoint,
        bool(one.tolls) != bool(other.tolls),
        bool(one.tolls and other.tolls),
        differs and bool(claim.tolls),
        differs and bool(denial.tolls),
        naming,
        naming and differs,
    ]
    return np.array(found, dtype=np.float64)
