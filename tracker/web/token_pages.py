"""Tokens of the API, for administrators: made, shown once, and revoked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from flask import Blueprint, flash, g, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from tracker.domain.tokens import LONGEST_LIFE, LONGEST_NAME, ApiToken, Scope, TokenError, checked_token_name
from tracker.services.tokens import TokenService
from tracker.web.languages import gettext as _
from tracker.web.pages import add_page, show_page
from tracker.web.reading_room import ReadingRoom

_TEMPLATE = "people/tokens.html"
_DAYS = "90"
"""For how long a token works where nobody says otherwise: one that was forgotten does not work for ever."""


class TokenState(StrEnum):
    """Whether a token can be used."""

    WORKS = "works"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as administrators see it. Its secret is known to nobody here."""

    id: str
    name: str
    scope: str
    state: TokenState
    made: datetime
    expires: datetime | None
    used: datetime | None
    revoked: datetime | None


@dataclass(frozen=True, slots=True)
class GivenToken:
    """A token that was made just now, to be shown once."""

    name: str
    token: str


@dataclass(frozen=True, slots=True)
class TokensPage:
    """What templates/people/tokens.html shows.

    `faults` maps a field of the form to one of the faults that the template has words for; `name`, `chosen`
    and `expires` are what was typed.
    """

    tokens: tuple[TokenRow, ...]
    scopes: tuple[Scope, ...] = tuple(Scope)
    longest_name: int = LONGEST_NAME
    longest_life: int = LONGEST_LIFE
    name: str = ""
    chosen: Scope = Scope.READ
    expires: str = _DAYS
    faults: Mapping[str, str] = field(default_factory=dict)
    given: GivenToken | None = field(default=None, metadata={"json": False})


def add_token_pages(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer `/tokens`: which there are, and a form for a new one."""
    tokens = room.tokens

    def page(**changes: object) -> TokensPage:
        now = tokens.clock.now()
        rows = tuple(_row(one, now) for one in reversed(tokens.tokens()))
        return TokensPage(tokens=rows, **changes)  # type: ignore[arg-type]

    add_page(blueprint, "/tokens", "tokens", _TEMPLATE, page)

    @blueprint.post("/tokens")
    def add_token() -> Response:
        return _add(tokens, page)

    @blueprint.post("/tokens/revoke")
    def revoke_token() -> Response:
        revoked = tokens.revoke(request.form.get("id", ""), actor=g.person.name)
        flash(_("The token %(name)s no longer works.", name=revoked.name), "message")
        return redirect(url_for("pages.tokens"), code=303)


def _add(tokens: TokenService, page: Callable[..., TokensPage]) -> Response:
    name, expires, scope = request.form.get("name", ""), request.form.get("expires", ""), _scope()
    typed: dict[str, object] = {"name": name, "expires": expires, "chosen": scope}
    try:
        checked_token_name(name)
    except TokenError:
        fault = "unfit" if name.strip() else "empty"
        return show_page(_TEMPLATE, page(**typed, faults={"name": fault}), 400)
    try:
        token, _id = tokens.create(name, scope, actor=g.person.name, expires=expires)
    except TokenError:
        return show_page(_TEMPLATE, page(**typed, faults={"expires": "unfit"}), 400)
    # Shown on the answer itself: after a redirect it would have to be kept somewhere in between.
    answer = show_page(_TEMPLATE, page(given=GivenToken(name.strip(), token)), 201)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _scope() -> Scope:
    try:
        return Scope(request.form.get("scope", ""))
    except ValueError as error:
        raise BadRequest("there is no such scope") from error


def _row(one: ApiToken, now: datetime) -> TokenRow:
    state = TokenState.WORKS if one.works(now) else TokenState.EXPIRED
    return TokenRow(
        id=one.id,
        name=one.name,
        scope=one.scope,
        state=state if one.revoked_at is None else TokenState.REVOKED,
        made=one.created_at,
        expires=one.expires_at,
        used=one.last_used_at,
        revoked=one.revoked_at,
    )
