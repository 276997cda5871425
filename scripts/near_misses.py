"""Labelled conflicts with one thing changed that makes them none, for fitting the comparison."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from compared import AGREES, UNRELATED
from numpy.typing import NDArray

from tracker.conflicts.features import FEATURES
from tracker.conflicts.shares import Numbers


class NearMiss(NamedTuple):
    """What is changed in a conflict so that it is none, and how its two statements then stand to each other.

    A feature is given a number, or the former value of the feature that is named. `needed` is the feature
    that a conflict must have to be changed so.
    """

    changes: Mapping[str, float | str]
    needed: str = ""
    relation: int = UNRELATED


_NO_TOLLS = dict.fromkeys(("toll_clash", "toll_clash_of_the_same_people", "toll_clash_ratio"), 0.0)
_ELSEWHERE: dict[str, float | str] = {
    "other_place": 1.0,
    "other_place_if_polarity_differs": "polarity_differs",
}
_NOT_HERE = dict.fromkeys(("same_place", "same_place_if_polarity_differs"), 0.0)
_ONE_NUMBER: dict[str, float | str] = {
    "toll_agreement": 1.0,
    "toll_agreement_on_the_same_people": "toll_clash_of_the_same_people",
}
_NO_DENIAL = {name: 0.0 for name in FEATURES if name.endswith("polarity_differs")}
NEAR_MISSES = (
    NearMiss({"other_day": 1.0}),
    NearMiss({**_ELSEWHERE, **_NOT_HERE}),
    NearMiss({**_NO_TOLLS, "other_people": 1.0}, "toll_clash"),
    NearMiss({**_NO_TOLLS, "other_fate": 1.0}, "toll_clash"),
    NearMiss({**_NO_TOLLS, **_ONE_NUMBER}, "toll_clash", AGREES),
    NearMiss({**_NO_DENIAL, "control_clash": 0.0, "one_outcome": 1.0}, "control_clash"),
)


def counterfactuals(conflicts: Numbers) -> tuple[Numbers, NDArray[np.int64]]:
    """Labelled conflicts with one thing changed that makes them none, and how the two sides then stand.

    After Kaushik et al. 2020: labelled events hold few pairs about another day, place or people, or with one
    number from both sides, that are otherwise alike, so that weights fitted on them alone hardly mind that.
    """
    column = {name: row for row, name in enumerate(FEATURES)}
    altered, relations = [], []
    for miss in NEAR_MISSES:
        former = conflicts[conflicts[:, column[miss.needed]] > 0] if miss.needed else conflicts
        rows = former.copy()
        for name, value in miss.changes.items():
            rows[:, column[name]] = former[:, column[value]] if isinstance(value, str) else value
        altered.append(rows)
        relations.append(np.full(len(rows), miss.relation))
    return np.concatenate(altered), np.concatenate(relations)
