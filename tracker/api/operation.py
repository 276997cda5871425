"""A call of the API, declared once: its route, its checks and its description all come from this."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeVar

from flask import Request
from pydantic import BaseModel
from werkzeug.wrappers import Response

from tracker.api.desk import ApiDesk
from tracker.api.problems import ProblemKind
from tracker.api.tokens import READ, Token

JSON: Final = "application/json"

Model = TypeVar("Model", bound=BaseModel)


class Tag(StrEnum):
    """The groups in which calls are described; the value is the heading."""

    SEARCH = "Search"
    STATEMENTS = "Statements"
    EVENTS = "Events"
    CONFLICTS = "Conflicts"
    DOCUMENTS = "Documents"
    PARTIES = "Parties"
    EXPORT = "Export"
    TOKENS = "Tokens"
    DESCRIPTION = "Description"
    OPERATING = "Operating"


TAGS: Final[Mapping[Tag, str]] = {
    Tag.SEARCH: "Who has said this, in whatever language, and who contradicts it.",
    Tag.STATEMENTS: "What a party puts forward in a document, tied to its exact words.",
    Tag.EVENTS: "Happenings that statements speak of, and what is contested in them.",
    Tag.CONFLICTS: "Pairs of statements of one event that cannot both be so.",
    Tag.DOCUMENTS: "What was published, kept as it was given.",
    Tag.PARTIES: "Who puts statements forward.",
    Tag.EXPORT: "Everything at once, as JSON Lines.",
    Tag.TOKENS: "The tokens that calls are made with.",
    Tag.DESCRIPTION: "This description.",
    Tag.OPERATING: "What operators ask of a running server. No token needed.",
}


@dataclass(frozen=True, slots=True)
class Header:
    """A header, of a request or an answer. `schema` is a JSON schema."""

    name: str
    description: str
    example: str
    required: bool = False
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})


@dataclass(frozen=True, slots=True)
class PathParameter:
    """An id in a path. One with `slashes` may hold any character; `example` is shown, never asked for."""

    name: str
    description: str
    example: str
    slashes: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Where an answer leads: an operation by name, and from which place of the answer its id is taken.

    `place` is a JSON pointer.
    """

    operation: str
    parameter: str
    place: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What a call answers with one status: in words, and as a model or, without one, as a media type.

    `example` is the body as plain JSON values (or text, for another media type).
    """

    description: str
    model: type[BaseModel] | None = None
    media_type: str = JSON
    headers: tuple[Header, ...] = ()
    example: Any = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler answers: a model (or finished bytes of `media_type`), a status, headers of its own."""

    body: BaseModel | bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = JSON


@dataclass(frozen=True, slots=True)
class Call:
    """One request that has passed every check of its operation.

    `path` holds the ids of its path; `token` is None where none is needed.
    """

    request: Request
    path: Mapping[str, str]
    token: Token | None
    query: BaseModel | None = None
    body: BaseModel | None = None

    def asked(self, model: type[Model]) -> Model:
        """The query parameters, as the operation's `query` model. Raises TypeError for another model."""
        return _of(self.query, model)

    def sent(self, model: type[Model]) -> Model:
        """The body, as the operation's `body` model. Raises TypeError for another model."""
        return _of(self.body, model)


Handler = Callable[[ApiDesk, Call], Reply | Response]
"""Answers a call. What it raises (ProblemError, NotFoundError, ...) is answered as a problem."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A call. From this one declaration follow its route, who may call it, what it refuses, its description.

    `path` stands below `API`, its ids in braces: "/events/{event_id}/comparison". `query` is a model with a
    field for each query parameter (a tuple for one that may be repeated); parameters that it lacks are
    refused. `answers` says for each good status what is answered; `problems` lists kinds of problem beyond
    those that follow from the rest (see `all_problems`). `scope` None needs no token. A GET has an ETag and
    answers If-None-Match, unless `tagged` is False. `limit` is the most bytes that its body may have.
    """

    name: str
    method: str
    path: str
    tag: Tag
    summary: str
    handler: Handler
    answers: Mapping[int, Answered]
    description: str = ""
    scope: str | None = READ
    ids: tuple[PathParameter, ...] = ()
    query: type[BaseModel] | None = None
    headers: tuple[Header, ...] = ()
    body: type[BaseModel] | None = None
    body_examples: Mapping[str, Any] = field(default_factory=dict)
    limit: int = 1_000_000
    problems: tuple[ProblemKind, ...] = ()
    tagged: bool = True
    root: bool = False  # it stands at the root of the server, not below `API`

    @property
    def has_tag(self) -> bool:
        """Whether its answers carry an ETag."""
        return self.method == "GET" and self.tagged

    @property
    def all_problems(self) -> tuple[ProblemKind, ...]:
        """Every kind of problem that it may answer, by status."""
        kinds = {ProblemKind.FAILED, *self.problems}
        if not self.root:
            # Unknown parameters; and what the server itself refuses.
            kinds |= {ProblemKind.NOT_VALID, ProblemKind.URI_TOO_LONG, ProblemKind.HEADERS_TOO_LARGE}
        if self.scope is not None:
            kinds |= {ProblemKind.UNAUTHENTICATED, ProblemKind.SCOPE_MISSING, ProblemKind.TOO_MANY}
            kinds.add(ProblemKind.UNAVAILABLE)
        if self.query is not None and self.query.model_fields:
            kinds.add(ProblemKind.PARAMETER)
        if self.ids:
            kinds.add(ProblemKind.NOT_FOUND)
        if self.body is not None:
            kinds |= {ProblemKind.MALFORMED, ProblemKind.TOO_LARGE, ProblemKind.MEDIA_TYPE}
        return tuple(sorted(kinds, key=lambda kind: (kind.status, kind.label)))


def _of(value: BaseModel | None, model: type[Model]) -> Model:
    if not isinstance(value, model):
        raise TypeError(f"the operation declares no {model.__name__}")
    return value
