"""Query parameters: read strictly, refused with the name of every one at fault."""

from functools import cache
from typing import Any, TypeVar, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from werkzeug.datastructures import MultiDict

from tracker.api.problems import ProblemError, ProblemKind

Query = TypeVar("Query", bound=BaseModel)


class Parameters(BaseModel):
    """Base of the models of query parameters. A tuple is a parameter that may be given several times."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def read_query(given: MultiDict[str, str], model: type[Query] | None) -> Query | None:
    """The parameters of a request as `model`; None where the call takes none.

    Raises ProblemError: 422 for one that the call does not take, since to ignore it would mislead whoever
    sent it; 400 for a value that does not fit, or one of several values where one is meant.
    """
    taken = _taken(model)
    unknown = sorted(set(given) - set(taken))
    if unknown:
        errors = [{"parameter": name, "detail": "this call takes no such parameter"} for name in unknown]
        raise ProblemError(ProblemKind.NOT_VALID, f"unknown parameters: {', '.join(unknown)}", errors=errors)
    if model is None:
        return None
    values: dict[str, Any] = {}
    for name in given:
        several = given.getlist(name)
        if taken[name]:
            values[name] = tuple(several)
        elif len(several) > 1:
            raise _refusal([{"parameter": name, "detail": "it is given more than once"}])
        else:
            values[name] = several[0]
    try:
        return model.model_validate(values)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        raise _refusal([_fault(one["loc"], one["type"], one["msg"]) for one in faults]) from None


@cache
def _taken(model: type[BaseModel] | None) -> dict[str, bool]:
    """The parameters of a model by name, and whether each may be given several times."""
    if model is None:
        return {}
    return {
        field.alias or name: get_origin(field.annotation) is tuple
        for name, field in model.model_fields.items()
    }


def _fault(location: tuple[int | str, ...], code: str, detail: str) -> dict[str, str]:
    # A fault of the parameters together stands at no one of them.
    named = {"parameter": str(location[0])} if location else {}
    return {**named, "code": code, "detail": detail}


def _refusal(errors: list[dict[str, str]]) -> ProblemError:
    first = errors[0]
    named = f"{first['parameter']}: " if "parameter" in first else ""
    return ProblemError(ProblemKind.PARAMETER, named + first["detail"], errors=errors)
