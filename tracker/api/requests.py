"""What callers send: read strictly, refused with the place of every fault."""

import json
import re
from datetime import date
from typing import Annotated, Any, Final, Literal, TypeVar

from flask import Request
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from tracker.api.problems import ProblemError, ProblemKind
from tracker.domain.questions import RangePolicy
from tracker.domain.views import StatementFilter

LONGEST_BODY: Final = 1_000_000
"""The most bytes that a body may have."""

_LONGEST_TEXT: Final = 10_000
_MOST_RESULTS: Final = 100
_MOST_VALUES: Final = 50
_MOST_FAULTS: Final = 20
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MODES_TO_COME: Final = ("hybrid", "lexical")

Body = TypeVar("Body", bound=BaseModel)


def _written_as_a_day(value: object) -> object:
    # pydantic also takes a number, or a string of digits, for seconds since 1970: nobody means that by a day.
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("day", "a day is written YYYY-MM-DD")
    return value


Day = Annotated[date, Strict(strict=False), BeforeValidator(_written_as_a_day)]
PartyCode = Annotated[str, Field(min_length=1, max_length=40)]
LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]


class SearchRequest(BaseModel):
    """A search for statements that mean something similar to a text, in whatever language."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    text: str = Field(min_length=1, max_length=_LONGEST_TEXT, description="The words to search for.")
    k: int = Field(default=10, ge=1, le=_MOST_RESULTS, description="The most results wanted.")
    parties: tuple[PartyCode, ...] = Field(
        default=(), max_length=_MOST_VALUES, description="Only statements of these parties; empty: of all."
    )
    languages: tuple[LanguageCode, ...] = Field(
        default=(), max_length=_MOST_VALUES, description="Only documents in these languages; empty: in all."
    )
    published_from: Day | None = Field(default=None, description="First day of publication, itself included.")
    published_to: Day | None = Field(default=None, description="Last day of publication, itself included.")
    mode: Literal["semantic"] = Field(
        default="semantic", description="How to search. This version searches by meaning only."
    )

    @field_validator("text")
    @classmethod
    def _says_something(cls, text: str) -> str:
        if not text.strip():
            raise PydanticCustomError("blank", "the text is nothing but white space")
        return text

    @field_validator("mode", mode="before")
    @classmethod
    def _is_available(cls, mode: object) -> object:
        if mode in _MODES_TO_COME:
            message = 'the mode "{mode}" is not available yet: this version searches by meaning, "semantic"'
            raise PydanticCustomError("mode_not_available", message, {"mode": mode})
        return mode

    @model_validator(mode="after")
    def _days_in_order(self) -> "SearchRequest":
        if self.published_from and self.published_to and self.published_to < self.published_from:
            raise PydanticCustomError("period", "published_to is before published_from")
        return self

    @property
    def wanted(self) -> StatementFilter:
        """The filter that this request asks for."""
        return StatementFilter(
            parties=self.parties,
            languages=self.languages,
            published_from=self.published_from,
            published_to=self.published_to,
        )


RANGE: Final = "range"
"""The parameter that names a policy for ranges of figures."""


def read_policy(request: Request) -> RangePolicy:
    """The policy that a request names; without one, every figure counts. Raises ProblemError (400)."""
    values = request.args.getlist(RANGE)
    if not values:
        return RangePolicy.EVERY_FIGURE
    if len(values) == 1 and values[0] in tuple(RangePolicy):
        return RangePolicy(values[0])
    detail = f"{RANGE} is one of {', '.join(RangePolicy)}, given once"
    raise ProblemError(ProblemKind.PARAMETER, detail, errors=[{"parameter": RANGE, "detail": detail}])


def read_body(request: Request, model: type[Body]) -> Body:
    """The JSON body of a request as `model`.

    Raises ProblemError: 415 for another media type, 400 for what is no JSON, 422 for what does not fit,
    413 for more than `LONGEST_BODY` bytes (which werkzeug raises where the length is said).
    """
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype != "application/json" or charset != "utf-8" or request.content_encoding:
        detail = "send the body as application/json in UTF-8, uncompressed"
        raise ProblemError(ProblemKind.MEDIA_TYPE, detail, headers={"Accept": "application/json"})
    # werkzeug cuts a body of unsaid length at the limit and hands over the rest as if it were all; one byte
    # more than allowed tells a body that was cut from one that just fits.
    request.max_content_length = LONGEST_BODY + 1
    raw = request.get_data(cache=False)
    if len(raw) > LONGEST_BODY:
        raise ProblemError(ProblemKind.TOO_LARGE, f"the body has more than {LONGEST_BODY} bytes")
    _require_json(raw)
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise _refusal(error) from None


def _require_json(raw: bytes) -> None:
    try:
        json.loads(raw.decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise _malformed(f"the body is not UTF-8: {error.reason} at byte {error.start}") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _malformed(f"the body is no JSON: {error.msg} at {where} (character {error.pos})") from None
    except RecursionError:
        raise _malformed("the body is nested too deeply") from None
    except ValueError as error:
        raise _malformed(f"the body is no JSON: {error}") from None


def _malformed(detail: str) -> ProblemError:
    return ProblemError(ProblemKind.MALFORMED, detail)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise ValueError(f"the name {name!r} stands twice in one object")
        members[name] = value
    return members


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no number in JSON")


def _refusal(error: ValidationError) -> ProblemError:
    faults = error.errors(include_url=False, include_input=False)
    if any(fault["type"] == "json_invalid" for fault in faults):
        # Half a surrogate pair: the standard library reads it as a character, the stricter reader does not.
        return _malformed(f"the body is no JSON: {faults[0]['ctx']['error']}")
    errors = [
        {"pointer": _pointer(fault["loc"]), "code": fault["type"], "detail": fault["msg"]}
        for fault in faults[:_MOST_FAULTS]
    ]
    first = f"{errors[0]['pointer']}: {errors[0]['detail']}"
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return ProblemError(ProblemKind.NOT_VALID, first + more, errors=errors)


def _pointer(location: tuple[str | int, ...]) -> str:
    steps = [str(step).replace("~", "~0").replace("/", "~1") for step in location]
    return "#" + "".join(f"/{step}" for step in steps)
