"""How many lists a search must look into: tried with vectors of the index itself."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tracker.index.exact_order import Hits, Vectors
from tracker.index.segment import Chosen, Probing, Segment, filtered_share

TARGET_RECALL = 0.99
"""Of the ten nearest, what share is to be found."""

LEAST_RECALL = 0.97
"""Below it, the centroids no longer fit the vectors."""

_SAMPLED = 200
_HITS = 10
_STEPS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1_024)
_WIDER = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 64.0, 128.0, 256.0)


class Sample:
    """Some vectors of a segment and their true nearest neighbours."""

    def __init__(self, segment: Segment, seed: int) -> None:
        """Compares them with all vectors: seconds for a million."""
        chance = np.random.default_rng(seed)
        size = min(_SAMPLED, len(segment))
        places = np.sort(chance.choice(len(segment), size, replace=False))
        self._queries: Vectors = np.ascontiguousarray(segment.rows[places])
        self._own = segment.keys[places].tolist()
        self._filter = chance.random(len(segment)) < filtered_share(len(segment))
        self._worst = self._worst_wanted(segment, None)
        self._worst_filtered: list[float] = []

    def recall(self, segment: Segment) -> float:
        """The share of the ten nearest that a search finds; one that is just as near counts as well."""
        return self._recall(segment, None, self._worst)

    def filtered_recall(self, segment: Segment) -> float:
        """The same under a filter that leaves a quarter, or what it takes not to be exact."""
        if not self._worst_filtered:
            self._worst_filtered = self._worst_wanted(segment, self._filter)
        return self._recall(segment, self._filter, self._worst_filtered)

    def _recall(self, segment: Segment, chosen: Chosen, worst_wanted: Sequence[float]) -> float:
        found = self._others(segment.search(self._queries, _HITS + 1, chosen))
        pairs = zip(found, worst_wanted, strict=True)
        good = [sum(score >= worst for _, score in hits) for hits, worst in pairs]
        return sum(good) / (_HITS * max(1, len(good)))

    def _worst_wanted(self, segment: Segment, chosen: Chosen) -> list[float]:
        """The score of the tenth of each row."""
        return [hits[-1][1] for hits in self._others(segment.exact(self._queries, _HITS + 1, chosen))]

    def _others(self, found: Sequence[Hits]) -> list[Hits]:
        """The first ten of each row that are not the vector itself."""
        return [
            [hit for hit in hits if hit[0] != own][:_HITS] for hits, own in zip(found, self._own, strict=True)
        ]


def tuned(segment: Segment, sample: Sample, trained_on: int, *, at_least: int = 0) -> Segment:
    """The segment, searched in as few lists as reach the target, none fewer than `at_least`.

    In all lists where nothing less does.
    """
    if segment.lists is None:
        return segment
    for probed in (*_STEPS, segment.lists.list_count):
        if probed < at_least:
            continue
        probing = Probing(min(probed, segment.lists.list_count), 0.0, trained_on)
        recall = sample.recall(segment.probing_with(probing))
        if recall >= TARGET_RECALL or probed >= segment.lists.list_count:
            break
    probing = replace(probing, recall=recall)
    for widened in _WIDER:
        probing = replace(probing, widened=widened)
        if sample.filtered_recall(segment.probing_with(probing)) >= TARGET_RECALL:
            break
    return segment.probing_with(probing)
