"""Statements to events: new ones join events or found them, and may show that events are one, or two."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from tracker.domain.events import Event, Linking, Membership
from tracker.domain.identifiers import event_id
from tracker.domain.statements import Statement
from tracker.events.clustering import countable_pairs
from tracker.events.description import describe_event, in_order
from tracker.events.linkable import Linkable
from tracker.events.pairs import FEATURES, pair_features
from tracker.events.window import OpenWindow

_REASONS = {
    "same_place": "same place",
    "near_place": "place within the other",
    "same_day": "same day",
    "same_figure": "same figure",
    "same_story": "same story",
}
_SMALLEST_EVENT = 2


@dataclass(frozen=True, slots=True)
class Origin:
    """Which event each statement was in before all were linked anew, and which ids are given again."""

    events: Mapping[str, str] = field(default_factory=dict)
    given: frozenset[str] = frozenset()

    def without(self, events: Iterable[str]) -> "Origin":
        """The same with some more ids given."""
        if not self.events:
            return self
        return Origin(self.events, self.given | frozenset(events))

    def free(self) -> dict[str, str]:
        """The former event of those statements whose event's id nobody has yet."""
        return {one: event for one, event in self.events.items() if event not in self.given}


NO_ORIGIN = Origin()


def link_statements(
    window: OpenWindow,
    new: Sequence[Linkable],
    settled: Mapping[str, str],
    origin: Origin = NO_ORIGIN,
) -> Linking:
    """Let new statements join the open events, then repair these.

    `settled` gives the event of each statement of the window that has one; `origin` the event that one had
    before all were linked anew. Returns the events whose members changed.
    A statement like no other stays without an event. An event keeps its id where most of its statements stay
    together, or where a part of it is outside the window; ids that are left over lead to the event that holds
    most of theirs.
    """
    window.arrive(new)
    clusters = [[window.linkables[row] for row in rows] for rows in window.repair()]
    held = {
        one.statement.id: settled[one.statement.id]
        for cluster in clusters
        for one in cluster
        if one.statement.id in settled
    }
    former: defaultdict[str, set[str]] = defaultdict(set)
    for statement, event in held.items():
        former[event].add(statement)
    # A statement that a person parted from others is an event of its own: it was looked at.
    kept = held.keys() | window.constraints.apart.keys()
    clusters = [one for one in clusters if len(one) >= _SMALLEST_EVENT or one[0].statement.id in kept]
    cut = {window.linkables[row].statement.id for row in window.held}
    ids, parents = _identities(clusters, held, origin, cut)
    events = [
        _event(window, cluster, key)
        for cluster, key in zip(clusters, ids, strict=True)
        if {one.statement.id for one in cluster} != former.get(key)
    ]
    return Linking(tuple(events), _redirects(former, clusters, ids), parents)


def _identities(
    clusters: Sequence[Sequence[Linkable]], held: Mapping[str, str], origin: Origin, cut: set[str]
) -> tuple[list[str], dict[str, str]]:
    """An id for each cluster, and for the new ones that were parted from an event, which one."""
    ids: dict[int, str] = {}
    for former in (held, origin.free()):
        claims = sorted(
            (not _has_hold(cluster, former, event, cut), -count, event, number)
            for number, cluster in enumerate(clusters)
            for event, count in _shares(cluster, former).items()
        )
        for *_, event, number in claims:
            if number not in ids and event not in ids.values():
                ids[number] = event
    parents: dict[str, str] = {}
    for number, cluster in enumerate(clusters):
        if number in ids:
            continue
        ordered = [one.statement.id for one in sorted(cluster, key=in_order)]
        shared = _shares(cluster, held)
        parent = max(sorted(shared), key=lambda event: shared[event]) if shared else None
        ids[number] = _fresh_id(ordered, parent, {*ids.values(), *origin.events.values()})
        if parent is not None:
            parents[ids[number]] = parent
    return [ids[number] for number in range(len(clusters))], parents


def _fresh_id(ordered: Sequence[str], parent: str | None, taken: set[str]) -> str:
    """An id from the first statement of a new event whose id is not taken.

    A statement may have opened another event before; so the id of one that was parted says from where.
    """
    origins = [parent] if parent else ["", "anew"]
    names = [f"{one} from {origin}" if origin else one for origin in origins for one in ordered]
    return next(key for key in map(event_id, names) if key not in taken)


def _has_hold(cluster: Sequence[Linkable], held: Mapping[str, str], event: str, cut: set[str]) -> bool:
    """Whether this is the part of an event that what is outside the window hangs on."""
    return any(one.statement.id in cut and held.get(one.statement.id) == event for one in cluster)


def _shares(cluster: Sequence[Linkable], held: Mapping[str, str]) -> dict[str, int]:
    shares: dict[str, int] = {}
    for one in cluster:
        event = held.get(one.statement.id)
        if event is not None:
            shares[event] = shares.get(event, 0) + 1
    return shares


def _redirects(
    former: Mapping[str, set[str]], clusters: Sequence[Sequence[Linkable]], ids: Sequence[str]
) -> dict[str, str]:
    now = {one.statement.id: key for cluster, key in zip(clusters, ids, strict=True) for one in cluster}
    redirects: dict[str, str] = {}
    for event in sorted(set(former) - set(ids)):
        homes = [now[statement] for statement in sorted(former[event])]
        redirects[event] = max(sorted(set(homes)), key=homes.count)
    return redirects


def _event(window: OpenWindow, cluster: Sequence[Linkable], key: str) -> Event:
    rows = [window.row_of[one.statement.id] for one in cluster]
    return describe_event(cluster, _memberships(window, rows), key)


def _memberships(window: OpenWindow, rows: Sequence[int]) -> tuple[Membership, ...]:
    """For each row the mean likeness to the others, and what speaks for it with the one it is most like."""
    if len(rows) == 1:
        alone = window.linkables[rows[0]].statement.id
        return (Membership(alone, 1.0, "alone since others were parted from it"),)
    reasons = _reasons(window, rows, [_nearest(window, row, rows) for row in rows])
    memberships = []
    for row, reason in zip(rows, reasons, strict=True):
        statement, likeness = window.linkables[row].statement.id, window.likeness[row]
        if _put_by_hand(window, row, rows):
            memberships.append(Membership(statement, 1.0, "an analyst put it here"))
            continue
        total = sum(likeness[other] for other in rows if other in likeness)
        score = round(total / countable_pairs(1, len(rows) - 1), 4)
        memberships.append(Membership(statement, score, reason))
    return tuple(memberships)


def _nearest(window: OpenWindow, row: int, rows: Sequence[int]) -> int:
    """The one of these rows that a row is most like; of several, or of none at all, the first."""
    likeness = window.likeness[row]
    others = [other for other in rows if other in likeness] or [other for other in rows if other != row]
    return max(sorted(others), key=lambda other: likeness.get(other, 0.0))


def _put_by_hand(window: OpenWindow, row: int, rows: Sequence[int]) -> bool:
    """Whether a person put the statement together with another one of its event."""
    partners = window.constraints.together.get(window.linkables[row].statement.id, frozenset())
    return bool(partners) and any(window.linkables[other].statement.id in partners for other in rows)


def _reasons(window: OpenWindow, rows: Sequence[int], nearest: Sequence[int]) -> list[str]:
    found = pair_features(window.columns, np.array(rows), np.array(nearest))
    return [
        _reason(window.linkables[row].statement, dict(zip(FEATURES, values, strict=True)))
        for row, values in zip(rows, found.tolist(), strict=True)
    ]


def _reason(statement: Statement, named: Mapping[str, float]) -> str:
    reasons = [words for name, words in _REASONS.items() if named[name] > 0]
    if statement.place is not None and named["same_place"] > 0:
        reasons[0] = f"same place ({statement.place.place.name})"
    reasons.append(f"{named['context']:.2f} similar")
    return ", ".join(reasons)
