"""What errors and probes answer, as models."""

from pydantic import BaseModel, ConfigDict, Field

from tracker.api.answers import Answer


class Fault(Answer):
    """One fault of a request: where (a JSON pointer, or the name of a parameter), and what."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None
    code: str | None = None


class Problem(BaseModel):
    """An error, after RFC 9457. `type` is a stable name; kinds of problem may add members."""

    model_config = ConfigDict(extra="allow", frozen=True)

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    request_id: str | None = None
    errors: list[Fault] | None = None
    checks: dict[str, str] | None = None


class Liveness(Answer):
    """The process answers."""

    status: str


class Readiness(Answer):
    """Whether the server can serve: for each of its parts "ok", or the reason why not."""

    status: str
    checks: dict[str, str]
    recall: float | None = Field(
        description="Of the ten statements nearest in meaning, the share that a search is measured to find: "
        "1 where all are compared, null where the index does not measure it."
    )
