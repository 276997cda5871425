"""A server of the web on the loopback that answers what a test tells it to, bytes for bytes."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Answer = Callable[[str], bytes | Iterable[bytes]]
"""Takes the path that is asked for; gives the whole answer, head and all, or its pieces as they are sent."""


@dataclass
class LoneServer:
    """`requests` are the heads of those it got; `names` what clients of TLS asked for."""

    port: int
    requests: list[str] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)


def page(words: str, kind: str = "text/html; charset=utf-8", status: str = "200 OK", more: str = "") -> bytes:
    """A whole answer."""
    body = words.encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


def answer_of(body: bytes, more: str, kind: str = "text/html") -> bytes:
    """An answer with these bytes and headers, until the connection ends."""
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{more}\r\n".encode() + body


def leads_to(location: str) -> bytes:
    """A redirect."""
    return f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


@contextmanager
def lone_server(answer: Answer, context: ssl.SSLContext | None = None) -> Iterator[LoneServer]:
    """Serves for the length of a block, a thread a connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = LoneServer(listening.getsockname()[1])
        if context is not None:
            context.sni_callback = lambda _socket, name, _context: server.names.append(name)

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=talk, args=(connection,), daemon=True).start()

        def talk(connection: socket.socket) -> None:
            # Whoever breaks off is what these tests are about.
            with suppress(OSError), connection:
                spoken = context.wrap_socket(connection, server_side=True) if context else connection
                with spoken:
                    head = b""
                    while b"\r\n\r\n" not in head and (block := spoken.recv(4_096)):
                        head += block
                    if b"\r\n\r\n" not in head:
                        return
                    server.requests.append(head.decode())
                    told = answer(head.decode().split(" ")[1])
                    for piece in [told] if isinstance(told, bytes) else told:
                        spoken.sendall(piece)

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield server
        finally:
            # Wakes whoever waits in accept.
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
