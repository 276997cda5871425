"""The client against a small server that answers what a test wants."""

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tracker.client import (
    ApiError,
    ChangedSinceReadError,
    Client,
    ClientError,
    ExportDamagedError,
    UnreachableError,
)
from tracker.client.transport import Transport

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

PROBLEM = {
    "type": "urn:counterclaim:problem:too-many",
    "title": "Too many",
    "detail": "wait",
    "request_id": "r7",
}


@dataclass
class Heard:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Stage:
    """What the server answers, one after the other (the last one again and again), and what it heard."""

    address: str = ""
    answers: list[tuple[int, dict[str, str], Any] | None] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def client(self, **how: Any) -> Client:
        return Client(self.address, "cc_1_secret", sleep=self.slept.append, **how)

    def answer(self, *answers: tuple[int, dict[str, str], Any] | None) -> None:
        self.answers = list(answers)


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length)
            names = {name.lower(): value for name, value in self.headers.items()}
            stage.heard.append(Heard(self.command, self.path, names, json.loads(body) if body else None))
            answer = stage.answers[0] if len(stage.answers) == 1 else stage.answers.pop(0)
            if answer is None:
                self.close_connection = True
                self.connection.close()
                return
            status, headers, content = answer
            written = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(written)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(written)

        do_GET = do_POST = _answer  # noqa: N815 # the library's names

        def log_message(self, *_: object) -> None:
            """Nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A connection that the test has closed."""

    server = Server(("127.0.0.1", 0), Handler)
    stage.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield stage
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("status", [429, 503, 409])
def test_what_the_server_asks_to_send_later_is_sent_later(status: int, stage: Stage) -> None:
    stage.answer(
        (status, {"Retry-After": "2"}, PROBLEM), (status, {"Retry-After": "1"}, PROBLEM), (200, {}, {})
    )
    stage.client().statement("s1")
    assert len(stage.heard) == 3
    assert [int(one) for one in stage.slept] == [2, 1]


def test_a_server_that_is_away_for_a_moment_is_asked_again(stage: Stage) -> None:
    stage.answer((503, {}, PROBLEM), None, (200, {}, {"id": "e1"}))
    assert stage.client().event("e1") == {"id": "e1"}
    assert len(stage.slept) == 2
    assert 0 < stage.slept[0] < stage.slept[1] * 2.1


def test_it_is_not_asked_for_ever(stage: Stage) -> None:
    stage.answer((503, {"Retry-After": "1"}, PROBLEM))
    with pytest.raises(ApiError) as raised:
        stage.client(retries=3).statement("s1")
    assert len(stage.heard) == 4
    assert (raised.value.status, raised.value.kind, raised.value.request_id) == (503, "too-many", "r7")
    stage.answer(None)
    with pytest.raises(UnreachableError):
        stage.client(retries=2).statement("s1")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 500])
def test_what_is_refused_is_not_sent_again(status: int, stage: Stage) -> None:
    stage.answer((status, {}, PROBLEM))
    with pytest.raises(ApiError, match="wait"):
        stage.client().statement("s1")
    assert len(stage.heard) == 1
    assert stage.slept == []


def test_a_document_is_sent_again_with_the_same_key(stage: Stage) -> None:
    answer = {"documents": [{"id": "n1"}], "events": [], "linked": True, "note": None}
    stage.answer(
        None, (409, {"Retry-After": "1"}, PROBLEM), (201, {"Location": "/api/v1/documents/d1"}, answer)
    )
    sent = stage.client().ingest({"text": "نص", "id": "n1"})
    assert (sent.outcome, sent.location, sent.ids) == ("new", "/api/v1/documents/d1", ["n1"])
    keys = [one.headers["idempotency-key"] for one in stage.heard]
    assert len(set(keys)) == 1
    assert len(json.loads(keys[0])) == 36
    assert stage.heard[2].body == {"text": "نص", "id": "n1"}
    stage.client().ingest({"text": "a"}, key="mine")
    assert stage.heard[-1].headers["idempotency-key"] == '"mine"'
    stage.client().ingest({"text": "a"})
    assert stage.heard[-1].headers["idempotency-key"] != keys[0]


@pytest.mark.parametrize(("status", "outcome"), [(201, "new"), (200, "known"), (202, "waiting")])
def test_the_status_says_what_became_of_a_document(status: int, outcome: str, stage: Stage) -> None:
    stage.answer((status, {}, {"documents": []}))
    assert stage.client().ingest({"text": "a"}).outcome == outcome


def test_a_review_names_what_was_read_and_is_not_sent_twice(stage: Stage) -> None:
    stage.answer((200, {"ETag": '"v1"'}, {}), (200, {}, {"conflict": {}}))
    stage.client().review("c/1", "confirmed", "seen")
    read, judged = stage.heard
    assert (read.method, read.path) == ("GET", "/api/v1/conflicts/c%2F1")
    assert (judged.method, judged.path) == ("POST", "/api/v1/conflicts/c%2F1/review")
    assert judged.headers["if-match"] == '"v1"'
    assert judged.body == {"judgement": "confirmed", "reason": "seen"}
    stage.heard.clear()
    stage.answer(None)
    with pytest.raises(UnreachableError):
        stage.client().review("c1", "rejected", if_match='"v1"')
    assert len(stage.heard) == 1
    stage.answer((412, {}, {**PROBLEM, "detail": "it has changed"}))
    with pytest.raises(ChangedSinceReadError, match="it has changed"):
        stage.client().review("c1", "rejected", if_match='"v1"')


def test_iterators_follow_cursors_and_keep_their_filters(stage: Stage) -> None:
    stage.answer(
        (200, {}, {"statements": [1, 2], "next": "a b&c"}), (200, {}, {"statements": [3], "next": None})
    )
    found = stage.client().statements(party=["LNA", "GNA"], constructed=False, place=None)
    assert list(found) == [1, 2, 3]
    assert [one.path for one in stage.heard] == [
        "/api/v1/statements?limit=200&party=LNA&party=GNA&constructed=false",
        "/api/v1/statements?limit=200&party=LNA&party=GNA&constructed=false&cursor=a+b%26c",
    ]


def test_a_token_goes_along_and_nowhere_else(stage: Stage) -> None:
    stage.answer((301, {"Location": "/api/v1/events/e2"}, b""), (200, {}, {"id": "e2"}))
    assert stage.client().event("e1") == {"id": "e2"}
    assert [one.headers["authorization"] for one in stage.heard] == ["Bearer cc_1_secret"] * 2
    stage.answer((301, {"Location": "http://127.0.0.2:1/events/e2"}, b""))
    with pytest.raises(ClientError, match="another server"):
        stage.client().event("e1")


def test_an_address_may_have_a_path(stage: Stage) -> None:
    stage.answer((200, {}, {}))
    Client(f"{stage.address}/desk/", "t").document("a/ب")
    assert stage.heard[0].path == "/desk/api/v1/documents/a%2F%D8%A8"


@pytest.mark.parametrize("address", ["", "127.0.0.1:80", "ftp://x", "http://", "http://x/?q=1", "file:///x"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        Client(address, "t")


@pytest.mark.parametrize("token", ["", "a\r\nX: y", "ключ"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match="a token"):
        Client("http://127.0.0.1", token)


def test_an_answer_that_is_no_json_is_an_error(stage: Stage) -> None:
    stage.answer((200, {}, b"<html>"))
    with pytest.raises(ClientError, match="no JSON"):
        stage.client().statement("s1")
    stage.answer((502, {}, b"<html>"))
    with pytest.raises(ApiError, match="502 blank: Bad Gateway"):
        stage.client().statement("s1")


def manifest(content: bytes, **changes: object) -> dict[str, Any]:
    file = {
        "name": "events.jsonl",
        "rows": 1,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return {"state": "5" * 16, "files": {"events": {**file, **changes}}}


def test_an_export_is_checked_before_it_takes_its_place(stage: Stage, tmp_path: Path) -> None:
    written = manifest(b"{}\n")
    stage.answer((200, {}, written), (200, {}, b"{}\n"))
    assert stage.client().export(tmp_path, kinds=["events"]) == written
    assert stage.heard[1].path == f"/api/v1/export/events.jsonl?state={'5' * 16}"
    assert (tmp_path / "events.jsonl").read_bytes() == b"{}\n"
    assert json.loads((tmp_path / "manifest.json").read_bytes()) == written


@pytest.mark.parametrize("changes", [{"sha256": "0" * 64}, {"bytes": 4}])
def test_an_export_that_is_damaged_leaves_the_last_one(
    changes: dict[str, object], stage: Stage, tmp_path: Path
) -> None:
    (tmp_path / "events.jsonl").write_bytes(b"before")
    stage.answer((200, {}, manifest(b"{}\n", **changes)), (200, {}, b"{}\n"))
    with pytest.raises(ExportDamagedError, match=r"events\.jsonl"):
        stage.client().export(tmp_path, kinds=["events"])
    assert sorted(one.name for one in tmp_path.iterdir()) == ["events.jsonl"]
    assert (tmp_path / "events.jsonl").read_bytes() == b"before"


def test_a_state_that_is_kept_no_more_is_asked_for_anew(stage: Stage, tmp_path: Path) -> None:
    gone = (404, {}, {**PROBLEM, "type": "urn:counterclaim:problem:not-found"})
    stage.answer((200, {}, manifest(b"{}\n")), gone, (200, {}, manifest(b"[]\n")), (200, {}, b"[]\n"))
    stage.client().export(tmp_path, kinds=["events"])
    assert (tmp_path / "events.jsonl").read_bytes() == b"[]\n"


def test_a_download_that_breaks_off_is_no_file(stage: Stage, tmp_path: Path) -> None:
    stage.answer((200, {}, manifest(b"{}\n{}\n")), (200, {"Content-Length": "6"}, b"{}\n"))
    with pytest.raises((ExportDamagedError, UnreachableError)):
        stage.client().export(tmp_path, kinds=["events"])
    assert not (tmp_path / "events.jsonl").exists()


def test_nobody_listens_there() -> None:
    slept: list[float] = []
    transport = Transport("http://127.0.0.1:1", "t", retries=2, sleep=slept.append, timeout=2)
    with pytest.raises(UnreachableError, match=r"127\.0\.0\.1:1"):
        transport.request("POST", "/", is_safe=False)
    assert len(slept) == 2, "a connection that was refused has carried nothing: it may be tried again"


def test_a_client_may_be_shared_by_threads(stage: Stage) -> None:
    stage.answer((200, {}, {"id": "e1"}))
    client, answers = stage.client(), []
    threads = [threading.Thread(target=lambda: answers.append(client.event("e1"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [{"id": "e1"}] * 8
