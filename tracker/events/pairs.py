"""What speaks for two statements being about one happening: features of pairs, and a model over them.

The model is a logistic regression over few features that a person can read, fitted by
`scripts/fit_linking.py`; the reason shown beside a membership is made of the same features.
"""

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.events.linkable import NOTHING, Columns, Floats

Rows = NDArray[np.intp]

FEATURES = (
    "context",
    "other_language",
    "gap",
    "gap_in_story",
    "same_day",
    "dates_differ",
    "date_unknown",
    "same_place",
    "near_place",
    "other_place",
    "same_story",
    "adjacent",
    "same_document",
    "same_figure",
)
LONGEST_GAP = 45.0  # days; further apart is as good as never
_DAYS_APART = 2
_UNSURE = 0.7  # what a place counts that neither sentence names itself
_ADJACENT_SCALE = 400.0  # code points between the beginnings of two statements of one story


@dataclass(frozen=True, slots=True)
class PairModel:
    """Weights over `FEATURES`, an intercept, and the mean probability from which statements are joined."""

    weights: Floats
    intercept: float
    threshold: float

    @classmethod
    def shipped(cls, embedding: str) -> "PairModel":
        """The model in the package for the vectors of an embedding model.

        Vectors of each spread differently; for those of a model that nothing was fitted for (`is_fitted`),
        the weights of the first are taken, and more errors are to be expected.
        """
        entries = _shipped()
        data = entries.get(embedding) or entries[next(iter(entries))]
        weights = np.array([data["weights"][name] for name in FEATURES], dtype=np.float32)
        return cls(weights, float(data["intercept"]), float(data["threshold"]))

    @staticmethod
    def is_fitted(embedding: str) -> bool:
        """Whether weights were fitted for the vectors of this embedding model."""
        return embedding in _shipped()

    def probabilities(self, features: Floats) -> Floats:
        """The probability that each pair is about one happening; `features`: shape (pairs, features)."""
        logits = features @ self.weights + np.float32(self.intercept)
        probabilities: Floats = 1.0 / (1.0 + np.exp(-logits))
        return probabilities


def _shipped() -> dict[str, Any]:
    text = files("tracker.events").joinpath("pair_model.json").read_text(encoding="utf-8")
    entries: dict[str, Any] = json.loads(text)
    return entries


def pair_features(columns: Columns, ones: Rows, others: Rows, context: Floats | None = None) -> Floats:
    """The features of the pairs (ones[n], others[n]) of rows: shape (pairs, features).

    `context` gives the cosines of the pairs' vectors where they are known already.
    """
    if context is None:
        context = np.einsum("pd,pd->p", columns.context[ones], columns.context[others])
    story = _same(columns.document, ones, others) & _same(columns.story, ones, others)
    return np.stack(
        [
            context,
            (~_same(columns.language, ones, others)).astype(np.float32),
            *_date_features(columns, ones, others, story),
            *_place_features(columns, ones, others),
            story.astype(np.float32),
            _nearness(columns, ones, others, story),
            _same(columns.document, ones, others).astype(np.float32),
            _same_figure(columns, ones, others),
        ],
        axis=1,
    )


def _same(codes: NDArray[np.int32], ones: Rows, others: Rows) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = codes[ones] == codes[others]
    return same


def _date_features(
    columns: Columns, ones: Rows, others: Rows, story: NDArray[np.bool_]
) -> tuple[Floats, ...]:
    latest_first = np.maximum(columns.first[ones], columns.first[others])
    gaps = np.maximum(latest_first - np.minimum(columns.last[ones], columns.last[others]), np.float32(0))
    # Of one story it need not be known when it was published: it was one day.
    gaps = np.where(np.isnan(gaps) & story, np.float32(0), gaps)
    unknown = np.isnan(gaps)
    bounded = np.where(unknown, np.float32(0), np.minimum(gaps, LONGEST_GAP) / np.float32(LONGEST_GAP))
    gap = np.sqrt(bounded)
    vague = columns.first < columns.last
    same = ~unknown & ~(vague[ones] | vague[others]) & (gaps <= 1)
    differ = columns.dated[ones] & columns.dated[others] & (gaps > _DAYS_APART)
    flags = (one.astype(np.float32) for one in (same, differ, unknown))
    return gap, gap * story, *flags


def _place_features(columns: Columns, ones: Rows, others: Rows) -> tuple[Floats, ...]:
    place, other = columns.place[ones], columns.place[others]
    both = (place != NOTHING) & (other != NOTHING)
    same = both & (place == other)
    within = (columns.outer[ones] == other) | (place == columns.outer[others])
    near = both & within & ~same
    sure = np.where(columns.sure[ones] | columns.sure[others], np.float32(1), np.float32(_UNSURE))
    return same * sure, near * sure, (both & ~same & ~near) * sure


def _nearness(columns: Columns, ones: Rows, others: Rows, story: NDArray[np.bool_]) -> Floats:
    """1 where two statements of one story stand side by side, falling off with the distance."""
    apart = np.abs(columns.start[ones] - columns.start[others]).astype(np.float32)
    nearness: Floats = np.where(story, np.exp(-apart / np.float32(_ADJACENT_SCALE)), np.float32(0))
    return nearness


def _same_figure(columns: Columns, ones: Rows, others: Rows) -> Floats:
    """1 where both count the same number of the same kind."""
    left, right = columns.figures[ones][:, :, None], columns.figures[others][:, None, :]
    shared: Floats = ((left == right) & (left != NOTHING)).any(axis=(1, 2)).astype(np.float32)
    return shared
