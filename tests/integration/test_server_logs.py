"""The log and the end of a server as it is really started: no secret in it, nothing cut off."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from tracker_shell import Shell, environment_of_a_process

pytestmark = [pytest.mark.model, pytest.mark.allow_hosts(["127.0.0.1"])]

PASSWORD = "correct-horse-battery"  # noqa: S105 # of people who do not exist
WRONG = "swordfish-swordfish"
MAIL_PASSWORD = "letterbox-letterbox"  # noqa: S105 # of no mail server
QUERY = "who-holds-the-harbour"
MINUTES = 240
"""Seconds that a process may take on a busy machine."""


@dataclass
class Served:
    """A server, what it writes, and a browser's cookies."""

    process: "subprocess.Popen[bytes]"
    port: int
    words: Path
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[HTTPResponse, str]:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        given["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=MINUTES)) as connection:
            connection.request(method, path, body or None, given)
            answer = connection.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer, answer.read().decode()

    def sign_in(self, name: str, password: str) -> int:
        page = self.ask("GET", "/sign-in")[1]
        found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', page)
        assert found is not None
        fields = urlencode({"csrf_token": found[1], "name": name, "password": password})
        form = "application/x-www-form-urlencoded"
        return self.ask("POST", "/sign-in", fields, Content_Type=form)[0].status

    def wait(self) -> None:
        end = time.monotonic() + MINUTES
        while time.monotonic() < end:
            assert self.process.poll() is None, self.words.read_text()
            try:
                if self.ask("GET", "/healthz")[0].status == 200:
                    return
            except ConnectionError:
                time.sleep(0.1)
        pytest.fail(self.words.read_text())

    def end(self) -> int:
        """Ask it to end, as service managers do; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def lines(self) -> list[dict[str, Any]]:
        """Its log. Whatever is no line of JSON fails the test."""
        return [json.loads(line) for line in self.words.read_text().splitlines()]


@contextmanager
def serving(shell: Shell, tmp_path: Path, *options: str) -> Iterator[Served]:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    words = tmp_path / "words"
    with words.open("wb") as told:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "tracker", "serve", "--port", str(port), *options],
            env=environment_of_a_process(shell),
            cwd=tmp_path,
            stdout=told,
            stderr=subprocess.STDOUT,
        )
    try:
        served = Served(process, port, words)
        served.wait()
        yield served
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def desk(demonstration: Shell) -> Shell:
    """A desk with an analyst, whose log is JSON with every detail."""
    loud = replace(
        demonstration,
        settings={
            "TRACKER_LOG_FORMAT": "json",
            "TRACKER_LOG_LEVEL": "debug",
            "TRACKER_SMTP_PASSWORD": MAIL_PASSWORD,
            "TRACKER_SMTP_HOST": "127.0.0.1",
            "TRACKER_SMTP_PORT": "9",
            "TRACKER_SMTP_SECURITY": "none",
            "TRACKER_SMTP_USER": "desk",
            "TRACKER_MAIL_FROM": "desk@example.org",
        },
    )
    loud.ok("user", "add", "amal", "--role", "analyst", standard_input=PASSWORD.encode())
    return loud


def test_no_secret_gets_into_the_log_and_processes_count_together(desk: Shell, tmp_path: Path) -> None:
    token = desk.ok("token", "create", "--name", "wire", "--scope", "ingest").out.strip()
    guess = f"{token[:-4]}zzzz"
    shown = desk.ok("config", "show").out
    key = (
        (desk.home / "secret_key").read_text().strip()
        if (desk.home / "secret_key").exists()
        else "no key yet"
    )
    news = {"text": "The Government of National Accord said that two tankers had left Ras Lanuf."}
    with serving(desk, tmp_path, "--no-jobs", "--workers", "2") as server:
        assert server.sign_in("amal", WRONG) == 400
        assert server.sign_in(WRONG, PASSWORD) == 400
        time.sleep(1)
        assert server.sign_in("amal", PASSWORD) == 303
        session = server.cookies["counterclaim_session"]
        assert server.ask("GET", f"/search?q={QUERY}")[0].status == 200
        assert server.ask("POST", "/people", "x=1")[0].status == 403
        for bearer, status in ((token, 201), (guess, 401), ("", 401)):
            answer, _ = server.ask(
                "POST",
                "/api/v1/documents",
                json.dumps(news),
                Authorization=f"Bearer {bearer}",
                Content_Type="application/json",
                X_Request_Id="desk-7",
            )
            assert answer.status == status
        # Whichever process is asked, it knows of the requests of all.
        for _ in range(5):
            metrics = server.ask("GET", "/metrics")[1]
            assert 'http_requests_total{method="POST",route="/sign-in",status="400"} 2.0' in metrics
        assert "counterclaim_index_missing_vectors 0.0" in metrics
        assert 'counterclaim_jobs{state="waiting"} 0.0' in metrics
        assert server.end() == 0
        lines = server.lines()
        log = server.words.read_text()
    key = (desk.home / "secret_key").read_text().strip()
    told = log + shown
    for secret in (PASSWORD, WRONG, MAIL_PASSWORD, session, token, token.split("_")[2], guess, key):
        assert secret not in told
    # Nor what somebody looked for, or what a document says.
    assert QUERY not in log
    assert "tankers" not in log
    assert "********" in shown
    by_event = {line["event"]: line for line in lines}
    assert by_event["sign-in refused"]["address"] == "127.0.0.1"
    assert by_event["signed in"]["who"] == "amal"
    assert by_event["token refused"]["request_id"] == "desk-7"
    assert by_event["refused"]["who"] == "amal"
    ingested = [line for line in lines if line.get("route") == "/api/v1/documents" and line["status"] == 201]
    assert [(line["method"], line["request_id"], line["ms"] > 0) for line in ingested] == [
        ("POST", "desk-7", True)
    ]
    assert {"time", "level", "logger", "event"} <= set.intersection(*(set(line) for line in lines))
    assert all(line.get("request_id") for line in lines if line["event"] == "request")


def test_a_server_that_is_told_to_end_answers_what_it_has_begun(desk: Shell, tmp_path: Path) -> None:
    body = b'{"csp-report": {}}'
    head = (
        "POST /csp-reports HTTP/1.1\r\nHost: desk\r\nContent-Type: application/csp-report\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    ).encode()
    with serving(desk, tmp_path) as server:
        end = time.monotonic() + MINUTES
        while not (workers := job_workers_of(server.process.pid)) and time.monotonic() < end:
            time.sleep(0.1)
        with socket.create_connection(("127.0.0.1", server.port), timeout=MINUTES) as begun:
            begun.sendall(head + body[:5])
            time.sleep(0.5)
            server.process.send_signal(signal.SIGTERM)
            began = time.monotonic()
            time.sleep(0.5)
            assert not takes_requests(server.port)
            begun.sendall(body[5:])
            assert begun.recv(65_536).startswith(b"HTTP/1.1 204 ")
        assert server.process.wait(timeout=60) == 0
        assert time.monotonic() - began < 60
        assert workers
        assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]
        assert not [line for line in server.lines() if line["level"] == "error"]


def takes_requests(port: int) -> bool:
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=1)) as connection:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False


def job_workers_of(pid: int) -> list[int]:
    """The workers of jobs that a server has started and that still run."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words, status = path.read_bytes(), (path.parent / "status").read_text()
        except OSError:
            continue
        if b"--beside" in words and f"PPid:\t{pid}\n" in status:
            found.append(int(path.parent.name))
    return found
