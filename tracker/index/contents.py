"""What an index holds at a moment: a segment that stays as it is, and a tail of what came since."""

import numpy as np
from numpy.typing import NDArray

from tracker.index.exact_order import Hits, Vectors, checked_keys, checked_vectors, merged
from tracker.index.key_table import Keys, Positions
from tracker.index.segment import Chosen, Segment
from tracker.index.tail import Tail


class Contents:
    """A segment less its hidden vectors, and the tail, whose keys are none that the segment shows.

    Not safe for threads by itself, save that any number of threads may search at once.
    """

    def __init__(self, segment: Segment) -> None:
        """With an empty tail."""
        self.segment = segment
        self.dimension = segment.rows.shape[1]
        self.tail = Tail(self.dimension)
        self.hidden = np.zeros(len(segment), dtype=np.bool_)
        self._hidden_count = 0

    def __len__(self) -> int:
        return len(self.segment) - self._hidden_count + len(self.tail)

    def unsettled(self) -> int:
        """How many vectors are not in the segment, or hidden in it: what a new segment would do away with."""
        return self._hidden_count + len(self.tail)

    def keys(self) -> Keys:
        """All keys, ascending."""
        return np.sort(np.concatenate([self.segment.keys[~self.hidden], self.tail.keys()]))

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
        self._hide(keys)
        self.tail.put(keys, vectors)
        return keys

    def remove(self, keys: Keys) -> Keys:
        """Remove the vectors under these keys, as far as there are any; returns the keys there were."""
        keys = np.unique(checked_keys(keys))
        known, _ = self._where(keys)
        self._hide(keys)
        self.tail.remove(keys)
        return keys[known]

    def vectors_of(self, keys: Keys) -> tuple[NDArray[np.bool_], Vectors]:
        """Which of these keys are known, and the vectors of those that are, in their order."""
        keys = checked_keys(keys)
        positions = self.segment.positions(keys)
        shown = self._shown(positions)
        if not len(self.tail):
            return shown, self.segment.rows_at(positions[shown])
        in_tail, from_tail = self.tail.vectors_of(keys)
        vectors = np.empty((len(keys), self.dimension), dtype=np.float32)
        vectors[in_tail] = from_tail
        vectors[shown] = self.segment.rows_at(positions[shown])
        known = shown | in_tail
        return known, vectors[known]

    def vector_of(self, key: int) -> Vectors | None:
        """The vector under one key, shape (1, dimension); None where there is none."""
        position = self.segment.position(key)
        if position >= 0 and not self.hidden.item(position):
            return self.segment.rows_at(np.array([position]))
        if not len(self.tail):
            return None
        known, rows = self.tail.vectors_of(np.array([key], dtype=np.int64))
        return rows if known.all() else None

    def changes(self) -> tuple[Keys, Keys, Vectors]:
        """What to do to the segment to come here: keys to remove, keys to put, and their vectors, copied."""
        hidden = self.segment.keys[self.hidden]
        keys, rows = self.tail.rows()
        return hidden[~self.tail.holds(hidden)], keys, rows.copy()

    def search(self, queries: Vectors, k: int, allowed: Keys | None) -> list[Hits]:
        """For each row the k best (key, score), best first, ties by key; only keys in `allowed` if given."""
        queries = checked_vectors(queries, self.dimension)
        if k < 1:
            raise ValueError(f"at least one neighbour must be asked for, not {k}")
        chosen, in_tail = self._chosen(allowed)
        hits = self.segment.search(queries, k, chosen)
        if not len(self.tail):
            return hits
        return [merged(*pair, k) for pair in zip(hits, self.tail.search(queries, k, in_tail), strict=True)]

    def _chosen(self, allowed: Keys | None) -> tuple[Chosen, Keys | None]:
        """Which of the segment's vectors take part, and which keys of the tail."""
        shown = ~self.hidden if self._hidden_count else None
        if allowed is None:
            return shown, None
        allowed = checked_keys(allowed)
        # Ascending needles are looked up several times as fast as scattered ones.
        if np.any(allowed[1:] < allowed[:-1]):
            allowed = np.sort(allowed)
        positions = self.segment.positions(allowed)
        chosen = np.zeros(len(self.segment), dtype=np.bool_)
        chosen[positions[positions >= 0]] = True
        if shown is not None:
            chosen &= shown
        return chosen, allowed

    def _where(self, keys: Keys) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which of these keys are known at all, and which of them the segment shows."""
        shown = self._shown(self.segment.positions(keys))
        return shown | self.tail.holds(keys), shown

    def _shown(self, positions: Positions) -> NDArray[np.bool_]:
        """Which of these positions of the segment are there, and not hidden."""
        shown = positions >= 0
        if self._hidden_count:
            shown[shown] = ~self.hidden[positions[shown]]
        return shown

    def _hide(self, keys: Keys) -> None:
        positions = self.segment.positions(keys)
        self.hidden[positions[positions >= 0]] = True
        self._hidden_count = int(np.count_nonzero(self.hidden))
