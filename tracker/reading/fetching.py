"""Fetching one page, feed or text from the web, so that no address leads to where nobody meant to go.

The name is looked up once, every address it leads to is checked, and the connection goes to one of those:
no second look-up can lead elsewhere. Each redirect is an address like the first. Proxies named in the
environment are not used, no cookie is kept, no name or password is ever sent.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Final
from urllib.parse import urljoin

from tracker.domain.addresses import without_credentials
from tracker.domain.errors import ReadingError
from tracker.reading.compression import DamagedStreamError, expand
from tracker.reading.limits import FETCH_SECONDS, LARGEST_TEXT, MEGABYTE, MOST_REDIRECTS
from tracker.reading.outcomes import shown
from tracker.reading.web_targets import (
    DEFAULT_PORTS,
    FetchRules,
    RefusedError,
    Target,
    checked_addresses,
    target_of,
)

Resolver = Callable[[str, int], Sequence[str]]
"""The addresses that a host's name leads to, for a port. Raises OSError."""

PAGE_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})
FEED_TYPES: Final = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml"}
)
TEXT_TYPES: Final = frozenset({"text/plain"})
TYPES: Final = PAGE_TYPES | FEED_TYPES | TEXT_TYPES
"""What is taken; anything else is not even read."""

_OPERATION_SECONDS: Final = 10.0
_BLOCK: Final = 65_536
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_HEADERS: Final = {
    "User-Agent": "counterclaim",
    "Accept": "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, "
    "application/xml;q=0.9, text/plain;q=0.8",
    "Accept-Encoding": "gzip",
    "Connection": "close",
}
_COMPRESSED: Final = frozenset({"gzip", "x-gzip", "deflate"})


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was fetched: its bytes, decompressed; the address that gave them in the end; when (UTC)."""

    address: str
    at: datetime
    media_type: str
    charset: str | None
    body: bytes


@dataclass(frozen=True, slots=True)
class _Redirect:
    location: str


def looked_up(host: str, port: int) -> list[str]:
    """The addresses of a host as this machine's resolver gives them."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class Fetcher:
    """Fetches what an address leads to, within `seconds` and `largest` bytes, also once decompressed.

    `now` tells the time in UTC, `resolve` looks names up, `context` says which certificates are believed.
    """

    def __init__(
        self,
        rules: FetchRules,
        now: Callable[[], datetime],
        *,
        resolve: Resolver = looked_up,
        context: ssl.SSLContext | None = None,
        seconds: float = FETCH_SECONDS,
        largest: int = LARGEST_TEXT,
    ) -> None:
        self._rules = rules
        self._now = now
        self._resolve = resolve
        self._context = context or ssl.create_default_context()
        self._seconds = seconds
        self._largest = largest

    def fetch(self, url: str) -> Fetched:
        """What an address leads to. Raises ReadingError that names the address and the reason."""
        origin = without_credentials(url)
        until = time.monotonic() + self._seconds
        try:
            return self._follow(target_of(url, self._rules), until)
        except RefusedError as error:
            reason = f"not fetched: {error}"
        except DamagedStreamError as error:
            reason = str(error)
        except (OSError, HTTPException, ValueError) as error:
            reason = f"could not be fetched: {_words(error)}"
        if time.monotonic() >= until:
            reason = f"could not be fetched within {self._seconds:g} seconds"
        raise ReadingError(origin, reason)

    def _follow(self, target: Target, until: float) -> Fetched:
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._ask(target, until)
            if isinstance(answer, Fetched):
                return answer
            next_target = target_of(urljoin(target.address, answer.location), self._rules)
            if target.scheme == "https" and next_target.scheme == "http":
                raise RefusedError("it leads from https to http")
            target = next_target
        raise RefusedError(f"it leads on more than {MOST_REDIRECTS} times")

    def _ask(self, target: Target, until: float) -> Fetched | _Redirect:
        literal = target.literal
        found = [literal] if literal else self._resolve(target.host, target.port)
        problem: OSError | None = None
        for address in checked_addresses(found):
            connection = _PinnedConnection(target, address, self._context, until)
            with connection.cut_off_in_time():
                try:
                    connection.connect()
                except ssl.SSLCertVerificationError:
                    raise
                except OSError as error:
                    problem = error
                    continue
                connection.request("GET", target.path, headers=_HEADERS)
                return self._answer(connection.getresponse(), target, until)
        raise problem or OSError("it leads nowhere")

    def _answer(self, response: HTTPResponse, target: Target, until: float) -> Fetched | _Redirect:
        location = response.getheader("Location")
        if response.status in _REDIRECTS and location:
            return _Redirect(location)
        if response.status != HTTPStatus.OK:
            raise RefusedError(f"the server answers {response.status} {shown(response.reason)}")
        kind = Message()
        kind["Content-Type"] = response.getheader("Content-Type", "application/octet-stream")
        media_type = kind.get_content_type()
        if media_type not in TYPES:
            raise RefusedError(f"{shown(media_type)} is none of the kinds that are taken")
        charset = kind.get_content_charset()
        body = self._body(response, until)
        return Fetched(target.address, self._now(), media_type, charset, body)

    def _body(self, response: HTTPResponse, until: float) -> bytes:
        encoding = (response.getheader("Content-Encoding") or "identity").strip().lower()
        if encoding not in {"identity", *_COMPRESSED}:
            raise RefusedError(f"compressed as {shown(encoding)}, which cannot be read")
        body = bytearray()
        while block := response.read1(_BLOCK):
            body += block
            if len(body) > self._largest:
                raise RefusedError(f"larger than {self._largest // MEGABYTE} MB")
            if time.monotonic() >= until:
                raise TimeoutError
        if response.length or time.monotonic() >= until:
            raise OSError("the answer breaks off")
        return expand(bytes(body), self._largest) if encoding in _COMPRESSED else bytes(body)


class _PinnedConnection(HTTPConnection):
    """A connection to one address, for a host: it names that host, and believes no certificate of another."""

    def __init__(self, target: Target, address: str, context: ssl.SSLContext, until: float) -> None:
        super().__init__(target.host, target.port)
        # By this the library knows whether the port has to be named.
        self.default_port = DEFAULT_PORTS[target.scheme]
        self._address = address
        self._until = until
        self._context = context if target.scheme == "https" else None
        self._handle: socket.socket | None = None

    def connect(self) -> None:
        """Connect to the address that was checked."""
        left = max(0.01, self._until - time.monotonic())
        plain = socket.create_connection((self._address, self.port), min(_OPERATION_SECONDS, left))
        # A second handle on the same connection, which stays when TLS takes the first one over.
        self._handle = plain.dup()
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host) if self._context else plain

    @contextmanager
    def cut_off_in_time(self) -> Iterator[None]:
        """Close the connection when time is up, whatever waits for it: no server can drip for ever."""
        watch = threading.Timer(max(0.0, self._until - time.monotonic()), self._cut)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()
            self.close()
            if self._handle is not None:
                self._handle.close()

    def _cut(self) -> None:
        if self._handle is not None:
            try:
                self._handle.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # It has ended meanwhile.


def _words(error: Exception) -> str:
    """A fault of the net in words. What a server sent is shortened and shown as far as it can be printed."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate does not hold ({shown(error.verify_message, 100)})"
    if isinstance(error, socket.gaierror):
        return "its host is not found"
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    if isinstance(error, OSError) and error.strerror:
        return shown(error.strerror, 100)
    return shown(f"{type(error).__name__}: {error}", 100)
