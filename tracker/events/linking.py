"""Statements to events: new statements join events, found new ones, and may show two events to be one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tracker.domain.events import Event, Linking, Membership
from tracker.events.clustering import average_link
from tracker.events.description import describe_event
from tracker.events.pairs import FEATURES, Linkable, Matrix, PairModel, pair_features

_REASONS = {
    "same_place": "same place",
    "near_place": "place within the other",
    "same_day": "same day",
    "same_story": "same story",
}
_SMALLEST_EVENT = 2


@dataclass(frozen=True, slots=True)
class Link:
    """How to link: the pair model; its threshold decides which clusters are joined."""

    model: PairModel


def link_statements(linkables: Sequence[Linkable], settled: Mapping[str, str], link: Link) -> Linking:
    """Cluster statements around the events some of them are already in.

    `settled` gives the event of each statement that has one; such statements stay together. Returns the
    events whose members changed. A statement like no other stays without an event.
    """
    if not linkables:
        return Linking((), {})
    features = pair_features(linkables, linkables)
    probabilities = link.model.probabilities(features)
    np.fill_diagonal(probabilities, 1.0)
    initial = _initial_clusters(linkables, settled)
    clusters = average_link(probabilities, initial, link.model.threshold)
    before = {frozenset(cluster) for cluster in initial}
    changed = [one for one in clusters if len(one) >= _SMALLEST_EVENT and frozenset(one) not in before]
    return _linking(changed, linkables, settled, features, probabilities)


def _initial_clusters(linkables: Sequence[Linkable], settled: Mapping[str, str]) -> list[list[int]]:
    by_event: defaultdict[str, list[int]] = defaultdict(list)
    for number, linkable in enumerate(linkables):
        event = settled.get(linkable.statement.id)
        by_event[event or f"alone {number}"].append(number)
    return list(by_event.values())


def _linking(
    clusters: Sequence[Sequence[int]],
    linkables: Sequence[Linkable],
    settled: Mapping[str, str],
    features: Sequence[Matrix],
    probabilities: Matrix,
) -> Linking:
    events: list[Event] = []
    redirects: dict[str, str] = {}
    for cluster in clusters:
        inside = [linkables[number] for number in cluster]
        held = [settled[one.statement.id] for one in inside if one.statement.id in settled]
        kept = max(sorted(set(held)), key=held.count) if held else None
        members = tuple(
            _membership(number, cluster, linkables, features, probabilities) for number in cluster
        )
        event = describe_event(inside, members, kept)
        events.append(event)
        redirects |= dict.fromkeys(set(held) - {event.id}, event.id)
    return Linking(tuple(events), redirects)


def _membership(
    number: int,
    cluster: Sequence[int],
    linkables: Sequence[Linkable],
    features: Sequence[Matrix],
    probabilities: Matrix,
) -> Membership:
    """The mean probability to the others, and what speaks for it with the one it is most like."""
    others = [other for other in cluster if other != number]
    score = float(np.mean(probabilities[number, others]))
    nearest = max(others, key=lambda other: float(probabilities[number, other]))
    named = dict(zip(FEATURES, (float(feature[number, nearest]) for feature in features), strict=True))
    reasons = [words for name, words in _REASONS.items() if named[name] > 0]
    place = linkables[number].statement.place
    if place is not None and named["same_place"] > 0:
        reasons[0] = f"same place ({place.place.name})"
    reasons.append(f"{named['context']:.2f} similar")
    return Membership(linkables[number].statement.id, round(score, 4), ", ".join(reasons))
