"""Centroids in four bits for each pair of numbers: tells the nearest ones from an eighth of the bytes.

Before a search can look into lists, it has to find out which. At a thousand centroids, reading their bytes
takes longer than comparing the vectors of the lists; so these are as few as will do.
"""

from typing import Any, cast

import faiss
import numpy as np

from tracker.index.exact_order import Vectors, use_one_thread

# What four values stand best for numbers that are spread normally, in standard deviations, and what sixteen.
_FOUR = np.array([-1.510, -0.4528, 0.4528, 1.510], dtype=np.float32)
_SIXTEEN = np.linspace(-2.4, 2.4, 16, dtype=np.float32)

_BITS = 4
_CODES = np.arange(1 << _BITS)


def coarse(centroids: Vectors) -> Any:  # noqa: ANN401 # the stubs of FAISS are incomplete
    """A FAISS index of these centroids, by inner product. Roughly right; nothing is drawn by chance."""
    use_one_thread()
    count, dimension = centroids.shape
    # An odd dimension has no pairs.
    taken_together = 1 if dimension % 2 else 2
    index = cast("Any", faiss.IndexPQFastScan)(
        dimension, dimension // taken_together, _BITS, faiss.METRIC_INNER_PRODUCT
    )
    faiss.copy_array_to_vector(_values(centroids, taken_together).ravel(), index.pq.centroids)
    index.is_trained = True
    if count:
        index.add(np.ascontiguousarray(centroids, dtype=np.float32))
    return index


def _values(centroids: Vectors, taken_together: int) -> Vectors:
    """What each code stands for, shape (parts of a vector, codes, numbers of a part)."""
    middle, spread = centroids.mean(axis=0)[:, np.newaxis], centroids.std(axis=0)[:, np.newaxis]
    if taken_together == 1:
        return np.asarray(middle + spread * _SIXTEEN, dtype=np.float32)[:, :, np.newaxis]
    levels: Vectors = (middle + spread * _FOUR).astype(np.float32)
    first, second = levels[0::2][:, _CODES % len(_FOUR)], levels[1::2][:, _CODES // len(_FOUR)]
    return np.stack([first, second], axis=2)
