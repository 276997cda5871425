"""Vectors in memory, in one FAISS index, searched exactly."""

from typing import Any, cast

import faiss
import numpy as np
from numpy.typing import NDArray

from tracker.index.key_table import Keys, KeyTable, Positions

Vectors = NDArray[np.float32]
Hits = list[tuple[int, float]]
"""(key, score), best first."""

# How far a norm may be from 1. Half-precision storage costs a thousandth.
_NORM_TOLERANCE = 0.01

# More than asked for, so that the last place is seldom shared with vectors that were not looked at.
_SPARE = 16

# Up to this many allowed vectors are copied out and multiplied; above it, a scan with a bitmap is faster.
_FEW = 256

# Vectors copied out at a time when they are multiplied here.
_CHUNK = 4_096

# From this many numbers in all queries together (four of 512), FAISS hands over to BLAS, which reads the
# vectors once for all queries: up to 17 times as fast. Its own threshold is 250 such queries.
faiss.cvar.distance_compute_blas_threshold = 2_048


class FlatVectors:
    """Unit vectors under non-negative keys, with exact search by inner product.

    Scores are computed in 64 bits for all vectors that can reach the first k, so that order and scores
    do not depend on how a search was done or what was searched beside it. Not safe for threads by
    itself, save that any number of threads may search at once.
    """

    def __init__(self, dimension: int, index: faiss.Index | None = None) -> None:
        """Start empty, or around a FAISS index. Raises ValueError for an index of another make."""
        self.dimension = dimension
        # The stubs of FAISS know neither what it wraps for Python nor its downcasts.
        self._index = cast("Any", faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)) if index is None else index)
        inner = self._index.index if isinstance(self._index, faiss.IndexIDMap2) else self._index
        self._flat = cast("Any", faiss.downcast_index(inner))
        if inner is self._index or not isinstance(self._flat, faiss.IndexFlatIP):
            raise ValueError("the file does not hold plain vectors under keys, compared by inner product")
        if self._index.d != dimension:
            raise ValueError(f"the file holds vectors of {self._index.d} numbers, not {dimension}")
        self._table = KeyTable(faiss.vector_to_array(self._index.id_map))
        if not self._table.is_distinct():
            raise ValueError("the file holds several vectors under one key")

    def __len__(self) -> int:
        return len(self._table)

    @property
    def faiss_index(self) -> faiss.Index:
        """The index itself, for writing it to disk."""
        return cast("faiss.Index", self._index)

    def keys(self) -> Keys:
        """All keys, ascending."""
        return self._table.keys()

    def upsert(self, keys: Keys, vectors: Vectors) -> Keys:
        """Add vectors or replace those under the same keys; of a key that comes twice, the last counts.

        Returns the keys whose vector was not already there to the last bit. Raises ValueError for what
        is not a key or a unit vector of this dimension; nothing is changed then.
        """
        keys = checked_keys(keys)
        vectors = checked_vectors(vectors, self.dimension)
        if len(keys) != len(vectors):
            raise ValueError(f"{len(keys)} keys were given for {len(vectors)} vectors")
        _, from_the_end = np.unique(keys[::-1], return_index=True)
        last = np.sort(len(keys) - 1 - from_the_end)
        keys, vectors = keys[last], vectors[last]
        known, present = self.vectors_of(keys)
        news = ~known
        news[known] = (vectors[known] != present).any(axis=1)
        keys, vectors = keys[news], vectors[news]
        self.remove(keys)
        if len(keys):
            _use_one_thread()
            self._index.add_with_ids(vectors, keys)
            self._table.append(keys)
        return keys

    def remove(self, keys: Keys) -> Keys:
        """Remove the vectors under these keys, as far as there are any; returns the keys there were."""
        keys = checked_keys(keys)
        known = np.unique(keys[self._table.positions(keys) >= 0])
        if len(known):
            _use_one_thread()
            self._index.remove_ids(known)
            self._table = KeyTable(faiss.vector_to_array(self._index.id_map))
        return known

    def vectors_of(self, keys: Keys) -> tuple[NDArray[np.bool_], Vectors]:
        """Which of these keys are known, and the vectors of those that are, in their order."""
        positions = self._table.positions(checked_keys(keys))
        known = positions >= 0
        return known, self._matrix()[positions[known]]

    def search(self, vectors: Vectors, k: int, allowed: Keys | None) -> list[Hits]:
        """For each row the k nearest among the allowed keys, best first, ties by key."""
        queries = checked_vectors(vectors, self.dimension)
        if k < 1:
            raise ValueError(f"at least one neighbour must be asked for, not {k}")
        _use_one_thread()
        if allowed is None:
            return self._scan(queries, k, None)
        # Sorted needles are looked up several times as fast as scattered ones.
        positions = self._table.positions(np.sort(checked_keys(allowed)))
        chosen = np.zeros(len(self), dtype=np.bool_)
        chosen[positions[positions >= 0]] = True
        return self._scan(queries, k, chosen)

    def _scan(self, queries: Vectors, k: int, chosen: NDArray[np.bool_] | None) -> list[Hits]:
        """Let FAISS find candidates among the positions chosen (all, if None), then settle their order."""
        eligible = len(self) if chosen is None else int(np.count_nonzero(chosen))
        wanted = min(k + _SPARE, eligible)
        if not wanted or not len(queries):
            return [[] for _ in queries]
        if chosen is None or eligible == len(self):
            chosen = parameters = None
        elif eligible <= _FEW:
            return [self._compare(query, chosen, k) for query in queries]
        else:
            # FAISS keeps pointers: bits and selector must stay alive until the search is over.
            bits = np.packbits(chosen, bitorder="little")
            selector = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        rough, found = self._flat.search(queries, wanted, params=parameters)
        results = []
        for query, scores, candidates in zip(queries, rough, found, strict=True):
            if wanted == eligible or scores[-1] < scores[k - 1] - self._margin():
                results.append(self._ranked(query, candidates, k))
            else:  # more vectors share the last place than were fetched
                results.append(self._compare(query, chosen, k))
        return results

    def _compare(self, query: Vectors, chosen: NDArray[np.bool_] | None, k: int) -> Hits:
        """Compare with every vector at the positions chosen (all, if None) and settle the order."""
        places = np.arange(len(self)) if chosen is None else np.flatnonzero(chosen)
        matrix = self._matrix()
        rough = np.empty(len(places), dtype=np.float32)
        for start in range(0, len(places), _CHUNK):
            chunk = places[start : start + _CHUNK]
            rough[start : start + _CHUNK] = matrix[chunk] @ query
        if len(rough) > k:
            threshold = np.partition(rough, len(rough) - k)[len(rough) - k]
            close = np.flatnonzero(rough >= threshold - self._margin())
        else:
            close = np.arange(len(rough))
        return self._ranked(query, places[close], k)

    def _ranked(self, query: Vectors, positions: Positions, k: int) -> Hits:
        """The k best of these positions by exact score, ties by key."""
        vectors = self._matrix()[positions].astype(np.float64)
        # A sum along rows, not a product of matrices: it gives a row the same bits whatever its company.
        scores = (vectors * query.astype(np.float64)).sum(axis=1)
        keys = self._table.at(positions)
        best = np.lexsort((keys, -scores))[:k]
        return [(int(keys[place]), float(scores[place])) for place in best]

    def _margin(self) -> float:
        """How far two rough scores may be from telling which exact score is the higher.

        An inner product of unit vectors in 32 bits is off by less than half an epsilon a number; both
        may be, and norms need not be quite 1.
        """
        return 2 * self.dimension * float(np.finfo(np.float32).eps)

    def _matrix(self) -> Vectors:
        """The vectors by position, not copied: valid until the next change."""
        if not len(self):
            return np.zeros((0, self.dimension), dtype=np.float32)
        view: Vectors = faiss.rev_swig_ptr(self._flat.get_xb(), len(self) * self.dimension)
        return view.reshape(len(self), self.dimension)


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
    array = np.ascontiguousarray(vectors, dtype=np.float32)
    if not len(array):
        return np.zeros((0, dimension), dtype=np.float32)
    if array.shape[1:] != (dimension,):
        raise ValueError(f"vectors must have the shape (count, {dimension}), not {array.shape}")
    norms = np.sqrt(np.square(array, dtype=np.float64).sum(axis=1))
    # Written so that NaN counts as wrong.
    wrong = np.flatnonzero(~(np.abs(norms - 1) <= _NORM_TOLERANCE))
    if len(wrong):
        raise ValueError(f"vectors must have unit length; row {wrong[0]} has {norms[wrong[0]]:g}")
    return array


def _use_one_thread() -> None:
    """Keep this thread's FAISS calls to one core.

    The setting belongs to the calling thread, so it is made before each call. A pool of threads would
    hang in processes forked after its first use, and fight with other workers for the cores.
    """
    faiss.omp_set_num_threads(1)
