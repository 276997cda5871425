"""What the documentation page shows: the same operations as the description, put into words and tables."""

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tracker.api.openapi import address_of, describe
from tracker.api.operation import TAGS, Operation
from tracker.api.problems import ProblemKind

_REFERENCE: Final = "#/components/schemas/"
_BOUNDS: Final = (
    ("minimum", "at least {}"),
    ("maximum", "at most {}"),
    ("minLength", "at least {} characters"),
    ("maxLength", "at most {} characters"),
    ("maxItems", "at most {} values"),
    ("default", "default {}"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter, header or member: its name, what it may be (and the objects named there), its meaning."""

    name: str
    kind: str
    objects: tuple[str, ...]
    note: str
    is_required: bool
    where: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with one status; `body` is an example of it, empty where there is none."""

    status: str
    description: str
    objects: tuple[str, ...]
    headers: tuple[Row, ...]
    body: str
    is_problem: bool


@dataclass(frozen=True, slots=True)
class CallShown:
    """One call as the page shows it."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Row, ...]
    body: tuple[str, ...]
    examples: tuple[tuple[str, str], ...]
    command: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """The calls of one tag."""

    name: str
    about: str
    calls: tuple[CallShown, ...]


@dataclass(frozen=True, slots=True)
class ObjectShown:
    """An object that calls take or answer, and its members; or, without members, the words that it may be."""

    name: str
    about: str
    members: tuple[Row, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """The whole page."""

    version: str
    chapters: tuple[Chapter, ...]
    objects: tuple[ObjectShown, ...]
    problems: tuple[ProblemKind, ...]


def reference(operations: Sequence[Operation]) -> Reference:
    """The page for these operations."""
    document = describe(operations)
    chapters = tuple(
        Chapter(
            name=str(tag),
            about=about,
            calls=tuple(_call(one, document) for one in operations if one.tag is tag),
        )
        for tag, about in TAGS.items()
        if any(one.tag is tag for one in operations)
    )
    schemas = document["components"]["schemas"]
    return Reference(
        version=document["info"]["version"],
        chapters=chapters,
        objects=tuple(_object(name, schemas[name]) for name in sorted(schemas)),
        problems=tuple(ProblemKind),
    )


def _call(operation: Operation, document: Mapping[str, Any]) -> CallShown:
    described = document["paths"][address_of(operation)][operation.method.lower()]
    content = described.get("requestBody", {}).get("content", {}).get("application/json", {})
    examples = [(name, one["value"]) for name, one in content.get("examples", {}).items()]
    return CallShown(
        name=operation.name,
        method=operation.method,
        path=address_of(operation),
        summary=operation.summary,
        description=described["description"],
        parameters=tuple(_parameter(one) for one in described.get("parameters", ())),
        body=_objects(content.get("schema", {})),
        examples=tuple((name, _written(value)) for name, value in examples),
        command=_command(operation, examples[0][1] if examples else None),
        answers=tuple(_answer(status, one) for status, one in described["responses"].items()),
    )


def _command(operation: Operation, body: object) -> str:
    """How the call is made with curl."""
    path = address_of(operation)
    for one in operation.ids:
        path = path.replace(f"{{{one.name}}}", one.example)
    words = ["curl"]
    if operation.method != "GET":
        words += ["-X", operation.method]
    words.append(f'"$COUNTERCLAIM{path}"')
    if operation.scope is not None:
        words.append('-H "Authorization: Bearer $TOKEN"')
    words += [f"-H {shlex.quote(f'{one.name}: {one.example}')}" for one in operation.headers if one.required]
    if body is not None:
        words.append("-H 'Content-Type: application/json'")
        words.append(f"-d {shlex.quote(json.dumps(body, ensure_ascii=False))}")
    return " ".join(words)


def _parameter(described: Mapping[str, Any]) -> Row:
    schema = described["schema"]
    return Row(
        name=described["name"],
        kind=_kind(schema),
        objects=_objects(schema),
        note=described["description"],
        is_required=described["required"],
        where=described["in"],
    )


def _answer(status: str, described: Mapping[str, Any]) -> Answer:
    headers = tuple(
        Row(name=name, kind="", objects=(), note=one["description"], is_required=False)
        for name, one in described.get("headers", {}).items()
    )
    content: dict[str, Any] = next(iter(described.get("content", {}).values()), {})
    examples = [one["value"] for one in content.get("examples", {}).values()]
    example = content.get("example", examples[0] if examples else None)
    return Answer(
        status=status,
        description=described["description"],
        objects=_objects(content.get("schema", {})),
        headers=headers,
        body="" if example is None else _written(example),
        is_problem=int(status) >= 400,  # noqa: PLR2004 # where errors begin
    )


def _object(name: str, schema: Mapping[str, Any]) -> ObjectShown:
    required = schema.get("required", ())
    members = tuple(
        Row(
            name=member,
            kind=_kind(described),
            objects=_objects(described),
            note=described.get("description", ""),
            is_required=member in required,
        )
        for member, described in schema.get("properties", {}).items()
    )
    words = tuple(str(one) for one in schema.get("enum", ()))
    return ObjectShown(name=name, about=schema.get("description", ""), members=members, words=words)


def _objects(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the objects that a schema refers to."""
    found: list[str] = []
    waiting: list[Any] = [schema]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            if "$ref" in one:
                found.append(str(one["$ref"]).removeprefix(_REFERENCE))
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return tuple(dict.fromkeys(found))


def _kind(schema: Mapping[str, Any]) -> str:
    """What a value may be, in a few words; objects are left to links."""
    bounds = [words.format(_short(schema[name])) for name, words in _BOUNDS if name in schema]
    return ", ".join([_type(schema), *bounds]).strip(", ")


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return ""
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(filter(None, (_type(one) for one in schema["anyOf"]))))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}".removesuffix(" ")
    named = schema.get("format") or schema.get("type") or str(schema.get("const", ""))
    return str(named)


def _short(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
