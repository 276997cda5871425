"""`tracker serve` with the worker beside it: what is handed in is read, though the worker is killed."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
from tracker_shell import Shell, environment_of_a_process

pytestmark = [pytest.mark.model, pytest.mark.allow_hosts(["127.0.0.1"])]

MINUTES = 240
"""Seconds that a process may take on a busy machine."""

PASSWORD = "four words in a row"  # noqa: S105 # of somebody who does not exist

NEWS = (
    "Tankers leave\n\nThe Government of National Accord said on Monday that two tankers had left the port. "
    "The Libyan National Army denied on Monday that two tankers had left the port."
)


class Browser:
    """As much of one as signing in and sending a form takes."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def ask(
        self, method: str, path: str, body: bytes | None = None, kind: str = ""
    ) -> tuple[HTTPResponse, str]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=MINUTES)) as connection:
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
            connection.request(method, path, body, {**headers, **({"Content-Type": kind} if kind else {})})
            answer = connection.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer, answer.read().decode()

    def send(self, page: str, address: str, fields: dict[str, str], files: dict[str, str]) -> HTTPResponse:
        """Fill in a form of a page."""
        token = re.search(r'name="csrf_token" value="([0-9a-f]+)"', self.ask("GET", page)[1])
        assert token is not None
        edge = "edge-of-a-part"
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in {"csrf_token": token[1], **fields}.items()
        ]
        parts += [
            f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n{text}\r\n'
            for name, text in files.items()
        ]
        body = "".join([*parts, f"--{edge}--\r\n"]).encode()
        return self.ask("POST", address, body, f"multipart/form-data; boundary={edge}")[0]


def until(condition: Callable[[], object], words: Path) -> None:
    end = time.monotonic() + MINUTES
    while time.monotonic() < end:
        try:
            if condition():
                return
        except ConnectionError:
            pass
        time.sleep(0.1)
    pytest.fail(words.read_text())


def worker_of(shell: Shell) -> int | None:
    """The process that holds the lease on jobs."""
    rows = shell.in_database("SELECT holder FROM worker_lease")
    return int(rows[0].holder.split(":")[1]) if rows else None


def test_a_file_is_read_by_the_worker_beside_the_server_though_one_is_killed(
    shell: Shell, tmp_path: Path
) -> None:
    shell.ok("init")
    shell.ok("user", "add", "amal", "--role", "analyst", standard_input=PASSWORD.encode() + b"\n")
    words, port = tmp_path / "words", free_port()
    with words.open("wb") as told:
        server = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "tracker", "serve", "--port", str(port)],
            env=environment_of_a_process(shell),
            cwd=tmp_path,
            stdout=told,
            stderr=subprocess.STDOUT,
        )
    try:
        browser = Browser(port)
        until(lambda: browser.ask("GET", "/healthz")[0].status == 200, words)
        browser.send("/sign-in", "/sign-in", {"name": "amal", "password": PASSWORD}, {})
        answer = browser.send("/upload", "/upload/files", {}, {"news.txt": NEWS, "empty.txt": ""})
        assert answer.status == 303, words.read_text()
        job = answer.headers["Location"]
        until(lambda: worker_of(shell) is not None, words)
        first = worker_of(shell)
        assert first is not None
        os.kill(first, signal.SIGKILL)

        def is_done() -> bool:
            return bool(json.loads(browser.ask("GET", f"{job}.json")[1])["job"]["state"] == "done")

        until(is_done, words)
        page = browser.ask("GET", job)[1]
        assert "Tankers leave" in page
        assert "new event" in page
        assert "behind the database" not in page, "the server does not see what the worker has linked"
        assert "the worker that does the jobs has ended; starting another" in words.read_text()
        found = browser.ask("GET", "/search?q=tankers+left+the+port")[1]
        assert "two tankers had left" in re.sub(r"</?mark[^>]*>", "", found)
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=MINUTES) == 0
        assert "Traceback" not in words.read_text()
    finally:
        server.kill()
        server.wait()
    until(lambda: not workers_left(shell.home), words)
    shell.ok("index", "verify")


def workers_left(home: Path) -> list[str]:
    """Workers of this home that still run."""
    left = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command, environment = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
        except OSError:
            continue
        if b"worker" in command and f"TRACKER_HOME={home}".encode() in environment.split(b"\0"):
            left.append(folder.name)
    return left


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
