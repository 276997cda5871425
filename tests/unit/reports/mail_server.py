"""A mail server for tests, on the loopback: takes one mail after the other and keeps what it was told."""

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


@dataclass
class Box:
    """What the server was told, and how it behaves.

    `refuse` gives answers to commands by how these begin; `accounts` the passwords of users.
    """

    refuse: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[str, str] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    at_once: bool = False
    commands: list[str] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    encrypted: bool = False

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(one, policy=default) for one in self.raw]  # type: ignore[misc]


class _Session(socketserver.StreamRequestHandler):
    box: Box

    def handle(self) -> None:
        try:
            self._talk()
        except (ConnectionError, ssl.SSLError, ValueError):
            return

    def _talk(self) -> None:
        if self.box.tls is not None and self.box.at_once:
            self._encrypt()
        self._say("220 mail.example ready")
        # `rfile` is another one once the talk is encrypted.
        while line := self.rfile.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            # Commands may be written in small letters.
            command = f"{verb.upper()} {rest}".strip()
            self.box.commands.append(command)
            answer = next((said for begin, said in self.box.refuse.items() if command.startswith(begin)), "")
            if answer:
                self._say(answer)
            elif command == "STARTTLS":
                self._say("220 go ahead")
                self._encrypt()
            elif command == "DATA":
                self._take()
            elif command.startswith("EHLO"):
                self._greet()
            elif command.startswith("AUTH PLAIN"):
                self._check(command)
            elif command == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _greet(self) -> None:
        offers = ["mail.example"]
        if self.box.tls is not None and not self.box.encrypted:
            offers.append("STARTTLS")
        if self.box.accounts:
            offers.append("AUTH PLAIN")
        for offer in offers[:-1]:
            self._say(f"250-{offer}")
        self._say(f"250 {offers[-1]}")

    def _check(self, command: str) -> None:
        _, user, password = base64.b64decode(command.split()[2]).decode().split("\0")
        right = self.box.accounts.get(user) == password
        self._say("235 welcome" if right else "535 5.7.8 wrong")

    def _take(self) -> None:
        self._say("354 go on")
        lines = iter(self.rfile.readline, b".\r\n")
        self.box.raw.append(b"".join(line[1:] if line.startswith(b".") else line for line in lines))
        self._say("250 taken")

    def _encrypt(self) -> None:
        assert self.box.tls is not None
        self.connection = self.box.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)  # type: ignore[assignment]
        self.box.encrypted = True

    def finish(self) -> None:
        super().finish()
        # The socket that was wrapped is not the one that the server closes.
        self.connection.close()

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server(box: Box) -> Iterator[int]:
    """Serve within the block; the port."""
    handler = type("Session", (_Session,), {"box": box})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
