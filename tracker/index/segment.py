"""The bulk of an index: vectors that do not change any more, by ascending key."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tracker.index.exact_order import Hits, Vectors, merged, ranked
from tracker.index.exact_search import search_rows
from tracker.index.inverted_lists import Candidates, InvertedLists
from tracker.index.key_table import Keys, Positions
from tracker.index.row_reading import RowReader

FLAT_LIMIT = 20_000
"""Up to so many vectors are compared one by one: all there are, or all that a filter leaves."""

# Candidates compared exactly for each hit asked for, and at least.
_CANDIDATES, _LEAST_CANDIDATES = 4, 40

_NEARLY_ALL = 0.75

# For how many hits lists are chosen: whoever asks for more gets more lists searched.
_USUAL_HITS = 10

# Of so few that a filter leaves, the vectors are read at once.
_FEW = 64

# Of no more than one vector in so many that a filter leaves, codes are copied out and compared; of more, all
# lists are gone through.
_ONE_IN = 16

# Rough scores that differ by more than so many times their usual error are in the right order.
_LIKELY = 6.0

# Under a filter, so many times as many candidates are there to prove that none was missed.
_PROVING = 8

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
    """By how much more than in proportion a filter that leaves `filtered_share` makes one look into lists."""


def filtered_share(count: int) -> float:
    """What the filter leaves with which lists are tried: a quarter, or what it takes not to be exact."""
    return min(0.9, max(0.25, 1.2 * FLAT_LIMIT / max(1, count)))


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

    def position(self, key: int) -> int:
        """The position of one key, -1 where there is none."""
        place = int(self.keys.searchsorted(key))
        return place if place < len(self.keys) and self.keys.item(place) == key else -1

    def rows_at(self, positions: Positions) -> Vectors:
        """The vectors at these positions, in their order; a few are read without touching the mapping."""
        if self._reader is None or len(positions) > _FEW:
            return self.rows[positions]
        return self._reader.take(positions)

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
        if chosen is not None and eligible <= max(k, _FEW):
            places = np.flatnonzero(chosen)
            return search_rows(queries, self.keys[places], self._rows_at(places), k, None)
        if chosen is not None and eligible <= FLAT_LIMIT:
            return [self._proven(self.lists, query, k, chosen, eligible) for query in queries]
        bits = None if chosen is None else _packed(chosen)
        probed = self._probed(self.probing, k, eligible)
        return [self._likely(self.lists, query, k, eligible, probed, bits) for query in queries]

    def exact(self, queries: Vectors, k: int, chosen: Chosen) -> list[Hits]:
        """As `search`, by comparing with every vector."""
        return search_rows(queries, self.keys, self.rows, k, chosen)

    def _probed(self, probing: Probing, k: int, eligible: int) -> int:
        """Lists to look into: as many more as the filter leaves fewer vectors in each, and more as measured.

        Where nearly all are left, as hidden vectors leave them, it rises to that from no more at all.
        """
        more_hits = math.sqrt(max(1.0, k / _USUAL_HITS))
        share = eligible / len(self)
        if share == 1:  # what is below comes to the same, and takes a twentieth of a search
            return round(probing.probed * more_hits)
        knee = max(_NEARLY_ALL, filtered_share(len(self)))
        if share > knee:
            wider = math.pow(share, math.log(probing.widened / knee) / math.log(knee))
        else:
            wider = probing.widened / share
        return round(probing.probed * more_hits * wider)

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
        return self._settled(query, self._within_reach(lists, found, k), k)

    def _within_reach(self, lists: InvertedLists, found: Candidates, k: int) -> Positions:
        """Those that may well be among the k best: nearly all whose rough score says so.

        Codes err in all directions alike, so a difference is seldom more than a small part of what it may be.
        """
        if len(found.positions) <= k:
            return found.positions
        reach = _LIKELY * lists.usually_within(found) / math.sqrt(self.rows.shape[1])
        numbers = found.numbers.tolist()
        lowest = numbers[k - 1] - reach / found.worth
        count = k
        while count < len(numbers) and numbers[count] >= lowest:
            count += 1
        return found.positions[:count]

    def _proven(
        self, lists: InvertedLists, query: Vectors, k: int, chosen: NDArray[np.bool_], eligible: int
    ) -> Hits:
        """The k best without doubt: all codes are compared, and vectors until none left out can be better."""
        wanted = min(eligible, _PROVING * max(_CANDIDATES * k, _LEAST_CANDIDATES))
        if eligible <= len(self) // _ONE_IN:
            found = lists.among(query, wanted, np.flatnonzero(chosen))
        else:
            found = lists.candidates(query, wanted, lists.list_count, _packed(chosen))
        near = self._within_reach(lists, found, k)
        hits = self._settled(query, near, k)
        if len(found.positions) == wanted and len(hits) == min(k, eligible):
            highest = found.numbers * found.worth + (lists.common_part(query) + lists.within(query, found))
            doubtful = int(np.count_nonzero(highest >= hits[-1][1]))
            if doubtful < wanted or wanted == eligible:
                return merged(hits, self._settled(query, found.positions[len(near) : doubtful], k), k)
        # Codes cannot tell these vectors apart.
        return search_rows(query[np.newaxis], self.keys, self.rows, k, chosen)[0]

    def _settled(self, query: Vectors, positions: Positions, k: int) -> Hits:
        """The k best of these positions."""
        return ranked(query, self.keys[positions], self._rows_at(positions), k)

    def _rows_at(self, positions: Positions) -> Vectors:
        return self.rows[positions] if self._reader is None else self._reader.take(positions)


def _packed(chosen: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.packbits(chosen, bitorder="little")
