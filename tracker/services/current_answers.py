"""Answers that stand for as long as nothing that is stored has changed."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

T = TypeVar("T")


class CurrentAnswers:
    """Answers by key, each reckoned once for one state of what is stored. May be shared by threads.

    `state` tells cheaply which state that is: another value says that answers may have changed. At most
    `size` answers are kept, those used last. Of several threads that ask for the same, one reckons.
    """

    def __init__(self, state: Callable[[], Hashable], size: int = 128) -> None:
        self._state = state
        self._size = size
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, tuple[Hashable, object]] = OrderedDict()
        self._turns: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, reckon: Callable[[], T]) -> T:
        """The answer for a key. What `reckon` raises is raised here, and not kept."""
        state = self._state()
        found, answer = self._recall(key, state)
        if found:
            return cast("T", answer)
        with self._lock:
            turn = self._turns.setdefault(key, threading.Lock())
        try:
            with turn:
                found, answer = self._recall(key, state)
                if not found:
                    # What is read after the state was asked for is as new or newer: never older than it.
                    answer = reckon()
                    self._keep(key, state, answer)
        finally:
            with self._lock:
                self._turns.pop(key, None)
        return cast("T", answer)

    def _recall(self, key: Hashable, state: Hashable) -> tuple[bool, object]:
        with self._lock:
            kept = self._answers.get(key)
            if kept is None or kept[0] != state:
                return False, None
            self._answers.move_to_end(key)
            return True, kept[1]

    def _keep(self, key: Hashable, state: Hashable, answer: object) -> None:
        with self._lock:
            self._answers[key] = (state, answer)
            self._answers.move_to_end(key)
            while len(self._answers) > self._size:
                self._answers.popitem(last=False)
