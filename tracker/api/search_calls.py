"""The calls that search: by a text, and by a statement."""

from typing import Final

from pydantic import Field

from tracker.api import examples
from tracker.api.answers import ModelObject, SearchAnswer, SimilarAnswer
from tracker.api.desk import ApiDesk
from tracker.api.operation import Answered, Call, Operation, PathParameter, Reply, Tag
from tracker.api.problems import ProblemKind
from tracker.api.representation import represent_result
from tracker.api.requests import MOST_RESULTS, Number, SearchRequest, StatementParameters

STATEMENT_ID: Final = PathParameter("statement_id", "The id of a statement.", examples.STATEMENT)


class SimilarParameters(StatementParameters):
    """How many neighbours of a statement are wanted, and which."""

    k: Number = Field(default=10, ge=1, le=MOST_RESULTS, description="The most results wanted.")


def search(desk: ApiDesk, call: Call) -> Reply:
    """Statements that say something similar to a text."""
    asked = call.sent(SearchRequest)
    found = desk.search(asked.text, asked.k, asked.wanted, asked.mode)
    return Reply(
        SearchAnswer(
            query=asked.text,
            mode=asked.mode,
            model=_model(desk),
            results=[represent_result(view) for view in found],
        )
    )


def similar(desk: ApiDesk, call: Call) -> Reply:
    """The neighbours of a statement."""
    asked = call.asked(SimilarParameters)
    statement = call.path["statement_id"]
    found = desk.similar(statement, asked.k, asked.wanted)
    return Reply(
        SimilarAnswer(
            statement=statement, model=_model(desk), results=[represent_result(view) for view in found]
        )
    )


def _model(desk: ApiDesk) -> ModelObject:
    return ModelObject(name=desk.model_name, revision=desk.model_revision)


SEARCHING: Final = (
    Operation(
        name="search",
        method="POST",
        path="/search",
        tag=Tag.SEARCH,
        summary="Find statements that say something similar to a text, in any language",
        description=(
            "Best first; ties stand in a fixed order. `score` is what the order goes by: in `semantic` the "
            "cosine similarity, in `lexical` BM25, in `hybrid` the reciprocal ranks in both lists, 1 for the "
            "best of each language. `found` tells the place in each list and the words that were found. "
            "Filters are exact: whatever they leave, the best of it is found."
        ),
        handler=search,
        answers={200: Answered("The statements found", SearchAnswer, example=examples.SEARCH)},
        body=SearchRequest,
        body_examples=examples.SEARCHES,
    ),
    Operation(
        name="similar",
        method="GET",
        path="/statements/{statement_id}/similar",
        tag=Tag.SEARCH,
        summary="Find the neighbours of a statement by meaning, in any language",
        description="As `POST /search` in the mode `semantic` would for its words; itself is left out.",
        handler=similar,
        answers={200: Answered("Its neighbours, nearest first", SimilarAnswer, example=examples.SIMILAR)},
        ids=(STATEMENT_ID,),
        query=SimilarParameters,
        problems=(ProblemKind.NOT_FOUND,),
    ),
)
