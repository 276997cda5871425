"""Forms that only our own pages can send: against requests forged by other sites.

Every form holds a token that follows from the session (before signing in: from a signed cookie) and the
program's key. Beside it, browsers say from where a request comes, which is believed where it is said.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from flask import Response, current_app, g, request
from markupsafe import Markup
from werkzeug.exceptions import RequestEntityTooLarge

from tracker.web.cookies import cookie_name

FIELD: Final = "csrf_token"
HEADER: Final = "X-CSRF-Token"
VISITOR_COOKIE: Final = "counterclaim_visitor"

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""

EXEMPT: Final = frozenset({"pages.policy_report"})
"""Endpoints that take unsafe requests from anywhere; they change nothing and read no cookie."""

WITHOUT_TOKEN: Final = frozenset({"pages.language"})
"""Endpoints whose forms need no token, so that an old page of ours may send them; no other site may."""

LARGEST_FORM: Final = 2 * 1024 * 1024
"""Bytes of a form, unless its endpoint stands below."""

LARGEST_UPLOAD: Final = 256 * 1024 * 1024
"""Bytes of all files of one upload together."""

LARGEST_BODIES: Final[dict[str, int]] = {
    "pages.policy_report": 16 * 1024,
    "pages.add_files": LARGEST_UPLOAD,
}
"""Bytes that the body of a request may have, by endpoint, where that differs."""


@dataclass(frozen=True, slots=True)
class Typed:
    """One field of a form as it was sent."""

    name: str
    value: str


def csrf_token() -> str:
    """The token that a form of this reader has to send back, also for scripts (`X-CSRF-Token`)."""
    session: str | None = g.get("session_token")
    if session is not None:
        return _keyed("session form", session)
    return _keyed("visitor form", _visitor())


def csrf_field() -> Markup:
    """The hidden field that every form with method post has to hold."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, csrf_token())


def limit_body() -> None:
    """Refuse bodies that are too large, before anything reads them."""
    most = LARGEST_BODIES.get(request.endpoint or "", LARGEST_FORM)
    request.max_content_length = most
    # Files go to the disk; what is typed has to fit into memory.
    request.max_form_memory_size = min(most, LARGEST_FORM)


def comes_from_elsewhere() -> bool:
    """Whether the browser says that another site made this request."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        # "none": the reader's own doing, such as sending a form once more from the address bar.
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is not None and not _is_own(origin)


def comes_from_here() -> bool:
    """Whether the browser says that one of our own pages made this request."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is not None and _is_own(origin)


def has_valid_token() -> bool:
    """Whether a request holds the token of this reader's forms."""
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    return hmac.compare_digest(given.encode("utf-8", "replace"), csrf_token().encode())


def typed_fields() -> tuple[Typed, ...] | None:
    """What was typed, for the reader to send once more: without the token, passwords and files.

    None where it is too much to be shown again.
    """
    request.max_content_length = min(request.max_content_length or LARGEST_FORM, LARGEST_FORM)
    try:
        fields = list(request.form.items(multi=True))
    except RequestEntityTooLarge:
        return None
    return tuple(Typed(name, value) for name, value in fields if name != FIELD and "password" not in name)


def keep_visitor(response: Response) -> Response:
    """Give a visitor who has been shown a form the cookie that goes with it."""
    made: str | None = g.get("new_visitor")
    if made is not None:
        response.set_cookie(
            cookie_name(VISITOR_COOKIE),
            made,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
            path="/",
        )
    return response


def _visitor() -> str:
    """The visitor's cookie, if we have signed it; else a new one, which the answer will set."""
    kept: str | None = g.get("visitor")
    if kept is None:
        kept = request.cookies.get(cookie_name(VISITOR_COOKIE), "")
        random, _, signature = kept.partition(".")
        if not hmac.compare_digest(signature.encode("utf-8", "replace"), _keyed("visitor", random).encode()):
            random = secrets.token_urlsafe(24)
            kept = g.new_visitor = f"{random}.{_keyed('visitor', random)}"
        g.visitor = kept
    return kept


def _keyed(purpose: str, text: str) -> str:
    """A signature of a text for one purpose, in hexadecimal."""
    key = current_app.config["SECRET_KEY"].encode()
    message = f"{purpose}\0{text}".encode("utf-8", "surrogatepass")
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def _is_own(origin: str) -> bool:
    # The scheme is left out: behind a proxy that ends TLS we do not know ours.
    try:
        return bool(origin) and urlsplit(origin).netloc == request.host
    except ValueError:
        return False
