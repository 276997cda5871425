"""Lists of what people review: conflicts, and statements whose party is doubtful."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from tracker.domain.conflicts import ConflictType, Judgement

T = TypeVar("T")

IN_ORDER = (Judgement.SUGGESTED, Judgement.UNSURE, Judgement.CONFIRMED, Judgement.REJECTED)
"""The order of judgements in lists: what waits for a person comes first."""

WAITING = (Judgement.SUGGESTED, Judgement.UNSURE)
"""The judgements of conflicts that wait for a person, in their order."""


@dataclass(frozen=True, slots=True)
class ConflictFilter:
    """Which conflicts a list holds; an empty tuple or None does not restrict.

    `parties` put forward the two statements, `languages` are those of the statements: one that either of them
    has, or two, in either order.
    """

    judgements: tuple[Judgement, ...] = ()
    type: ConflictType | None = None
    parties: tuple[str, ...] = ()
    event: str | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DoubtFilter:
    """Which statements of doubtful party a list holds; None does not restrict."""

    party: str | None = None
    event: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Slot(Generic[T]):
    """A place in a queue: what stands there, as which of how many, and what comes before and after.

    `position` counts from 1. `previous` is the id of the row before, `following` the row after; None at
    either end.
    """

    row: T
    position: int
    total: int
    previous: str | None
    following: T | None
