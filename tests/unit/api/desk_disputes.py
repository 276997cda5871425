"""What is contested in the world in memory: the airfield, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from tracker.domain.conflicts import ConflictType
from tracker.domain.errors import NotFoundError
from tracker.domain.questions import (
    Dispute,
    LedgerEntry,
    LedgerRow,
    Position,
    Question,
    RangePolicy,
    Revision,
)
from tracker.domain.statements import FigureKind

if TYPE_CHECKING:
    from desks import World


def disputes(world: World) -> Callable[[str, RangePolicy], Dispute]:
    """The service behind comparisons."""

    def dispute(event: str, policy: RangePolicy) -> Dispute:
        if event == world.events["airfield"].id:
            return airfield_dispute(world, policy)
        if event not in {one.id for one in world.events.values()}:
            raise NotFoundError(f"no event {event}")
        return Dispute(event=event, questions=(), ledger=(), revisions=())

    return dispute


def airfield_dispute(world: World, policy: RangePolicy) -> Dispute:
    """What is contested about the airfield."""
    captured = _entry(world, "captured", date(2020, 6, 3), superseded=True)
    none = _entry(world, "no_captives", None)
    counted = (FigureKind.CAPTURED, "combatants", "LNA")
    high = None if policy is RangePolicy.EVERY_FIGURE else 0
    return Dispute(
        event=world.events["airfield"].id,
        questions=(_control(world), _captives(world)),
        ledger=(LedgerRow(*counted, entries=(captured, none), policy=policy, low=0, high=high),),
        revisions=(Revision("GNA", *counted, trail=(captured, none), towards=("LNA",)),),
    )


def _control(world: World) -> Question:
    told = world.statements
    return Question(
        id="q1",
        event=world.events["airfield"].id,
        type=ConflictType.CONTROL,
        about="Marsa",
        counts=None,
        positions=(
            Position((told["taken"].id, told["captured"].id), ("GNA",), denies=False),
            Position((told["held"].id,), ("LNA",), denies=True, admitted_by=("LNA",)),
        ),
        conflicts=(world.conflicts["control"].id,),
        silent=("TUR", "UN"),
    )


def _captives(world: World) -> Question:
    told = world.statements
    # Two parties take the first position; the statement that speaks for it is the second party's.
    none = (told["no_captives"].id, told["taken"].id)
    return Question(
        id="q2",
        event=world.events["airfield"].id,
        type=ConflictType.CASUALTIES,
        about=None,
        counts=FigureKind.CAPTURED,
        positions=(
            Position(none, ("GNA", "LNA"), denies=False, interval=(0, 0)),
            Position((told["captured"].id,), ("GNA",), denies=False, interval=(12, None)),
        ),
        conflicts=(world.conflicts["casualties"].id,),
        silent=(),
    )


def _entry(world: World, name: str, published: date | None, *, superseded: bool = False) -> LedgerEntry:
    statement = world.statements[name]
    return LedgerEntry(statement.id, statement.party, statement.figures[0], published, superseded)
