"""People who sign in: who they are, what they may do, and the rules of names, passwords and sessions."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tracker.domain.errors import TrackerError
from tracker.domain.tokens import ACTOR_PREFIX

FIRST_ADMIN = "admin"
"""The name under which the first run signs somebody in."""

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
LONGEST_NAME = 64
LONGEST_AGENT = 160
"""Characters kept of how a browser names itself."""

SESSION_LIFE = timedelta(hours=12)
"""A session ends this long after its beginning, however busy it is."""

IDLE_LIFE = timedelta(hours=2)
"""A session that was not used for this long has ended."""


class Right(StrEnum):
    """What a person may be allowed to do."""

    READ = "read"
    REVIEW = "review"
    INGEST = "ingest"
    ADMINISTER = "administer"


class Role(StrEnum):
    """What a person is here for; each role may do all that the one before may."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    ADMIN = "admin"

    def allows(self, right: Right) -> bool:
        """Whether whoever has this role may do this."""
        return right in _RIGHTS[self]


_RIGHTS = {
    Role.VIEWER: frozenset({Right.READ}),
    Role.ANALYST: frozenset({Right.READ, Right.REVIEW, Right.INGEST}),
    Role.ADMIN: frozenset(Right),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in."""

    name: str
    role: Role

    def may(self, right: Right) -> bool:
        """Whether this person may do this."""
        return self.role.allows(right)


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in, or could until `disabled_at`. The hash never leaves for a page."""

    name: str
    password_hash: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        """Whether this user may sign in."""
        return self.disabled_at is None


@dataclass(frozen=True, slots=True)
class WebSession:
    """One sign-in of one browser. `id` is the SHA-256 of its token, which is stored nowhere."""

    id: str
    user: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    agent: str
    revoked_at: datetime | None = None

    def works(self, at: datetime) -> bool:
        """Whether it is neither revoked, nor past its end, nor left idle for too long, at a time."""
        return self.revoked_at is None and at < self.expires_at and at < self.last_seen_at + IDLE_LIFE


class PeopleError(TrackerError):
    """Something about people was asked for that cannot be."""


class NameTakenError(PeopleError):
    """There is already a user of that name."""


class LastAdminError(PeopleError):
    """Nobody would be left who may administer."""


class WeakPasswordError(PeopleError):
    """A new password is too short or too long."""


class GuessablePasswordError(WeakPasswordError):
    """A new password is one of those that are tried first: common words, names, rows of keys."""


class WrongPasswordError(PeopleError):
    """The password that should prove who is asking is not theirs."""


class SignInRefusedError(PeopleError):
    """Name and password do not let anybody in; which of them is at fault is never said."""


class TooManyAttemptsError(PeopleError):
    """Too many sign-ins were tried. `retry_after` is how many seconds to wait, at least 1."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many attempts to sign in: try again in {retry_after} s")
        self.retry_after = retry_after


def checked_name(name: str) -> str:
    """A new user's name, without the space around it. Raises PeopleError that says what is wrong.

    What cannot be seen is refused, so that no name can look like another by it.
    """
    name = unicodedata.normalize("NFC", name.strip())
    if not name:
        raise PeopleError("a user's name cannot be empty")
    if len(name) > LONGEST_NAME:
        raise PeopleError(f"a user's name has at most {LONGEST_NAME} characters, this one {len(name)}")
    if any(unicodedata.category(character)[0] == "C" for character in name):
        raise PeopleError("a user's name has no control or invisible characters")
    if name.casefold().startswith(ACTOR_PREFIX):
        raise PeopleError(f"a user's name does not begin with {ACTOR_PREFIX}: that is how tokens act")
    return name


def check_new_password(password: str) -> None:
    """Raises WeakPasswordError for a password that is too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise WeakPasswordError(
            f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters, this one {len(password)}"
        )


def active_admins(users: Iterable[User]) -> int:
    """How many of these users may administer."""
    return sum(user.is_active and user.role is Role.ADMIN for user in users)


def shortened_agent(agent: str) -> str:
    """How a browser names itself, on one line and no longer than is kept."""
    printable = "".join(character if character.isprintable() else " " for character in agent)
    return " ".join(printable.split())[:LONGEST_AGENT]


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait after failures: not at all for the first few, then twice as long each time.

    `window` is for how long a failure counts.
    """

    free: int
    window: timedelta
    first: timedelta = timedelta(seconds=5)
    longest: timedelta = timedelta(minutes=15)

    def wait(self, failures: int) -> timedelta:
        """How long after the last of these failures the next attempt may come."""
        beyond = failures - self.free
        if beyond < 0:
            return timedelta(0)
        # The power is bounded first: nobody needs a number of a thousand digits.
        return min(self.longest, self.first * (1 << min(beyond, 20)))


BACKOFF_OF_A_NAME = Backoff(free=5, window=timedelta(hours=12))
"""For one name from one address; a success forgets the failures before it."""

BACKOFF_OF_AN_ADDRESS = Backoff(free=20, window=timedelta(hours=1))
"""For one address whatever the names, which several people may share; a success forgets nothing."""
