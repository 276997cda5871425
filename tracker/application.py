"""The Flask application: blueprints, headers, request ids and error pages."""

import json
import logging
import re
import time
import uuid
from pathlib import Path

from flask import Blueprint, Flask, Response, g, render_template, request
from flask.sessions import SecureCookieSessionInterface
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound, ServiceUnavailable
from werkzeug.middleware.proxy_fix import ProxyFix

from tracker.domain.errors import (
    IndexDamagedError,
    ModelMismatchError,
    NotFoundError,
    ReadOnlyError,
    SettingsError,
    TrackerError,
)
from tracker.domain.tracing import REQUEST, note
from tracker.services.people import PeopleService
from tracker.web import ReadingRoom, guard, make_blueprint
from tracker.web.cookies import cookie_name
from tracker.web.languages import install as install_languages
from tracker.web.pages import wants_json
from tracker.web.policy_reports import PATH as REPORTS

API_PREFIX = "/api/"
PROBLEM_TYPE = "application/problem+json"

SECURITY_HEADERS = {
    # No page has an inline script, an inline style or a part from elsewhere.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        f"font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; report-uri {REPORTS}"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # The outlets that a reader goes on to learn nothing of what was read here.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"

REQUEST_ID = "X-Request-Id"

ON_A_REPLICA = "This server answers from a replica and takes nothing in: sign in at the one that does."
_ACCEPTED_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

_OFTEN = frozenset({"pages.static", "operations.liveness", "operations.readiness", "operations.metrics"})
"""Endpoints whose requests are logged for those who ask for every detail."""

_logger = logging.getLogger("tracker.requests")


class _Cookies(SecureCookieSessionInterface):
    """The cookie of messages for the next page goes over TLS alone where the page came that way."""

    def get_cookie_name(self, app: Flask) -> str:
        return cookie_name(super().get_cookie_name(app))

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 # Flask's signature
        return request.is_secure


def create_application(
    reading_room: ReadingRoom,
    *,
    people: PeopleService,
    api_blueprint: Blueprint | None,
    templates: Path,
    secret_key: str,
    operations_blueprint: Blueprint | None = None,
    trusted_proxies: int = 0,
) -> Flask:
    """Put the pages and, where given, the API and the operators' probes together.

    `people` says who may sign in; every page but the sign-in page is for those who have. `templates` is the
    folder of the Jinja templates. `g.request_id` holds the id of the request for whoever answers it. An API
    blueprint answers for its own errors; without one, paths under /api/ are answered here, as problem
    details. What the last `trusted_proxies` before the server say of who asks is believed, and nobody else.
    Raises SettingsError for an empty key or a folder without templates.
    """
    if not secret_key:
        raise SettingsError("TRACKER_SECRET_KEY is empty: it signs sessions and must be set")
    if not (templates / "base.html").is_file():
        raise SettingsError(f"{templates}: no page templates there (base.html is missing)")
    application = Flask("tracker", static_folder=None, template_folder=str(templates.resolve()))
    application.config.update(
        SECRET_KEY=secret_key, SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_HTTPONLY=True
    )
    application.session_interface = _Cookies()
    application.jinja_options = {
        "undefined": StrictUndefined,
        "autoescape": True,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    install_languages(application.jinja_env)
    if trusted_proxies:
        behind = ProxyFix(application.wsgi_app, x_for=trusted_proxies, x_proto=trusted_proxies)
        application.wsgi_app = behind  # type: ignore[method-assign]
    application.before_request(_take_request_id)
    # What is registered first is done last.
    application.after_request(_log)
    application.after_request(_set_headers)
    application.teardown_request(_forget_request)
    _answer_errors(application)
    application.register_blueprint(make_blueprint(reading_room, people))
    for blueprint in (api_blueprint, operations_blueprint):
        if blueprint is not None:
            application.register_blueprint(blueprint)
    guard(application, people)
    return application


def _take_request_id() -> None:
    """Keep the caller's request id if it is a plain word, so that it cannot forge a line of a log."""
    given = request.headers.get(REQUEST_ID, "")
    g.request_id = given if _ACCEPTED_REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    g.began = time.perf_counter()
    REQUEST.set(g.request_id)


def _log(response: Response) -> Response:
    """A line for each request: the rule and not the path, and no query: what somebody reads is theirs."""
    person, token = g.get("person"), g.get("token_id")
    note(
        _logger,
        logging.DEBUG if request.endpoint in _OFTEN else logging.INFO,
        "request",
        method=request.method if request.method.isalpha() else "?",
        route=request.url_rule.rule if request.url_rule is not None else "unknown",
        status=response.status_code,
        ms=round((time.perf_counter() - g.began) * 1000, 1),
        **({"who": person.name} if person is not None else {"who": f"token {token}"} if token else {}),
    )
    return response


def _forget_request(_error: BaseException | None) -> None:
    REQUEST.set("")


def _set_headers(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "pages.static":
        response.headers.setdefault("Cache-Control", "private, no-cache")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
    response.headers[REQUEST_ID] = g.request_id
    return response


def _answer_errors(application: Flask) -> None:
    """Register handlers by class and not by code, so that those of a blueprint come before them."""

    @application.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        if isinstance(error, InternalServerError) and error.original_exception is not None:
            application.logger.error("request %s failed", g.request_id)
        return _answer(error)

    @application.errorhandler(NotFoundError)
    def not_found(error: NotFoundError) -> Response:
        return _answer(NotFound(), message=str(error))

    @application.errorhandler(TrackerError)
    def at_fault(error: TrackerError) -> Response:
        application.logger.error("request %s: %s", g.request_id, error)
        # These two are written for readers. Others may quote a file's path, or an address with a password.
        readable = isinstance(error, (IndexDamagedError, ModelMismatchError))
        message = ON_A_REPLICA if isinstance(error, ReadOnlyError) else str(error) if readable else None
        return _answer(ServiceUnavailable(), message=message)


def _answer(error: HTTPException, *, message: str | None = None) -> Response:
    """An error as a page, or as problem details for the API and JSON twins. Its headers (Allow) are kept."""
    # The reason of an error nobody raised on purpose is for the log, never for the reader.
    response = Response(status=error.code, headers=error.get_headers(request.environ))
    if request.path.startswith(API_PREFIX) or wants_json():
        problem = {
            "type": "about:blank",
            "title": error.name,
            "status": error.code,
            "detail": message or error.description,
            "request_id": g.request_id,
        }
        response.set_data(json.dumps(problem))
        response.content_type = PROBLEM_TYPE
        return response
    response.set_data(
        render_template("errors/error.html", error=error, message=message, request_id=g.request_id)
    )
    response.content_type = "text/html; charset=utf-8"
    return response
