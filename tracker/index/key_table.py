"""Which key's vector lies at which position."""

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]
Positions = NDArray[np.int64]


class KeyTable:
    """Distinct keys, by position and sorted. 24 bytes a key."""

    def __init__(self, keys: Keys) -> None:
        """Take keys in order of position, from 0."""
        self._by_position: Keys = keys
        self._positions: Positions = np.argsort(keys, kind="stable")
        self._sorted: Keys = keys[self._positions]

    def __len__(self) -> int:
        return len(self._sorted)

    def is_distinct(self) -> bool:
        """Whether no key occurs twice."""
        return bool(np.all(self._sorted[1:] != self._sorted[:-1]))

    def keys(self) -> Keys:
        """All keys, ascending."""
        return self._sorted.copy()

    def at(self, positions: Positions) -> Keys:
        """The keys at these positions."""
        return self._by_position[positions]

    def positions(self, keys: Keys) -> Positions:
        """The position of each of these keys, -1 where there is none."""
        if not len(self._sorted):
            return np.full(len(keys), -1, dtype=np.int64)
        places = np.searchsorted(self._sorted, keys)
        places[places == len(self._sorted)] = 0
        return np.where(self._sorted[places] == keys, self._positions[places], -1)

    def append(self, keys: Keys) -> None:
        """Take further keys, none of them known, at the positions that follow."""
        order = np.argsort(keys, kind="stable")
        places = np.searchsorted(self._sorted, keys[order])
        self._positions = np.insert(self._positions, places, len(self._sorted) + order)
        self._sorted = np.insert(self._sorted, places, keys[order])
        self._by_position = np.concatenate([self._by_position, keys])
