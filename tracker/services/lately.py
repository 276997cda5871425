"""Answers that are dear to work out and may be a few seconds old."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Lately(Generic[Answer]):
    """Asks at most once in so many seconds, and gives the same answer in between. May be shared by threads.

    An error is not kept: whoever asks next asks anew.
    """

    def __init__(
        self, ask: Callable[[], Answer], seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask = ask
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: tuple[float, Answer] | None = None

    def __call__(self) -> Answer:
        """The answer, not older than that."""
        with self._lock:
            now = self._clock()
            if self._kept is None or now - self._kept[0] >= self._seconds:
                self._kept = (now, self._ask())
            return self._kept[1]
