"""What people have decided about linking: which statements belong together and which do not."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from tracker.domain.events import LinkDecision, LinkVerdict


@dataclass(frozen=True, slots=True)
class Constraints:
    """Decisions, ready to be asked: `together` and `apart` give for a statement those it was judged with.

    They bind for ever: no machine step may part what is together, or join what is apart.
    """

    together: dict[str, frozenset[str]] = field(default_factory=dict)
    apart: dict[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, decisions: Iterable[LinkDecision]) -> "Constraints":
        """Of decisions, the oldest first: a later one on the same pair replaces an earlier one."""
        verdicts = {frozenset((one.one, one.other)): one.verdict for one in decisions}
        pairs: dict[LinkVerdict, list[tuple[str, str]]] = {one: [] for one in LinkVerdict}
        for pair, verdict in verdicts.items():
            one, other = sorted(pair)
            pairs[verdict].append((one, other))
        apart: defaultdict[str, set[str]] = defaultdict(set)
        for one, other in pairs[LinkVerdict.APART]:
            apart[one].add(other)
            apart[other].add(one)
        return cls(
            {one: group - {one} for group in groups_of(pairs[LinkVerdict.TOGETHER]) for one in group},
            {one: frozenset(others) for one, others in apart.items()},
        )

    def about(self, statements: Iterable[str]) -> set[str]:
        """All that some statements were judged with."""
        sides = (self.together, self.apart)
        return {other for one in statements for side in sides for other in side.get(one, ())}

    def contradiction(self) -> tuple[str, str] | None:
        """Two statements that one decision parts and others put together, if there are such."""
        for one in sorted(self.apart):
            for other in sorted(self.apart[one] & self.together.get(one, frozenset())):
                return one, other
        return None


def groups_of(pairs: Iterable[tuple[str, str]]) -> list[frozenset[str]]:
    """What hangs together, over any number of pairs, by the first of each group."""
    beside: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        beside[one].add(other)
        beside[other].add(one)
    groups: list[frozenset[str]] = []
    seen: set[str] = set()
    for start in sorted(beside):
        if start in seen:
            continue
        reached, waiting = {start}, [start]
        while waiting:
            new = beside[waiting.pop()] - reached
            reached |= new
            waiting += new
        seen |= reached
        groups.append(frozenset(reached))
    return groups
