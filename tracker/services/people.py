"""People: signing in and out, sessions, and who may do what."""

import hashlib
import ipaddress
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from tracker.domain.errors import NotFoundError
from tracker.domain.people import (
    FIRST_ADMIN,
    LONGEST_PASSWORD,
    SESSION_LIFE,
    GuessablePasswordError,
    PeopleError,
    Person,
    Role,
    SignInRefusedError,
    TooManyAttemptsError,
    User,
    WebSession,
    WrongPasswordError,
    check_new_password,
    checked_name,
    shortened_agent,
)
from tracker.services.people_ports import AttemptLedger, Passwords, PeopleStore, SessionStore
from tracker.services.ports import Clock

_TOKEN_BYTES = 32
_GENERATED_BYTES = 15
_TOUCH_EVERY = timedelta(minutes=1)

_AT_ONCE = 2
"""How many passwords are hashed at the same time in one process: each takes 64 MiB."""

_PATIENCE = 10.0
"""Seconds that a sign-in waits for its turn, then it is sent away: guesses never hold all threads."""

_OBVIOUS = ("counterclaim", "tracker", "admin", "analyst", "viewer", "libya", "tripoli", "benghazi", "sirte")
"""What whoever guesses passwords of this program tries, beside the name of whose it is."""

_SITE_OF_IPV6 = 64
"""Leading bits of an IPv6 address that one site shares: whoever has one address there has them all."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in, and in which session."""

    person: Person
    session: WebSession


class PeopleService:
    """What people do about themselves and each other. Rights are checked by whoever calls.

    `password_changed` is told the name of whoever has a new password. All methods raise DatabaseError.
    """

    def __init__(
        self,
        people: PeopleStore,
        sessions: SessionStore,
        attempts: AttemptLedger,
        passwords: Passwords,
        clock: Clock,
        password_changed: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._people = people
        self._sessions = sessions
        self._attempts = attempts
        self._passwords = passwords
        self._clock = clock
        self._password_changed = password_changed
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._decoy: str | None = None

    def sign_in(self, name: str, password: str, address: str, agent: str) -> str:
        """Begin a session and return its token, which is nowhere else.

        Raises SignInRefusedError, in the same words and time whether there is no such user, the password
        is another, or the user is disabled; TooManyAttemptsError where guesses come too fast.
        """
        user = self._user_named(name)
        attempt = self._attempts.begin(user.name if user else name, site_of(address))
        password_hash = self._hash_to_try(user)
        right = self._matches(password_hash, password)
        if user is None or not right or not user.is_active:
            raise SignInRefusedError("the name or the password is not right")
        if self._passwords.is_outdated(password_hash):
            renewed = self._hash(password)
            self._people.renew_hash(user.name, renewed, instead_of=password_hash)
            password_hash = renewed
        token, now = secrets.token_urlsafe(_TOKEN_BYTES), self._clock.now()
        session = WebSession(
            id=session_id(token),
            user=user.name,
            created_at=now,
            last_seen_at=now,
            expires_at=now + SESSION_LIFE,
            agent=shortened_agent(agent),
        )
        if not self._sessions.open_session(session, password_hash=password_hash):
            raise SignInRefusedError("the name or the password is not right")
        self._attempts.succeed(attempt)
        return token

    def signed_in(self, token: str) -> SignedIn | None:
        """Who holds this token; None once its session has ended, and for any other text."""
        found = self._sessions.session(session_id(token))
        if found is None:
            return None
        session, user = found
        now = self._clock.now()
        if not session.works(now) or not user.is_active:
            return None
        if now - session.last_seen_at >= _TOUCH_EVERY:
            self._sessions.touch_session(session.id, now)
        return SignedIn(Person(user.name, user.role), session)

    def person_of(self, token: str) -> Person | None:
        """Who holds this token, see `signed_in`."""
        found = self.signed_in(token)
        return None if found is None else found.person

    def sign_out(self, token: str) -> None:
        """End the session of this token, if it has not ended."""
        found = self._sessions.session(session_id(token))
        if found is not None:
            session, user = found
            self._sessions.revoke_session(user.name, session.id, actor=user.name, action="sign_out")

    def sessions(self, name: str) -> list[WebSession]:
        """The sessions of a user that still work, newest first. Raises NotFoundError."""
        now = self._clock.now()
        return [session for session in self._sessions.sessions(name) if session.works(now)]

    def revoke_session(self, name: str, session: str, *, actor: str) -> None:
        """End one session of a user, by its id. Raises NotFoundError where it is none of theirs."""
        self._sessions.revoke_session(name, session, actor=actor, action="revoke_session")

    def revoke_sessions(self, name: str, *, actor: str, keep: str | None = None) -> int:
        """End all sessions of a user but the one with the id `keep`; how many. Raises NotFoundError."""
        return self._sessions.revoke_sessions(name, actor=actor, keep=keep)

    def change_password(
        self, name: str, old: str, new: str, *, address: str, keep: str | None = None
    ) -> None:
        """Change one's own password; all sessions end but the one with the id `keep`.

        Raises WeakPasswordError, WrongPasswordError for an old password that is not theirs,
        TooManyAttemptsError where that was guessed too often, NotFoundError.
        """
        self._check_new(new, name)
        user = self._require(name)
        attempt = self._attempts.begin(name, site_of(address))
        if not self._matches(user.password_hash, old):
            raise WrongPasswordError("the old password is another")
        self._attempts.succeed(attempt)
        hashed = self._hash(new)
        if not self._people.set_password(name, hashed, actor=name, instead_of=user.password_hash, keep=keep):
            raise WrongPasswordError("the password was changed meanwhile")
        self._password_changed(name)

    def set_password(self, name: str, new: str, *, actor: str) -> None:
        """Give a user a new password without asking for the old one; all their sessions end.

        Raises WeakPasswordError, NotFoundError.
        """
        self._check_new(new, name)
        self._require(name)
        self._people.set_password(name, self._hash(new), actor=actor, instead_of=None, keep=None)
        self._password_changed(name)

    def add_user(self, name: str, password: str, role: Role, *, actor: str) -> User:
        """Add a user. Raises PeopleError for a name that cannot be one, NameTakenError, WeakPasswordError."""
        name = checked_name(name)
        self._check_new(password, name)
        self._people.add_user(name, self._hash(password), role, actor=actor, only_first=False)
        return self._require(name)

    def add_first_admin(self, *, actor: str) -> str | None:
        """Add `FIRST_ADMIN` where there is no user at all; its password, or None where there are users."""
        if self._people.users():
            return None
        password = generated_password()
        added = self._people.add_user(
            FIRST_ADMIN, self._hash(password), Role.ADMIN, actor=actor, only_first=True
        )
        return password if added else None

    def set_role(self, name: str, role: Role, *, actor: str) -> None:
        """Give a user another role. Raises LastAdminError, NotFoundError."""
        self._people.set_role(name, role, actor=actor)

    def disable(self, name: str, *, actor: str) -> None:
        """Let a user sign in no more, and end all sessions. Raises LastAdminError, NotFoundError."""
        self._people.disable(name, actor=actor)

    def enable(self, name: str, *, actor: str) -> None:
        """Let a user sign in again. Raises NotFoundError."""
        self._people.enable(name, actor=actor)

    def users(self) -> list[User]:
        """All users, by name."""
        return self._people.users()

    def _check_new(self, password: str, name: str) -> None:
        check_new_password(password)
        if self._passwords.is_guessable(password, (name, *_OBVIOUS)):
            raise GuessablePasswordError(
                "a password that others would guess: common words, names or rows of keys; "
                "four words that have nothing to do with each other will do"
            )

    def _user_named(self, name: str) -> User | None:
        """Whoever has this name, as it was typed; None for what can be nobody's."""
        try:
            return self._people.user(checked_name(name))
        except PeopleError:
            return None

    def _require(self, name: str) -> User:
        user = self._people.user(name)
        if user is None:
            raise NotFoundError(f"there is no user named {name}")
        return user

    def _hash_to_try(self, user: User | None) -> str:
        """The hash to compare with: where there is no user, one of a password that nobody has."""
        # Made at the first sign-in whoever it is, so that no later one takes longer for an unknown name.
        if self._decoy is None:
            self._decoy = self._hash(generated_password())
        return self._decoy if user is None else user.password_hash

    def _matches(self, password_hash: str, password: str) -> bool:
        if not self._turns.acquire(timeout=_PATIENCE):
            raise TooManyAttemptsError(int(_PATIENCE))
        try:
            # What is too long for any password is compared by as much of it, and is not right.
            matches = self._passwords.matches(password_hash, password[:LONGEST_PASSWORD])
        finally:
            self._turns.release()
        return matches and len(password) <= LONGEST_PASSWORD

    def _hash(self, password: str) -> str:
        with self._turns:
            return self._passwords.hash(password)


def session_id(token: str) -> str:
    """What is stored of a session's token: its SHA-256, which is enough for a secret of 256 random bits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def generated_password() -> str:
    """A password of 120 random bits, for somebody to change."""
    return secrets.token_urlsafe(_GENERATED_BYTES)


def site_of(address: str) -> str:
    """What attempts are counted by: an IPv4 address, or the network of an IPv6 address."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64] or "unknown"
    if parsed.version == 4:  # noqa: PLR2004 # the version of the protocol
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, _SITE_OF_IPV6), strict=False))
