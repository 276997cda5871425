"""What speaks for two statements being about one happening: features of pairs, and a model over them.

The model is a logistic regression over few features that a person can read, fitted by
`scripts/fit_linking.py`; the reason shown beside a membership is made of the same features.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from tracker.domain.documents import DatePrecision
from tracker.domain.statements import Place, PlaceFound, Statement

Matrix = NDArray[np.float64]
"""One number for each pair: shape (statements of one side, statements of the other)."""

FEATURES = (
    "context",
    "quote",
    "heading",
    "best",
    "gap",
    "same_day",
    "dates_differ",
    "date_unknown",
    "same_place",
    "near_place",
    "other_place",
    "same_story",
    "adjacent",
    "same_document",
)
_LONGEST_GAP = 45.0  # days; further apart is as good as never
_DAYS_APART = 2
_ADJACENT_SCALE = 400.0  # code points between the beginnings of two statements of one story


@dataclass(frozen=True, slots=True)
class Linkable:
    """A statement with what linking looks at.

    `published` is the day of its document; the vectors are of unit length, of the heading and quote
    together, of the quote, and of the heading.
    """

    statement: Statement
    published: date | None
    context: NDArray[np.float32]
    quote: NDArray[np.float32]
    heading: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PairModel:
    """Weights over `FEATURES`, an intercept, and the mean probability above which clusters are joined."""

    weights: NDArray[np.float64]
    intercept: float
    threshold: float

    @classmethod
    def shipped(cls) -> "PairModel":
        """The model in the package."""
        text = files("tracker.events").joinpath("pair_model.json").read_text(encoding="utf-8")
        data = json.loads(text)
        weights = np.array([data["weights"][name] for name in FEATURES])
        return cls(weights, float(data["intercept"]), float(data["threshold"]))

    def probabilities(self, features: Sequence[Matrix]) -> Matrix:
        """The probability that each pair is about one happening."""
        logits = np.full(features[0].shape, self.intercept)
        for weight, feature in zip(self.weights, features, strict=True):
            logits += weight * feature
        probabilities: Matrix = 1.0 / (1.0 + np.exp(-logits))
        return probabilities


def pair_features(ones: Sequence[Linkable], others: Sequence[Linkable]) -> list[Matrix]:
    """The features of all pairs of two lists, in the order of `FEATURES`."""
    context = _cosines(ones, others, "context")
    quote = _cosines(ones, others, "quote")
    heading = _cosines(ones, others, "heading")
    return [
        context,
        quote,
        heading,
        np.maximum(quote, heading),
        *_date_features(ones, others),
        *_place_features(ones, others),
        *_document_features(ones, others),
    ]


def _cosines(ones: Sequence[Linkable], others: Sequence[Linkable], view: str) -> Matrix:
    left = np.stack([getattr(one, view) for one in ones])
    right = np.stack([getattr(other, view) for other in others])
    cosines: Matrix = np.asarray(left @ right.T, dtype=np.float64)
    return cosines


def event_day(linkable: Linkable) -> date | None:
    """The day a statement is about: its own where it names one, else the day of publication."""
    named = linkable.statement.date
    if named is not None and named.precision is DatePrecision.DAY:
        return named.day
    return linkable.published


def _date_features(ones: Sequence[Linkable], others: Sequence[Linkable]) -> list[Matrix]:
    gaps = np.abs(_days(ones)[:, None] - _days(others)[None, :])
    unknown = np.isnan(gaps)
    bounded = np.where(unknown, 0.0, np.minimum(gaps, _LONGEST_GAP) / _LONGEST_GAP)
    named = _named_days(ones)[:, None] - _named_days(others)[None, :]
    differ = np.where(np.isnan(named), 0.0, np.abs(named) > _DAYS_APART)
    same = np.where(unknown, 0.0, gaps <= 1)
    return [np.sqrt(bounded), same, differ, unknown.astype(np.float64)]


def _days(linkables: Sequence[Linkable]) -> NDArray[np.float64]:
    return np.array([day.toordinal() if (day := event_day(one)) else np.nan for one in linkables])


def _named_days(linkables: Sequence[Linkable]) -> NDArray[np.float64]:
    return np.array(
        [
            one.statement.date.day.toordinal()
            if one.statement.date and one.statement.date.precision is DatePrecision.DAY
            else np.nan
            for one in linkables
        ]
    )


def _place_features(ones: Sequence[Linkable], others: Sequence[Linkable]) -> list[Matrix]:
    same = np.zeros((len(ones), len(others)))
    near, other = same.copy(), same.copy()
    for row, one in enumerate(ones):
        for column, two in enumerate(others):
            first, second = one.statement.place, two.statement.place
            if first is None or second is None:
                continue
            sure = 1.0 if PlaceFound.SENTENCE in {first.found, second.found} else 0.7
            if first.place.id == second.place.id:
                same[row, column] = sure
            elif contains(first.place, second.place) or contains(second.place, first.place):
                near[row, column] = sure
            else:
                other[row, column] = sure
    return [same, near, other]


def contains(outer: Place, inner: Place) -> bool:
    """Whether one place is given as lying within the other."""
    return inner.within == outer.id


def _document_features(ones: Sequence[Linkable], others: Sequence[Linkable]) -> list[Matrix]:
    documents = np.array(
        [[one.statement.document == two.statement.document for two in others] for one in ones]
    )
    stories = np.array([[one.statement.story == two.statement.story for two in others] for one in ones])
    apart = np.abs(
        np.array([one.statement.span.start for one in ones])[:, None]
        - np.array([two.statement.span.start for two in others])[None, :]
    )
    story = documents & stories
    adjacent = np.where(story, np.exp(-apart / _ADJACENT_SCALE), 0.0)
    return [story.astype(np.float64), adjacent, documents.astype(np.float64)]
