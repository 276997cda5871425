"""Making a segment: from vectors as they come, or from an older segment and what has changed since."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tracker.index.exact_order import Vectors, checked_keys, checked_vectors
from tracker.index.inverted_lists import InvertedLists
from tracker.index.key_table import Keys
from tracker.index.segment import FLAT_LIMIT, Probing, Segment
from tracker.index.tuning import LEAST_RECALL, TARGET_RECALL, Sample, tuned

# Lists for each vector's square root.
_LISTS = 4

# The centroids are found anew when there are so many times as many vectors as when they were found.
_GROWTH = 4

_SEED = 20_110_217


def built(batches: Iterable[tuple[Keys, Vectors]], dimension: int) -> Segment:
    """A segment of all these vectors; of a key that comes twice, the last counts.

    Raises ValueError for what is not a key or a unit vector of this dimension.
    """
    all_keys, all_rows = [np.empty(0, dtype=np.int64)], [np.empty((0, dimension), dtype=np.float32)]
    for keys, vectors in batches:
        all_keys.append(checked_keys(keys))
        all_rows.append(checked_vectors(vectors, dimension))
        if len(all_keys[-1]) != len(all_rows[-1]):
            raise ValueError(f"{len(all_keys[-1])} keys were given for {len(all_rows[-1])} vectors")
    keys = np.concatenate(all_keys)
    distinct, from_the_end = np.unique(keys[::-1], return_index=True)
    rows = np.concatenate(all_rows)[len(keys) - 1 - from_the_end]
    return _with_new_lists(distinct, rows)


def renewed(old: Segment, hidden: NDArray[np.bool_], keys: Keys, rows: Vectors) -> Segment:
    """The segment without its `hidden` vectors and with further ones, whose keys it does not show.

    Lists stay around the same centroids as long as these serve.
    """
    visible = np.flatnonzero(~hidden)
    order = np.argsort(keys, kind="stable")
    keys, rows = keys[order], rows[order]
    places = np.searchsorted(old.keys[visible], keys) + np.arange(len(keys))
    count = len(visible) + len(keys)
    stays = np.ones(count, dtype=np.bool_)
    stays[places] = False
    all_keys, all_rows = np.empty(count, dtype=np.int64), np.empty((count, rows.shape[1]), dtype=np.float32)
    all_keys[places], all_rows[places] = keys, rows
    all_keys[stays], all_rows[stays] = old.keys[visible], old.rows[visible]
    if old.lists is None or old.probing is None or not _still_serves(old.probing, count):
        return _with_new_lists(all_keys, all_rows)
    moved = np.full(len(old), -1, dtype=np.int64)
    moved[visible] = np.flatnonzero(stays)
    lists = old.lists.rearranged(moved, places, rows)
    segment = Segment(all_keys, all_rows, lists, old.probing)
    sample = Sample(segment, _SEED)
    recall = sample.recall(segment)
    if recall < LEAST_RECALL:
        return _with_new_lists(all_keys, all_rows)
    if recall < TARGET_RECALL:
        return tuned(segment, sample, old.probing.trained_on, at_least=old.probing.probed + 1)
    return segment.probing_with(replace(old.probing, recall=recall))


def _still_serves(probing: Probing, count: int) -> bool:
    return FLAT_LIMIT < count < _GROWTH * probing.trained_on


def _with_new_lists(keys: Keys, rows: Vectors) -> Segment:
    if len(keys) <= FLAT_LIMIT:
        return Segment(keys, rows)
    lists = InvertedLists.train(rows, round(_LISTS * len(keys) ** 0.5), _SEED)
    segment = Segment(keys, rows, lists, Probing(1, 0.0, len(keys)))
    return tuned(segment, Sample(segment, _SEED), len(keys))
