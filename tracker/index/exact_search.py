"""Exact search by inner product among rows of a matrix."""

import faiss
import numpy as np
from numpy.typing import NDArray

from tracker.index.exact_order import (
    Hits,
    Vectors,
    close_to_best,
    inner_products,
    margin,
    merged,
    ranked,
    use_one_thread,
)
from tracker.index.key_table import Keys, Positions

# More than asked for, so that the last place is seldom shared with vectors that were not looked at.
_SPARE = 16

# Of one query's rows, more than this share is not copied out: all are multiplied where they lie.
_MANY = 0.2

# Of so few rows, all are scored in 64 bits at once.
_FEW = 64

# Rows copied out at a time.
_CHUNK = 4_096


def search_rows(
    queries: Vectors, keys: Keys, rows: Vectors, k: int, chosen: NDArray[np.bool_] | None
) -> list[Hits]:
    """For each query the k best of the rows chosen (all, if None), best first, ties by key.

    `keys` names the rows. Candidates are found in 32 bits; all that can reach the first k are scored again
    in 64 bits, so order and scores do not depend on what was searched beside or on how many were allowed.
    """
    use_one_thread()
    places = None if chosen is None or chosen.all() else np.flatnonzero(chosen)
    eligible = len(rows) if places is None else len(places)
    if not eligible or not len(queries):
        return [[] for _ in queries]
    if places is None and len(queries) == 1 and eligible <= _FEW:
        return [ranked(queries[0], keys, rows, k)]
    if places is None:
        return _found(queries, keys, rows, k)
    if len(queries) == 1 and eligible > _MANY * len(rows):
        return [_compared(queries[0], keys, rows, places, k)]
    return _among(queries, keys, rows, places, k)


def _found(queries: Vectors, keys: Keys, rows: Vectors, k: int) -> list[Hits]:
    wanted = min(k + _SPARE, len(rows))
    rough, found = faiss.knn(queries, rows, wanted, metric=faiss.METRIC_INNER_PRODUCT)
    within = margin(rows.shape[1])
    results = []
    for query, scores, candidates in zip(queries, rough, found, strict=True):
        if wanted == len(rows) or scores[-1] < scores[k - 1] - within:
            results.append(ranked(query, keys[candidates], rows[candidates], k))
        else:  # more vectors share the last place than were fetched
            results.append(_compared(query, keys, rows, None, k))
    return results


def _among(queries: Vectors, keys: Keys, rows: Vectors, places: Positions, k: int) -> list[Hits]:
    """Copy the rows out, some at a time, and keep the best of each part."""
    results: list[Hits] = [[] for _ in queries]
    for start in range(0, len(places), _CHUNK):
        part = places[start : start + _CHUNK]
        hits = _found(queries, keys[part], rows[part], k)
        results = [merged(new, old, k) for old, new in zip(results, hits, strict=True)]
    return results


def _compared(query: Vectors, keys: Keys, rows: Vectors, places: Positions | None, k: int) -> Hits:
    """Multiply with every row, and settle the order of those at `places` that are close to their best."""
    rough = inner_products(query, rows)
    if places is None:
        close = close_to_best(rough, k, margin(rows.shape[1]))
    else:
        close = places[close_to_best(rough[places], k, margin(rows.shape[1]))]
    return ranked(query, keys[close], rows[close], k)
