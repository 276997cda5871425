"""The bulk of an index: vectors that do not change any more, by ascending key."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tracker.index.exact_order import Hits, Vectors, ranked
from tracker.index.exact_search import search_rows
from tracker.index.inverted_lists import Candidates, InvertedLists
from tracker.index.key_table import Keys, Positions
from tracker.index.row_reading import RowReader

FLAT_LIMIT = 20_000
"""Up to so many vectors are compared one by one: all there are, or all that a filter leaves."""

# Candidates compared exactly for each hit asked for, and at least.
_CANDIDATES, _LEAST_CANDIDATES = 4, 40

# For how many hits lists are chosen: whoever asks for more gets more lists searched.
_USUAL_HITS = 10

# A filter that leaves no more than one vector in so many: those are read and compared without asking the
# lists, whose every entry would have to be looked at.
_ONE_IN = 150

# Rough scores that differ by more than so many times their usual error are in the right order.
_LIKELY = 6.0

# How many more candidates are asked for where those at hand do not prove that none was missed.
_AGAIN = 8

Chosen = NDArray[np.bool_] | None
"""For each position whether it takes part; None: all do."""


@dataclass(frozen=True, slots=True)
class Probing:
    """How lists are searched, and what that was measured to find."""

    probed: int
    """Lists looked into for ten hits."""
    recall: float
    """Of the ten nearest of stored vectors, the share that was found, measured when this was set."""
    trained_on: int
    """Vectors there were when the centroids were found."""
    widened: float = 1.0
    """By how much more than in proportion a filter makes a search look into lists."""


class Segment:
    """Keys (n,), ascending and distinct, and their vectors (n, dimension), with lists where there are many.

    Any number of threads may search at once.
    """

    def __init__(
        self,
        keys: Keys,
        rows: Vectors,
        lists: InvertedLists | None = None,
        probing: Probing | None = None,
        reader: RowReader | None = None,
    ) -> None:
        """Around arrays in memory or mapped. Raises ValueError where they do not fit together."""
        if len(keys) != len(rows) or np.any(keys[1:] <= keys[:-1]) or (len(keys) and keys[0] < 0):
            raise ValueError("the keys are not distinct, ascending and as many as vectors")
        if lists is not None and (lists.count, lists.dimension) != rows.shape:
            raise ValueError(f"the lists hold {lists.count} vectors, not {len(rows)}")
        self.keys, self.rows = keys, rows
        self.lists, self.probing = lists, probing
        self._reader = reader

    @classmethod
    def empty(cls, dimension: int) -> Self:
        """Without a vector."""
        return cls(np.empty(0, dtype=np.int64), np.empty((0, dimension), dtype=np.float32))

    def __len__(self) -> int:
        return len(self.keys)

    def probing_with(self, probing: Probing) -> "Segment":
        """The same vectors and lists, searched in another way."""
        return Segment(self.keys, self.rows, self.lists, probing, self._reader)

    def positions(self, keys: Keys) -> Positions:
        """The position of each of these keys, -1 where there is none."""
        if not len(self.keys):
            return np.full(len(keys), -1, dtype=np.int64)
        places = np.searchsorted(self.keys, keys)
        places[places == len(self.keys)] = 0
        return np.where(self.keys[places] == keys, places, -1)

    def search(self, queries: Vectors, k: int, chosen: Chosen) -> list[Hits]:
        """For each query the k best, best first, ties by key.

        Exact without lists, and under a filter that leaves no more than FLAT_LIMIT.
        """
        if self.lists is None or self.probing is None:
            return search_rows(queries, self.keys, self.rows, k, chosen)
        eligible = len(self) if chosen is None else int(np.count_nonzero(chosen))
        if eligible == len(self):
            chosen = None
        if not eligible:
            return [[] for _ in queries]
        if chosen is not None and eligible <= max(k, len(self) // _ONE_IN):
            places = np.flatnonzero(chosen)
            return search_rows(queries, self.keys[places], self._rows_at(places), k, None)
        bits = None if chosen is None else np.packbits(chosen, bitorder="little")
        if chosen is not None and bits is not None and eligible <= FLAT_LIMIT:
            return [self._proven(self.lists, query, k, chosen, bits) for query in queries]
        probed = self._probed(self.probing, k, eligible)
        return [self._likely(self.lists, query, k, eligible, probed, bits) for query in queries]

    def exact(self, queries: Vectors, k: int, chosen: Chosen) -> list[Hits]:
        """As `search`, by comparing with every vector."""
        return search_rows(queries, self.keys, self.rows, k, chosen)

    def _probed(self, probing: Probing, k: int, eligible: int) -> int:
        """Lists to look into: as many more as the filter leaves fewer vectors in each, at least."""
        more_hits = math.sqrt(max(1.0, k / _USUAL_HITS))
        filtered = 1.0 if eligible == len(self) else probing.widened * len(self) / eligible
        return round(probing.probed * more_hits * filtered)

    def _likely(
        self,
        lists: InvertedLists,
        query: Vectors,
        k: int,
        eligible: int,
        probed: int,
        bits: NDArray[np.uint8] | None,
    ) -> Hits:
        """The best of the nearest lists; of all lists where those hold fewer than k."""
        count = min(max(_CANDIDATES * k, _LEAST_CANDIDATES), eligible)
        found = lists.candidates(query, count, probed, bits)
        if len(found.positions) < min(k, eligible) and probed < lists.list_count:
            found = lists.candidates(query, count, lists.list_count, bits)
        return self._settled(query, self._within_reach(found, k), k)

    def _within_reach(self, found: Candidates, k: int) -> Positions:
        """Those that may well be among the k best: nearly all whose rough score says so.

        Codes err in all directions alike, so a difference is seldom more than a small part of what it may be.
        """
        if len(found.positions) <= k:
            return found.positions
        reach = _LIKELY * found.within / math.sqrt(self.rows.shape[1])
        lowest = found.numbers[k - 1] - reach / found.worth
        return found.positions[: int(np.count_nonzero(found.numbers >= lowest))]

    def _proven(
        self, lists: InvertedLists, query: Vectors, k: int, chosen: NDArray[np.bool_], bits: NDArray[np.uint8]
    ) -> Hits:
        """The k best without doubt: all codes are compared, and vectors until none left out can be better."""
        eligible = int(np.count_nonzero(chosen))
        count = max(_CANDIDATES * k, _LEAST_CANDIDATES)
        for wanted in (min(count, eligible), min(_AGAIN * count, eligible)):
            found = lists.candidates(query, wanted, lists.list_count, bits)
            hits = self._settled(query, found.positions, k)
            if _leaves_no_doubt(found, hits, k, wanted, eligible, lists.common_part(query)):
                return hits
        return search_rows(query[np.newaxis], self.keys, self.rows, k, chosen)[0]

    def _settled(self, query: Vectors, positions: Positions, k: int) -> Hits:
        """The k best of these positions."""
        return ranked(query, self.keys[positions], self._rows_at(positions), k)

    def _rows_at(self, positions: Positions) -> Vectors:
        return self.rows[positions] if self._reader is None else self._reader.take(positions)


def _leaves_no_doubt(
    found: Candidates, hits: Hits, k: int, wanted: int, eligible: int, common: float
) -> bool:
    """Whether no vector that was left out can be among the k best."""
    if len(found.positions) < wanted or len(hits) < min(k, eligible):
        return False  # codes cannot be trusted to have shown all
    if wanted == eligible:
        return True
    best_left_out = float(found.numbers[-1]) * found.worth + common + found.within
    return hits[k - 1][1] > best_left_out
