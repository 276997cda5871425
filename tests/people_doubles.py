"""People held in memory, whose passwords cost nothing to check, and test clients that are signed in."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, g
from flask.testing import FlaskClient

from tracker.domain.errors import NotFoundError
from tracker.domain.people import (
    BACKOFF_OF_A_NAME,
    LastAdminError,
    NameTakenError,
    Role,
    TooManyAttemptsError,
    User,
    WebSession,
    active_admins,
)
from tracker.services.people import PeopleService
from tracker.web.forms import HEADER, SAFE_METHODS, csrf_token
from tracker.web.signing_in import SESSION_COOKIE

START = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
PASSWORD = "the bridge at qasr sidra"  # noqa: S105 # of people who do not exist
NAMES = {Role.VIEWER: "vera", Role.ANALYST: "amal", Role.ADMIN: "adil"}
"""Who has each role in `people_of_every_role`."""


@dataclass
class Watch:
    """A clock that a test sets."""

    time: datetime = START

    def now(self) -> datetime:
        return self.time

    def advance(self, **passed: float) -> None:
        self.time += timedelta(**passed)


@dataclass
class PlainPasswords:
    """Hashes that can be read: `plain:1:<password>`, outdated where the number is not the present one."""

    version: int = 1
    compared: list[str] = field(default_factory=list)

    def hash(self, password: str) -> str:
        return f"plain:{self.version}:{password}"

    def matches(self, password_hash: str, password: str) -> bool:
        self.compared.append(password_hash)
        return password_hash.split(":", 2)[2] == password

    def is_outdated(self, password_hash: str) -> bool:
        return password_hash.split(":", 2)[1] != str(self.version)

    def is_guessable(self, password: str, words: Sequence[str]) -> bool:
        return len(set(password)) == 1 or any(password.strip("0123456789") == word for word in words)


@dataclass
class MemoryPeople:
    """The ports of the people service but passwords, over dictionaries. `acts` stands for the audit."""

    watch: Watch = field(default_factory=Watch)
    accounts: dict[str, User] = field(default_factory=dict)
    kept: dict[str, WebSession] = field(default_factory=dict)
    attempts: list[tuple[str, str, datetime, bool]] = field(default_factory=list)
    acts: list[tuple[str, str, str]] = field(default_factory=list)
    touched: int = 0

    def user(self, name: str) -> User | None:
        return self.accounts.get(name)

    def users(self) -> list[User]:
        return [self.accounts[name] for name in sorted(self.accounts)]

    def add_user(self, name: str, password_hash: str, role: Role, *, actor: str, only_first: bool) -> bool:
        if only_first and self.accounts:
            return False
        if name in self.accounts:
            raise NameTakenError(f"there is already a user named {name}")
        self.accounts[name] = User(name, password_hash, role, self.watch.now())
        self.acts.append((actor, "add_user", name))
        return True

    def set_role(self, name: str, role: Role, *, actor: str) -> None:
        self._replace(self._require(name), actor, "set_role", role=role)

    def disable(self, name: str, *, actor: str) -> None:
        self._replace(self._require(name), actor, "disable_user", disabled_at=self.watch.now())
        self.revoke_sessions(name, actor=actor, keep=None)

    def enable(self, name: str, *, actor: str) -> None:
        self._replace(self._require(name), actor, "enable_user", disabled_at=None)

    def set_password(
        self, name: str, password_hash: str, *, actor: str, instead_of: str | None, keep: str | None
    ) -> bool:
        user = self._require(name)
        if instead_of not in {None, user.password_hash}:
            return False
        self._replace(user, actor, "change_password", password_hash=password_hash)
        self.revoke_sessions(name, actor=actor, keep=keep)
        return True

    def renew_hash(self, name: str, password_hash: str, *, instead_of: str) -> None:
        user = self._require(name)
        if user.password_hash == instead_of:
            self.accounts[name] = replace(user, password_hash=password_hash)

    def open_session(self, session: WebSession, *, password_hash: str) -> bool:
        user = self.accounts.get(session.user)
        if user is None or not user.is_active or user.password_hash != password_hash:
            return False
        self.kept[session.id] = session
        self.acts.append((session.user, "sign_in", session.user))
        return True

    def session(self, session_id: str) -> tuple[WebSession, User] | None:
        session = self.kept.get(session_id)
        return None if session is None else (session, self.accounts[session.user])

    def touch_session(self, session_id: str, at: datetime) -> None:
        self.touched += 1
        self.kept[session_id] = replace(self.kept[session_id], last_seen_at=at)

    def sessions(self, name: str) -> list[WebSession]:
        self._require(name)
        return [row for row in reversed(self.kept.values()) if row.user == name and row.revoked_at is None]

    def revoke_session(self, name: str, session_id: str, *, actor: str, action: str) -> None:
        session = self.kept.get(session_id)
        if session is None or session.user != name:
            raise NotFoundError(f"{name} has no such session")
        if session.revoked_at is None:
            self.kept[session_id] = replace(session, revoked_at=self.watch.now())
            self.acts.append((actor, action, name))

    def revoke_sessions(self, name: str, *, actor: str, keep: str | None) -> int:
        ended = [row for row in self.sessions(name) if row.id != keep]
        for row in ended:
            self.revoke_session(name, row.id, actor=actor, action="revoke_session")
        return len(ended)

    def begin(self, name: str, address: str) -> int:
        now = self.watch.now()
        failures: list[datetime] = []
        for other, place, at, succeeded in self.attempts:
            if (other, place) == (name, address) and at > now - BACKOFF_OF_A_NAME.window:
                failures = [] if succeeded else [*failures, at]
        wait = BACKOFF_OF_A_NAME.wait(len(failures))
        if failures and now < failures[-1] + wait:
            raise TooManyAttemptsError(int((failures[-1] + wait - now).total_seconds()))
        self.attempts.append((name, address, now, False))
        return len(self.attempts) - 1

    def succeed(self, attempt: int) -> None:
        name, address, at, _ = self.attempts[attempt]
        self.attempts[attempt] = (name, address, at, True)

    def _require(self, name: str) -> User:
        if name not in self.accounts:
            raise NotFoundError(f"there is no user named {name}")
        return self.accounts[name]

    def _replace(self, user: User, actor: str, action: str, **changes: Any) -> None:
        changed = {**self.accounts, user.name: replace(user, **changes)}
        if active_admins(self.accounts.values()) and not active_admins(changed.values()):
            raise LastAdminError(f"{user.name} is the last who may administer")
        self.accounts = changed
        self.acts.append((actor, action, user.name))


@dataclass
class Office:
    """The service over people in memory."""

    memory: MemoryPeople = field(default_factory=MemoryPeople)
    passwords: PlainPasswords = field(default_factory=PlainPasswords)
    changed: list[str] = field(default_factory=list)
    people: PeopleService = field(init=False)
    _addresses: Callable[[], int] = field(default_factory=lambda: itertools.count().__next__)

    def __post_init__(self) -> None:
        self.people = PeopleService(
            self.memory, self.memory, self.memory, self.passwords, self.memory.watch, self.changed.append
        )

    @property
    def watch(self) -> Watch:
        return self.memory.watch

    def token_of(self, name: str, agent: str = "a browser of the tests") -> str:
        """Sign in, from an address of its own."""
        return self.people.sign_in(name, PASSWORD, f"198.51.100.{self._addresses() % 250}", agent)


def people_of_every_role() -> Office:
    """One user of each role, see `NAMES`, all with the same password."""
    office = Office()
    for role, name in NAMES.items():
        office.people.add_user(name, PASSWORD, role, actor="the tests")
    return office


class SignedInClient(FlaskClient):
    """A client that holds a session's cookie and sends the token of its forms, as our own pages would."""

    session_token: str | None = None

    def sign_in(self, token: str) -> None:
        self.session_token = token
        self.set_cookie(SESSION_COOKIE, token)

    def open(self, *arguments: Any, **options: Any) -> Any:
        if self.session_token and str(options.get("method", "GET")).upper() not in SAFE_METHODS:
            options["headers"] = {HEADER: self.form_token(), **dict(options.get("headers") or {})}
        return super().open(*arguments, **options)

    def form_token(self) -> str:
        """What `csrf_field()` holds on the pages of this session."""
        with self.application.test_request_context():
            g.session_token = self.session_token
            return csrf_token()


def sign_clients_in(application: Flask, office: Office, role: Role | None) -> None:
    """Let `application.test_client()` be somebody of this role; None: nobody."""
    token = None if role is None else office.token_of(NAMES[role])

    class Client(SignedInClient):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            if token is not None:
                self.sign_in(token)

    application.test_client_class = Client
    application.extensions["office"] = office
