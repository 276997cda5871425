"""The calls that read statements."""

from typing import Final

from pydantic import Field

from tracker.api import examples
from tracker.api.answers import StatementAnswer
from tracker.api.desk import ApiDesk
from tracker.api.list_answers import StatementList
from tracker.api.operation import Answered, Call, Link, Operation, Reply, Tag
from tracker.api.reading_on import LINK, LIST_PROBLEMS, read_on
from tracker.api.representation import represent_statement_view
from tracker.api.requests import Day, Name, Paged, StatementParameters
from tracker.api.search_calls import STATEMENT_ID
from tracker.domain.reading_lists import StatementListFilter
from tracker.domain.statements import FigureKind


class StatementListParameters(StatementParameters, Paged):
    """Which statements are wanted."""

    document: tuple[Name, ...] = Field(
        default=(),
        max_length=50,
        description="Only statements of these documents, by our id or the caller's.",
    )
    about_from: Day | None = Field(
        default=None, description="Only statements that speak of this day or a later one."
    )
    about_to: Day | None = Field(
        default=None, description="Only statements that speak of this day or an earlier one."
    )
    figure: tuple[FigureKind, ...] = Field(
        default=(), max_length=len(FigureKind), description="Only statements that count one of these."
    )

    @property
    def listed(self) -> StatementListFilter:
        """The filter that these parameters ask for."""
        return StatementListFilter(
            wanted=self.wanted,
            documents=self.document,
            about_from=self.about_from,
            about_to=self.about_to,
            figures=self.figure,
        )


def statement(desk: ApiDesk, call: Call) -> Reply:
    """One statement."""
    return Reply(represent_statement_view(desk.library.statement(call.path["statement_id"])))


def statements(desk: ApiDesk, call: Call) -> Reply:
    """A list of statements."""
    asked = call.asked(StatementListParameters)
    rows, cursor, headers = read_on(
        desk, call, "statements", asked, lambda after, size: desk.lists.statements(asked.listed, after, size)
    )
    answer = StatementList(statements=[represent_statement_view(one) for one in rows], next=cursor)
    return Reply(answer, headers=headers)


STATEMENTS: Final = (
    Operation(
        name="statements",
        method="GET",
        path="/statements",
        tag=Tag.STATEMENTS,
        summary="List statements",
        description=(
            "The newest publication first, those of unknown date last. Of several values of one parameter a "
            "statement has one; parameters are combined."
        ),
        handler=statements,
        answers={
            200: Answered(
                "Statements",
                StatementList,
                headers=(LINK,),
                example=examples.STATEMENT_LIST,
                links=(
                    Link("statement", "statement_id", "/statements/0/statement/id"),
                    Link("similar", "statement_id", "/statements/0/statement/id"),
                ),
            )
        },
        query=StatementListParameters,
        problems=LIST_PROBLEMS,
    ),
    Operation(
        name="statement",
        method="GET",
        path="/statements/{statement_id}",
        tag=Tag.STATEMENTS,
        summary="One statement with its source, its event and the number of its conflicts",
        handler=statement,
        answers={200: Answered("The statement", StatementAnswer, example=examples.STATEMENT_ANSWER)},
        ids=(STATEMENT_ID,),
    ),
)
