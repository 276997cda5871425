"""The few vectors that came last, in memory, searched exactly."""

import numpy as np
from numpy.typing import NDArray

from tracker.index.exact_order import Hits, Vectors
from tracker.index.exact_search import search_rows
from tracker.index.key_table import Keys, KeyTable

_FIRST_ROOM = 64


class Tail:
    """Unit vectors under non-negative keys, in order of arrival. Not checked here: whoever puts them in does.

    Not safe for threads by itself, save that any number of threads may search at once.
    """

    def __init__(self, dimension: int) -> None:
        """Start empty."""
        self._rows: Vectors = np.empty((_FIRST_ROOM, dimension), dtype=np.float32)
        self._table = KeyTable(np.empty(0, dtype=np.int64))

    def __len__(self) -> int:
        return len(self._table)

    def keys(self) -> Keys:
        """All keys, ascending."""
        return self._table.keys()

    def rows(self) -> tuple[Keys, Vectors]:
        """Keys and vectors in order of arrival, not copied: valid until the next change."""
        return self._table.at(np.arange(len(self))), self._rows[: len(self)]

    def holds(self, keys: Keys) -> NDArray[np.bool_]:
        """Which of these keys are here."""
        return self._table.positions(keys) >= 0

    def vectors_of(self, keys: Keys) -> tuple[NDArray[np.bool_], Vectors]:
        """Which of these keys are known, and the vectors of those that are, in their order."""
        positions = self._table.positions(keys)
        known = positions >= 0
        return known, self._rows[positions[known]]

    def put(self, keys: Keys, vectors: Vectors) -> None:
        """Add vectors under distinct keys, in place of those that are under them."""
        self.remove(keys)
        count = len(self) + len(keys)
        if count > len(self._rows):
            room = np.empty((max(count, 2 * len(self._rows)), self._rows.shape[1]), dtype=np.float32)
            room[: len(self)] = self._rows[: len(self)]
            self._rows = room
        self._rows[len(self) : count] = vectors
        self._table.append(keys)

    def remove(self, keys: Keys) -> None:
        """Remove the vectors under these keys, as far as there are any."""
        positions = self._table.positions(keys)
        gone = positions[positions >= 0]
        if not len(gone):
            return
        stays = np.ones(len(self), dtype=np.bool_)
        stays[gone] = False
        kept = self._table.at(np.flatnonzero(stays))
        self._rows[: len(kept)] = self._rows[: len(self)][stays]
        self._table = KeyTable(kept)

    def search(self, queries: Vectors, k: int, allowed: Keys | None) -> list[Hits]:
        """For each query the k best, best first, ties by key; only of `allowed` keys, ascending, if given."""
        keys, rows = self.rows()
        chosen = None
        if allowed is not None:
            places = np.minimum(np.searchsorted(allowed, keys), max(0, len(allowed) - 1))
            chosen = allowed[places] == keys if len(allowed) else np.zeros(len(keys), dtype=np.bool_)
        return search_rows(queries, keys, rows, k, chosen)
