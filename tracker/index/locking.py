"""Many readers or one writer, among the threads of a process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class ReadersWriterLock:
    """Lets any number read at once and a writer alone. A waiting writer goes before new readers."""

    def __init__(self) -> None:
        self._within = _Reading()

    def reading(self) -> "_Reading":
        """Hold off writers. Must not be nested: a writer that waits between the two would stop both."""
        return self._within

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold off everyone else."""
        within = self._within
        with within.changed:
            within.writers_waiting += 1
            try:
                within.changed.wait_for(lambda: not within.writing and not within.readers)
                within.writing = True
            finally:
                within.writers_waiting -= 1
                # Those who let this writer go first may no longer have to, if its waiting was cut short.
                within.changed.notify_all()
        try:
            yield
        finally:
            with within.changed:
                within.writing = False
                within.changed.notify_all()


class _Reading:
    """The block of one reader. The same for all: what there is to know is how many are within."""

    def __init__(self) -> None:
        # Readers take the bare lock, for which no code of Python runs: they do so in every search.
        self._lock = threading.Lock()
        self.changed = threading.Condition(self._lock)
        self.readers = self.writers_waiting = 0
        self.writing = False

    def __enter__(self) -> None:
        with self._lock:
            while self.writing or self.writers_waiting:
                self.changed.wait()
            self.readers += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self.readers -= 1
            if self.writers_waiting and not self.readers:
                self.changed.notify_all()
