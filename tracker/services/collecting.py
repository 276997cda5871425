"""Python's collector of garbage, held back while a long text is read."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

LONG = 50_000
"""Code points from which it is worth it: without it some stages took twice as long for a megabyte."""


class _Readers:
    """How many threads read a long text now, and whether the collector worked before the first of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reading = 0
        self._worked = True

    def begin(self) -> None:
        with self._lock:
            if self._reading == 0:
                self._worked = gc.isenabled()
                gc.disable()
            self._reading += 1

    def end(self) -> None:
        with self._lock:
            self._reading -= 1
            if self._reading == 0 and self._worked:
                gc.enable()


_readers = _Readers()


@contextmanager
def nothing_collected(length: int) -> Iterator[None]:
    """Collect no garbage while a text of so many code points is read, if that is long.

    It is read to hundreds of thousands of small objects that are kept to its end and hold one another in no
    circle: the collector looks them through again and again, and finds nothing.
    """
    if length < LONG:
        yield
        return
    _readers.begin()
    try:
        yield
    finally:
        _readers.end()
