"""Figures for Prometheus, in a registry of their own: requests, and how much is stored."""

import time
from collections.abc import Iterator
from typing import Final

from flask import Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from tracker.services.ports import Library

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_LATENCIES: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class StoredCounts(Collector):
    """How much is stored, counted when asked; a database that cannot be read fails the whole scrape."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One gauge for each kind of thing stored."""
        counts = self._library.counts()
        for noun in ("documents", "statements", "events", "conflicts"):
            yield GaugeMetricFamily(
                f"counterclaim_{noun}", f"Number of {noun} stored", value=getattr(counts, noun)
            )

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing, so that registering counts nothing yet."""
        return []


class Metrics:
    """The metrics of one application. With several workers, each process counts its own requests."""

    def __init__(self, library: Library) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "counterclaim_http_requests",
            "Requests answered by this process",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "counterclaim_http_request_seconds",
            "Seconds from the first hook of a request to its answer, in this process",
            ("method", "route"),
            buckets=_LATENCIES,
            registry=self._registry,
        )
        self._registry.register(StoredCounts(library))

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
        return encode(self._registry), content_type
