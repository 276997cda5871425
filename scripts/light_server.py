"""A home of its own with `tracker serve` and commands over it, without models, for measuring faults."""

import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parents[1]

_WITHOUT_MODELS = """
import sys
sys.path[:0] = {paths!r}
import light_desk
light_desk.leave_models_out()
"""


class Server:
    """A server with its workers, in a home of its own."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        site = folder / "site"
        site.mkdir()
        paths = [str(CHECKOUT), str(CHECKOUT / "tests" / "integration")]
        (site / "sitecustomize.py").write_text(_WITHOUT_MODELS.format(paths=paths), encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
        self.environment = {
            **kept,
            "TRACKER_HOME": str(self.home),
            "TRACKER_API_CALLS_PER_MINUTE": "0",
            "TRACKER_API_FAILURES_PER_MINUTE": "0",
            "PYTHONPATH": f"{site}:{CHECKOUT}",
        }
        self.words = folder / "words"
        with closing(socket.socket()) as found:
            found.bind(("127.0.0.1", 0))
            self.port = int(found.getsockname()[1])

    def run(self, *words: str, given: str = "") -> str:
        """A command that has to succeed."""
        done = subprocess.run(  # noqa: S603 # our own program
            [sys.executable, "-m", "tracker", *words],
            env=self.environment,
            input=given,
            text=True,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"tracker {' '.join(words)}: {done.stdout} {done.stderr}")
        return done.stdout

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        """A command in the background."""
        with self.words.open("ab") as told:
            return subprocess.Popen(  # noqa: S603 # our own program
                [sys.executable, "-m", "tracker", *words],
                env=self.environment,
                stdout=told,
                stderr=subprocess.STDOUT,
            )

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], bytes]:
        """A request and its answer. Raises OSError, HTTPException."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            found: dict[str, str] = {}
            for key, value in answer.getheaders():
                found[key.lower()] = f"{found[key.lower()]}, {value}" if key.lower() in found else value
            return answer.status, found, answer.read()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What is stored."""
        with closing(sqlite3.connect(self.home / "tracker.sqlite3", timeout=30)) as connection:
            return list(connection.execute(query))
