"""Requests over HTTP, tried again where that is safe and the server, or the lack of it, calls for it."""

import http.client
import json
import random
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from tracker.client.errors import ApiError, ChangedSinceReadError, ClientError, UnreachableError

Query = Mapping[str, Any]
"""Parameters by name: a list or tuple is given several times, None is left out."""

_BUSY = frozenset({429, 503})
_PRECONDITION_FAILED = 412
_MOVED = frozenset({301, 308})
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 30.0  # seconds
_LONGEST_PROBLEM = 1_000_000  # bytes
_MOST_MOVES = 3


@dataclass(frozen=True)
class Answer:
    """An answer with its body: bytes as they were sent. Names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 # any JSON
        """The body as plain values. Raises ClientError where it is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise ClientError(f"the server's answer is no JSON: {error}") from error


class Transport:
    """Sends requests to one server, each over a connection of its own. May be shared by threads.

    `timeout` is how many seconds to wait for each part of an answer, `retries` how often to try again.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        timeout: float = 60.0,
        retries: int = 5,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(f"no address of a server: {base_url!r}")
        if not token.isascii() or not token.isprintable() or not token:
            raise ValueError("a token is printable ASCII, as `tracker token create` prints it")
        self._parts = parts
        self._prefix = parts.path.rstrip("/")
        self._token = token
        self._timeout = timeout
        self._retries = retries
        self._sleep = sleep

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        is_safe: bool = True,
    ) -> Answer:
        """Send a request and read its answer whole.

        Where it `is_safe` to send it again, that is done when no answer came. Raises ApiError for a
        problem, UnreachableError.
        """
        with self.opened(method, path, query=query, body=body, headers=headers, is_safe=is_safe) as found:
            try:
                return Answer(found.status, _headers(found), found.read())
            except (OSError, http.client.HTTPException) as error:
                raise UnreachableError(f"{self._address}: the answer broke off: {error}") from error

    @contextmanager
    def opened(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        is_safe: bool = True,
    ) -> Iterator[http.client.HTTPResponse]:
        """Send a request, for its answer to be read piece by piece within the block."""
        sent = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        target = self._prefix + path + _written(query or {})
        given = {"Authorization": f"Bearer {self._token}", "Accept": "*/*", **(headers or {})}
        if sent is not None:
            given["Content-Type"] = "application/json"
        connection, response = self._answered(method, target, sent, given, is_safe=is_safe)
        try:
            yield response
        finally:
            connection.close()

    def _answered(
        self, method: str, target: str, sent: bytes | None, headers: Mapping[str, str], *, is_safe: bool
    ) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        attempt, moves = 0, 0
        while True:
            last = attempt >= self._retries
            connection = self._connection()
            try:
                connection.request(method, target, sent, dict(headers))
                response = connection.getresponse()
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                # A connection that was refused has carried nothing; of others nobody knows.
                if last or not (is_safe or isinstance(error, ConnectionRefusedError | socket.gaierror)):
                    raise UnreachableError(f"{self._address}: {error}") from error
                self._sleep(_pause(attempt))
                attempt += 1
                continue
            if response.status in _MOVED and method == "GET" and moves < _MOST_MOVES:
                target, moves = self._moved(target, response), moves + 1
                connection.close()
                continue
            if response.status < 400:  # noqa: PLR2004 # what HTTP calls an error
                return connection, response
            problem = _problem(response)
            again = _retry_after(response, attempt)
            connection.close()
            if last or again is None:
                raise problem
            self._sleep(again)
            attempt += 1

    def _connection(self) -> http.client.HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=self._timeout)
        return http.client.HTTPConnection(host, port, timeout=self._timeout)

    @property
    def _address(self) -> str:
        return f"{self._parts.scheme}://{self._parts.netloc.rpartition('@')[2]}"

    def _moved(self, target: str, response: http.client.HTTPResponse) -> str:
        """Where something has gone to, on this very server: a token goes nowhere else."""
        place = urlsplit(urljoin(f"{self._address}{target}", response.getheader("Location", "")))
        if f"{place.scheme}://{place.netloc}" != self._address:
            raise ClientError(f"{self._address}: what was asked for has moved to another server")
        return place.path + (f"?{place.query}" if place.query else "")


def _written(query: Query) -> str:
    pairs: list[tuple[str, str]] = []
    for name, value in query.items():
        several = value if isinstance(value, list | tuple) else (value,)
        pairs += [(name, _word(one)) for one in several if one is not None]
    return f"?{urlencode(pairs)}" if pairs else ""


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _headers(response: http.client.HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.getheaders()}


def _pause(attempt: int) -> float:
    """Longer each time, and never quite the same: clients that failed together do not come back so."""
    # Chance only spreads them; nothing is kept secret by it.
    return float(min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**attempt) * random.uniform(0.5, 1.0))  # noqa: S311


def _retry_after(response: http.client.HTTPResponse, attempt: int) -> float | None:
    """After how many seconds to try again; None where that would be of no use."""
    written = response.getheader("Retry-After", "")
    if written.isascii() and written.isdigit():
        # The server's word, and a little more: all who were told the same come a little apart.
        return min(float(written), _LONGEST_PAUSE) + _pause(0)
    return _pause(attempt) if response.status in _BUSY else None


def _problem(response: http.client.HTTPResponse) -> ApiError:
    try:
        problem = json.loads(response.read(_LONGEST_PROBLEM))
    except (ValueError, OSError, http.client.HTTPException):
        problem = {}
    if not isinstance(problem, dict):
        problem = {}
    problem.setdefault("title", response.reason)
    kind = ChangedSinceReadError if response.status == _PRECONDITION_FAILED else ApiError
    return kind(response.status, problem)
