"""Fitted trees as the program reads them (`tracker.statements.trees`)."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from tracker.statements.trees import LEAVES, QUESTIONS

DEPTH = 3
"""Questions from the beginning of a tree to its end."""
_WRAPPED = 2  # levels of a file that are written over several lines


def boosted(
    trees: int,
    rate: float,
    fewest: int,
    caution: float,
    speaks_for: Sequence[int] | None = None,
    *,
    in_twos: bool = False,
) -> HistGradientBoostingClassifier:
    """Trees to be fitted, none of them stopped early.

    So many, each counting so much; with so many rows at an end of a tree at least, where few say the less the
    greater the `caution`; by column, 1 where more must never lower what is given, -1 where never raise it.
    `in_twos`: on the way to an end, a tree asks about two columns at most.
    """
    return HistGradientBoostingClassifier(
        learning_rate=rate,
        max_iter=trees,
        max_depth=DEPTH,
        max_leaf_nodes=None,
        min_samples_leaf=fewest,
        l2_regularization=caution,
        monotonic_cst=speaks_for,
        interaction_cst="pairwise" if in_twos else None,
        early_stopping=False,
        random_state=0,  # bounds are sought in a sample of the rows
    )


def rows_of(fitted: HistGradientBoostingClassifier, names: Sequence[str]) -> list[dict[str, list[Any]]]:
    """All trees, in order; of several classes, one tree for each after the other.

    `names` are those of the columns it was fitted on. What scikit-learn has fitted it tells nowhere else.
    """
    return [_row(tree.nodes, names) for round_ in fitted._predictors for tree in round_]  # noqa: SLF001


def start_of(fitted: HistGradientBoostingClassifier) -> list[float]:
    """By class (of two: of the second alone), what is given before any tree."""
    found: list[float] = fitted._baseline_prediction.ravel().tolist()  # noqa: SLF001
    return found


def _row(nodes: NDArray[np.void], names: Sequence[str]) -> dict[str, list[Any]]:
    """One tree with all its questions; where it ends sooner, what follows changes nothing."""
    asked, bounds, given = [names[0]] * QUESTIONS, [0.0] * QUESTIONS, [0.0] * LEAVES
    places = [(0, 0)]
    while places:
        place, number = places.pop()
        node = nodes[number]
        if place >= QUESTIONS:
            given[place - QUESTIONS] = round(float(node["value"]), 5)
            continue
        sides = (number, number)
        if not node["is_leaf"]:
            asked[place] = names[node["feature_idx"]]
            bounds[place] = float(node["num_threshold"])
            sides = (int(node["left"]), int(node["right"]))
        places += [(2 * place + 1, sides[0]), (2 * place + 2, sides[1])]
    return {"asked": asked, "bounds": bounds, "given": given}


def as_lines(value: object) -> str:
    """JSON with one line for each tree."""
    return _lines(value) + "\n"


def _lines(value: object, depth: int = 0) -> str:
    if depth > _WRAPPED or not isinstance(value, dict | list):
        return json.dumps(value)
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, list):
        return "[\n" + ",\n".join(inner + _lines(one, depth + 1) for one in value) + f"\n{outer}]"
    rows = (f"{inner}{json.dumps(key)}: {_lines(one, depth + 1)}" for key, one in value.items())
    return "{\n" + ",\n".join(rows) + f"\n{outer}}}"
