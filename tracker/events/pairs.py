"""What speaks for two statements being about one happening: features of pairs, and a model over them.

The model is a logistic regression over few features that a person can read, fitted by
`scripts/fit_linking.py`; the reason shown beside a membership is made of the same features.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.domain.documents import DatePrecision
from tracker.domain.statements import PlaceFound, Statement

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
_UNSURE = 0.7  # what a place counts that neither sentence names itself
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
    # Of one story it need not be known when it was published: it was one day.
    gaps[np.isnan(gaps) & _same_story(ones, others)] = 0.0
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
    places, other_places = _places(ones), _places(others)
    outer, other_outer = _containers(ones), _containers(others)
    both = (places != "")[:, None] & (other_places != "")[None, :]
    same = both & _equal(places, other_places)
    within = _equal(outer, other_places) | _equal(places, other_outer)
    near = both & within & ~same
    sure = np.where(_named_places(ones)[:, None] | _named_places(others)[None, :], 1.0, _UNSURE)
    return [same * sure, near * sure, (both & ~same & ~near) * sure]


def _places(linkables: Sequence[Linkable]) -> NDArray[np.str_]:
    return np.array([one.statement.place.place.id if one.statement.place else "" for one in linkables])


def _containers(linkables: Sequence[Linkable]) -> NDArray[np.str_]:
    """The place around each one's place; a word that is no place's id where there is none."""
    places = [one.statement.place.place if one.statement.place else None for one in linkables]
    return np.array([(place.within or "nowhere") if place else "nowhere" for place in places])


def _named_places(linkables: Sequence[Linkable]) -> NDArray[np.bool_]:
    found = [one.statement.place.found if one.statement.place else None for one in linkables]
    return np.array([one is PlaceFound.SENTENCE for one in found], dtype=bool)


def _document_features(ones: Sequence[Linkable], others: Sequence[Linkable]) -> list[Matrix]:
    documents = _equal(_documents(ones), _documents(others))
    story = _same_story(ones, others)
    apart = np.abs(_starts(ones)[:, None] - _starts(others)[None, :])
    adjacent = np.where(story, np.exp(-apart / _ADJACENT_SCALE), 0.0)
    return [story.astype(np.float64), adjacent, documents.astype(np.float64)]


def _same_story(ones: Sequence[Linkable], others: Sequence[Linkable]) -> NDArray[np.bool_]:
    return _equal(_documents(ones), _documents(others)) & _equal(_stories(ones), _stories(others))


def _documents(linkables: Sequence[Linkable]) -> NDArray[np.str_]:
    return np.array([one.statement.document for one in linkables])


def _stories(linkables: Sequence[Linkable]) -> NDArray[np.int64]:
    return np.array([one.statement.story for one in linkables])


def _starts(linkables: Sequence[Linkable]) -> NDArray[np.int64]:
    return np.array([one.statement.span.start for one in linkables])


def _equal(ones: NDArray[Any], others: NDArray[Any]) -> NDArray[np.bool_]:
    equal: NDArray[np.bool_] = ones[:, None] == others[None, :]
    return equal
