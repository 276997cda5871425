"""What speaks for two statements being about one happening: few features that a person can read.

The reason shown beside a membership is made of them, and so is the likeness of a pair (`pair_model`).
"""

import numpy as np
from numpy.typing import NDArray

from tracker.events.linkable import NOTHING, Columns, Floats

Rows = NDArray[np.intp]

FEATURES = (
    "context",
    "quote",
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
_AT_ONCE = 256  # pairs whose vectors are copied; more than a processor's cache holds take three times as long
_ADJACENT_SCALE = 400.0  # code points between the beginnings of two statements of one story


def pair_features(columns: Columns, ones: Rows, others: Rows, context: Floats | None = None) -> Floats:
    """The features of the pairs (ones[n], others[n]) of rows: shape (pairs, features).

    `context` gives the cosines of the pairs' vectors where they are known already.
    """
    if context is None:
        context = _cosines(columns.context, ones, others)
    story = _same(columns.document, ones, others) & _same(columns.story, ones, others)
    return np.stack(
        [
            context,
            _cosines(columns.quote, ones, others),
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


def _cosines(vectors: Floats, ones: Rows, others: Rows) -> Floats:
    cosines = np.empty(len(ones), dtype=np.float32)
    for begin in range(0, len(ones), _AT_ONCE):
        part = slice(begin, begin + _AT_ONCE)
        cosines[part] = np.einsum("pd,pd->p", vectors[ones[part]], vectors[others[part]])
    return cosines


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
    # A page without a date may speak of any year: it counts as far from all others.
    gap = np.sqrt(np.where(unknown, LONGEST_GAP, np.minimum(gaps, LONGEST_GAP)) / np.float32(LONGEST_GAP))
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
