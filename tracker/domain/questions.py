"""Contested questions: what the statements of an event answer differently, who says what, and who is silent.

Derived from statements and conflicts whenever they are asked for, never stored: so they always follow what
people decided.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.domain.conflicts import ConflictType
from tracker.domain.statements import Figure, FigureKind


@dataclass(frozen=True, slots=True)
class Position:
    """One answer to a question. `statements` are ids, the one that speaks for the rest first.

    `interval` is the range of numbers that all of them allow, where the question is how many (high None:
    open above). `admitted_by` are the parties for whom this answer is an admission: it counts their own dead,
    or says that they gave up a place.
    """

    statements: tuple[str, ...]
    parties: tuple[str, ...]
    denies: bool
    interval: tuple[int, int | None] | None = None
    admitted_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What statements of one event answer differently.

    `id` is derived from the event, the type and its first conflict; `about` names what is at stake where it
    is known: a place, or who was counted. `conflicts` are the ids of those between its positions. `silent`
    are the parties that speak in the event but not to this question.
    """

    id: str
    event: str
    type: ConflictType
    about: str | None
    counts: FigureKind | None
    positions: tuple[Position, ...]
    conflicts: tuple[str, ...]
    silent: tuple[str, ...]


class RangePolicy(StrEnum):
    """How a low and a high are derived from the figures of an event; never a single number."""

    EVERY_FIGURE = "every_figure"  # the least and the greatest anyone gave: UCDP's low and high estimates
    LATEST_OF_EACH = "latest_of_each"  # of each party's last figure alone: Airwars' minimum and maximum


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A figure with the statement that gives it, who gives it, and on which day it was published."""

    statement: str
    party: str
    figure: Figure
    published: date | None
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """All figures of an event for one fate of one kind of people.

    `group` is "civilians", "combatants" or None where the texts do not say; `side` the party that those
    counted belong to, None where it is not said. `high` is None where the greatest figure is open above.
    """

    kind: FigureKind
    group: str | None
    side: str | None
    entries: tuple[LedgerEntry, ...]
    policy: RangePolicy
    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Revision:
    """A party's figures for one thing over time, where the last differs from the first: no conflict.

    `towards` are the parties whose figure the last one reached though the first did not: what was conceded,
    and to whom.
    """

    party: str
    kind: FigureKind
    group: str | None
    side: str | None
    trail: tuple[LedgerEntry, ...]
    towards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dispute:
    """Everything that is contested in an event: its questions, its figures and how they were revised."""

    event: str
    questions: tuple[Question, ...]
    ledger: tuple[LedgerRow, ...]
    revisions: tuple[Revision, ...]
