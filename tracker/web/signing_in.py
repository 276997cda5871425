"""Signing in and out, and who is signed in at each request."""

import logging
from dataclasses import dataclass

from flask import Blueprint, Flask, current_app, g, redirect, request
from werkzeug.wrappers import Response

from tracker.domain.people import SESSION_LIFE, SignInRefusedError, TooManyAttemptsError
from tracker.domain.tracing import SECURITY, note
from tracker.services.people import PeopleService
from tracker.web.cookies import cookie_name
from tracker.web.forms import (
    EXEMPT,
    SAFE_METHODS,
    VISITOR_COOKIE,
    WITHOUT_TOKEN,
    comes_from_elsewhere,
    csrf_field,
    csrf_token,
    has_valid_token,
    keep_visitor,
    limit_body,
)
from tracker.web.languages import is_local_path
from tracker.web.pages import show_page
from tracker.web.permissions import OWN_WAYS, PUBLIC, access_to
from tracker.web.refusals import Why, ask_to_sign_in, refuse

SESSION_COOKIE = "counterclaim_session"
_LONGEST_TOKEN = 128
_LONGEST_PATH = 2_000
_TEMPLATE = "people/sign_in.html"
_API = "/api/"
_BEGIN = "pages.begin_session"

_WITHOUT_READER = frozenset({"pages.static", "pages.policy_report"})
"""Endpoints that need not know who asks."""


@dataclass(frozen=True, slots=True)
class SignInPage:
    """What templates/people/sign_in.html shows. `wait` is in seconds, 0 where none is needed.

    `is_outdated`: the form came without the cookie that goes with it.
    """

    name: str = ""
    next: str = ""
    is_refused: bool = False
    is_outdated: bool = False
    wait: int = 0

    @property
    def wait_in_minutes(self) -> int:
        """The wait in minutes, rounded up."""
        return -(-self.wait // 60)


def guard(application: Flask, people: PeopleService) -> None:
    """Let nobody call an endpoint without the right it asks for, nor make others' browsers call it.

    To be called after the blueprints are registered, so that those with ways of their own go first. Sets
    `g.person` (None: nobody), `g.session_token` and `g.session_id`, and gives the templates `csrf_field()`
    and `csrf_token()`.
    """

    def recognise() -> None:
        g.person, g.session_token, g.session_id = None, None, None
        if request.blueprint in OWN_WAYS or request.endpoint in _WITHOUT_READER:
            return
        token = request.cookies.get(cookie_name(SESSION_COOKIE), "")
        if not 0 < len(token) <= _LONGEST_TOKEN:
            return
        found = people.signed_in(token)
        if found is not None:
            g.person, g.session_token, g.session_id = found.person, token, found.session.id

    application.before_request(recognise)
    application.before_request(_check)
    application.after_request(keep_visitor)
    application.jinja_env.globals.update(csrf_field=csrf_field, csrf_token=csrf_token)


def _check() -> Response | None:
    """None where the request may go on."""
    endpoint = request.endpoint
    if request.blueprint in OWN_WAYS or (endpoint is None and request.path.startswith(_API)):
        return None
    limit_body()
    is_checked = request.method not in SAFE_METHODS and endpoint not in EXEMPT
    if is_checked and comes_from_elsewhere():
        return refuse(Why.FROM_ELSEWHERE)
    refusal = _check_right(endpoint)
    if refusal is not None:
        return refusal
    needs_token = is_checked and endpoint is not None and endpoint not in WITHOUT_TOKEN
    if not needs_token or has_valid_token():
        return None
    if endpoint == _BEGIN:
        name, wanted = request.form.get("name", ""), _next(request.form.get("next", ""))
        return _show(SignInPage(name=name, next=wanted, is_outdated=True), 403)
    return refuse(Why.FORM_OUTDATED)


def _check_right(endpoint: str | None) -> Response | None:
    if endpoint is None:
        # There is nothing at this address, or not by this method; only those signed in are told so.
        return ask_to_sign_in() if g.person is None else None
    access = access_to(endpoint)
    if access is PUBLIC:
        return None
    if g.person is None:
        return ask_to_sign_in()
    if access is None:
        current_app.logger.error("no right is named for %s: it is refused", endpoint)
        return refuse(Why.NO_RIGHT)
    return None if g.person.may(access) else refuse(Why.NO_RIGHT, access)


def add_sign_in(blueprint: Blueprint, people: PeopleService) -> None:
    """Answer `/sign-in?next=…` and POST `/sign-out`."""

    @blueprint.get("/sign-in")
    def sign_in() -> Response:
        wanted = _next(request.args.get("next", ""))
        if g.person is not None:
            return redirect(wanted or _home(), code=303)
        return _show(SignInPage(next=wanted), 200)

    @blueprint.post("/sign-in", endpoint="begin_session")
    def begin_session() -> Response:
        name, wanted = request.form.get("name", ""), _next(request.form.get("next", ""))
        try:
            token = people.sign_in(
                name,
                request.form.get("password", ""),
                request.remote_addr or "",
                request.headers.get("User-Agent", ""),
            )
        except SignInRefusedError:
            # Not the name: what is typed there in haste may be the password.
            note(SECURITY, logging.WARNING, "sign-in refused", address=request.remote_addr)
            return _show(SignInPage(name=name, next=wanted, is_refused=True), 400)
        except TooManyAttemptsError as error:
            note(SECURITY, logging.WARNING, "sign-in put off", address=request.remote_addr)
            answer = _show(SignInPage(name=name, next=wanted, wait=error.retry_after), 429)
            answer.headers["Retry-After"] = str(error.retry_after)
            return answer
        if g.session_token is not None:
            people.sign_out(g.session_token)
        note(SECURITY, logging.INFO, "signed in", who=name.strip(), address=request.remote_addr)
        return _begun(token, wanted or _home())

    @blueprint.post("/sign-out")
    def sign_out() -> Response:
        people.sign_out(g.session_token)
        note(SECURITY, logging.INFO, "signed out", who=g.person.name, address=request.remote_addr)
        answer = redirect(f"{request.script_root}/sign-in", code=303)
        forget_session(answer)
        return answer


def forget_session(response: Response) -> None:
    """Take the session's cookie from the browser."""
    name = cookie_name(SESSION_COOKIE)
    response.delete_cookie(name, secure=request.is_secure, httponly=True, samesite="Lax")
    # Browsers heed it over TLS alone: whoever sits down next finds no page of who has left.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def _begun(token: str, path: str) -> Response:
    answer = redirect(path, code=303)
    answer.set_cookie(
        cookie_name(SESSION_COOKIE),
        token,
        max_age=SESSION_LIFE,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    answer.delete_cookie(cookie_name(VISITOR_COOKIE), secure=request.is_secure)
    return answer


def _show(page: SignInPage, status: int) -> Response:
    answer = show_page(_TEMPLATE, page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _next(path: str) -> str:
    """Where to go after signing in; empty where nothing was asked for that lies on this site."""
    return path if len(path) <= _LONGEST_PATH and is_local_path(path) else ""


def _home() -> str:
    return f"{request.script_root}/"
