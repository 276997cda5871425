"""Codes of chosen positions, copied out of the lists they lie in and compared."""

import ctypes
from collections.abc import Sequence
from typing import Any

import faiss
import numpy as np

from tracker.index.coding import Codes
from tracker.index.exact_order import Vectors
from tracker.index.key_table import Positions


class Gathering:
    """Finds the code of a position without looking through lists. Four bytes a vector, eight beyond 4 GB."""

    def __init__(self, lists: Sequence[tuple[Positions, Codes]], count: int) -> None:
        """For these lists of positions and codes, which must stay where they are."""
        filled = [(positions, codes) for positions, codes in lists if len(codes)]
        self._dimension = lists[0][1].shape[1]
        lowest = min(codes.ctypes.data for _, codes in filled)
        size = max(codes.ctypes.data + codes.nbytes for _, codes in filled) - lowest
        self._places = np.zeros(count, dtype=np.uint32 if size < 1 << 32 else np.uint64)
        for positions, codes in filled:
            self._places[positions] = codes.ctypes.data - lowest + self._dimension * np.arange(len(codes))
        # Row p are the bytes from p on: whichever lists lie in one file, one look-up finds the code of each
        # position. What is between lists is never asked for.
        memory = np.ctypeslib.as_array((ctypes.c_uint8 * size).from_address(lowest))
        shape = (size - self._dimension + 1, self._dimension)
        self._rows = np.lib.stride_tricks.as_strided(memory, shape, (1, 1), writeable=False)

    def search(self, whole: Vectors, count: int, positions: Positions) -> tuple[Vectors, Positions]:
        """The products of a query in whole numbers with the codes, best first, and whose they are."""
        index: Any = faiss.IndexScalarQuantizer(
            self._dimension, faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT
        )
        index.is_trained = True
        codes = self._rows[self._places[positions]]
        index.add_sa_codes(codes)
        scores, found = index.search(whole[np.newaxis], count)
        return scores[0], positions[found[0]]
