"""`tracker serve` as it is really started: another process, a port of the loopback, and Ctrl-C."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from tracker_shell import Shell, environment_of_a_process

pytestmark = [pytest.mark.model, pytest.mark.allow_hosts(["127.0.0.1"])]

PASSWORD = "four words in a row"  # noqa: S105 # of people who do not exist
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

    def sign_in(self, name: str, password: str) -> dict[str, str]:
        """Fill the sign-in page in; the header with which further requests are signed in."""
        form = self.ask("GET", "/sign-in")
        found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', form.body.decode())
        assert found is not None
        visitor = {"Cookie": form.headers["set-cookie"].partition(";")[0]}
        fields = urlencode({"csrf_token": found[1], "name": name, "password": password})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=MINUTES)) as connection:
            connection.request("POST", "/sign-in", fields, {**visitor, **kind})
            answer = connection.getresponse()
            assert answer.status == 303, answer.read()
            cookies = [value for key, value in answer.getheaders() if key.lower() == "set-cookie"]
        (session,) = [cookie for cookie in cookies if cookie.startswith("counterclaim_session=")]
        return {"Cookie": session.partition(";")[0]}

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


@contextmanager
def serving(shell: Shell, tmp_path: Path, command: str) -> Iterator[Server]:
    """The command `serve` or `run`, over the home of a shell, for the length of a block."""
    port, words = free_port(), tmp_path / f"words-{command}"
    with words.open("wb") as told:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "tracker", command, "--port", str(port)],
            env=environment_of_a_process(shell),
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


@pytest.fixture
def server(demonstration: Shell, tmp_path: Path) -> Iterator[Server]:
    with serving(demonstration, tmp_path, "serve") as started:
        yield started


def test_pages_and_api_are_served_until_ctrl_c(server: Server, demonstration: Shell) -> None:
    token = demonstration.ok("token", "create", "--name", "desk", "--scope", "read").out
    assert token.count("\n") == 1
    bearer = {"Authorization": f"Bearer {token.strip()}"}

    assert server.ask("GET", "/events").headers["location"] == "/sign-in?next=/events"
    demonstration.ok("user", "add", "vera", "--role", "viewer", standard_input=PASSWORD.encode())
    reader = server.sign_in("vera", PASSWORD)
    page = server.ask("GET", "/", headers=reader)
    while page.status in {301, 302, 303, 307, 308}:
        page = server.ask("GET", page.headers["location"], headers=reader)
    assert page.status == 200
    assert page.headers["content-type"].startswith("text/html")
    events = server.ask("GET", "/events", headers=reader)
    assert events.status == 200
    assert "constructed" in events.body.decode().lower()

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
    assert "nobody can sign in as administrator yet" in told
    assert "Traceback" not in told
    demonstration.ok("index", "verify")


def test_the_first_run_says_how_to_sign_in_and_the_next_one_where_that_is_kept(
    demonstration: Shell, tmp_path: Path
) -> None:
    file = demonstration.home / "first-password.txt"
    with serving(demonstration, tmp_path, "run") as server:
        told = server.words.read_text()
        password = file.read_text().strip()
        for word in (
            f"http://127.0.0.1:{server.port}",
            "sign in as: admin",
            f"password: {password}",
            str(file),
        ):
            assert word in told
        admin = server.sign_in("admin", password)
        assert server.ask("GET", "/people", headers=admin).status == 200
    with serving(demonstration, tmp_path, "run") as server:
        told = server.words.read_text()
        assert str(file) in told
        assert password not in told
        assert server.ask("GET", "/people", headers=admin).status == 200, "sessions outlive a restart"
        demonstration.ok("user", "password", "admin", standard_input=PASSWORD.encode())
        assert not file.exists()
        assert server.ask("GET", "/people", headers=admin).status == 303
        server.sign_in("admin", PASSWORD)
