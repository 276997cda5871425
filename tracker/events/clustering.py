"""Average-link clustering over a sparse graph of likeness.

The mean over all pairs of two clusters decides (UPGMA, Sokal and Michener 1958), so one chance likeness
joins nothing. A pair without an edge counts as 0, but of each row only so many pairs are expected to have
been compared (`countable_pairs`): else a cluster could not grow beyond the number of neighbours of a row.
Ties are broken by number, so the same graph gives the same clusters, whatever the order of its edges.
"""

import heapq
from collections.abc import Callable, Mapping, Sequence

Totals = dict[int, dict[int, float]]
"""For each cluster, the sum of likeness to each other cluster that it has an edge with.

Clusters go by one of their rows.
"""

_ROUNDING = 1 - 1e-9  # what is as high but for the last bit is looked at, too

NEIGHBOURS = 48
"""Nearest rows that one is compared with."""


def countable_pairs(one: int, other: int) -> int:
    """How many pairs of clusters of two sizes can be expected to have been compared."""
    if one <= NEIGHBOURS and other <= NEIGHBOURS:
        return one * other
    return min(one, other) * min(max(one, other), NEIGHBOURS)


def average_link(
    edges: Mapping[int, Mapping[int, float]],
    initial: Sequence[Sequence[int]],
    threshold: float,
    allowed: Callable[[Sequence[int], Sequence[int]], bool] = lambda _one, _other: True,
) -> list[list[int]]:
    """Join clusters while any two that may be joined have a mean likeness of at least `threshold`.

    `edges` is symmetric; `initial` parts the rows into clusters. What may not be joined may not be joined
    when more has come to it, either. Returns the clusters that remain, each with its rows in order, by their
    first row. Time grows with the edges times the logarithm of the number of clusters.
    """
    joining = _Joining({min(rows): list(rows) for rows in initial}, edges, threshold)
    while (pair := joining.likeliest()) is not None:
        one, other = pair
        if allowed(joining.clusters[one], joining.clusters[other]):
            joining.join(one, other)
        else:
            joining.part(one, other)
    return sorted(sorted(rows) for rows in joining.clusters.values())


class _Joining:
    """Clusters on their way to being joined.

    Each cluster waits with its likeliest partner alone (Müllner 2011, "Modern hierarchical, agglomerative
    clustering algorithms": the generic algorithm). Whether what they have in common is still what it was is
    seen when their turn comes; what has become more likely since waits with the one of both that has grown.
    """

    def __init__(
        self, clusters: dict[int, list[int]], edges: Mapping[int, Mapping[int, float]], threshold: float
    ) -> None:
        self.clusters = clusters
        self._totals = _totals(edges, clusters)
        self._sizes = {one: len(rows) for one, rows in clusters.items()}
        self._threshold = threshold
        self._partners = {one: self._likeliest_of(one) for one in clusters}
        self._queue = [(-mean, one) for one, (mean, _) in self._partners.items() if mean >= threshold]
        heapq.heapify(self._queue)

    def likeliest(self) -> tuple[int, int] | None:
        """The two clusters with the highest mean likeness, if that reaches the threshold."""
        while self._queue:
            waiting, one = heapq.heappop(self._queue)
            mean, other = self._partners.get(one, (0.0, one))
            if mean != -waiting:
                continue  # it waits by another likeness by now, or is gone
            if self._mean(one, other) == mean:
                return one, other
            self._wait(one, *self._likeliest_of(one))
        return None

    def join(self, one: int, other: int) -> None:
        """Make two clusters one."""
        kept, gone = (one, other) if len(self._totals[one]) >= len(self._totals[other]) else (other, one)
        self.clusters[kept] += self.clusters.pop(gone)
        self._sizes[kept] += self._sizes.pop(gone)
        del self._partners[gone]
        sums = self._totals[kept]
        for third, total in self._totals.pop(gone).items():
            beside = self._totals[third]
            del beside[gone]
            if third != kept:
                beside[kept] = sums[third] = sums.get(third, 0.0) + total
        self._wait(kept, *self._likeliest_of(kept))

    def part(self, one: int, other: int) -> None:
        """Have two clusters never joined with each other."""
        del self._totals[one][other], self._totals[other][one]
        self._wait(one, *self._likeliest_of(one))

    def _mean(self, one: int, other: int) -> float:
        total = self._totals[one].get(other, 0.0)
        return total / countable_pairs(self._sizes[one], self._sizes[other]) if total else 0.0

    def _wait(self, one: int, mean: float, other: int) -> None:
        self._partners[one] = mean, other
        if mean >= self._threshold:
            heapq.heappush(self._queue, (-mean, one))

    def _likeliest_of(self, one: int) -> tuple[float, int]:
        """The highest mean likeness of a cluster to another, and to which: of several, to the first."""
        size, sizes = self._sizes[one], self._sizes
        # However few rows the other has: with a smaller sum, the mean is lower.
        fewest = countable_pairs(size, 1) * _ROUNDING
        least = fewest * self._threshold
        highest, likeliest = 0.0, one
        for other, total in self._totals[one].items():
            if total >= least:
                mean = total / countable_pairs(size, sizes[other])
                if mean > highest or (mean == highest and other < likeliest):
                    highest, likeliest = mean, other
                    least = max(least, fewest * mean)
        return highest, likeliest


def _totals(edges: Mapping[int, Mapping[int, float]], clusters: Mapping[int, Sequence[int]]) -> Totals:
    cluster_of = {row: one for one, rows in clusters.items() for row in rows}
    grouped = {row for rows in clusters.values() if len(rows) > 1 for row in rows}
    totals: Totals = {}
    summed: list[int] = []
    for one, rows in clusters.items():
        if len(rows) == 1 and grouped.isdisjoint(edges.get(one, ())):
            beside = edges.get(one, {})
            totals[one] = {other: likeness for other, likeness in beside.items() if other in cluster_of}
        else:
            totals[one] = _summed(edges, rows, cluster_of)
            totals[one].pop(one, None)
            summed.append(one)
    # Summed in another order, the two directions of a pair may differ in the last bit.
    for one in summed:
        totals[one].update({beside: totals[beside][one] for beside in totals[one] if beside < one})
    return totals


def _summed(
    edges: Mapping[int, Mapping[int, float]], rows: Sequence[int], cluster_of: Mapping[int, int]
) -> dict[int, float]:
    sums: dict[int, float] = {}
    for row in rows:
        for other, likeness in edges.get(row, {}).items():
            beside = cluster_of.get(other)
            if beside is not None:
                sums[beside] = sums.get(beside, 0.0) + likeness
    return sums
