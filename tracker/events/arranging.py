"""What follows for later linking when a person puts statements into an event: pairs together, pairs apart."""

from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise

from tracker.domain.events import LinkVerdict
from tracker.events.constraints import groups_of

Pair = tuple[str, str]
"""Two statements, the one that sorts first before the other."""

Verdicts = Mapping[Pair, LinkVerdict]


def pair_of(one: str, other: str) -> Pair:
    """The pair of two statements, in order."""
    return (one, other) if one < other else (other, one)


def verdicts_of_move(
    moved: Collection[str], target: Collection[str], left: Collection[str], standing: Verdicts
) -> dict[Pair, LinkVerdict | None]:
    """The verdicts that change when `moved` go from the event that keeps `left` into the one of `target`.

    An empty `target` is a new event; an empty `left` means that the whole event went, as in a merge.
    `standing` are the verdicts on pairs among all of them; None takes a verdict back. Afterwards all that
    is together stands in one event, and all that is apart in two.
    """
    wanted: dict[Pair, LinkVerdict | None] = {}
    for pair, verdict in standing.items():
        if verdict is LinkVerdict.APART and _crosses(pair, moved, target):
            wanted[pair] = None
        if verdict is LinkVerdict.TOGETHER and _crosses(pair, moved, left):
            wanted[pair] = None
    kept = {pair for pair, verdict in standing.items() if verdict is LinkVerdict.TOGETHER}
    for pair in _mended(kept, wanted, (frozenset(moved), frozenset(left))):
        wanted[pair] = LinkVerdict.TOGETHER
    # Whoever puts a statement into an event means all that stands in it, so all of it is together: with one
    # of them alone, linking could later part those two from the rest.
    joined = {*moved, *target}
    for one in joined - {min(joined)}:
        wanted[pair_of(one, min(joined))] = LinkVerdict.TOGETHER
    # All that moved is together, so one of them apart from each that stayed is enough.
    for other in left:
        wanted[pair_of(min(moved), other)] = LinkVerdict.APART
    return {pair: wanted[pair] for pair in sorted(wanted) if standing.get(pair) is not wanted[pair]}


def _crosses(pair: Pair, some: Collection[str], others: Collection[str]) -> bool:
    one, other = pair
    return (one in some and other in others) or (other in some and one in others)


def _mended(
    together: Collection[Pair], dropped: Mapping[Pair, object], sides: Iterable[frozenset[str]]
) -> Iterable[Pair]:
    """Pairs that keep together, on each side, what hung together only through the other side."""
    groups = list(groups_of(together))
    remaining = {one: group for group in groups_of(set(together) - set(dropped)) for one in group}
    for group in groups:
        for side in sides:
            parts = {min(remaining.get(one, frozenset((one,))) & side) for one in group & side}
            for one, other in pairwise(sorted(parts)):
                yield pair_of(one, other)


def violated(homes: Mapping[str, str], verdicts: Verdicts) -> Pair | None:
    """A pair that is together but stands in two events, or apart and stands in one; None if there is none.

    `homes` are the events of the statements; pairs of others are not looked at.
    """
    for (one, other), verdict in sorted(verdicts.items()):
        if one in homes and other in homes:
            is_one = homes[one] == homes[other]
            if is_one is not (verdict is LinkVerdict.TOGETHER):
                return one, other
    return None
