"""What is contested in an event, as JSON: the statements of each position by party, figures, revisions."""

from collections.abc import Callable

from tracker.api.answers import EventReference, StatementObject
from tracker.api.comparison_answers import (
    ComparisonAnswer,
    LedgerFigure,
    LedgerRowObject,
    PositionObject,
    QuestionObject,
    Range,
    RevisionObject,
)
from tracker.api.representation import represent_figure, represent_statement
from tracker.domain.events import Event
from tracker.domain.questions import (
    Dispute,
    LedgerEntry,
    LedgerRow,
    Position,
    Question,
    RangePolicy,
    Revision,
)
from tracker.domain.views import StatementView

FindStatement = Callable[[str], StatementView]
"""A statement by its id."""


def represent_comparison(
    event: Event, dispute: Dispute, policy: RangePolicy, find: FindStatement
) -> ComparisonAnswer:
    """Everything contested in an event, its ranges by one policy."""
    return ComparisonAnswer(
        event=EventReference(id=event.id, title=event.title),
        range=policy,
        questions=[_question(one, find) for one in dispute.questions],
        ledger=[_row(one) for one in dispute.ledger],
        revisions=[_revision(one) for one in dispute.revisions],
    )


def _question(question: Question, find: FindStatement) -> QuestionObject:
    return QuestionObject(
        id=question.id,
        type=question.type,
        about=question.about,
        counts=question.counts,
        positions=[_position(one, find) for one in question.positions],
        silent=list(question.silent),
        conflicts=list(question.conflicts),
    )


def _position(position: Position, find: FindStatement) -> PositionObject:
    by_party: dict[str, list[StatementObject]] = {}
    for name in position.statements:
        view = find(name)
        statement = represent_statement(view.statement, view.document)
        by_party.setdefault(statement.party, []).append(statement)
    return PositionObject(
        parties=list(position.parties),
        denies=position.denies,
        interval=_range(position),
        admitted_by=list(position.admitted_by),
        leading=position.statements[0],
        statements=by_party,
    )


def _range(position: Position) -> Range | None:
    if position.interval is None:
        return None
    low, high = position.interval
    return Range(low=low, high=high)


def _row(row: LedgerRow) -> LedgerRowObject:
    return LedgerRowObject(
        kind=row.kind,
        group=row.group,
        side=row.side,
        low=row.low,
        high=row.high,
        figures=[_figure(one) for one in row.entries],
    )


def _revision(revision: Revision) -> RevisionObject:
    return RevisionObject(
        party=revision.party,
        kind=revision.kind,
        group=revision.group,
        side=revision.side,
        trail=[_figure(one) for one in revision.trail],
        towards=list(revision.towards),
    )


def _figure(entry: LedgerEntry) -> LedgerFigure:
    return LedgerFigure(
        statement=entry.statement,
        party=entry.party,
        figure=represent_figure(entry.figure),
        published=entry.published,
        superseded=entry.superseded,
    )
