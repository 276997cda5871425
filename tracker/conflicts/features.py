"""What speaks for two statements being unable to both be so: features that a person can read."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.conflicts.aspects import Aspects, Control
from tracker.domain.conflicts import ConflictType
from tracker.domain.statements import Figure, FigureKind, PlaceMention

FEATURES = (
    "polarity_differs",
    "both_deny",
    "likeness",
    "likeness_if_polarity_differs",
    "shared_topics",
    "control_clash",
    "figure_clash",
    "figure_agreement",
    "figures_both",
    "blame_differs",
    "names_the_other",
    "named_and_denies",
    "answers",
    "same_place",
    "other_place",
    "involvement_denied",
    "agreement_denied",
    "control_denied",
    "allied",
    "outlet",
)

_ANSWER_SCALE = 200.0  # code points between the end of a claim and the beginning of its denial
_COUNTED = {FigureKind.KILLED, FigureKind.INJURED, FigureKind.CAPTURED, FigureKind.DISPLACED}
# Taken by one side and left by the other is one outcome, not two.
_CLASHING = {
    (Control.GAINED, Control.HELD),
    (Control.HELD, Control.LOST),
    (Control.GAINED, Control.DENIED),
    (Control.LOST, Control.DENIED),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two statements' aspects and the likeness of their quotes (cosine)."""

    one: Aspects
    other: Aspects
    likeness: float
    allied: bool

    @property
    def shared_topics(self) -> tuple[ConflictType, ...]:
        """The topics both speak of, in the order of the types.

        A bare denial ("this is untrue") has no topic of its own: it speaks of what it denies.
        """
        both = set(self.one.topics) & set(self.other.topics)
        if not both and self.polarity_differs:
            both = set((self.other if self.one.denies else self.one).topics)
        return tuple(topic for topic in ConflictType if topic in both)

    @property
    def polarity_differs(self) -> bool:
        """Whether one asserts and the other denies."""
        return self.one.denies != self.other.denies


def clashing_figures(pair: Pair) -> tuple[Figure, Figure] | None:
    """Figures of one kind of casualty whose intervals share no number; None where all agree or none meet."""
    ones, others = pair.one.statement.figures, pair.other.statement.figures
    for kind in FigureKind:
        if kind not in _COUNTED:
            continue
        first = [figure for figure in ones if figure.kind is kind]
        second = [figure for figure in others if figure.kind is kind]
        if first and second and all(a.disjoint(b) for a in first for b in second):
            return first[0], second[0]
    return None


def agreeing_figures(pair: Pair) -> bool:
    """Whether both give a figure of one kind that can be the same number."""
    return any(
        a.kind is b.kind and a.kind in _COUNTED and not a.disjoint(b)
        for a in pair.one.statement.figures
        for b in pair.other.statement.figures
    )


def clashing_control(pair: Pair) -> tuple[Control, Control] | None:
    """Stances towards a place that exclude each other: gained or lost against held or denied."""
    for one in pair.one.control:
        for other in pair.other.control:
            if (one, other) in _CLASHING or (other, one) in _CLASHING:
                return one, other
    return None


def features(pair: Pair) -> NDArray[np.float64]:
    """The features of a pair, in the order of `FEATURES`; the same for both orders of the pair."""
    named = _named(pair)
    return np.array([float(named[name]) for name in FEATURES])


def _named(pair: Pair) -> Mapping[str, float]:
    one, other = pair.one, pair.other
    differs = pair.polarity_differs
    topics = set(pair.shared_topics)
    figures = clashing_figures(pair)
    control = clashing_control(pair)
    places = one.statement.place, other.statement.place
    same = places[0] is not None and places[1] is not None and places[0].place.id == places[1].place.id
    apart = places[0] is not None and places[1] is not None and not same and not _around(places)
    naming = (other.statement.party in one.named) + (one.statement.party in other.named)
    return {
        "polarity_differs": differs,
        "both_deny": one.denies and other.denies,
        "likeness": pair.likeness,
        "likeness_if_polarity_differs": pair.likeness * differs,
        "shared_topics": len(topics) / 3,
        "control_clash": control is not None,
        "figure_clash": figures is not None,
        "figure_agreement": agreeing_figures(pair),
        "figures_both": bool(one.statement.figures and other.statement.figures),
        "blame_differs": ConflictType.RESPONSIBILITY in topics and _blame_differs(one, other),
        "names_the_other": naming / 2,
        "named_and_denies": _named_and_denies(one, other) or _named_and_denies(other, one),
        "answers": max(_answers(one, other), _answers(other, one)),
        "same_place": same,
        "other_place": apart,
        "involvement_denied": differs and ConflictType.INVOLVEMENT in topics,
        "agreement_denied": differs and ConflictType.AGREEMENT in topics,
        "control_denied": differs and ConflictType.CONTROL in topics,
        "allied": pair.allied,
        "outlet": "MEDIA" in {one.statement.party, other.statement.party},
    }


def _around(places: tuple[PlaceMention | None, PlaceMention | None]) -> bool:
    """Whether one place lies in the other: an air base of the city in question."""
    one, other = places
    if one is None or other is None:
        return False
    return other.place.id == one.place.within or one.place.id == other.place.within


def _answers(claim: Aspects, denial: Aspects) -> float:
    """How closely a denial follows an assertion in one story: "rejected that" means what stands before."""
    said, answer = claim.statement, denial.statement
    if (said.document, said.story) != (answer.document, answer.story) or claim.denies or not denial.denies:
        return 0.0
    apart = answer.span.start - said.span.end
    return math.exp(-apart / _ANSWER_SCALE) if apart >= 0 else 0.0


def _blame_differs(one: Aspects, other: Aspects) -> bool:
    return bool(one.named and other.named and not one.named & other.named)


def _named_and_denies(accuser: Aspects, accused: Aspects) -> bool:
    """Whether one names the other's party and that party denies."""
    return accused.denies and not accuser.denies and accused.statement.party in accuser.named
