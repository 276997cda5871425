"""Comparison of an index with the database it is a cache of."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tracker.index.exact_order import Vectors
from tracker.index.key_table import Keys


class ComparableIndex(Protocol):
    """An index whose vectors can be read back."""

    def check_files(self) -> None:
        """Compare all files with their checksums. Raises IndexDamagedError."""

    def keys(self) -> Keys:
        """All keys, ascending."""

    def vectors_of(self, keys: Keys) -> tuple[NDArray[np.bool_], Vectors]:
        """Which of these keys are known, and the vectors of those that are, in their order."""


@dataclass(frozen=True, slots=True)
class Verification:
    """How an index differs from the database, in numbers of vectors."""

    checked: int
    """Vectors in the database."""
    missing: int
    """In the database only."""
    superfluous: int
    """In the index only."""
    different: int
    """In both, but not the same in every bit."""

    @property
    def is_sound(self) -> bool:
        """Whether the index holds what the database holds."""
        return not (self.missing or self.superfluous or self.different)


def verify(index: ComparableIndex, batches: Iterable[tuple[Keys, Vectors]]) -> Verification:
    """Compare an index with its checksums, and with all keys and vectors of the database, each key once.

    Raises IndexDamagedError for a file that has changed.
    """
    index.check_files()
    indexed = index.keys()
    confirmed = np.zeros(len(indexed), dtype=np.bool_)
    checked = missing = different = 0
    for keys, vectors in batches:
        known, found = index.vectors_of(keys)
        wanted = np.asarray(vectors, dtype=np.float32)[known]
        confirmed[np.searchsorted(indexed, keys[known])] = True
        checked += len(keys)
        missing += int(np.count_nonzero(~known))
        different += int(np.count_nonzero((wanted != found).any(axis=1)))
    return Verification(
        checked=checked,
        missing=missing,
        superfluous=int(np.count_nonzero(~confirmed)),
        different=different,
    )
