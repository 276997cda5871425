"""Vectors as one signed byte a number."""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from tracker.index.exact_order import Vectors

LARGEST_CODE = 127

Codes = NDArray[np.uint8]


class Loss(NamedTuple):
    """What is lost when vectors become codes, as far as it bounds how wrong a rough score may be."""

    error: float = 0.0
    """The length of the longest difference between a vector and what its code says."""
    reach: float = 0.0
    """The length of the longest code, as a vector of whole numbers."""

    def or_more(self, other: "Loss") -> "Loss":
        """What is lost at most, of these vectors or of those."""
        return Loss(max(self.error, other.error), max(self.reach, other.reach))


class Coding:
    """How a vector becomes one byte a number: by its middle and its half width in each dimension.

    FAISS compares codes of this kind four times as fast as its trained ones, since it reckons with whole
    numbers from -128 to 127; so the query is stretched by the widths and made whole, too.
    """

    def __init__(self, middle: Vectors, width: Vectors) -> None:
        self.middle, self.width = middle, width

    @classmethod
    def of(cls, vectors: Vectors) -> Self:
        """The coding that spans these vectors."""
        lowest, highest = vectors.min(axis=0), vectors.max(axis=0)
        width = np.maximum((highest - lowest) / 2, np.float32(1e-6)) / LARGEST_CODE
        return cls((lowest + highest) / 2, width.astype(np.float32))

    def codes(self, vectors: Vectors) -> tuple[Codes, "Loss"]:
        """The codes, and what they have lost."""
        whole = np.rint((vectors - self.middle) / self.width)
        np.clip(whole, -LARGEST_CODE, LARGEST_CODE, out=whole)
        lost = vectors - (whole * self.width + self.middle)
        return (whole + (LARGEST_CODE + 1)).astype(np.uint8), Loss(_longest(lost), _longest(whole))

    def whole(self, query: Vectors) -> tuple[Vectors, float, float]:
        """A query in whole numbers, shape (dimension,), what one of its units is worth, and what it lost.

        Its product with the numbers of a code, times the worth, is the score less that of the middle. The
        loss is the length of the difference to the query, so stretched, as it was.
        """
        stretched = query * self.width
        worth = max(float(stretched.max()), -float(stretched.min()), 1e-30) / LARGEST_CODE
        exact = stretched * np.float32(1 / worth)
        whole = np.rint(exact)
        exact -= whole
        return whole, worth, worth * float(np.vdot(exact, exact)) ** 0.5


def _longest(rows: Vectors) -> float:
    return float(np.sqrt(np.square(rows).sum(axis=1).max())) if len(rows) else 0.0
