"""Average-link clustering from clusters already there: statements join events, events may be joined.

The mean over all pairs of two clusters decides (UPGMA, Sokal and Michener 1958), so one chance likeness
joins nothing. Ties are broken by order, so the same input gives the same clusters.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def average_link(
    probabilities: Matrix, initial: Sequence[Sequence[int]], threshold: float
) -> list[list[int]]:
    """Join clusters while any two have a mean pair probability of at least `threshold`.

    `probabilities` is symmetric, of shape (n, n); `initial` parts range(n) into clusters. Returns the
    clusters that remain, each with its members in order, by their first member. Memory is quadratic and
    time close to quadratic in n: callers hand over one window's statements, not all.
    """
    members = [sorted(cluster) for cluster in initial]
    if not members:
        return []
    membership = np.zeros((len(members), probabilities.shape[0]))
    for row, cluster in enumerate(members):
        membership[row, cluster] = 1.0 / len(cluster)
    means = membership @ probabilities @ membership.T
    np.fill_diagonal(means, -1.0)
    alive = np.ones(len(members), dtype=bool)
    best = means.argmax(axis=1)
    score = means[np.arange(len(members)), best]
    while alive.sum() > 1:
        row = int(np.where(alive, score, -1.0).argmax())
        if score[row] < threshold:
            break
        _join(means, members, row, int(best[row]), alive)
        _refresh(means, best, score, alive, touched={row, int(best[row])})
    return sorted(members[row] for row in np.flatnonzero(alive))


def _join(means: Matrix, members: list[list[int]], kept: int, gone: int, alive: NDArray[np.bool_]) -> None:
    size, other = len(members[kept]), len(members[gone])
    merged = (size * means[kept] + other * means[gone]) / (size + other)
    means[kept, :], means[:, kept] = merged, merged
    means[gone, :], means[:, gone] = -1.0, -1.0
    means[kept, kept] = -1.0
    alive[gone] = False
    means[kept, ~alive] = -1.0
    members[kept] = sorted(members[kept] + members[gone])


def _refresh(
    means: Matrix,
    best: NDArray[np.intp],
    score: NDArray[np.float64],
    alive: NDArray[np.bool_],
    *,
    touched: set[int],
) -> None:
    """Find the best partner anew for the rows whose best was touched; others may only gain."""
    stale = [int(row) for row in np.flatnonzero(alive) if int(row) in touched or int(best[row]) in touched]
    for row in stale:
        best[row] = means[row].argmax()
        score[row] = means[row, best[row]]
    for row in touched:
        if alive[row]:
            gained = alive & (means[:, row] > score)
            best[gained], score[gained] = row, means[gained, row]
