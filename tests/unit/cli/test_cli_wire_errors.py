"""What gunicorn refuses by itself, read off a real socket."""

import json
import socket

import pytest
from gunicorn import util

from tracker.api.problems import ProblemKind
from tracker.cli.wire_errors import answer_with_problems


def refusal(status: int, reason: str, detail: str) -> tuple[list[str], dict[str, object]]:
    """The lines of the head, and the body."""
    server, visitor = socket.socketpair()
    with server, visitor:
        util.write_error(server, status, reason, detail)
        server.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: visitor.recv(65_536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    assert f"Content-Length: {len(body)}" in lines
    return lines, json.loads(body)


@pytest.fixture(autouse=True)
def put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(util, "write_error", util.write_error)
    answer_with_problems()


def test_a_line_that_is_too_long_is_a_problem_that_names_its_request() -> None:
    lines, problem = refusal(414, "URI Too Long", "Request Line is too large (9000 > 8190)")
    assert lines[0] == "HTTP/1.1 414 URI Too Long"
    assert "Content-Type: application/problem+json" in lines
    assert problem["type"] == ProblemKind.URI_TOO_LONG.uri
    assert (problem["status"], problem["detail"]) == (414, "Request Line is too large (9000 > 8190)")
    assert f"X-Request-Id: {problem['request_id']}" in lines


def test_what_has_no_kind_of_its_own_says_what_its_number_says() -> None:
    _, problem = refusal(400, "Bad Request", "Invalid Method '<b>\u00e9</b>'")
    assert (problem["type"], problem["title"]) == ("about:blank", "Bad Request")
    assert problem["detail"] == "Invalid Method '<b>\u00e9</b>'"
