"""Asking several engines the same questions in turn, and what came of it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Truth = NDArray[np.int64]
Search = Callable[[NDArray[np.float32]], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Engine:
    """Something to search with."""

    search: Search
    elsewhere: Callable[[], float] = lambda: 0.0
    """Seconds of processor time used so far by a server that searches on its behalf."""


@dataclass(frozen=True, slots=True)
class Timed:
    """What one engine did with all queries."""

    recall: float
    clock: tuple[float, float]
    """Median and 95th percentile in milliseconds, by the clock."""
    processor: tuple[float, float]
    """The same of the processor time, of a server's process and ours together: free of what others do."""

    @classmethod
    def of(
        cls, seconds: Sequence[tuple[float, float]], found: Sequence[Sequence[int]], truth: Truth
    ) -> "Timed":
        """From both times of each query, and what it found."""
        right = sum(len(set(one) & set(wanted)) for one, wanted in zip(found, truth.tolist(), strict=True))
        (clock, processor), (clock95, processor95) = np.quantile(seconds, [0.5, 0.95], axis=0) * 1_000
        return cls(right / truth.size, (clock, clock95), (processor, processor95))

    def row(self, name: str, last: str = "") -> str:
        """A row of a table."""
        times = " | ".join(f"{part:.3f}" for part in (*self.clock, *self.processor))
        return f"| {name} | {self.recall:.4f} | {times} | {last} |"

    def times(self, other: "Timed") -> tuple[float, float]:
        """How many times as long the p95 is, by the clock and in processor time."""
        return self.clock[1] / other.clock[1], self.processor[1] / other.processor[1]

    def to(self, other: "Timed") -> str:
        """The same for a table."""
        clock, processor = self.times(other)
        return f"{clock:.1f} / {processor:.1f}"


HEAD = "recall@10 | median, ms | p95, ms | processor, median | processor, p95"


def in_turn(
    queries: NDArray[np.float32], truth: Truth, engines: Sequence[Engine], in_a_row: int | None = None
) -> list[Timed]:
    """Ask every engine the same: so many queries in a row (all, if None), then the next engine the same ones.

    A whole round comes first that does not count.
    """
    for engine in engines:
        for query in queries:
            engine.search(query)
    seconds: list[list[tuple[float, float]]] = [[] for _ in engines]
    found: list[list[Sequence[int]]] = [[] for _ in engines]
    length = in_a_row or len(queries)
    for start in range(0, len(queries), length):
        for engine, times, hits in zip(engines, seconds, found, strict=True):
            for query in queries[start : start + length]:
                elsewhere = engine.elsewhere()
                here, begun = time.thread_time(), time.perf_counter()
                hits.append(engine.search(query))
                clock, here = time.perf_counter() - begun, time.thread_time() - here
                times.append((clock, here + engine.elsewhere() - elsewhere))
    return [Timed.of(*pair, truth) for pair in zip(seconds, found, strict=True)]
