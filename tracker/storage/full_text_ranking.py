"""Ranking statements by the words they hold: BM25 (Robertson and Zaragoza 2009) over words found or not."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tracker.domain.search import WordHit
from tracker.storage.statement_columns import Mask, StatementColumns

Positions: TypeAlias = NDArray[np.int32]
"""Rows of the columns, ascending."""

Found: TypeAlias = Positions
"""Where a word that is asked for was found; empty for a word found nowhere."""

_SATURATION = 1.2
_LENGTH = 0.75
"""k1 and b: how much a statement's length counts."""


def rank_by_words(
    columns: StatementColumns, mask: Mask, required: Sequence[Positions], words: Sequence[Found], k: int
) -> list[WordHit]:
    """The k best of the statements in the mask: they hold all that is required, and any word if any is asked.

    Best first, ties by key.
    """
    count = int(np.count_nonzero(mask))
    scores = np.zeros(len(mask))
    weighed = [(_weight(len(found), count), found) for found in (*required, *words)]
    for weight, found in weighed:
        scores[found] += weight
    candidates = np.flatnonzero(scores)
    for found in required:
        candidates = np.intersect1d(candidates, found, assume_unique=True)
    shares = scores[candidates] / (sum(weight for weight, _ in weighed) or 1.0)
    lengths = columns.length[candidates] / max(float(columns.length[mask].mean()), 1.0)
    dampened = scores[candidates] * (_SATURATION + 1) / (1 + _SATURATION * (1 - _LENGTH + _LENGTH * lengths))
    keys = columns.key[candidates]
    best = np.lexsort((keys, -dampened))[:k]
    return [WordHit(int(keys[one]), float(dampened[one]), float(shares[one])) for one in best]


def _weight(holding: int, count: int) -> float:
    """How much a word tells that so many of so many statements hold: its inverse document frequency."""
    return float(np.log1p((count - holding + 0.5) / (holding + 0.5)))
