"""`tracker serve` as it is really started: another process, a port of the loopback, and Ctrl-C."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from tracker_shell import Shell, environment_of_a_process

pytestmark = [pytest.mark.model, pytest.mark.allow_hosts(["127.0.0.1"])]

MINUTES = 240
"""Seconds that a process may take on a busy machine."""


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Server:
    process: "subprocess.Popen[bytes]"
    port: int
    words: Path

    def ask(
        self, method: str, path: str, sent: object = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=MINUTES)) as connection:
            body = None if sent is None else json.dumps(sent)
            given = {} if sent is None else {"Content-Type": "application/json"}
            connection.request(method, path, body, {**given, **(headers or {})})
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())

    def wait(self) -> None:
        """Until it answers."""
        end = time.monotonic() + MINUTES
        while time.monotonic() < end:
            assert self.process.poll() is None, self.words.read_text()
            try:
                if self.ask("GET", "/healthz").status == 200:
                    return
            except ConnectionError:
                time.sleep(0.1)
        pytest.fail(f"it does not answer: {self.words.read_text()}")


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def server(demonstration: Shell, tmp_path: Path) -> Iterator[Server]:
    port, words = free_port(), tmp_path / "words"
    with words.open("wb") as told:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "tracker", "serve", "--port", str(port)],
            env=environment_of_a_process(demonstration),
            cwd=tmp_path,
            stdout=told,
            stderr=subprocess.STDOUT,
        )
    try:
        started = Server(process, port, words)
        started.wait()
        yield started
    finally:
        process.kill()
        process.wait()


def test_pages_and_api_are_served_until_ctrl_c(server: Server, demonstration: Shell) -> None:
    token = demonstration.ok("token", "create", "--name", "desk", "--scope", "read").out
    assert token.count("\n") == 1
    bearer = {"Authorization": f"Bearer {token.strip()}"}

    page = server.ask("GET", "/")
    while page.status in {301, 302, 303, 307, 308}:
        page = server.ask("GET", page.headers["location"])
    assert page.status == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "constructed" in page.body.decode().lower()

    ready = server.ask("GET", "/readyz")
    assert ready.status == 200, ready.body

    question = {"text": "who holds Sirte", "k": 5}
    for refused in (
        server.ask("POST", "/api/v1/search", question),
        server.ask("POST", "/api/v1/search", question, {"Authorization": "Bearer cc_00000000_guess"}),
    ):
        assert refused.status == 401
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["x-request-id"]

    answer = server.ask("POST", "/api/v1/search", question, bearer)
    assert answer.status == 200, answer.body
    by_command = demonstration.ok("search", question["text"], "-k", 5, "--json").json()
    results = answer.json()["results"]
    assert [result["statement"]["id"] for result in results] == [
        result["statement"]["id"] for result in by_command
    ]
    assert [result["score"] for result in results] == [result["score"] for result in by_command]
    assert answer.json()["model"]["name"] == "counterclaim-claims-1"

    news = "The Government of National Accord said on Monday that two tankers had left Ras Lanuf."
    demonstration.ok("ingest", "-", standard_input=news.encode())
    found = server.ask("POST", "/api/v1/search", {"text": news, "k": 1}, bearer).json()["results"]
    assert "two tankers" in found[0]["statement"]["quote"], "what another process ingests is not found"

    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(timeout=60) == 0
    told = server.words.read_text()
    assert f"http://127.0.0.1:{server.port}" in told
    assert "Traceback" not in told
    demonstration.ok("index", "verify")
