"""Requests that come twice: what is kept of the first one, and how the second is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from tracker.domain.errors import TrackerError

KEPT_FOR = timedelta(hours=24)
"""How long an answer is kept, to be given again."""

LEASE = timedelta(minutes=5)
"""How long a request counts as being answered, where nobody knows whether its process still lives."""

LONGEST_KEY = 255
"""Characters of a caller's key."""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was given: status, the headers that belong to it, body."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Claim:
    """That a process answers the request of a key, and nobody else does.

    `documents` are those which an earlier attempt, whose process has ended, was about to store: as far as
    they are stored, that was done for this very request.
    """

    token: str
    key: str
    holder: str
    documents: tuple[str, ...] = ()


class KeyReusedError(TrackerError):
    """A caller's key came with another request before."""


class KeyInUseError(TrackerError):
    """The request of this key is being answered just now."""
