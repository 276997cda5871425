"""Figures for Prometheus, in a registry of their own: requests, how much is stored, what waits."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from flask import Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from tracker.domain.operating import Vitals
from tracker.services.ports import Library

SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The variable of the environment that names a folder in which processes share their counts."""

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_LATENCIES: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class StoredCounts(Collector):
    """How much is stored, and what waits, counted when asked.

    A database that cannot be read fails the whole scrape.
    """

    def __init__(self, library: Library, vitals: Callable[[], Vitals] | None) -> None:
        self._library = library
        self._vitals = vitals

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One gauge for each kind of thing stored, and for each thing that waits."""
        counts = self._library.counts()
        for noun in ("documents", "statements", "events", "conflicts"):
            yield _gauge(noun, f"Number of {noun} stored", getattr(counts, noun))
        if self._vitals is not None:
            yield from _gauges(self._vitals())

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing, so that registering counts nothing yet."""
        return []


def _gauges(vitals: Vitals) -> Iterator[GaugeMetricFamily]:
    jobs = GaugeMetricFamily("counterclaim_jobs", "Jobs by where they stand", labels=("state",))
    for state, count in vitals.work.jobs.items():
        jobs.add_metric((state.value,), count)
    yield jobs
    since = "Unix time, 0 where there is none"
    yield _gauge(
        "job_waiting_since_seconds",
        f"When the longest waiting job was handed in; {since}",
        _unix(vitals.work.waiting_since),
    )
    yield _gauge("worker_busy", "1 while a worker is at a job", float(vitals.is_attended))
    yield _gauge("statements_unlinked", "Statements stored that wait to be linked", vitals.unlinked)
    yield _gauge("index_vectors", "Statements in the search index of this process", vitals.indexed)
    yield _gauge("index_missing_vectors", "Linked statements that the search index lacks", vitals.missing)
    if vitals.recall is not None:
        yield _gauge(
            "index_recall", "Of the ten nearest statements, the share that a search finds", vitals.recall
        )
    yield _gauge(
        "last_document_seconds",
        f"When a document was stored last; {since}",
        _unix(vitals.work.last_document),
    )


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"counterclaim_{name}", words, value=value)


def _unix(moment: datetime | None) -> float:
    return 0.0 if moment is None else moment.timestamp()


class Metrics:
    """The metrics of one application. Processes that share a folder for it count their requests together."""

    def __init__(self, library: Library, vitals: Callable[[], Vitals] | None = None) -> None:
        self._registry = CollectorRegistry()
        self._stored = StoredCounts(library, vitals)
        self._requests = Counter(
            "counterclaim_http_requests",
            "Requests answered",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "counterclaim_http_request_seconds",
            "Seconds from the first hook of a request to its answer",
            ("method", "route"),
            buckets=_LATENCIES,
            registry=self._registry,
        )
        self._registry.register(self._stored)

    def begin(self) -> None:
        """Remember when the present request began."""
        g.metrics_began = time.perf_counter()

    def end(self, response: Response) -> Response:
        """Count the present request and its answer."""
        # Both labels are closed sets: neither a made-up method nor a made-up path adds a time series.
        method = request.method if request.method in _METHODS else "OTHER"
        route = request.url_rule.rule if request.url_rule is not None else "unknown"
        self._requests.labels(method, route, str(response.status_code)).inc()
        began = g.get("metrics_began")
        if began is not None:
            self._seconds.labels(method, route).observe(time.perf_counter() - began)
        return response

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """All figures in the format that an Accept header asks for, and its content type."""
        encode, content_type = choose_encoder(accept)
        registry = self._registry
        if SHARED in os.environ:
            registry = CollectorRegistry()
            registry.register(self._stored)
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return encode(registry), content_type
