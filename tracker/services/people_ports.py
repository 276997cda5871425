"""What the people service needs from adapters, which satisfy these by shape."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from tracker.domain.people import Role, User, WebSession


class Passwords(Protocol):
    """How passwords are kept: as slow hashes that say how they were made."""

    def hash(self, password: str) -> str:
        """The hash to keep of a new password."""

    def matches(self, password_hash: str, password: str) -> bool:
        """Whether this is the password that was hashed."""

    def is_outdated(self, password_hash: str) -> bool:
        """Whether a hash was made in a way that is no longer used for new ones."""

    def is_guessable(self, password: str, words: Sequence[str]) -> bool:
        """Whether a password is among those that are tried first, by somebody who knows these words."""


class PeopleStore(Protocol):
    """Users. Each method is one transaction, its entry of the audit trail included.

    `actor` is who does it. All raise NotFoundError for a name that nobody has.
    """

    def user(self, name: str) -> User | None:
        """The user of this name, if there is one."""

    def users(self) -> list[User]:
        """All users, by name."""

    def add_user(self, name: str, password_hash: str, role: Role, *, actor: str, only_first: bool) -> bool:
        """Add a user. Raises NameTakenError.

        With `only_first`, only where there is no user yet; whether one was added.
        """

    def set_role(self, name: str, role: Role, *, actor: str) -> None:
        """Raises LastAdminError."""

    def disable(self, name: str, *, actor: str) -> None:
        """Let a user sign in no more, and end all sessions. Raises LastAdminError."""

    def enable(self, name: str, *, actor: str) -> None:
        """Let a user sign in again."""

    def set_password(
        self, name: str, password_hash: str, *, actor: str, instead_of: str | None, keep: str | None
    ) -> bool:
        """Change a password and end all sessions but the one whose id is `keep`.

        With `instead_of`, only while that is the hash that is stored; whether it was changed.
        """

    def renew_hash(self, name: str, password_hash: str, *, instead_of: str) -> None:
        """Keep another hash of the same password, unless the stored one has changed meanwhile."""


class SessionStore(Protocol):
    """Sessions of people who signed in with a browser. Each method is one transaction, as above."""

    def open_session(self, session: WebSession, *, password_hash: str) -> bool:
        """Keep a new session, if its user is active and has this hash still; whether that is so."""

    def session(self, session_id: str) -> tuple[WebSession, User] | None:
        """A session, whether or not it still works, and whose it is."""

    def touch_session(self, session_id: str, at: datetime) -> None:
        """Note that a session is in use. May be left out where that would have to wait for another write."""

    def sessions(self, name: str) -> list[WebSession]:
        """All sessions of a user that were not revoked, newest first."""

    def revoke_session(self, name: str, session_id: str, *, actor: str, action: str) -> None:
        """End one session of a user; `action` says how. Raises NotFoundError where it is none of theirs."""

    def revoke_sessions(self, name: str, *, actor: str, keep: str | None) -> int:
        """End all sessions of a user but the one whose id is `keep`; how many."""


class AttemptLedger(Protocol):
    """Who tried to sign in of late, from where: shared by all processes that serve."""

    def begin(self, name: str, address: str) -> int:
        """Count one more attempt as failed and return its number.

        Raises TooManyAttemptsError, and counts nothing, where it comes too soon after those before.
        """

    def succeed(self, attempt: int) -> None:
        """Say that this attempt succeeded after all."""
