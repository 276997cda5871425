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
        sides: dict[LinkVerdict, defaultdict[str, set[str]]] = {one: defaultdict(set) for one in LinkVerdict}
        for pair, verdict in verdicts.items():
            one, other = sorted(pair)
            sides[verdict][one].add(other)
            sides[verdict][other].add(one)
        return cls(
            _grown(sides[LinkVerdict.TOGETHER]),
            {one: frozenset(others) for one, others in sides[LinkVerdict.APART].items()},
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


def _grown(pairs: dict[str, set[str]]) -> dict[str, frozenset[str]]:
    """All that hangs together, over any number of decisions, by each of its statements."""
    groups: dict[str, frozenset[str]] = {}
    for start in sorted(pairs):
        if start in groups:
            continue
        reached, waiting = {start}, [start]
        while waiting:
            new = pairs[waiting.pop()] - reached
            reached |= new
            waiting += new
        for one in reached:
            groups[one] = frozenset(reached - {one})
    return groups
