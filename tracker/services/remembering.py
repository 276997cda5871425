"""Answers that were worked out once, kept by all that they depend on, so that none is ever out of date."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Remembered(Generic[Answer]):
    """Answers by key; the least lately used are forgotten first. May be shared by threads.

    A key has to hold everything that its answer follows from. `most` is how much is kept altogether, where
    `weigh` says how much an answer counts: 1, if nothing else is said.
    """

    def __init__(self, most: int, weigh: Callable[[Answer], int] = lambda _: 1) -> None:
        self._most = most
        self._weigh = weigh
        self._kept: OrderedDict[_Key, _Kept[Answer]] = OrderedDict()
        self._weight = 0
        self._lock = threading.Lock()

    def of(self, key: Hashable, work_out: Callable[[], Answer]) -> Answer:
        """The answer that is kept under a key; worked out where there is none."""
        wanted = _Key(key)
        with self._lock:
            kept = self._kept.get(wanted)
            if kept is not None:
                # By the very key that is kept, which is found without comparing what it holds.
                self._kept.move_to_end(kept.key)
                return kept.answer
        # Outside the lock: others need not wait. Two threads may work one answer out, which is the same.
        answer = work_out()
        with self._lock:
            if wanted not in self._kept:
                self._kept[wanted] = _Kept(wanted, answer)
                self._weight += self._weigh(answer)
            while self._weight > self._most and self._kept:
                _, forgotten = self._kept.popitem(last=False)
                self._weight -= self._weigh(forgotten.answer)
        return answer

    def __len__(self) -> int:
        """How many answers are kept."""
        return len(self._kept)


class Same:
    """A part of a key that is one very object, whatever it holds. The key keeps it alive."""

    __slots__ = ("_thing",)

    def __init__(self, thing: object) -> None:
        self._thing = thing

    def __hash__(self) -> int:
        return id(self._thing)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self._thing is other._thing


class _Key:
    """A key that is hashed once: those of whole events are long."""

    __slots__ = ("_hash", "_value")

    def __init__(self, value: Hashable) -> None:
        self._value = value
        self._hash = hash(value)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Key):
            return NotImplemented
        return self._hash == other._hash and bool(self._value == other._value)


@dataclass(frozen=True, slots=True)
class _Kept(Generic[Answer]):
    key: _Key
    answer: Answer
