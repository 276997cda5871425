"""Saying no: in words on a page that keeps what was typed, or as problem details on JSON twins."""

import json
import logging
from dataclasses import dataclass
from enum import StrEnum

from flask import Response, g, redirect, request, url_for
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wrappers import Response as AnyResponse

from tracker.domain.people import Right, Role
from tracker.domain.tracing import SECURITY, note
from tracker.web.forms import SAFE_METHODS, Typed, comes_from_here, typed_fields
from tracker.web.pages import show_page, wants_json

PROBLEM_TYPE = "application/problem+json"


class Why(StrEnum):
    """Why a request is refused; the template has words for each."""

    SIGNED_OUT = "signed_out"
    NO_RIGHT = "no_right"
    FROM_ELSEWHERE = "from_elsewhere"
    FORM_OUTDATED = "form_outdated"


_DETAILS = {
    Why.SIGNED_OUT: "sign in first",
    Why.NO_RIGHT: "your role does not allow this",
    Why.FROM_ELSEWHERE: "the request comes from another site",
    Why.FORM_OUTDATED: "the request lacks the token of this session's forms",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What templates/people/refused.html shows.

    `typed` is what the reader may send once more, to `path`; None where there is nothing, or where nobody
    can tell that it was our own page that sent it. `roles` are those that would have been let through.
    """

    why: Why
    path: str
    typed: tuple[Typed, ...] | None
    has_files: bool
    sign_in: str
    roles: tuple[Role, ...] = ()


def ask_to_sign_in() -> AnyResponse:
    """Send somebody who has not signed in to the sign-in page, and from there back again."""
    if wants_json():
        response = _problem(401, Why.SIGNED_OUT)
    elif request.headers.get("HX-Request") == "true":
        # htmx would put the sign-in page where a part of the present page belongs.
        response = Response(status=401, headers={"HX-Redirect": _sign_in_address(_page_of_script())})
    elif request.method in SAFE_METHODS:
        return redirect(_sign_in_address(_this_path()), code=303)
    else:
        response = _page(401, Why.SIGNED_OUT)
    response.headers.setdefault("WWW-Authenticate", 'Cookie realm="counterclaim"')
    return response


def refuse(why: Why, needed: Right | None = None) -> Response:
    """Answer 403, in words. `needed` is the right that this person lacks."""
    person = g.get("person")
    who = {} if person is None else {"who": person.name}
    note(
        SECURITY,
        logging.WARNING,
        "refused",
        why=why.value,
        endpoint=request.endpoint,
        **who,
        address=request.remote_addr,
    )
    return _problem(403, why) if wants_json() else _page(403, why, needed)


def _page(status: int, why: Why, needed: Right | None = None) -> Response:
    can_be_sent_again = why in {Why.SIGNED_OUT, Why.FORM_OUTDATED} and comes_from_here()
    typed = typed_fields() if can_be_sent_again else None
    page = Refusal(
        why=why,
        path=_this_path(),
        typed=typed,
        has_files=typed is not None and bool(request.files),
        sign_in=_sign_in_address(f"{request.script_root}/"),
        roles=tuple(role for role in Role if needed is not None and role.allows(needed)),
    )
    response = show_page("people/refused.html", page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _problem(status: int, why: Why) -> Response:
    problem = {
        "type": f"urn:counterclaim:problem:{why.value.replace('_', '-')}",
        "title": HTTP_STATUS_CODES[status],
        "status": status,
        "detail": _DETAILS[why],
        "request_id": g.get("request_id", ""),
    }
    return Response(json.dumps(problem), status=status, content_type=PROBLEM_TYPE)


def _sign_in_address(path: str) -> str:
    home = f"{request.script_root}/"
    # An argument that is None is left out.
    return url_for("pages.sign_in", next=None if path == home else path)


def _this_path() -> str:
    # Without a query, full_path ends in a question mark.
    return request.script_root + request.full_path.removesuffix("?")


def _page_of_script() -> str:
    """The path of the page on which htmx made this request."""
    given = request.headers.get("HX-Current-URL", "")
    return (
        given.removeprefix(request.host_url.removesuffix("/")) if given.startswith(request.host_url) else "/"
    )
