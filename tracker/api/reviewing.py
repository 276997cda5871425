"""The call by which a token judges a conflict, as a person does on a page."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from tracker.api import examples
from tracker.api.conflict_calls import CONFLICT_ID
from tracker.api.desk import ApiDesk
from tracker.api.entity_tags import is_current, tag_of_model
from tracker.api.list_answers import SingleConflict
from tracker.api.list_representation import represent_single_conflict
from tracker.api.operation import Answered, Call, Header, Operation, Reply, Tag
from tracker.api.problems import ProblemError, ProblemKind
from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import StaleError
from tracker.domain.tokens import actor_of
from tracker.services.acts import judgement_key

LONGEST_REASON: Final = 2_000
"""Code points, as on the page of a conflict."""


class ReviewRequest(BaseModel):
    """A judgement on a conflict."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    judgement: Literal["confirmed", "rejected", "unsure"] = Field(
        description="`rejected` takes the conflict out of every count and export."
    )
    reason: Annotated[str, Field(max_length=LONGEST_REASON, pattern=r"^[^\x00]*$")] = Field(
        default="", description="Why, for whoever reads the history."
    )


_IF_MATCH: Final = Header(
    "If-Match", "The ETag of the conflict as it was read.", '"9f86d081884c7d65"', required=True
)
_TAG: Final = Header("ETag", "The version of the conflict after the review.", '"1b4f0e9851971998"')


def review(desk: ApiDesk, call: Call) -> Reply:
    """Judge a conflict, if it is still as the caller has read it."""
    conflict, asked = call.path["conflict_id"], call.sent(ReviewRequest)
    if call.token is None:
        raise TypeError("nobody judges without a token")
    decisions = desk.writing.decisions
    # In this order: what is judged after the stamp was taken, and before the act, is noticed by the act.
    seen = decisions.stamp([judgement_key(conflict)])
    _require_current(desk, call, conflict)
    try:
        decisions.judge(
            [conflict],
            Judgement(asked.judgement),
            by=actor_of(call.token.name),
            reason=asked.reason.strip(),
            seen=seen,
        )
    except StaleError:
        raise _stale(desk, conflict) from None
    answer = represent_single_conflict(desk.lists.conflict(conflict))
    return Reply(answer, headers={"ETag": f'"{tag_of_model(answer)}"'})


def _require_current(desk: ApiDesk, call: Call, conflict: str) -> None:
    wanted = call.request.if_match
    if not call.request.headers.get("If-Match", "").strip():
        detail = "read the conflict and send its ETag in If-Match: nobody judges what they have not seen"
        raise ProblemError(ProblemKind.PRECONDITION_REQUIRED, detail)
    if not is_current(wanted, tag_of_model(represent_single_conflict(desk.lists.conflict(conflict)))):
        raise _stale(desk, conflict)


def _stale(desk: ApiDesk, conflict: str) -> ProblemError:
    present = represent_single_conflict(desk.lists.conflict(conflict))
    detail = f"the conflict is {present.conflict.status} and not as it was read: read it again"
    return ProblemError(
        ProblemKind.PRECONDITION_FAILED, detail, headers={"ETag": f'"{tag_of_model(present)}"'}
    )


REVIEWING: Final = (
    Operation(
        name="review",
        method="POST",
        path="/conflicts/{conflict_id}/review",
        tag=Tag.CONFLICTS,
        summary="Judge a conflict",
        description=(
            "The act stands in the history as that of `token:` and the token's name, binds the machine, and "
            "can be taken back by anybody who may decide."
        ),
        handler=review,
        answers={
            200: Answered(
                "The conflict as it stands now",
                SingleConflict,
                headers=(_TAG,),
                example=examples.SINGLE_CONFLICT,
            )
        },
        scope="review",
        ids=(CONFLICT_ID,),
        headers=(_IF_MATCH,),
        body=ReviewRequest,
        body_examples={"a confirmation": {"judgement": "confirmed", "reason": "Both quotes are on video."}},
        problems=(ProblemKind.PRECONDITION_FAILED, ProblemKind.PRECONDITION_REQUIRED),
    ),
)
