"""Bearer tokens of the API: what they look like, what they allow, until when they work."""

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from enum import StrEnum

from tracker.domain.errors import TrackerError

LONGEST_NAME = 64
LONGEST_LIFE = 3_660
"""Days."""

ACTOR_PREFIX = "token:"
"""What the audit trail puts before the name of a token that did something: no person is called so."""


class Scope(StrEnum):
    """What a token may be used for. Ingesting and reviewing imply reading, administering everything."""

    READ = "read"
    INGEST = "ingest"
    REVIEW = "review"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A bearer token, without its secret."""

    id: str
    name: str
    scope: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    def works(self, at: datetime) -> bool:
        """Whether it is neither revoked nor expired at a time."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


class TokenError(TrackerError):
    """A token cannot be made or found as asked for."""


def token_digest(token: str) -> str:
    """What is stored of a token: its SHA-256, which is enough for a secret of 160 random bits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def actor_of(token_name: str) -> str:
    """The name under which the audit trail has what was done with a token."""
    return f"{ACTOR_PREFIX}{token_name}"


def checked_token_name(name: str) -> str:
    """A new token's name, without the space around it. Raises TokenError that says what is wrong."""
    name = unicodedata.normalize("NFC", name.strip())
    if not name:
        raise TokenError("a token's name cannot be empty: say who or what will use it")
    if len(name) > LONGEST_NAME:
        raise TokenError(f"a token's name has at most {LONGEST_NAME} characters, this one {len(name)}")
    if any(unicodedata.category(character)[0] == "C" for character in name):
        raise TokenError("a token's name has no control or invisible characters")
    return name


def expiry_of(written: str, now: datetime) -> datetime:
    """When a token ends: after a number of days, or with a day (YYYY-MM-DD), itself included, in UTC.

    Raises TokenError for anything else, and for what lies in the past or ten years ahead.
    """
    written = written.strip()
    if written.isascii() and written.isdigit() and 1 <= int(written[:9]) <= LONGEST_LIFE:
        return now + timedelta(days=int(written))
    try:
        day = date.fromisoformat(written)
    except ValueError:
        message = (
            f"{written[:40]!r} is neither a number of days (1 to {LONGEST_LIFE:,}) nor a day as YYYY-MM-DD"
        )
        raise TokenError(message) from None
    end = datetime.combine(min(day, date.max - timedelta(days=1)) + timedelta(days=1), time_of_day(), UTC)
    if end <= now:
        raise TokenError(f"{day.isoformat()} has passed: the token would never work")
    if end > now + timedelta(days=LONGEST_LIFE + 1):
        raise TokenError(f"a token works for at most {LONGEST_LIFE:,} days")
    return end
