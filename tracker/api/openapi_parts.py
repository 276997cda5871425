"""Parts of the description that recur: headers, parameters, examples of problems."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, get_origin

from tracker.api.operation import Header, Operation
from tracker.api.problems import ProblemKind

REQUEST_ID: Final = Header(
    "X-Request-Id",
    "The id of this request, as it also stands in the server's log.",
    "b8c7d2e0f3a94c61",
    required=True,
)
ETAG: Final = Header(
    "ETag",
    "The version of this answer, for If-None-Match (and, of a conflict, If-Match).",
    '"9f86d081884c7d65"',
    required=True,
)
CONDITION: Final = Header(
    "If-None-Match",
    "ETags of versions already at hand: 304 where one of them is current.",
    '"9f86d081884c7d65"',
)
RATE: Final = (
    Header(
        "RateLimit-Policy",
        "How many calls (q) there are in how many seconds (w); absent where nothing limits them "
        "(draft-ietf-httpapi-ratelimit-headers-11).",
        '"token";q=600;w=60',
    ),
    Header(
        "RateLimit",
        "How many calls are left (r), and in how many seconds there is one more (t).",
        '"token";r=599;t=1',
    ),
)
RETRY: Final = Header(
    "Retry-After", "After how many seconds to try again.", "1", required=True, schema={"type": "integer"}
)
AUTHENTICATE: Final = Header(
    "WWW-Authenticate",
    "What is lacking (RFC 6750).",
    'Bearer realm="counterclaim", error="invalid_token"',
    required=True,
)

_PAGING: Final = frozenset({"limit", "cursor"})

_DETAILS: Final[Mapping[ProblemKind, str]] = {
    ProblemKind.MALFORMED: "the body is no JSON: Expecting value at line 1, column 10 (character 9)",
    ProblemKind.PARAMETER: "limit: Input should be less than or equal to 200",
    ProblemKind.CURSOR: "cursor: this list did not give out this cursor, or did for other parameters",
    ProblemKind.UNAUTHENTICATED: "the token is unknown, revoked or expired",
    ProblemKind.SCOPE_MISSING: "the token 'reader' lacks the scope review",
    ProblemKind.NOT_FOUND: "no statement is stored under s0",
    ProblemKind.CONFLICTING: "document courier/2020/17 is already stored with other content",
    ProblemKind.PRECONDITION_FAILED: "the conflict is confirmed and not as it was read: read it again",
    ProblemKind.PRECONDITION_REQUIRED: "read the conflict and send its ETag in If-Match",
    ProblemKind.KEY_REUSED: "this key came with another request before: use a new key for each request",
    ProblemKind.TOO_LARGE: "the body has more than 1000000 bytes",
    ProblemKind.MEDIA_TYPE: "send the body as application/json in UTF-8, uncompressed",
    ProblemKind.URI_TOO_LONG: "Request Line is too large (9000 > 8190)",
    ProblemKind.HEADERS_TOO_LARGE: "Error parsing headers: 'limit request headers fields size'",
    ProblemKind.NOT_VALID: "unknown parameters: colour",
    ProblemKind.TOO_MANY: "too many requests by this token: 600 a minute; try again in 1 s",
    ProblemKind.FAILED: "an unexpected fault; the server's log says more",
    ProblemKind.UNAVAILABLE: "the database cannot be read",
}


def described_headers(headers: Iterable[Header]) -> dict[str, Any]:
    """Headers of an answer."""
    return {
        one.name: {
            "description": one.description,
            "required": one.required,
            "schema": dict(one.schema),
            "example": _valued(one),
        }
        for one in headers
    }


def header_parameter(header: Header) -> dict[str, Any]:
    """A header of a request."""
    return {
        "name": header.name,
        "in": "header",
        "required": header.required,
        "description": header.description,
        "schema": dict(header.schema),
        "example": _valued(header),
    }


def _valued(header: Header) -> str | int:
    return int(header.example) if header.schema.get("type") == "integer" else header.example


def parameters_of(operation: Operation) -> list[dict[str, Any]]:
    """The ids in the path of an operation, and its query parameters."""
    parameters: list[dict[str, Any]] = [
        {
            "name": one.name,
            "in": "path",
            "required": True,
            "description": one.description,
            "schema": {"type": "string", "minLength": 1},
            "example": one.example,
        }
        for one in operation.ids
    ]
    return parameters + _query_parameters(operation)


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    schema = operation.query.model_json_schema(ref_template="{model}")
    definitions = schema.get("$defs", {})
    described = []
    # How much is wanted, and from where, is said last.
    for name, field in sorted(schema["properties"].items(), key=lambda pair: pair[0] in _PAGING):
        inlined = _inlined(field, definitions)
        description = inlined.pop("description", "")
        inlined.pop("title", None)
        parameter = {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "description": description,
            "schema": _without_null(inlined),
        }
        if get_origin(operation.query.model_fields[name].annotation) is tuple:
            parameter["description"] = f"{description} May be given several times.".strip()
            parameter["explode"] = True
        described.append(parameter)
    return described


def _inlined(schema: Any, definitions: Mapping[str, Any]) -> Any:  # noqa: ANN401 # any JSON
    """A schema with what it refers to in its place: parameters share no components."""
    if isinstance(schema, list):
        return [_inlined(one, definitions) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        rest = {name: value for name, value in schema.items() if name != "$ref"}
        found = {name: value for name, value in definitions[schema["$ref"]].items() if name != "description"}
        return _inlined({**found, **rest}, definitions)
    return {name: _inlined(value, definitions) for name, value in schema.items() if name != "title"}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter that is left out is not null: there is no way to write that."""
    kinds = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if len(kinds) == 1:
        schema = {**{name: value for name, value in schema.items() if name != "anyOf"}, **kinds[0]}
    if "default" in schema and schema["default"] in (None, []):
        schema = {name: value for name, value in schema.items() if name != "default"}
    return schema


def problem_example(operation: Operation, address: str, kind: ProblemKind) -> dict[str, Any]:
    """What a problem of this kind looks like."""
    for one in operation.ids:
        address = address.replace(f"{{{one.name}}}", one.example)
    return {
        "type": kind.uri,
        "title": kind.title,
        "status": int(kind.status),
        "detail": _DETAILS.get(kind, kind.title),
        "instance": address,
        "request_id": REQUEST_ID.example,
    }
