"""Inverted lists of one-byte codes: finds candidates among very many vectors without touching most of them.

Vectors are sorted into lists by the nearest of some thousand centroids, and kept there as one signed byte a
number. A search looks into the lists of the nearest centroids only. What it returns is rough: candidates for
an exact comparison. Ids are positions, 0 to count - 1.
"""

from typing import Any, NamedTuple, Self, cast

import faiss
import numpy as np
from numpy.typing import NDArray

from tracker.index.coding import LARGEST_CODE, Codes, Coding, Loss
from tracker.index.exact_order import Vectors, margin, use_one_thread
from tracker.index.key_table import Positions

# What clustering takes: rounds, and vectors for each list. More of either no longer shows in recall.
_ROUNDS = 8
_TRAINED_ON = 40

# Positional arguments of FAISS.
_STORES_PAIRS = _BY_RESIDUAL = False

# Vectors encoded at a time.
_BLOCK = 16_384


class Candidates(NamedTuple):
    """What was found, best first."""

    numbers: Vectors
    """Products of codes. Rough scores are so many times the worth, and a part that is the same for all."""
    positions: Positions
    worth: float
    within: float
    """How far each rough score may be from the exact one."""


class InvertedLists:
    """Lists in memory or mapped from a file, which nothing changes: any number of threads may search."""

    def __init__(self, index: faiss.Index, coding: Coding, loss: Loss) -> None:
        """Around a FAISS index with lists. Raises ValueError for one of another make."""
        # A downcast index is freed with the one it was cast from: both are kept.
        self._kept = index
        self._index = cast("Any", faiss.downcast_index(index))
        if not isinstance(self._index, faiss.IndexIVFScalarQuantizer):
            raise ValueError("the file does not hold inverted lists")  # noqa: TRY004 # a file is no argument
        self.dimension, self.count = int(self._index.d), int(self._index.ntotal)
        if self._index.code_size != self.dimension or coding.middle.shape != (self.dimension,):
            raise ValueError("the lists do not hold one byte a number")
        self.coding, self.loss = coding, loss
        self.list_count = int(self._index.nlist)
        quantizer = cast("Any", faiss.downcast_index(self._index.quantizer))
        view = faiss.rev_swig_ptr(quantizer.get_xb(), self.list_count * self.dimension)
        self.centroids: Vectors = view.reshape(self.list_count, self.dimension)
        self._coarse_coding = Coding.of(self.centroids)
        self._coarse = _coded(self.centroids, self._coarse_coding)
        self._rounding = margin(self.dimension)
        self._everywhere = np.arange(self.list_count, dtype=np.int64)[np.newaxis]
        # FAISS wants to be told how far lists are, which plays no part with codes of this kind.
        self._no_distances = np.zeros(self.list_count, dtype=np.float32)

    @property
    def faiss_index(self) -> faiss.Index:
        """The index itself, for writing it to disk."""
        return self._kept

    @classmethod
    def train(cls, vectors: Vectors, list_count: int, seed: int) -> Self:
        """Find centroids for these vectors and put all of them into their lists. Seconds, by one thread."""
        use_one_thread()
        chance = np.random.default_rng(seed)
        sample_size = min(len(vectors), _TRAINED_ON * list_count)
        sample = vectors[np.sort(chance.choice(len(vectors), sample_size, replace=False))]
        clustering = faiss.Kmeans(
            vectors.shape[1],
            list_count,
            niter=_ROUNDS,
            spherical=True,
            seed=seed,
            min_points_per_centroid=1,
            max_points_per_centroid=_TRAINED_ON,
        )
        clustering.train(sample)
        empty = cls(_lists(np.asarray(clustering.centroids)), Coding.of(vectors), Loss())
        return empty.rearranged(np.empty(0, dtype=np.int64), np.arange(len(vectors)), vectors)

    def rearranged(self, moved: Positions, added: Positions, vectors: Vectors) -> Self:
        """New lists around the same centroids.

        `moved` says for each vector here at which position it comes, -1 to leave it out; `added` where the
        further `vectors` come.
        """
        use_one_thread()
        fresh = _lists(self.centroids)
        places = np.empty(len(added), dtype=np.int64)
        codes = np.empty((len(added), self.dimension), dtype=np.uint8)
        loss = self.loss
        for start in range(0, len(added), _BLOCK):
            block = np.ascontiguousarray(vectors[start : start + _BLOCK], dtype=np.float32)
            _, nearest = faiss.knn(block, self.centroids, 1, metric=faiss.METRIC_INNER_PRODUCT)
            places[start : start + _BLOCK] = nearest[:, 0]
            codes[start : start + _BLOCK], lost = self.coding.codes(block)
            loss = loss.or_more(lost)
        order = np.argsort(places, kind="stable")
        bounds = np.searchsorted(places[order], np.arange(self.list_count + 1))
        for number in range(self.list_count):
            chosen = order[bounds[number] : bounds[number + 1]]
            kept, kept_codes = self._list(number)
            stays = moved[kept] >= 0
            _append(
                fresh,
                number,
                np.concatenate([moved[kept[stays]], added[chosen]]),
                np.concatenate([kept_codes[stays], codes[chosen]]),
            )
        fresh.ntotal = int(np.count_nonzero(moved >= 0)) + len(added)
        return type(self)(fresh, self.coding, loss)

    def candidates(
        self, query: Vectors, count: int, probed: int, bits: NDArray[np.uint8] | None = None
    ) -> Candidates:
        """Up to `count` vectors from the `probed` nearest lists (all, if there are no more).

        Only of positions whose bit is set, if bits are given, eight positions a byte, lowest first.
        """
        use_one_thread()
        probed = min(probed, self.list_count)
        lists = self._everywhere if probed == self.list_count else self._nearest_lists(query, probed)
        scores = np.empty(count, dtype=np.float32)
        found = np.empty(count, dtype=np.int64)
        parameters = faiss.SearchParametersIVF()
        parameters.nprobe = probed
        if bits is not None:
            # FAISS keeps pointers: bits and selector must stay alive until the search is over.
            parameters.sel = selector = cast("Any", faiss.IDSelectorBitmap)(bits)
        whole, worth, lost = self.coding.whole(query)
        at = faiss.swig_ptr
        near = at(self._no_distances)
        self._index.search_preassigned_c(
            1, at(whole), count, at(lists), near, at(scores), at(found), _STORES_PAIRS, parameters
        )
        if bits is not None:
            del selector
        if found[-1] < 0 or found.max() >= self.count:
            there = (found >= 0) & (found < self.count)
            scores, found = scores[there], found[there]
        within = 1.01 * self.loss.error + lost * self.loss.reach + self._rounding
        return Candidates(scores, found, worth, within)

    def common_part(self, query: Vectors) -> float:
        """The part of the score that is the same for every vector: that of the codes' middle."""
        return float((query.astype(np.float64) * self.coding.middle).sum())

    def _nearest_lists(self, query: Vectors, probed: int) -> Positions:
        whole, _, _ = self._coarse_coding.whole(query)
        near = np.empty(probed, dtype=np.float32)
        lists = np.empty(probed, dtype=np.int64)
        at = faiss.swig_ptr
        self._coarse.search_c(1, at(whole), probed, at(near), at(lists))
        return lists

    def _list(self, number: int) -> tuple[Positions, Codes]:
        """Positions and codes of one list, not copied."""
        lists = self._index.invlists
        size = lists.list_size(number)
        if not size:
            return np.empty(0, dtype=np.int64), np.empty((0, self.dimension), dtype=np.uint8)
        ids = faiss.rev_swig_ptr(lists.get_ids(number), size)
        codes = faiss.rev_swig_ptr(lists.get_codes(number), size * self.dimension)
        return ids, codes.reshape(size, self.dimension)


def _lists(centroids: Vectors) -> Any:  # noqa: ANN401 # the stubs of FAISS are incomplete
    """Empty lists around these centroids."""
    centroids = np.ascontiguousarray(centroids, dtype=np.float32)
    count, dimension = centroids.shape
    quantizer = cast("Any", faiss.IndexFlatIP(dimension))
    quantizer.add(centroids)
    kind = faiss.ScalarQuantizer.QT_8bit_direct_signed
    index = cast("Any", faiss.IndexIVFScalarQuantizer)(
        quantizer, dimension, count, kind, faiss.METRIC_INNER_PRODUCT, _BY_RESIDUAL
    )
    quantizer.this.disown()
    index.own_fields = True
    index.is_trained = True
    return index


def _append(index: Any, number: int, positions: Positions, codes: Codes) -> None:  # noqa: ANN401
    if len(positions):
        positions, codes = np.ascontiguousarray(positions), np.ascontiguousarray(codes)
        pointer = faiss.swig_ptr
        index.invlists.add_entries(number, len(positions), pointer(positions), pointer(codes))


def _coded(vectors: Vectors, coding: Coding) -> Any:  # noqa: ANN401
    """A FAISS index over the codes of these vectors, searched with a stretched query."""
    kind = faiss.ScalarQuantizer.QT_8bit_direct_signed
    index = faiss.IndexScalarQuantizer(vectors.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
    index.is_trained = True
    numbers = coding.codes(vectors)[0].astype(np.float32) - (LARGEST_CODE + 1)
    cast("Any", index).add(numbers)
    return index
