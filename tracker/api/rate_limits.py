"""How many calls a token may make, and an address with tokens that do not work: buckets that fill again.

A bucket holds as many calls as its policy allows a minute and fills evenly. Of each, one number is kept: the
time at which it will be full again (the generic cell rate algorithm), so that there is nothing to refill.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

WINDOW: Final = 60
"""Seconds in which a bucket fills."""

_MOST_KEYS: Final = 10_000
_ROUNDING: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a bucket stands after a call: `left` of `quota` calls, one more in `seconds`.

    A refused call has taken nothing; `retry_after` is in whole seconds, at least 1.
    """

    policy: str
    quota: int
    left: int
    seconds: float
    is_refused: bool = False

    @property
    def retry_after(self) -> int:
        """After how many seconds a refused call would be let through."""
        return max(1, math.ceil(self.seconds))

    @property
    def words(self) -> str:
        """The policy for a reader."""
        return f"{self.quota} a minute"

    def headers(self) -> dict[str, str]:
        """The fields of draft-ietf-httpapi-ratelimit-headers-11."""
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.quota};w={WINDOW}',
            "RateLimit": f'"{self.policy}";r={self.left};t={max(0, math.ceil(self.seconds))}',
        }


class Buckets(Protocol):
    """Keeps for each key the time at which its bucket is full again, in seconds."""

    def update(self, key: str, reckon: Callable[[float], float]) -> None:
        """Replace the time kept for a key, 0 where there is none, with nothing in between."""


class LocalBuckets:
    """Buckets of this process. The keys used last are kept; one forgotten is full again."""

    def __init__(self, most: int = _MOST_KEYS) -> None:
        self._lock = threading.Lock()
        self._full_at: OrderedDict[str, float] = OrderedDict()
        self._most = most

    def update(self, key: str, reckon: Callable[[float], float]) -> None:
        """See `Buckets`."""
        with self._lock:
            self._full_at[key] = reckon(self._full_at.get(key, 0.0))
            self._full_at.move_to_end(key)
            if len(self._full_at) > self._most:
                self._full_at.popitem(last=False)


class RateLimits:
    """The policies in force: calls a minute by the name of the policy; 0 sets no limit."""

    def __init__(
        self,
        quotas: dict[str, int],
        buckets: Buckets | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._quotas = quotas
        self._buckets = buckets or LocalBuckets()
        self._now = now

    def take(self, policy: str, whose: str) -> Standing | None:
        """Take one call out of somebody's bucket; None where nothing limits them."""
        quota = self._quotas.get(policy, 0)
        if not quota:
            return None
        each = WINDOW / quota
        standing = Standing(policy, quota, 0, 0.0)

        def reckon(full_at: float) -> float:
            nonlocal standing
            now = self._now()
            # A clock that was put back must not shut anybody out for longer than a window.
            full_at = min(max(full_at, now), now + WINDOW)
            lacking = full_at + each - now - WINDOW
            if lacking > _ROUNDING:
                standing = Standing(policy, quota, 0, lacking, is_refused=True)
                return full_at
            full_at += each
            left = int((now + WINDOW - full_at) / each + _ROUNDING)
            standing = Standing(policy, quota, left, full_at - now - each * (quota - left - 1))
            return full_at

        self._buckets.update(f"{policy}:{whose}", reckon)
        return standing
