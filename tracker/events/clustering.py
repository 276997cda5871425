"""Average-link clustering over a sparse graph of likeness.

The mean over all pairs of two clusters decides (UPGMA, Sokal and Michener 1958), so one chance likeness
joins nothing. A pair without an edge counts as 0, but of each row only so many pairs are expected to have
been compared (`countable_pairs`): else a cluster could not grow beyond the number of neighbours of a row.
Ties are broken by number, so the same graph gives the same clusters, whatever the order of its edges.
"""

import heapq
from collections.abc import Callable, Mapping, Sequence

Totals = list[dict[int, float]]
"""For each cluster, the sum of likeness to each other cluster it has an edge with."""


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

    `edges` is symmetric; `initial` parts the rows into clusters. Returns the clusters that remain, each with
    its rows in order, by their first row. Time grows with the edges times the logarithm of their number.
    """
    clusters: list[list[int] | None] = [sorted(rows) for rows in initial]
    totals = _totals(edges, clusters)
    heap = _likely_pairs(totals, [len(rows) for rows in initial], threshold)
    while heap:
        mean, one, other = heapq.heappop(heap)
        left, right = clusters[one], clusters[other]
        if left is None or right is None:
            continue
        if mean != -totals[one][other] / countable_pairs(len(left), len(right)):
            continue  # one of them has grown since
        if not allowed(left, right):
            continue
        clusters[one], clusters[other] = left + right, None
        size = len(left) + len(right)
        for third, total in _absorbed(totals, one, other).items():
            joint = total / countable_pairs(size, len(clusters[third] or ()))
            if joint >= threshold:
                heapq.heappush(heap, (-joint, min(one, third), max(one, third)))
    return sorted(sorted(rows) for rows in clusters if rows)


def _likely_pairs(totals: Totals, sizes: Sequence[int], threshold: float) -> list[tuple[float, int, int]]:
    """A heap of the pairs of clusters that may be joined, the likeliest first: (-mean, one, other)."""
    heap = []
    for one, row in enumerate(totals):
        for other, total in row.items():
            if one < other and total >= threshold:  # with more pairs than one, the mean is lower still
                mean = total / countable_pairs(sizes[one], sizes[other])
                if mean >= threshold:
                    heap.append((-mean, one, other))
    heapq.heapify(heap)
    return heap


def _totals(edges: Mapping[int, Mapping[int, float]], clusters: Sequence[Sequence[int] | None]) -> Totals:
    cluster_of = {row: number for number, rows in enumerate(clusters) for row in rows or ()}
    totals: Totals = [{} for _ in clusters]
    for row, cluster in cluster_of.items():
        sums = totals[cluster]
        for other, likeness in edges.get(row, {}).items():
            beside = cluster_of.get(other)
            if beside is not None and beside != cluster:
                sums[beside] = sums.get(beside, 0.0) + likeness
    # Summed in another order, the two directions of a pair may differ in the last bit.
    for cluster, sums in enumerate(totals):
        sums.update({beside: totals[beside][cluster] for beside in sums if beside < cluster})
    return totals


def _absorbed(totals: Totals, kept: int, gone: int) -> dict[int, float]:
    """Add what `gone` has in common with others to `kept`; returns the sums of `kept`."""
    sums = totals[kept]
    sums.pop(gone, None)
    for third, total in totals[gone].items():
        if third == kept:
            continue
        sums[third] = sums.get(third, 0.0) + total
        beside = totals[third]
        beside.pop(gone)
        beside[kept] = sums[third]
    totals[gone] = {}
    return sums
