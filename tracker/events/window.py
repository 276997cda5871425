"""The statements that others may still join, how alike they are, and which of them stand together.

Statements come in one by one. Each is compared only with its nearest neighbours within the time window and
with those of its own document; so the cost of one does not grow with the number of all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from tracker.events.clustering import NEIGHBOURS, average_link, countable_pairs
from tracker.events.constraints import Constraints
from tracker.events.linkable import Coder, Columns, Floats, Linkable, event_day
from tracker.events.pair_model import Likeness
from tracker.events.pairs import LONGEST_GAP, Rows, pair_features

_LEAST = 0.1  # a likeness below this is as good as none
_BLOCK = 512  # statements compared with the window at a time
_MOST_UNDATED = 2_000  # statements without any day that stay in the window
_OUT = -2.0  # less than any cosine
ALONE = -1


@dataclass(frozen=True, slots=True)
class Group:
    """Statements of one event to be taken in; `beside` names those of it that are in the window already.

    `cut` says that others of the event stay outside.
    """

    linkables: Sequence[Linkable]
    beside: Sequence[str] = ()
    cut: bool = False


@dataclass(slots=True)
class OpenWindow:
    """Open statements by row, in order of arrival; a row's number changes only when old ones are let go.

    `held` marks the rows of events of which a part is outside the window: with only a part to be seen,
    repair must not take such an event apart. Rows with the same mark stay together.
    """

    model: Likeness
    constraints: Constraints = field(default_factory=Constraints)
    linkables: list[Linkable] = field(default_factory=list)
    row_of: dict[str, int] = field(default_factory=dict)
    likeness: dict[int, dict[int, float]] = field(default_factory=dict)
    cluster_of: list[int] = field(default_factory=list)
    members: dict[int, list[int]] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)
    held: dict[int, int] = field(default_factory=dict)
    columns: Columns = field(default_factory=lambda: Coder().columns([]))
    _coder: Coder = field(default_factory=Coder)
    _next: int = 0

    def __len__(self) -> int:
        return len(self.linkables)

    def settle(self, groups: Iterable[Group]) -> None:
        """Take in statements that are linked already: each group stands together."""
        parts = [group for group in groups if group.linkables]
        rows = iter(self._take([one for group in parts for one in group.linkables]))
        for group in parts:
            own = [next(rows) for _ in group.linkables]
            known = [self.row_of[one] for one in group.beside if one in self.row_of]
            beside = [row for row in known if self.cluster_of[row] != ALONE]
            cluster = self.cluster_of[beside[0]] if beside else self._found([])
            self._add(own, cluster)
            if group.cut:
                self._hold(self.members[cluster])

    def arrive(self, linkables: Sequence[Linkable]) -> None:
        """Take in new statements and let each join those it is most like, in their order."""
        for row in self._take(linkables):
            best = self._best_cluster(row)
            cluster = self._found([]) if best == ALONE else best
            self._add([row], cluster)
            self.touched.add(cluster)

    def touch(self, statements: Iterable[str]) -> None:
        """Have the clusters of these statements looked at by the next repair."""
        self.touched |= {self.cluster_of[self.row_of[one]] for one in statements if one in self.row_of}

    def repair(self) -> list[list[int]]:
        """Cluster the touched and what is like them anew, as if all had come at once.

        Returns the clusters of the statements that were looked at, as rows. What is decided holds.
        """
        region = self._region()
        rows = sorted(row for cluster in region for row in self.members[cluster])
        edges = {row: self.likeness[row] for row in rows}
        clusters = average_link(edges, self._bound(rows), self.model.threshold, self._may_join)
        for cluster in region:
            del self.members[cluster]
        for one in clusters:
            self._found(one)
        self.touched.clear()
        return clusters

    def let_go(self, before: date) -> None:
        """Forget statements about days before this one, and the oldest of those without a day."""
        days = [event_day(one) for one in self.linkables]
        undated = [row for row, day in enumerate(days) if day is None]
        late = set(undated[-_MOST_UNDATED:])
        kept = [row for row, day in enumerate(days) if row in late or (day is not None and day >= before)]
        if len(kept) == len(days):
            return
        self._keep(kept)

    def _take(self, linkables: Sequence[Linkable]) -> list[int]:
        start = len(self.linkables)
        if not linkables:
            return []
        columns = self._coder.columns(linkables)
        self.columns = self.columns.joined(columns) if len(self.columns) else columns
        self.linkables += linkables
        self.cluster_of += [ALONE] * len(linkables)
        rows = list(range(start, len(self.linkables)))
        for row, one in zip(rows, linkables, strict=True):
            self.row_of[one.statement.id] = row
            self.likeness[row] = {}
        for block in range(start, len(self.linkables), _BLOCK):
            self._compare(block, min(block + _BLOCK, len(self.linkables)))
        return rows

    def _compare(self, start: int, stop: int) -> None:
        """Find the likeness of rows `start` to `stop` to their neighbours among the rows up to `stop`."""
        ones, others, context = _candidates(self.columns, start, stop)
        if not len(ones):
            return
        likeness = self.model.probabilities(pair_features(self.columns, ones, others, context))
        kept = likeness >= _LEAST
        for one, other, value in zip(
            ones[kept].tolist(), others[kept].tolist(), likeness[kept].tolist(), strict=True
        ):
            self.likeness[one][other] = value
            self.likeness[other][one] = value

    def _found(self, rows: Sequence[int]) -> int:
        cluster, self._next = self._next, self._next + 1
        self.members[cluster] = []
        self._add(rows, cluster)
        return cluster

    def _add(self, rows: Sequence[int], cluster: int) -> None:
        self.members[cluster] += rows
        for row in rows:
            self.cluster_of[row] = cluster

    def _hold(self, rows: Iterable[int]) -> None:
        mark, self._next = self._next, self._next + 1
        self.held |= dict.fromkeys(rows, mark)

    def _best_cluster(self, row: int) -> int:
        """The cluster with the highest mean likeness, if it is high enough and nobody decided otherwise."""
        bound = [self.cluster_of[other] for other in self._together(row)]
        if any(cluster != ALONE for cluster in bound):
            return next(cluster for cluster in bound if cluster != ALONE)
        totals: dict[int, float] = {}
        for other, likeness in self.likeness[row].items():
            cluster = self.cluster_of[other]
            if cluster != ALONE:
                totals[cluster] = totals.get(cluster, 0.0) + likeness
        best, score = ALONE, self.model.threshold
        for cluster, total in totals.items():
            mean = total / countable_pairs(1, len(self.members[cluster]))
            if mean >= score and self._may_join([row], self.members[cluster]):
                best, score = cluster, mean
        return best

    def _together(self, row: int) -> list[int]:
        """The rows of the window that people put together with this one."""
        if not self.constraints.together:
            return []
        partners = self.constraints.together.get(self.linkables[row].statement.id, frozenset())
        return sorted(self.row_of[one] for one in partners if one in self.row_of)

    def _may_join(self, ones: Sequence[int], others: Sequence[int]) -> bool:
        if not self.constraints.apart:
            return True
        beside = {self.linkables[row].statement.id for row in others}
        apart = self.constraints.apart
        return not any(apart.get(self.linkables[row].statement.id, frozenset()) & beside for row in ones)

    def _bound(self, rows: Sequence[int]) -> list[list[int]]:
        """Each row alone, but for those that people put together and those that are held.

        What people parted is not held together.
        """
        inside, seen = set(rows), set[int]()
        groups: dict[int, list[int]] = {}
        by_mark: dict[int, list[int]] = {}
        for row in rows:
            if row in seen:
                continue
            group = sorted({row, *self._together(row)} & inside)
            seen.update(group)
            for mark in sorted({self.held[one] for one in group if one in self.held}):
                beside = by_mark.get(mark, group)
                if beside is not group and self._may_join(group, beside):
                    beside += group
                    groups.pop(id(group), None)
                    group = beside
                by_mark[mark] = group
            groups[id(group)] = group
        return list(groups.values())

    def _region(self) -> list[int]:
        """The touched clusters and those that share a likely pair with them."""
        region = set(self.touched)
        for cluster in self.touched:
            for row in self.members[cluster]:
                region.update(self.cluster_of[other] for other in self._together(row))
                region.update(
                    self.cluster_of[other]
                    for other, likeness in self.likeness[row].items()
                    if likeness >= self.model.threshold
                )
        return sorted(region - {ALONE})

    def _keep(self, kept: Sequence[int]) -> None:
        place = {old: new for new, old in enumerate(kept)}
        for rows in self.members.values():
            if any(row not in place for row in rows):
                self._hold(rows)
        self.held = {place[old]: mark for old, mark in self.held.items() if old in place}
        self.columns = self.columns.taken(np.array(kept, dtype=np.intp))
        self.linkables = [self.linkables[row] for row in kept]
        self.row_of = {one.statement.id: row for row, one in enumerate(self.linkables)}
        self.cluster_of = [self.cluster_of[row] for row in kept]
        self.likeness = {
            new: {place[other]: value for other, value in self.likeness[old].items() if other in place}
            for old, new in place.items()
        }
        self.members = _inverted(self.cluster_of)
        self.touched &= set(self.members)


def _inverted(cluster_of: Sequence[int]) -> dict[int, list[int]]:
    members: dict[int, list[int]] = {}
    for row, cluster in enumerate(cluster_of):
        if cluster != ALONE:
            members.setdefault(cluster, []).append(row)
    return members


def _candidates(columns: Columns, start: int, stop: int) -> tuple[Rows, Rows, Floats]:
    """Pairs worth comparing: a row from `start` to `stop` with a row before it, each pair once.

    The nearest by the vector of heading and quote within the time window, and all of the same document; and
    the cosines of these vectors.
    """
    cosines = columns.context[start:stop] @ columns.context[:stop].T
    before = np.arange(stop)[None, :] < np.arange(start, stop)[:, None]
    with np.errstate(invalid="ignore"):
        far = np.abs(columns.day[start:stop, None] - columns.day[None, :stop]) > LONGEST_GAP
    chosen = before & ~far
    if stop > NEIGHBOURS:
        # Of equal ones past the last, which is taken is left to numpy: it is the same each time.
        order = np.argpartition(np.where(chosen, -cosines, -_OUT), NEIGHBOURS - 1, axis=1)
        nearest = np.zeros_like(chosen)
        np.put_along_axis(nearest, order[:, :NEIGHBOURS], values=True, axis=1)
        chosen &= nearest
    chosen |= before & (columns.document[start:stop, None] == columns.document[None, :stop])
    ones, others = np.nonzero(chosen)
    return ones + start, others, cosines[ones, others]
