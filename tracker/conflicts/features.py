"""What speaks for two statements being unable to both be so: features that a person can read."""

import math
from collections.abc import Mapping, Set
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tracker.conflicts.aspects import Aspects, Control
from tracker.conflicts.counted import TollPair, are_allied, are_opposed, pair_tolls
from tracker.domain.conflicts import ConflictType
from tracker.domain.documents import DateFound, DatePrecision
from tracker.domain.parties import MEDIA, OTHER
from tracker.domain.statements import EventDate, PlaceFound, PlaceMention

FEATURES = (
    "polarity_differs",
    "both_deny",
    "same_question",
    "same_question_if_polarity_differs",
    "shared_topics",
    "topics_of_one",
    "control_clash",
    "one_outcome",
    "toll_clash",
    "toll_clash_of_the_same_people",
    "toll_clash_ratio",
    "toll_agreement",
    "toll_agreement_on_the_same_people",
    "other_people",
    "other_fate",
    "blame_differs",
    "names_the_other",
    "names_the_other_if_polarity_differs",
    "named_and_denies",
    "answers",
    "same_place",
    "same_place_if_polarity_differs",
    "other_place",
    "other_place_if_polarity_differs",
    "other_day",
    "involvement_denied",
    "agreement_denied",
    "control_denied",
    "allied",
    "opposed",
    "outlet",
    "unlisted",
)

Allies = Mapping[str, frozenset[str]]
"""By party, those that act with it."""
Vectors = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Of two statements, in the order of the statements."""

# In cosine: so much less alike are statements in conflict across languages than within one (.022 in the mean
# of 25 training splits; of pairs that do not clash .000).
TWO_LANGUAGES = 0.02
_ANSWER_SCALE = 200.0  # code points between the end of a claim and the beginning of its denial
_LARGEST_RATIO = 3.0  # a natural logarithm: a toll twenty times the other
# Taken by one side and left by the other is one outcome, not two.
_CLASHING = {
    (Control.GAINED, Control.HELD),
    (Control.HELD, Control.LOST),
    (Control.GAINED, Control.DENIED),
    (Control.LOST, Control.DENIED),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two statements' aspects, how surely they answer one question, and how their tolls meet.

    `likeness` is the cosine of their vectors, with what two languages lie apart added to it.
    `matter` is what both speak of, in numbers that no person reads: the mean of their vectors of the question
    encoder. `stances` gives the probability of each relation by their vectors of the stance encoder, where
    they have any. `allied` and `opposed` say how their parties stand to each other, `foreign` whether a
    foreign state is one of them or named by either, as the registry has it.
    """

    one: Aspects
    other: Aspects
    likeness: float
    matter: NDArray[np.float32] = field(compare=False, repr=False)
    allied: bool
    opposed: bool
    tolls: TollPair | None = None
    foreign: bool = False
    stances: NDArray[np.float64] | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(
        cls,
        one: Aspects,
        other: Aspects,
        vectors: Vectors,
        allies: Allies,
        foreign: Set[str] = frozenset(),
        stances: NDArray[np.float64] | None = None,
    ) -> "Pair":
        """The pair of two statements with their vectors, and what the registry says of who acts with whom."""
        first, second = vectors
        apart = TWO_LANGUAGES * (one.statement.language != other.statement.language)
        sides = one.statement.party, other.statement.party
        return cls(
            one,
            other,
            float(first @ second) + apart,
            np.asarray((first + second) / 2, dtype=np.float32),
            are_allied(*sides, allies),
            are_opposed(*sides, allies),
            pair_tolls(one.tolls, other.tolls, allies),
            foreign=not foreign.isdisjoint({*sides, *one.named, *other.named}),
            stances=stances,
        )

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

    @property
    def toll_clash(self) -> TollPair | None:
        """The two tolls that no number fits both of, unless they count other people."""
        tolls = self.tolls
        return tolls if tolls is not None and tolls.disjoint and tolls.sameness >= 0 else None


def clashing_control(pair: Pair) -> tuple[Control, Control] | None:
    """Stances towards a place that exclude each other: gained or lost against held or denied."""
    for one in pair.one.control:
        for other in pair.other.control:
            if (one, other) in _CLASHING or (other, one) in _CLASHING:
                return one, other
    return None


def features(pair: Pair) -> NDArray[np.float64]:
    """The features of a pair, in the order of `FEATURES`; the same for both orders of the pair."""
    named = {**_of_words(pair), **_of_tolls(pair), **_of_place_and_day(pair)}
    return np.array([float(named[name]) for name in FEATURES])


def _of_words(pair: Pair) -> Mapping[str, float]:
    one, other = pair.one, pair.other
    differs, topics = pair.polarity_differs, set(pair.shared_topics)
    naming = (other.statement.party in one.named) + (one.statement.party in other.named)
    sides = {one.statement.party, other.statement.party}
    return {
        "polarity_differs": differs,
        "both_deny": one.denies and other.denies,
        "same_question": pair.likeness,
        "same_question_if_polarity_differs": pair.likeness * differs,
        "shared_topics": len(topics) / 3,
        "topics_of_one": len(set(one.topics) ^ set(other.topics)),
        "control_clash": clashing_control(pair) is not None,
        "one_outcome": _one_outcome(one, other),
        "blame_differs": ConflictType.RESPONSIBILITY in topics and _blame_differs(one, other),
        "names_the_other": naming / 2,
        "names_the_other_if_polarity_differs": naming / 2 * differs,
        "named_and_denies": _named_and_denies(one, other) or _named_and_denies(other, one),
        "answers": max(_answers(one, other), _answers(other, one)),
        "involvement_denied": differs and ConflictType.INVOLVEMENT in topics,
        "agreement_denied": differs and ConflictType.AGREEMENT in topics,
        "control_denied": differs and ConflictType.CONTROL in topics,
        "allied": pair.allied,
        "opposed": pair.opposed,
        "outlet": MEDIA in sides,
        "unlisted": OTHER in sides,
    }


def _of_tolls(pair: Pair) -> Mapping[str, float]:
    tolls, sameness = pair.tolls, pair.tolls.sameness if pair.tolls else 0.0
    clash = pair.toll_clash is not None
    meet = tolls is not None and not tolls.disjoint
    return {
        "toll_clash": clash,
        "toll_clash_of_the_same_people": sameness * clash,
        "toll_clash_ratio": min(tolls.ratio, _LARGEST_RATIO) if tolls and clash else 0.0,
        "toll_agreement": meet,
        "toll_agreement_on_the_same_people": sameness * meet,
        "other_people": tolls is not None and tolls.disjoint and not clash,
        "other_fate": tolls is None and bool(pair.one.tolls and pair.other.tolls),
    }


def _of_place_and_day(pair: Pair) -> Mapping[str, float]:
    one, other = pair.one.statement, pair.other.statement
    same, apart = _is_one_place(one.place, other.place), _is_other_place(one.place, other.place)
    return {
        "same_place": same,
        "same_place_if_polarity_differs": same and pair.polarity_differs,
        "other_place": apart,
        "other_place_if_polarity_differs": apart and pair.polarity_differs,
        "other_day": _apart_in_time(one.date, other.date),
    }


def _is_one_place(one: PlaceMention | None, other: PlaceMention | None) -> bool:
    return one is not None and other is not None and one.place.id == other.place.id


def _is_other_place(one: PlaceMention | None, other: PlaceMention | None) -> bool:
    """Whether both name a place of their own and neither lies in the other: no city and its air base."""
    if one is None or other is None or {one.found, other.found} != {PlaceFound.SENTENCE}:
        return False
    return one.place.id not in {other.place.id, other.place.within} and other.place.id != one.place.within


def _one_outcome(one: Aspects, other: Aspects) -> bool:
    """Whether one side gained what the other left or lost: they agree on who holds it."""
    stances = {frozenset(one.control), frozenset(other.control)}
    return stances == {frozenset({Control.GAINED}), frozenset({Control.LOST})}


def _apart_in_time(one: EventDate | None, other: EventDate | None) -> bool:
    """Whether both name a day of their own, and not the same one."""
    named = {DateFound.EXPLICIT, DateFound.RELATIVE}
    return (
        one is not None
        and other is not None
        and one.found in named
        and other.found in named
        and one.precision is DatePrecision.DAY
        and other.precision is DatePrecision.DAY
        and one.day != other.day
    )


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
