"""The figures of an event as its page shows them: every one with its source, a range, never one truth."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from tracker.domain.questions import LedgerEntry, LedgerRow, RangePolicy, Revision
from tracker.domain.views import StatementView
from tracker.web.disputes import StatementsOf
from tracker.web.party_labels import in_registry_order
from tracker.web.range_charts import RangeChart, draw_range
from tracker.web.reading_room import ReadingRoom

PARAMETER = "range"


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure and the statement that gives it."""

    entry: LedgerEntry
    view: StatementView


@dataclass(frozen=True, slots=True)
class FigureTable:
    """All figures for one thing counted, and the range that the policy derives from them."""

    row: LedgerRow
    lines: tuple[FigureLine, ...]
    chart: RangeChart

    @property
    def is_drawn(self) -> bool:
        """Whether a drawing tells more than the table: one figure alone needs none."""
        return len(self.lines) > 1


@dataclass(frozen=True, slots=True)
class RevisionTrail:
    """How a party's figure changed, first to last, and to whose figure the last one came."""

    revision: Revision
    steps: tuple[FigureLine, ...]
    towards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FigureLedger:
    """All figures under one policy. `policies` are those to choose from."""

    policy: RangePolicy
    policies: tuple[RangePolicy, ...]
    tables: tuple[FigureTable, ...]
    revisions: tuple[RevisionTrail, ...]


def read_policy(arguments: MultiDict[str, str]) -> RangePolicy:
    """The policy that the address asks for. Raises BadRequest for one that does not exist."""
    wanted = arguments.get(PARAMETER)
    if wanted is None:
        return RangePolicy.EVERY_FIGURE
    try:
        return RangePolicy(wanted)
    except ValueError:
        raise BadRequest(f"there is no range {wanted!r}") from None


def lay_out_figures(
    rows: Sequence[LedgerRow],
    revisions: Sequence[Revision],
    policy: RangePolicy,
    find: StatementsOf,
    room: ReadingRoom,
) -> FigureLedger:
    """Put each figure beside its statement."""

    def lines(entries: Iterable[LedgerEntry]) -> tuple[FigureLine, ...]:
        return tuple(FigureLine(entry=entry, view=find(entry.statement)) for entry in entries)

    return FigureLedger(
        policy=policy,
        policies=tuple(RangePolicy),
        tables=tuple(
            FigureTable(row=row, lines=lines(row.entries), chart=draw_range(row, room.parties))
            for row in rows
        ),
        revisions=tuple(
            RevisionTrail(
                revision=revision,
                steps=lines(revision.trail),
                towards=in_registry_order(revision.towards, room.parties),
            )
            for revision in revisions
        ),
    )
