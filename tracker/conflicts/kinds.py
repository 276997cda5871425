"""Of which type a conflict is: a linear model over what both sides speak of, in words and in vectors."""

from collections.abc import Mapping, Sequence, Set
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
_TOLD = frozenset({ConflictType.CONTROL, ConflictType.CASUALTIES, ConflictType.INVOLVEMENT})
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
    """Weights by type over `KIND_FEATURES`, shape (types, features), and an intercept for each.

    `matters`, shape (types, numbers of a vector), are weights over a pair's matter; None weighs nothing.
    """

    types: tuple[ConflictType, ...]
    weights: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    matters: NDArray[np.float64] | None = None

    @classmethod
    def of(
        cls,
        written: Mapping[str, Mapping[str, float]],
        matters: Mapping[str, Sequence[float]] | None = None,
    ) -> "KindModel":
        """From weights by type and feature, and by type over the matter, as the model file holds them."""
        types = tuple(ConflictType(name) for name in written)
        return cls(
            types,
            np.array([[written[kind][name] for name in KIND_FEATURES] for kind in types]),
            np.array([written[kind]["intercept"] for kind in types]),
            None if matters is None else np.array([matters[kind] for kind in types]),
        )

    def type_of(self, pair: Pair) -> ConflictType:
        """The likeliest type of a conflict, of those that readers find in its words (`_can_be_about`)."""
        fit = self.weights @ kind_features(pair) + self.intercepts
        if self.matters is not None:
            fit += self.matters @ pair.matter
        fit[[not _can_be_about(kind, pair) for kind in self.types]] = -np.inf
        return self.types[int(np.argmax(fit))]


def _can_be_about(kind: ConflictType, pair: Pair) -> bool:
    """Whether who holds what, tolls, or a part taken from abroad are spoken of, before a clash is about them.

    What a denial brings up does not count beside what it denies ("rejected the rumours of mercenaries"); a
    foreign state that speaks or is named does. Other types have no words that they never do without.
    """
    return (
        kind not in _TOLD
        or kind in _matters(pair)
        or (kind is ConflictType.CASUALTIES and pair.tolls is not None)
        or (kind is ConflictType.INVOLVEMENT and pair.foreign)
    )


def _matters(pair: Pair) -> Set[ConflictType]:
    claim = pair.other if pair.one.denies else pair.one
    if pair.polarity_differs and claim.topics:
        return claim.topics.keys()
    return pair.one.topics.keys() | pair.other.topics.keys()


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
