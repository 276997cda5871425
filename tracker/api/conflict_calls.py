"""The calls that read conflicts."""

from typing import Final

from pydantic import Field

from tracker.api import examples
from tracker.api.desk import ApiDesk
from tracker.api.list_answers import ConflictList, SingleConflict
from tracker.api.list_representation import represent_single_conflict
from tracker.api.operation import Answered, Call, Link, Operation, PathParameter, Reply, Tag
from tracker.api.reading_on import LINK, LIST_PROBLEMS, read_on
from tracker.api.requests import LanguageCode, Name, Paged, PartyCode, Period
from tracker.domain.conflicts import ConflictType, Judgement
from tracker.domain.reading_lists import ConflictListFilter

CONFLICT_ID: Final = PathParameter("conflict_id", "The id of a conflict.", examples.CONFLICT)


class ConflictListParameters(Paged, Period):
    """Which conflicts are wanted."""

    status: tuple[Judgement, ...] = Field(
        default=(),
        max_length=len(Judgement),
        description="Only conflicts that people judged so; `suggested`: that nobody has judged.",
    )
    type: tuple[ConflictType, ...] = Field(
        default=(), max_length=len(ConflictType), description="Only conflicts of these types."
    )
    party: tuple[PartyCode, ...] = Field(
        default=(), max_length=2, description="A party that puts one of the two forward, or two: one each."
    )
    language: tuple[LanguageCode, ...] = Field(
        default=(), max_length=2, description="The language of one of the two, or two: one each."
    )
    event: tuple[Name, ...] = Field(default=(), max_length=50, description="Only in these events, by id.")
    place: tuple[Name, ...] = Field(
        default=(),
        max_length=50,
        description="Only where one of the two is about one of these places, by id.",
    )

    @property
    def wanted(self) -> ConflictListFilter:
        """The filter that these parameters ask for."""
        return ConflictListFilter(
            judgements=self.status,
            types=self.type,
            parties=self.party,
            languages=self.language,
            events=self.event,
            places=self.place,
            published_from=self.published_from,
            published_to=self.published_to,
        )


def conflicts(desk: ApiDesk, call: Call) -> Reply:
    """A list of conflicts."""
    asked = call.asked(ConflictListParameters)
    rows, cursor, headers = read_on(
        desk, call, "conflicts", asked, lambda after, size: desk.lists.conflicts(asked.wanted, after, size)
    )
    answer = ConflictList(conflicts=[represent_single_conflict(one) for one in rows], next=cursor)
    return Reply(answer, headers=headers)


def conflict(desk: ApiDesk, call: Call) -> Reply:
    """One conflict, rejected ones too."""
    return Reply(represent_single_conflict(desk.lists.conflict(call.path["conflict_id"])))


CONFLICTS: Final = (
    Operation(
        name="conflicts",
        method="GET",
        path="/conflicts",
        tag=Tag.CONFLICTS,
        summary="List conflicts",
        description=(
            "The surest first. Rejected ones are in it unless `status` leaves them out. Days of publication "
            "are those of either statement."
        ),
        handler=conflicts,
        answers={
            200: Answered(
                "Conflicts",
                ConflictList,
                headers=(LINK,),
                example=examples.CONFLICT_LIST,
                links=(Link("conflict", "conflict_id", "/conflicts/0/conflict/id"),),
            )
        },
        query=ConflictListParameters,
        problems=LIST_PROBLEMS,
    ),
    Operation(
        name="conflict",
        method="GET",
        path="/conflicts/{conflict_id}",
        tag=Tag.CONFLICTS,
        summary="One conflict with both its statements",
        description="Its ETag is what a review names in `If-Match`.",
        handler=conflict,
        answers={200: Answered("The conflict", SingleConflict, example=examples.SINGLE_CONFLICT)},
        ids=(CONFLICT_ID,),
    ),
)
