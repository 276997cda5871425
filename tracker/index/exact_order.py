"""Order by exact score: what every search here ends with, however its candidates were found."""

import math
import threading
from operator import itemgetter
from typing import Any, cast

import faiss
import numpy as np
from numpy.typing import NDArray

from tracker.index.key_table import Keys, Positions

Vectors = NDArray[np.float32]
Hits = list[tuple[int, float]]
"""(key, score), best first."""

# How far a norm may be from 1. Half-precision storage costs a thousandth.
_NORM_TOLERANCE = 0.01

_SINGLE, _DOUBLE = np.dtype(np.float32), np.dtype(np.float64)

_own = threading.local()

_score = itemgetter(1)

# So many are sorted as they are; of more, NumPy finds the order sooner.
_MANY = 100

# From this many numbers in all queries together (four of 512), FAISS hands over to BLAS, which reads the
# vectors once for all queries: up to 17 times as fast. Its own threshold is 250 such queries.
faiss.cvar.distance_compute_blas_threshold = 2_048


def checked_keys(keys: Keys) -> Keys:
    """Keys as FAISS takes them. Raises ValueError for what cannot be one."""
    array = np.asarray(keys)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise ValueError(f"keys must be one row of integers, not {array.dtype} of shape {array.shape}")
    array = np.ascontiguousarray(array, dtype=np.int64)
    if array.size and array.min() < 0:
        raise ValueError(f"keys must not be negative, as {array.min()} is")
    return array


def checked_vectors(vectors: Vectors, dimension: int) -> Vectors:
    """Vectors as FAISS takes them. Raises ValueError for a wrong shape, or rows not of unit length."""
    if _is_unit_vector(vectors, dimension):
        return vectors
    array = np.ascontiguousarray(vectors, dtype=np.float32)
    if not len(array):
        return np.zeros((0, dimension), dtype=np.float32)
    if array.shape[1:] != (dimension,):
        raise ValueError(f"vectors must have the shape (count, {dimension}), not {array.shape}")
    norms = np.sqrt(np.einsum("ij,ij->i", array, array, dtype=np.float64))
    # Written so that NaN counts as wrong.
    wrong = np.flatnonzero(~(np.abs(norms - 1) <= _NORM_TOLERANCE))
    if len(wrong):
        raise ValueError(f"vectors must have unit length; row {wrong[0]} has {norms[wrong[0]]:g}")
    return array


def _is_unit_vector(vectors: Vectors, dimension: int) -> bool:
    """Whether this is one vector as FAISS takes it: the usual question, which gets a quick answer."""
    if vectors.shape != (1, dimension) or vectors.dtype != _SINGLE or not vectors.flags.c_contiguous:
        return False
    # NumPy's product goes through BLAS, whose first call after a pause costs as much as this whole check.
    square = cast("Any", faiss).fvec_norm_L2sqr(faiss.swig_ptr(vectors), dimension)
    return bool(abs(math.sqrt(square) - 1) <= _NORM_TOLERANCE)


def inner_products(query: Vectors, matrix: Vectors) -> Vectors:
    """The rough score of every row, by one thread.

    NumPy's product would share the work among the threads of its BLAS, which wait for one another: with
    every core busy, a search of a tenth of a millisecond takes ten.
    """
    rough = np.empty(len(matrix), dtype=np.float32)
    if len(matrix):
        products = cast("Any", faiss).fvec_inner_products_ny
        pointer = faiss.swig_ptr
        products(pointer(rough), pointer(query), pointer(matrix), matrix.shape[1], len(matrix))
    return rough


def close_to_best(rough: Vectors, k: int, margin: float) -> Positions:
    """Where the scores are that may be among the k best, if each is off by half the margin at most."""
    if len(rough) <= k:
        return np.arange(len(rough))
    threshold = np.partition(rough, len(rough) - k)[len(rough) - k]
    return np.flatnonzero(rough >= threshold - margin)


def ranked(query: Vectors, keys: Keys, vectors: Vectors, k: int) -> Hits:
    """The k best of these vectors by exact score, ties by key."""
    # Row by row, not a product of matrices: a row gets the same bits whatever its company.
    scores = np.vecdot(vectors, query, dtype=_DOUBLE)
    if len(scores) > _MANY:
        best = np.lexsort((keys, -scores))[:k]
        return list(zip(keys[best].tolist(), scores[best].tolist(), strict=True))
    hits = sorted(zip(keys.tolist(), scores.tolist(), strict=True))
    hits.sort(key=_score, reverse=True)  # which leaves equal ones in their order
    return hits[:k]


def merged(one: Hits, other: Hits, k: int) -> Hits:
    """The k best of both, which share no key."""
    if not other:
        return one[:k]
    return sorted([*one, *other], key=lambda hit: (-hit[1], hit[0]))[:k]


def margin(dimension: int) -> float:
    """How far two rough scores may be from telling which exact score is the higher.

    An inner product of unit vectors in 32 bits is off by less than half an epsilon a number; both
    may be, and norms need not be quite 1.
    """
    return 2 * dimension * float(np.finfo(np.float32).eps)


def use_one_thread() -> None:
    """Keep this thread's FAISS calls to one core.

    The setting belongs to the calling thread, so it is made once in each. A pool of threads would
    hang in processes forked after its first use, and fight with other workers for the cores.
    """
    if not getattr(_own, "is_set", False):
        faiss.omp_set_num_threads(1)
        _own.is_set = True
