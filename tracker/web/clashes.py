"""Conflicts as pages show them: most certain first, their sides in the order of the registry."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.domain.conflicts import Conflict, Judgement
from tracker.domain.parties import Party
from tracker.domain.views import ConflictView, StatementView

_ORDER = {Judgement.CONFIRMED: 0, Judgement.SUGGESTED: 1, Judgement.UNSURE: 2, Judgement.REJECTED: 3}


@dataclass(frozen=True, slots=True)
class Clash:
    """A conflict and its two statements; a party stands on the same side of all of them on a page."""

    conflict: Conflict
    left: StatementView
    right: StatementView


@dataclass(frozen=True, slots=True)
class Clashes:
    """Conflicts that stand, and those that an analyst threw out."""

    standing: tuple[Clash, ...]
    rejected: tuple[Clash, ...]


def lay_out_clashes(conflicts: Iterable[ConflictView], parties: Mapping[str, Party]) -> Clashes:
    """Order conflicts by certainty and their sides by party."""
    places = {code: place for place, code in enumerate(parties)}

    def side(view: StatementView) -> tuple[int, str, str]:
        party = view.statement.party
        return (places.get(party, len(places)), party, view.statement.id)

    laid_out = []
    for view in sorted(conflicts, key=_by_certainty):
        left, right = sorted((view.one, view.other), key=side)
        laid_out.append(Clash(conflict=view.conflict, left=left, right=right))
    return Clashes(
        standing=tuple(row for row in laid_out if row.conflict.judgement is not Judgement.REJECTED),
        rejected=tuple(row for row in laid_out if row.conflict.judgement is Judgement.REJECTED),
    )


def choose_representative(clashes: Sequence[Clash], size: int) -> tuple[tuple[Clash, ...], tuple[Clash, ...]]:
    """The clashes to show first and the others, each still most certain first.

    Where two parties clash over one question in many documents, the pairs differ little. So the best of each
    type and pair of parties is taken before the second of any.
    """
    turns: Counter[tuple[str, str, str]] = Counter()
    ranked = []
    for place, clash in enumerate(clashes):
        kind = (clash.conflict.verdict.type, clash.left.statement.party, clash.right.statement.party)
        ranked.append((turns[kind], place))
        turns[kind] += 1
    chosen = {place for _, place in sorted(ranked)[:size]}
    return (
        tuple(clash for place, clash in enumerate(clashes) if place in chosen),
        tuple(clash for place, clash in enumerate(clashes) if place not in chosen),
    )


def _by_certainty(view: ConflictView) -> tuple[int, float, str]:
    return (_ORDER[view.conflict.judgement], -view.conflict.verdict.score, view.conflict.id)
