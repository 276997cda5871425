"""The OpenAPI 3.1 description of the API, made from the models that requests and answers are made of."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from tracker import __version__
from tracker.api.answers import (
    DocumentAnswer,
    EventAnswer,
    Liveness,
    Problem,
    Readiness,
    SearchAnswer,
    StatementAnswer,
)
from tracker.api.comparison_answers import ComparisonAnswer
from tracker.api.problems import MEDIA_TYPE, ProblemKind
from tracker.api.representation import API
from tracker.api.requests import RANGE, SearchRequest
from tracker.domain.questions import RangePolicy

_COMPONENT: Final = "#/components/schemas/{model}"

_GUARDED: Final = (
    ProblemKind.UNAUTHENTICATED,
    ProblemKind.SCOPE_MISSING,
    ProblemKind.NOT_VALID,
    ProblemKind.FAILED,
    ProblemKind.UNAVAILABLE,
)
_BODY: Final = (ProblemKind.MALFORMED, ProblemKind.TOO_LARGE, ProblemKind.MEDIA_TYPE)


@dataclass(frozen=True, slots=True)
class Operation:
    """A call as the description lists it.

    `parameter` is the name of the id in its path, `choices` the values that each query parameter may have,
    the first of them where it is left out.
    """

    method: str
    path: str
    name: str
    summary: str
    answer: type[BaseModel] | None
    problems: tuple[ProblemKind, ...] = ()
    body: type[BaseModel] | None = None
    parameter: str | None = None
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    scope: str | None = "read"
    moved: bool = False


OPERATIONS: Final = (
    Operation(
        method="post",
        path=f"{API}/search",
        name="search",
        summary="Find statements that mean something similar to a text, in any language",
        answer=SearchAnswer,
        problems=(*_GUARDED, *_BODY),
        body=SearchRequest,
    ),
    Operation(
        method="get",
        path=f"{API}/statements/{{statement_id}}",
        name="statement",
        summary="One statement with its source, its event and the number of its conflicts",
        answer=StatementAnswer,
        problems=(*_GUARDED, ProblemKind.NOT_FOUND),
        parameter="statement_id",
    ),
    Operation(
        method="get",
        path=f"{API}/events/{{event_id}}",
        name="event",
        summary="One event with its statements and conflicts",
        answer=EventAnswer,
        problems=(*_GUARDED, ProblemKind.NOT_FOUND),
        parameter="event_id",
        moved=True,
    ),
    Operation(
        method="get",
        path=f"{API}/events/{{event_id}}/comparison",
        name="comparison",
        summary="What is contested in an event: questions with their positions, figures, revisions",
        answer=ComparisonAnswer,
        problems=(*_GUARDED, ProblemKind.NOT_FOUND, ProblemKind.PARAMETER),
        parameter="event_id",
        choices=((RANGE, tuple(RangePolicy)),),
        moved=True,
    ),
    Operation(
        method="get",
        path=f"{API}/documents/{{document_id}}",
        name="document",
        summary="One document with its text and the statements found in it; by our id or the caller's",
        answer=DocumentAnswer,
        problems=(*_GUARDED, ProblemKind.NOT_FOUND),
        parameter="document_id",
    ),
    Operation(
        method="get",
        path=f"{API}/openapi.json",
        name="openapi",
        summary="This description",
        answer=None,
        problems=(ProblemKind.NOT_VALID, ProblemKind.FAILED),
        scope=None,
    ),
    Operation(
        method="get",
        path="/healthz",
        name="liveness",
        summary="Whether the process answers",
        answer=Liveness,
        scope=None,
    ),
    Operation(
        method="get",
        path="/readyz",
        name="readiness",
        summary="Whether database, index and model are ready",
        answer=Readiness,
        problems=(ProblemKind.FAILED, ProblemKind.UNAVAILABLE),
        scope=None,
    ),
    Operation(
        method="get",
        path="/metrics",
        name="metrics",
        summary="Figures for Prometheus, in its text format",
        answer=None,
        problems=(ProblemKind.FAILED, ProblemKind.UNAVAILABLE),
        scope=None,
    ),
)


@cache
def describe() -> str:
    """The whole description as JSON."""
    references, components = _schemas()
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _described(operation, references)
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Counterclaim",
            "version": __version__,
            "description": (
                "Statements about the war in Libya: who puts them forward, and what clashes. "
                "Offsets count code points. Times are UTC. Members and parameters that are not described "
                "are refused. Problem types: " + ", ".join(kind.uri for kind in ProblemKind) + "."
            ),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "cc_<id>_<secret>",
                    "description": "Made by `tracker token create`. Every scope lets its holder read.",
                }
            },
        },
        "security": [{"token": []}],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


References = dict[type[BaseModel], dict[str, Any]]


def _schemas() -> tuple[References, dict[str, Any]]:
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [(Problem, "serialization")]
    for operation in OPERATIONS:
        if operation.body is not None:
            wanted.append((operation.body, "validation"))
        if operation.answer is not None:
            wanted.append((operation.answer, "serialization"))
    references, definitions = models_json_schema(wanted, ref_template=_COMPONENT)
    by_model: References = {
        model: dict(reference) for (model, _), reference in references.items() if issubclass(model, BaseModel)
    }
    return by_model, definitions["$defs"]


def _described(operation: Operation, references: References) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "responses": _responses(operation, references),
    }
    parameters = _parameters(operation)
    if parameters:
        described["parameters"] = parameters
    if operation.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": references[operation.body]}},
        }
    if operation.scope is None:
        described["security"] = []
    else:
        described["description"] = f"Needs a token with the scope {operation.scope}."
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = []
    if operation.parameter is not None:
        parameters.append(
            {"name": operation.parameter, "in": "path", "required": True, "schema": {"type": "string"}}
        )
    for name, values in operation.choices:
        schema = {"type": "string", "enum": list(values), "default": values[0]}
        parameters.append({"name": name, "in": "query", "required": False, "schema": schema})
    return parameters


def _responses(operation: Operation, references: References) -> dict[str, Any]:
    success: dict[str, Any] = {"description": "Done"}
    if operation.answer is not None:
        success["content"] = {"application/json": {"schema": references[operation.answer]}}
    elif operation.name == "metrics":
        success["content"] = {"text/plain": {"schema": {"type": "string"}}}
    else:
        success["content"] = {"application/json": {"schema": {"type": "object"}}}
    responses = {"200": success}
    if operation.moved:
        location = {"description": "Its new address", "schema": {"type": "string"}}
        responses["301"] = {"description": "Merged into another event", "headers": {"Location": location}}
    for kind in sorted(operation.problems, key=lambda kind: kind.status):
        content = {MEDIA_TYPE: {"schema": references[Problem]}}
        responses[str(int(kind.status))] = {"description": kind.title, "content": content}
    return responses
