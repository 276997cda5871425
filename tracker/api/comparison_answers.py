"""What the API answers about what is contested in an event, as models."""

from datetime import date

from pydantic import Field

from tracker.api.answers import Answer, EventReference, Interval, StatementObject
from tracker.domain.conflicts import ConflictType
from tracker.domain.questions import RangePolicy
from tracker.domain.statements import FigureKind


class Range(Answer):
    """Numbers from `low` to `high`; `high` is null where they are open above."""

    low: int = Field(ge=0)
    high: int | None


class PositionObject(Answer):
    """One answer to a contested question, and who gives it."""

    parties: list[str]
    denies: bool
    interval: Range | None = Field(
        description="The numbers that all its statements allow, where the question is how many."
    )
    admitted_by: list[str] = Field(
        description="Parties for whom it is an admission: it counts their own dead, or gives something up."
    )
    leading: str = Field(description="The id of the statement that speaks for the rest.")
    statements: dict[str, list[StatementObject]] = Field(description="Its statements by party.")


class QuestionObject(Answer):
    """What statements of an event answer differently."""

    id: str
    type: ConflictType
    about: str | None = Field(description="What is at stake, where it is known: a place, or who was counted.")
    counts: FigureKind | None
    positions: list[PositionObject]
    silent: list[str] = Field(description="Parties that speak in the event, but not to this question.")
    conflicts: list[str] = Field(description="Ids of the conflicts between its positions.")


class LedgerFigure(Answer):
    """A figure and the statement that gives it. A superseded one has a later one of its party after it."""

    statement: str
    party: str
    figure: Interval
    published: date | None
    superseded: bool


class LedgerRowObject(Answer):
    """All figures of an event for one thing counted; `low` and `high` follow the `range` of the answer."""

    kind: FigureKind
    group: str | None = Field(description='"civilians" or "combatants", null where the texts do not say.')
    side: str | None = Field(description="The party that those counted belong to, where it is said.")
    low: int = Field(ge=0)
    high: int | None = Field(description="Null where the greatest figure is open above.")
    figures: list[LedgerFigure]


class RevisionObject(Answer):
    """How a party changed a figure of its own, first to last: no conflict."""

    party: str
    kind: FigureKind
    group: str | None
    side: str | None
    trail: list[LedgerFigure]
    towards: list[str] = Field(description="Parties whose figure the last one reached, the first did not.")


class ComparisonAnswer(Answer):
    """What is contested in an event: questions, figures with their sources, and revisions of figures."""

    event: EventReference
    range: RangePolicy = Field(description="How low and high are derived from the figures.")
    questions: list[QuestionObject]
    ledger: list[LedgerRowObject]
    revisions: list[RevisionObject]
