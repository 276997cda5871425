"""JSON bodies: read strictly, refused with the place of every fault."""

import json
from typing import Any, Final, TypeVar

from flask import Request
from pydantic import BaseModel, ValidationError

from tracker.api.problems import ProblemError, ProblemKind

LONGEST_BODY: Final = 1_000_000
"""The most bytes that a body may have, where its operation names no other limit."""

_MOST_FAULTS: Final = 20

Body = TypeVar("Body", bound=BaseModel)


def read_body(request: Request, model: type[Body], limit: int = LONGEST_BODY) -> Body:
    """The JSON body of a request as `model`.

    Raises ProblemError: 415 for another media type, 400 for what is no JSON, 422 for what does not fit,
    413 for more than `limit` bytes (which werkzeug raises where the length is said).
    """
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype != "application/json" or charset != "utf-8" or request.content_encoding:
        detail = "send the body as application/json in UTF-8, uncompressed"
        raise ProblemError(ProblemKind.MEDIA_TYPE, detail, headers={"Accept": "application/json"})
    # werkzeug cuts a body of unsaid length at the limit and hands over the rest as if it were all; one byte
    # more than allowed tells a body that was cut from one that just fits.
    request.max_content_length = limit + 1
    raw = request.get_data(cache=False)
    if len(raw) > limit:
        raise ProblemError(ProblemKind.TOO_LARGE, f"the body has more than {limit} bytes")
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
