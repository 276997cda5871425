"""What was weighed lately: of an event that grows, most pairs were compared before."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tracker.conflicts.aspects import Aspects
from tracker.conflicts.members import Member

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

_PAIRS, _STATEMENTS = 20_000, 3_000
"""How many are remembered: some 50 MB. News comes in the order of days, so what grows was compared lately."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A statement as it was read once, with the numbers of its stance where it has one.

    Another vector, party or word makes it another reading.
    """

    aspects: Aspects
    member: Member
    stance: NDArray[np.float64] | None = None

    def is_of(self, member: Member) -> bool:
        """Whether nothing that was read has changed."""
        known = self.member
        return (
            known.statement == member.statement
            and np.array_equal(known.vector, member.vector)
            and _is_same(known.stance, member.stance)
        )


class Lately:
    """What was read and compared by one state of the registry. Any number of threads may use it."""

    def __init__(self) -> None:
        self._readings: dict[str, Reading] = {}
        self._weighed: dict[tuple[str, str], tuple[Reading, Reading, NDArray[np.float64]]] = {}

    def reading(self, member: Member, read: Callable[[Member], Reading]) -> Reading:
        """A statement as it was read before, or as it is read now if it or a vector is not as it was."""
        known = self._readings.get(member.statement.id)
        if known is not None and known.is_of(member):
            return known
        return _kept(self._readings, member.statement.id, read(member), _STATEMENTS)

    def shares(
        self, one: Reading, other: Reading, weigh: Callable[[Reading, Reading], NDArray[np.float64]]
    ) -> NDArray[np.float64]:
        """What two statements' own words give; weighed if that was not done with these very readings."""
        key = one.aspects.statement.id, other.aspects.statement.id
        known = self._weighed.get(key)
        if known is None or known[0] is not one or known[1] is not other:
            known = _kept(self._weighed, key, (one, other, weigh(one, other)), _PAIRS)
        return known[2]


class ComparisonMemory:
    """Remembers as long as the registry stays the same, of which `registry` gives the one in force."""

    def __init__(self, registry: Callable[[], object]) -> None:
        self._registry = registry
        self._held: tuple[object, Lately] = (registry(), Lately())

    def of_now(self) -> Lately:
        """What was compared by the registry of now."""
        registry, held = self._registry(), self._held
        if held[0] is not registry:
            held = self._held = (registry, Lately())
        return held[1]


def _is_same(one: NDArray[np.float32] | None, other: NDArray[np.float32] | None) -> bool:
    return one is other or (one is not None and other is not None and np.array_equal(one, other))


def _kept(memory: dict[_Key, _Value], key: _Key, value: _Value, most: int) -> _Value:
    memory.pop(key, None)
    memory[key] = value
    while len(memory) > most:
        # The one that was put in first.
        memory.pop(next(iter(memory)), None)
    return value
