"""Inverted lists of one-byte codes: finds candidates among very many vectors without touching most of them.

Vectors are sorted into lists by the nearest of some thousand centroids, and kept there as one signed byte a
number. A search looks into the lists of the nearest centroids only. What it returns is rough: candidates for
an exact comparison. Ids are positions, 0 to count - 1.
"""

import math
from typing import Any, NamedTuple, Self, cast

import faiss
import numpy as np
from numpy.typing import NDArray

from tracker.index.coarse import coarse
from tracker.index.coding import Codes, Coding, Loss
from tracker.index.exact_order import Vectors, margin, use_one_thread
from tracker.index.gathering import Gathering
from tracker.index.key_table import Positions

# What clustering takes: rounds, and at most so many vectors for each list. More rounds no longer show in
# recall. Fewer vectors do: a small group of which half is left out gets no centroid of its own.
_ROUNDS = 8
_TRAINED_ON = 100

# Positional arguments of FAISS.
_STORES_PAIRS = _BY_RESIDUAL = _OWNS = False

# Vectors encoded at a time.
_BLOCK = 16_384


class Candidates(NamedTuple):
    """What was found, best first."""

    numbers: Vectors
    """Products of codes. Rough scores are so many times the worth, and a part that is the same for all."""
    positions: Positions
    whole: Vectors
    """The query as it was compared with the codes, shape (dimension,)."""
    worth: float


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
        self._coarse, self._nearest = _near(self._index, self.centroids / coding.width)
        self._gathered: Gathering | None = None
        self._rounding = margin(self.dimension)
        self._everywhere = np.arange(self.list_count, dtype=np.int64)
        # FAISS wants to be told how far lists are, which plays no part with codes of this kind.
        self._no_distances = np.zeros(self.list_count, dtype=np.float32)
        self._parameters: dict[int, Any] = {}

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
        whole, worth = self.coding.whole(query)
        scores = np.empty(count, dtype=np.float32)
        found = np.empty(count, dtype=np.int64)
        at = faiss.swig_ptr
        if bits is None:
            parameters = self._parameters.get(probed) or self._looking_into(probed)
        else:
            # FAISS keeps pointers: bits and selector must stay alive until the search is over.
            parameters = _parameters(min(probed, self.list_count))
            parameters.sel = selector = cast("Any", faiss.IDSelectorBitmap)(bits)
        if probed < self.list_count:
            self._nearest.search_c(1, at(whole), count, at(scores), at(found), parameters)
        else:
            lists, near = at(self._everywhere), at(self._no_distances)
            self._index.search_preassigned_c(
                1, at(whole), count, lists, near, at(scores), at(found), _STORES_PAIRS, parameters
            )
        if bits is not None:
            del selector
        return self._candidates(scores, found, whole, worth)

    def among(self, query: Vectors, count: int, positions: Positions) -> Candidates:
        """The best `count` of these positions, none of which is left out: their codes are copied out."""
        use_one_thread()
        whole, worth = self.coding.whole(query)
        if self._gathered is None:
            self._gathered = Gathering([self._list(number) for number in range(self.list_count)], self.count)
        scores, found = self._gathered.search(whole, count, positions)
        return self._candidates(scores, found, whole, worth)

    def within(self, query: Vectors, found: Candidates) -> float:
        """How far each rough score may be from the exact one."""
        lost = self.coding.lost(query, found.whole, found.worth)
        return 1.01 * self.loss.error + lost * self.loss.reach + self._rounding

    def usually_within(self, found: Candidates) -> float:
        """The same where the query loses what numbers lose on average when they are made whole."""
        lost = found.worth * math.sqrt(self.dimension / 12)
        return 1.01 * self.loss.error + lost * self.loss.reach + self._rounding

    def common_part(self, query: Vectors) -> float:
        """The part of the score that is the same for every vector: that of the codes' middle."""
        return float((query.astype(np.float64) * self.coding.middle).sum())

    def _candidates(self, scores: Vectors, found: Positions, whole: Vectors, worth: float) -> Candidates:
        """What was found, less the places that were not filled."""
        # Not `max`, which takes a detour that shows in the time of a search.
        if found.item(-1) < 0 or found.item(found.argmax()) >= self.count:
            there = (found >= 0) & (found < self.count)
            scores, found = scores[there], found[there]
        return Candidates(scores, found, whole, worth)

    def _looking_into(self, probed: int) -> Any:  # noqa: ANN401
        """The parameters for so many lists, which any number of searches may use at the same time."""
        return self._parameters.setdefault(probed, _parameters(min(probed, self.list_count)))

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


def _near(index: Any, centroids: Vectors) -> tuple[Any, Any]:  # noqa: ANN401
    """The same lists, found by rough centroids that are compared with a stretched query; and these.

    The lists stay the index's own: it must be kept as long as what is returned.
    """
    quantizer = coarse(centroids)
    kind = faiss.ScalarQuantizer.QT_8bit_direct_signed
    near = cast("Any", faiss.IndexIVFScalarQuantizer)(
        quantizer, index.d, index.nlist, kind, faiss.METRIC_INNER_PRODUCT, _BY_RESIDUAL, _OWNS
    )
    near.replace_invlists(index.invlists, _OWNS)
    near.is_trained, near.ntotal = True, index.ntotal
    return quantizer, near


def _parameters(probed: int) -> Any:  # noqa: ANN401
    parameters = faiss.SearchParametersIVF()
    parameters.nprobe = probed
    return parameters
