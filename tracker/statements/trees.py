"""Boosted trees over named numbers, as the stages use them (gradient boosting, Friedman 2001).

Trees of three questions each. A sum of weights cannot say that one thing counts only where another holds;
a tree can.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAVES = 8
"""Ends of a tree: three questions, the second and third depending on the answers before."""
QUESTIONS = LEAVES - 1


@dataclass(frozen=True, slots=True)
class Trees:
    """Trees by their questions and by what stands at their ends.

    Question `n`, "is the number `asked` above `bounds`", leads to question 2n + 1 where it is not, to 2n + 2
    where it is; after three of them the tree gives what stands at the end where it arrives. `asked` and
    `bounds` have shape (trees, QUESTIONS), `given` has shape (trees, LEAVES).
    """

    asked: NDArray[np.intp]
    bounds: NDArray[np.float64]
    given: NDArray[np.float64]

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> "Trees":
        """From what a fitting script writes; `names` are those of the numbers, in order."""
        place = {name: number for number, name in enumerate(names)}
        return cls(
            asked=np.array([[place[name] for name in row["asked"]] for row in rows], dtype=np.intp),
            bounds=np.array([row["bounds"] for row in rows], dtype=np.float64),
            given=np.array([row["given"] for row in rows], dtype=np.float64),
        )

    def gives(self, numbers: NDArray[Any]) -> NDArray[np.float64]:
        """What each tree gives; `numbers`: shape (names, rows). Returns shape (trees, rows)."""
        bounds = self.bounds.astype(numbers.dtype).ravel()[:, None]
        above = (numbers[self.asked.ravel()] > bounds).reshape(*self.asked.shape, -1)
        first = above[:, 0]
        second = np.where(first, above[:, 2], above[:, 1])
        third = np.where(
            first, np.where(second, above[:, 6], above[:, 5]), np.where(second, above[:, 4], above[:, 3])
        )
        begins = np.arange(0, self.given.size, LEAVES)[:, None]
        found: NDArray[np.float64] = self.given.ravel()[begins + 4 * first + 2 * second + third]
        return found
