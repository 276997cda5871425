"""The one shape of every error: RFC 9457, `application/problem+json`."""

import json
from collections.abc import Mapping, Sequence
from enum import Enum
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, current_app, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from tracker.domain.errors import (
    DatabaseError,
    IndexDamagedError,
    ModelMismatchError,
    NotFoundError,
    ReadOnlyError,
)

MEDIA_TYPE: Final = "application/problem+json"
_TYPE_PREFIX: Final = "urn:counterclaim:problem:"


class ProblemKind(Enum):
    """Every kind of problem: its stable name in `type`, its status, and its title."""

    MALFORMED = ("malformed", HTTPStatus.BAD_REQUEST, "The body is no JSON")
    PARAMETER = ("parameter", HTTPStatus.BAD_REQUEST, "A parameter has no such value")
    CURSOR = ("cursor", HTTPStatus.BAD_REQUEST, "This list gave out no such cursor")
    UNAUTHENTICATED = ("unauthenticated", HTTPStatus.UNAUTHORIZED, "A valid token is needed")
    SCOPE_MISSING = ("scope-missing", HTTPStatus.FORBIDDEN, "The token may not do this")
    NOT_FOUND = ("not-found", HTTPStatus.NOT_FOUND, "Nothing is here")
    METHOD_NOT_ALLOWED = ("method-not-allowed", HTTPStatus.METHOD_NOT_ALLOWED, "This path has other methods")
    CONFLICTING = ("conflicting", HTTPStatus.CONFLICT, "It contradicts what is stored or going on")
    PRECONDITION_FAILED = (
        "precondition-failed",
        HTTPStatus.PRECONDITION_FAILED,
        "It has changed since it was read",
    )
    TOO_LARGE = ("too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large")
    URI_TOO_LONG = ("uri-too-long", HTTPStatus.REQUEST_URI_TOO_LONG, "Path and query are too long")
    MEDIA_TYPE = ("media-type", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "This kind of body is not read")
    NOT_VALID = ("not-valid", HTTPStatus.UNPROCESSABLE_ENTITY, "The request is not valid")
    KEY_REUSED = (
        "key-reused",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The Idempotency-Key came with another request before",
    )
    PRECONDITION_REQUIRED = (
        "precondition-required",
        HTTPStatus.PRECONDITION_REQUIRED,
        "Say which version was read",
    )
    TOO_MANY = ("too-many", HTTPStatus.TOO_MANY_REQUESTS, "Too many requests")
    HEADERS_TOO_LARGE = (
        "headers-too-large",
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        "The headers are too large",
    )
    FAILED = ("failed", HTTPStatus.INTERNAL_SERVER_ERROR, "The server failed")
    UNAVAILABLE = ("unavailable", HTTPStatus.SERVICE_UNAVAILABLE, "The server cannot answer now")

    def __init__(self, label: str, status: HTTPStatus, title: str) -> None:
        self.label = label
        self.status = status
        self.title = title

    @property
    def uri(self) -> str:
        """The `type` member: a name that never changes. It is not an address."""
        return _TYPE_PREFIX + self.label


class ProblemError(Exception):
    """Raised in a call to answer with a problem. `errors` lists single faults, each `detail` and where."""

    def __init__(
        self,
        kind: ProblemKind,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


def problem_response(
    kind: ProblemKind,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> Response:
    """A problem as an answer to the present request; `members` are extension members."""
    known = {"type": kind.uri, "title": kind.title, "status": int(kind.status), "detail": detail}
    return _respond({**known, **(members or {})}, kind.status, headers or {})


def _respond(problem: Mapping[str, Any], status: int, headers: Mapping[str, str]) -> Response:
    body = {**problem, "instance": request.path}
    if _request_id():
        body["request_id"] = _request_id()
    # ASCII escapes keep lone surrogates, which a caller can send, out of the encoder's way.
    response = Response(json.dumps(body), status=status, content_type=MEDIA_TYPE)
    response.headers.update(headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def _request_id() -> str:
    return str(g.get("request_id", ""))


def _answer_problem(problem: ProblemError) -> Response:
    members = {"errors": [dict(error) for error in problem.errors]} if problem.errors else {}
    return problem_response(problem.kind, problem.detail, headers=problem.headers, members=members)


def _answer_not_found(error: NotFoundError) -> Response:
    return problem_response(ProblemKind.NOT_FOUND, str(error) or "nothing is stored under this id")


def _answer_unavailable(error: Exception) -> Response:
    current_app.logger.error("request %s: cannot answer %s: %s", _request_id(), request.path, error)
    # A database error may quote an address with a password in it; the other two are written for readers.
    detail = "the database cannot be read" if isinstance(error, DatabaseError) else str(error)
    if isinstance(error, ReadOnlyError):
        detail = "this server answers from a replica and takes nothing in: send it to the one that does"
    return problem_response(ProblemKind.UNAVAILABLE, detail)


def _answer_http_exception(error: HTTPException) -> Response:
    status = error.code or int(HTTPStatus.INTERNAL_SERVER_ERROR)
    headers = {}
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    kind = next((kind for kind in ProblemKind if kind.status == status), None)
    if kind is None:
        # What a status of no kind of ours means is what its number says: RFC 9457 calls that about:blank.
        blank = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
        return _respond({**blank, "detail": error.description or ""}, status, headers)
    return problem_response(kind, error.description or kind.title, headers=headers)


def _answer_failure(error: Exception) -> Response:
    current_app.logger.error("request %s: failed to answer %s", _request_id(), request.path, exc_info=error)
    return problem_response(ProblemKind.FAILED, "an unexpected fault; the server's log says more")


def answer_with_problems(blueprint: Blueprint, *prefixes: str) -> None:
    """Answer every error of a blueprint as a problem, also for paths below `prefixes` that it lacks.

    A blueprint's own error handlers never see that a path or method is unknown, because such a request
    belongs to no blueprint; a hook before all requests does, and leaves the web pages' paths alone.
    """

    def answer_unrouted() -> Response | None:
        unrouted = request.routing_exception
        if unrouted is None or (unrouted.code or 0) < HTTPStatus.BAD_REQUEST:
            return None
        if not any(request.path == prefix or request.path.startswith(f"{prefix}/") for prefix in prefixes):
            return None
        if isinstance(unrouted, NotFound):
            return problem_response(ProblemKind.NOT_FOUND, "no call has this path")
        return _answer_http_exception(unrouted)

    blueprint.before_app_request(answer_unrouted)
    blueprint.register_error_handler(ProblemError, _answer_problem)
    blueprint.register_error_handler(NotFoundError, _answer_not_found)
    for unavailable in (DatabaseError, IndexDamagedError, ModelMismatchError):
        blueprint.register_error_handler(unavailable, _answer_unavailable)
    blueprint.register_error_handler(HTTPException, _answer_http_exception)
    blueprint.register_error_handler(Exception, _answer_failure)
