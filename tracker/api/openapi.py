"""The OpenAPI 3.1 description of the API, made from the operations that also make its routes."""

import json
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from tracker import __version__
from tracker.api.openapi_parts import (
    AUTHENTICATE,
    CONDITION,
    ETAG,
    RATE,
    REQUEST_ID,
    RETRY,
    described_headers,
    header_parameter,
    parameters_of,
    problem_example,
)
from tracker.api.operation import JSON, TAGS, Answered, Header, Operation
from tracker.api.problem_answers import Problem
from tracker.api.problems import MEDIA_TYPE, ProblemKind
from tracker.api.representation import API

_COMPONENT: Final = "#/components/schemas/{model}"

_INTRODUCTION: Final = """\
Statements about the war in Libya: who puts them forward, and what clashes.

* Offsets count code points. Times are RFC 3339 in UTC, except one that came without a zone. Days of
  publication are days in UTC.
* Members and parameters that are not described are refused.
* Errors are RFC 9457 problems; `type` is one of {kinds}.
* Lists read on by `next`, an opaque cursor, which also stands in the header `Link`. No row comes twice and
  none is left out while others are added.
* Answers to GET bear a strong ETag; send it in `If-None-Match` and get 304 while nothing has changed.
* Answers are compressed with gzip where `Accept-Encoding` allows.
* Each answer names its request in `X-Request-Id`: the id that was sent, where it is up to 64 letters,
  digits, dots, dashes and underscores; else a new one.
"""

References = dict[type[BaseModel], dict[str, Any]]


def describe(operations: Sequence[Operation]) -> dict[str, Any]:
    """The whole description, as plain values."""
    references, components = _schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        described = _described(operation, references)
        paths.setdefault(address_of(operation), {})[operation.method.lower()] = described
    used = {operation.tag for operation in operations}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Counterclaim",
            "version": __version__,
            "description": _INTRODUCTION.format(kinds=", ".join(f"`{kind.uri}`" for kind in ProblemKind)),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "This server"}],
        "tags": [{"name": str(tag), "description": text} for tag, text in TAGS.items() if tag in used],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "cc_<id>_<secret>",
                    "description": (
                        "Made by `tracker token create`. The scopes `ingest` and `review` also let their "
                        "holder read, `admin` does everything."
                    ),
                }
            },
        },
        "security": [{"token": []}],
    }


def description_as_json(operations: Sequence[Operation]) -> bytes:
    """The whole description as it is served."""
    return json.dumps(describe(operations), ensure_ascii=False, indent=1).encode()


def address_of(operation: Operation) -> str:
    """The whole path of an operation, ids in braces."""
    return operation.path if operation.root else API + operation.path


def _schemas(operations: Iterable[Operation]) -> tuple[References, dict[str, Any]]:
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [(Problem, "serialization")]
    for operation in operations:
        if operation.body is not None:
            wanted.append((operation.body, "validation"))
        wanted += [(one.model, "serialization") for one in operation.answers.values() if one.model]
    references, definitions = models_json_schema(wanted, ref_template=_COMPONENT)
    by_model: References = {
        model: dict(reference) for (model, _), reference in references.items() if issubclass(model, BaseModel)
    }
    return by_model, definitions["$defs"]


def _described(operation: Operation, references: References) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [str(operation.tag)],
        "summary": operation.summary,
        "description": _needs(operation),
        "responses": _responses(operation, references),
    }
    conditions = (CONDITION,) if operation.has_tag else ()
    parameters = [
        *parameters_of(operation),
        *(header_parameter(one) for one in (*operation.headers, *conditions)),
    ]
    if parameters:
        described["parameters"] = parameters
    if operation.body is not None:
        content: dict[str, Any] = {"schema": references[operation.body]}
        if operation.body_examples:
            content["examples"] = {name: {"value": value} for name, value in operation.body_examples.items()}
        described["requestBody"] = {"required": True, "content": {"application/json": content}}
    if operation.scope is None:
        described["security"] = []
    return described


def _needs(operation: Operation) -> str:
    words = [operation.description] if operation.description else []
    if operation.scope is not None:
        words.append(f"Needs a token with the scope `{operation.scope}`.")
    return "\n\n".join(words)


def _responses(operation: Operation, references: References) -> dict[str, Any]:
    common = [REQUEST_ID] if operation.scope is None else [REQUEST_ID, *RATE]
    responses: dict[str, Any] = {}
    for status, answered in sorted(operation.answers.items()):
        tags = [ETAG] if operation.has_tag and status == HTTPStatus.OK else []
        headers = [*answered.headers, *tags, *common]
        responses[str(status)] = {
            "description": answered.description,
            "headers": described_headers(headers),
            **_content(answered, references),
            **_links(answered),
        }
    if operation.has_tag:
        responses["304"] = {
            "description": "Nothing has changed since the version named in If-None-Match",
            "headers": described_headers([ETAG, *common]),
        }
    by_status: dict[int, list[ProblemKind]] = {}
    for kind in operation.all_problems:
        by_status.setdefault(int(kind.status), []).append(kind)
    for number, kinds in by_status.items():
        responses[str(number)] = _problem(operation, number, kinds, references, common)
    return responses


def _links(answered: Answered) -> dict[str, Any]:
    links = {
        one.operation: {
            "operationId": one.operation,
            "parameters": {one.parameter: f"$response.body#{one.place}"},
        }
        for one in answered.links
    }
    return {"links": links} if links else {}


def _content(answered: Answered, references: References) -> dict[str, Any]:
    if answered.model is None and not answered.media_type:
        return {}
    schema: dict[str, Any] = {"type": "object" if answered.media_type == JSON else "string"}
    if answered.model is not None:
        schema = references[answered.model]
    content: dict[str, Any] = {"schema": schema}
    if answered.example is not None:
        content["example"] = answered.example
    return {"content": {answered.media_type: content}}


def _problem(
    operation: Operation,
    status: int,
    kinds: Sequence[ProblemKind],
    references: References,
    common: Sequence[Header],
) -> dict[str, Any]:
    headers = list(common)
    if status in {401, 403}:
        headers.append(AUTHENTICATE)
    if ProblemKind.TOO_MANY in kinds:
        headers.append(RETRY)
    examples = {
        kind.label: {"value": problem_example(operation, address_of(operation), kind)} for kind in kinds
    }
    return {
        "description": "; or ".join(f"{kind.title} (`{kind.label}`)" for kind in kinds),
        "headers": described_headers(headers),
        "content": {MEDIA_TYPE: {"schema": references[Problem], "examples": examples}},
    }
