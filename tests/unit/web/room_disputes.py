"""What is contested about the bridge: three questions, two rows of figures, and one figure revised."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

from rooms import Shelf

from tracker.domain.conflicts import Conflict, ConflictType
from tracker.domain.documents import DateFound, DatePrecision
from tracker.domain.events import Event
from tracker.domain.parties import AttributionMethod
from tracker.domain.questions import (
    Dispute,
    LedgerEntry,
    LedgerRow,
    Position,
    Question,
    RangePolicy,
    Revision,
)
from tracker.domain.statements import EventDate, FigureKind, Statement


def later_count(shelf: Shelf) -> Statement:
    """A party gives another figure for its own losses, two days on."""
    document = shelf.document(
        title="Government counts its dead",
        outlet="Gulf Wire",
        language="en",
        published=datetime(2020, 6, 7, tzinfo=UTC),
        text="Thirty-one of our men fell at the bridge, the Government of National Accord said on Sunday.",
    )
    return shelf.statement(
        document,
        "Thirty-one of our men fell at the bridge, the Government of National Accord said on Sunday.",
        "GNA",
        cue="said",
        method=AttributionMethod.SOURCE,
        confidence=0.93,
        figure=(FigureKind.KILLED, 31, 31),
        counted="our men",
        side="GNA",
        day=EventDate(date(2020, 6, 4), DatePrecision.DAY, DateFound.RELATIVE),
    )


def bridge_dispute(
    event: Event, told: Mapping[str, Statement], conflicts: Mapping[str, Conflict]
) -> Callable[[RangePolicy], Dispute]:
    """What is contested, for each policy."""
    first, last = (_entry(told[name], date(2020, 6, day)) for name, day in (("losses", 5), ("recount", 7)))

    def dispute(policy: RangePolicy) -> Dispute:
        return Dispute(
            event=event.id,
            questions=_questions(event, told, conflicts),
            ledger=_ledger(told, policy),
            revisions=(
                Revision(
                    party="GNA",
                    kind=FigureKind.KILLED,
                    group="combatants",
                    side="GNA",
                    trail=(first, last),
                    towards=("LNA",),
                ),
            ),
        )

    return dispute


def _questions(
    event: Event, told: Mapping[str, Statement], conflicts: Mapping[str, Conflict]
) -> tuple[Question, ...]:
    def position(*names: str, denies: bool = False, **more: object) -> Position:
        rows = [told[name] for name in names]
        # By code, not as pages have them: one that forgets to put parties in order is found out.
        parties = sorted({row.party for row in rows})
        return Position(tuple(row.id for row in rows), tuple(parties), denies=denies, **more)

    def question(
        kind: ConflictType, *positions: Position, names: tuple[str, ...], **more: object
    ) -> Question:
        return Question(
            id=f"q-{kind.value}",
            event=event.id,
            type=kind,
            positions=positions,
            conflicts=tuple(conflicts[name].id for name in names),
            **{"about": None, "counts": None, "silent": (), **more},
        )

    return (
        question(
            ConflictType.CONTROL,
            position("holds", "entry"),
            position("denial", "fall", denies=True),
            names=("control", "entry"),
            about="Wadi Sidra bridge",
            silent=("CIV", "RUS", "UN", "TUR"),
        ),
        question(
            ConflictType.CASUALTIES,
            position("killed", "recount", "bodies", interval=(31, 31), admitted_by=("GNA",)),
            position("losses", interval=(2, 2)),
            names=("casualties",),
            about="fighters of the GNA",
            counts=FigureKind.KILLED,
            silent=("TUR",),
        ),
        question(
            ConflictType.INVOLVEMENT,
            position("presence"),
            position("absence", denies=True),
            names=("involvement",),
        ),
    )


def _ledger(told: Mapping[str, Statement], policy: RangePolicy) -> tuple[LedgerRow, ...]:
    latest = policy is RangePolicy.LATEST_OF_EACH
    return (
        LedgerRow(
            kind=FigureKind.KILLED,
            group="combatants",
            side="GNA",
            entries=(
                _entry(told["killed"], date(2020, 6, 5)),
                _entry(told["losses"], date(2020, 6, 5), superseded=True),
                _entry(told["recount"], date(2020, 6, 7)),
            ),
            policy=policy,
            low=31 if latest else 2,
            high=31,
        ),
        LedgerRow(
            kind=FigureKind.KILLED,
            group=None,
            side=None,
            entries=(_entry(told["bodies"], None),),
            policy=policy,
            low=9,
            high=None,
        ),
    )


def _entry(statement: Statement, published: date | None, *, superseded: bool = False) -> LedgerEntry:
    return LedgerEntry(statement.id, statement.party, statement.figures[0], published, superseded)
