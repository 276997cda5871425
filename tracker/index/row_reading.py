"""Vectors read one by one from a file instead of a mapping of it.

Pages that are touched in a mapping count as memory of the process until the system is short of it, and each
takes some of its neighbours along. What is read stays a matter of the system's file cache.
"""

import os
import weakref
from pathlib import Path

import numpy as np

from tracker.index.exact_order import Vectors
from tracker.index.key_table import Positions

_KIND = np.dtype("<f4")


class RowReader:
    """Reads vectors of 32-bit floats at positions of a file. For any number of threads."""

    def __init__(self, path: Path, start: int, dimension: int) -> None:
        """Rows of `dimension` numbers that begin at byte `start`. Raises OSError."""
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._close = weakref.finalize(self, os.close, self._file)
        self._start, self._dimension = start, dimension

    def take(self, positions: Positions) -> Vectors:
        """The vectors at these positions, in their order: shape (positions, dimension)."""
        length = 4 * self._dimension
        file, start, read = self._file, self._start, os.pread
        raw = b"".join([read(file, length, start + length * place) for place in positions.tolist()])
        return np.frombuffer(raw, dtype=_KIND).reshape(len(positions), self._dimension)
