"""One's own account, and for administrators everybody's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask import Blueprint, flash, g, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from tracker.domain.people import (
    LONGEST_NAME,
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    GuessablePasswordError,
    LastAdminError,
    NameTakenError,
    PeopleError,
    Person,
    Right,
    Role,
    TooManyAttemptsError,
    WeakPasswordError,
    WrongPasswordError,
    checked_name,
)
from tracker.services.people import PeopleService, generated_password
from tracker.web.languages import gettext as _
from tracker.web.pages import add_page, show_page
from tracker.web.signing_in import forget_session

_ACCOUNT, _PEOPLE = "people/account.html", "people/people.html"


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One session of the reader; `is_this` is the one that asks."""

    id: str
    begun: datetime
    last_seen: datetime
    expires: datetime
    agent: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class AccountPage:
    """What templates/people/account.html shows.

    `faults` maps a field of the form to one of the faults that the template has words for; `wait` is in
    seconds, 0 where none is needed.
    """

    name: str
    role: Role
    sessions: tuple[OwnSession, ...]
    shortest: int = SHORTEST_PASSWORD
    longest: int = LONGEST_PASSWORD
    faults: Mapping[str, str] = field(default_factory=dict)
    wait: int = 0


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One user as administrators see them. `sessions` is how many of theirs have not ended."""

    name: str
    role: Role
    added: datetime
    disabled: datetime | None
    sessions: int
    is_self: bool


@dataclass(frozen=True, slots=True)
class GivenPassword:
    """A password that was made up just now, to be shown once."""

    name: str
    password: str


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """What templates/people/people.html shows. `faults` as in `AccountPage`; `typed` is the name typed."""

    people: tuple[PersonRow, ...]
    roles: tuple[Role, ...] = tuple(Role)
    longest_name: int = LONGEST_NAME
    typed: str = ""
    chosen: Role = Role.ANALYST
    faults: Mapping[str, str] = field(default_factory=dict)
    given: GivenPassword | None = field(default=None, metadata={"json": False})


def add_account(blueprint: Blueprint, people: PeopleService) -> None:
    """Answer `/account`: one's sessions and password."""

    def page(faults: Mapping[str, str] | None = None, wait: int = 0) -> AccountPage:
        sessions = tuple(
            OwnSession(
                id=row.id,
                begun=row.created_at,
                last_seen=row.last_seen_at,
                expires=row.expires_at,
                agent=row.agent,
                is_this=row.id == g.session_id,
            )
            for row in people.sessions(g.person.name)
        )
        return AccountPage(g.person.name, g.person.role, sessions, faults=faults or {}, wait=wait)

    add_page(blueprint, "/account", "account", _ACCOUNT, page)

    @blueprint.post("/account/password")
    def change_password() -> Response:
        try:
            faults = _change_password(people)
        except TooManyAttemptsError as error:
            return show_page(_ACCOUNT, page(wait=error.retry_after), 429)
        if faults:
            return show_page(_ACCOUNT, page(faults), 400)
        flash(_("Your password has been changed. Your other sessions have ended."), "message")
        return redirect(url_for("pages.account"), code=303)

    @blueprint.post("/account/sessions/end")
    def end_session() -> Response:
        session = request.form.get("session", "")
        people.revoke_session(g.person.name, session, actor=g.person.name)
        if session == g.session_id:
            answer = redirect(url_for("pages.sign_in"), code=303)
            forget_session(answer)
            return answer
        flash(_("That session has ended."), "message")
        return redirect(url_for("pages.account"), code=303)

    @blueprint.post("/account/sessions/end-others")
    def end_other_sessions() -> Response:
        people.revoke_sessions(g.person.name, actor=g.person.name, keep=g.session_id)
        flash(_("All your other sessions have ended."), "message")
        return redirect(url_for("pages.account"), code=303)


def _change_password(people: PeopleService) -> dict[str, str]:
    """Change the reader's password; the faults of the form, by field, where that cannot be."""
    new = request.form.get("new_password", "")
    if new != request.form.get("new_password_again", ""):
        return {"new_password_again": "different"}
    try:
        people.change_password(
            g.person.name,
            request.form.get("old_password", ""),
            new,
            address=request.remote_addr or "",
            keep=g.session_id,
        )
    except GuessablePasswordError:
        return {"new_password": "guessable"}
    except WeakPasswordError:
        return {"new_password": "short" if len(new) < SHORTEST_PASSWORD else "long"}
    except WrongPasswordError:
        return {"old_password": "wrong"}
    return {}


def add_people(blueprint: Blueprint, people: PeopleService) -> None:
    """Answer `/people`: who may sign in, and as what."""

    def page(**changes: object) -> PeoplePage:
        rows = tuple(
            PersonRow(
                name=user.name,
                role=user.role,
                added=user.created_at,
                disabled=user.disabled_at,
                sessions=len(people.sessions(user.name)),
                is_self=user.name == g.person.name,
            )
            for user in people.users()
        )
        return PeoplePage(people=rows, **changes)  # type: ignore[arg-type]

    add_page(blueprint, "/people", "people", _PEOPLE, page)
    _add_adding(blueprint, people, page)
    _add_acts(blueprint, people, page)


def _add_adding(blueprint: Blueprint, people: PeopleService, page: Callable[..., PeoplePage]) -> None:
    def given(name: str, password: str, status: int) -> Response:
        # Shown on the answer itself: after a redirect it would have to be kept somewhere in between.
        answer = show_page(_PEOPLE, page(given=GivenPassword(name, password)), status)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @blueprint.post("/people")
    def add_person() -> Response:
        typed, role = request.form.get("name", ""), _role()
        password = generated_password()
        try:
            name = checked_name(typed)
            people.add_user(name, password, role, actor=g.person.name)
        except NameTakenError:
            return show_page(_PEOPLE, page(typed=typed, chosen=role, faults={"name": "taken"}), 409)
        except PeopleError:
            fault = "empty" if not typed.strip() else "unfit"
            return show_page(_PEOPLE, page(typed=typed, chosen=role, faults={"name": fault}), 400)
        return given(name, password, 201)

    @blueprint.post("/people/password")
    def renew_password() -> Response:
        name, password = request.form.get("name", ""), generated_password()
        people.set_password(name, password, actor=g.person.name)
        return given(name, password, 200)


def _add_acts(blueprint: Blueprint, people: PeopleService, page: Callable[..., PeoplePage]) -> None:
    def done(name: str, message: str) -> Response:
        flash(message, "message")
        # Whoever has just given up the right to see the list is not sent there.
        still = name != g.person.name or _may_still(people, g.person)
        return redirect(url_for("pages.people") if still else f"{request.script_root}/", code=303)

    def refused(name: str) -> Response:
        return show_page(_PEOPLE, page(faults={name: "last_admin"}), 409)

    @blueprint.post("/people/role")
    def set_role() -> Response:
        name = request.form.get("name", "")
        try:
            people.set_role(name, _role(), actor=g.person.name)
        except LastAdminError:
            return refused(name)
        return done(name, _("The role of %(name)s has been changed.", name=name))

    @blueprint.post("/people/disable")
    def disable_person() -> Response:
        name = request.form.get("name", "")
        try:
            people.disable(name, actor=g.person.name)
        except LastAdminError:
            return refused(name)
        return done(name, _("%(name)s can no longer sign in, and all their sessions have ended.", name=name))

    @blueprint.post("/people/enable")
    def enable_person() -> Response:
        name = request.form.get("name", "")
        people.enable(name, actor=g.person.name)
        return done(name, _("%(name)s can sign in again.", name=name))

    @blueprint.post("/people/end-sessions")
    def end_sessions() -> Response:
        name = request.form.get("name", "")
        people.revoke_sessions(name, actor=g.person.name, keep=g.session_id)
        return done(name, _("All sessions of %(name)s have ended.", name=name))


def _role() -> Role:
    try:
        return Role(request.form.get("role", ""))
    except ValueError as error:
        raise BadRequest("there is no such role") from error


def _may_still(people: PeopleService, person: Person) -> bool:
    return any(
        user.name == person.name and user.is_active and user.role.allows(Right.ADMINISTER)
        for user in people.users()
    )
