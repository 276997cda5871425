"""The blueprint of `/api/v1`: routes, and who may call them."""

from typing import Final

from flask import Blueprint, Response, request

from tracker.api.calls import Calls
from tracker.api.desk import ApiDesk
from tracker.api.problems import ProblemError, ProblemKind, answer_with_problems
from tracker.api.representation import API
from tracker.api.requests import RANGE
from tracker.api.tokens import READ, has_token_shape

_REALM: Final = 'Bearer realm="counterclaim"'
_OPEN: Final = frozenset({"api.openapi"})
"""Endpoints that need no token. Everything else does, calls to come included."""

_PARAMETERS: Final = {"api.comparison": frozenset({RANGE})}
"""The query parameters of those calls that take any."""


def make_blueprint(desk: ApiDesk) -> Blueprint:
    """The API as a blueprint, to be registered without a prefix of its own."""
    blueprint = Blueprint("api", __name__, url_prefix=API)
    calls = Calls(desk)
    blueprint.add_url_rule("/search", "search", calls.search, methods=["POST"])
    blueprint.add_url_rule("/statements/<statement_id>", "statement", calls.statement)
    blueprint.add_url_rule("/events/<event_id>", "event", calls.event)
    blueprint.add_url_rule("/events/<event_id>/comparison", "comparison", calls.comparison)
    # A caller's id may hold slashes, an address for one.
    blueprint.add_url_rule("/documents/<path:document_id>", "document", calls.document)
    blueprint.add_url_rule("/openapi.json", "openapi", calls.openapi)
    blueprint.before_request(lambda: _require_token(desk))
    blueprint.before_request(_refuse_parameters)
    blueprint.after_request(_keep_private)
    answer_with_problems(blueprint, "/api")
    return blueprint


def _require_token(desk: ApiDesk) -> None:
    if request.endpoint in _OPEN:
        return
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        detail = "send a token: Authorization: Bearer cc_…"
        raise ProblemError(ProblemKind.UNAUTHENTICATED, detail, headers={"WWW-Authenticate": _REALM})
    text = text.strip()
    token = desk.authenticate(text) if has_token_shape(text) else None
    if token is None:
        headers = {"WWW-Authenticate": f'{_REALM}, error="invalid_token"'}
        detail = "the token is unknown, revoked or expired"
        raise ProblemError(ProblemKind.UNAUTHENTICATED, detail, headers=headers)
    if not token.allows(READ):
        headers = {"WWW-Authenticate": f'{_REALM}, error="insufficient_scope", scope="{READ}"'}
        detail = f"the token {token.name!r} lacks the scope {READ}"
        raise ProblemError(ProblemKind.SCOPE_MISSING, detail, headers=headers)


def _refuse_parameters() -> None:
    # One that was ignored would mislead whoever sent it.
    unknown = sorted(set(request.args) - _PARAMETERS.get(request.endpoint or "", frozenset()))
    if unknown:
        errors = [{"parameter": name, "detail": "this call takes no such parameter"} for name in unknown]
        raise ProblemError(ProblemKind.NOT_VALID, f"unknown parameters: {', '.join(unknown)}", errors=errors)


def _keep_private(response: Response) -> Response:
    if request.endpoint not in _OPEN:
        response.headers["Cache-Control"] = "no-store"
    return response
