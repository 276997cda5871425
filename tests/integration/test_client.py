"""The Python client against the program as it is really served: two processes, a port of the loopback."""

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from tracker_shell import Shell, environment_of_a_process

from tracker.client import ApiError, ChangedSinceReadError, Client, Ingested, UnreachableError

pytestmark = [pytest.mark.model, pytest.mark.allow_hosts(["127.0.0.1"])]

MINUTES = 240
"""Seconds that a process may take on a busy machine."""

NEWS = (
    "The Government of National Accord said on Monday that {number} tankers had left the port of Ras Lanuf. "
    "The Libyan National Army denied on Monday that any tanker had left the port of Ras Lanuf."
)


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Served:
    """A server, and what a shell beside it does."""

    shell: Shell
    address: str
    process: "subprocess.Popen[bytes]"

    def client(self, scope: str, **how: object) -> Client:
        """A client with a new token, named after its scope."""
        token = self.shell.ok("token", "create", "--name", scope, "--scope", scope).out.strip()
        return Client(self.address, token, **how)  # type: ignore[arg-type]

    def workers(self) -> list[int]:
        """The processes that answer."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        answering = []
        for child in map(int, children.split()):
            command = Path(f"/proc/{child}/cmdline").read_bytes()
            if b"--beside" not in command:
                answering.append(child)
        return answering

    def wait(self, words: Path) -> None:
        end = time.monotonic() + MINUTES
        client = Client(self.address, "cc_none_none", retries=0)
        while time.monotonic() < end:
            assert self.process.poll() is None, words.read_text()
            try:
                client.parties().__next__()
            except ApiError:
                return
            except UnreachableError:
                time.sleep(0.1)
        pytest.fail(words.read_text())


@contextmanager
def serving(shell: Shell, folder: Path, *further: str) -> Iterator[Served]:
    words, port = folder / "words", free_port()
    command = [sys.executable, "-m", "tracker", "serve", "--port", str(port), *further]
    with words.open("ab") as told:
        process = subprocess.Popen(  # noqa: S603 - our own program
            command,
            env={**environment_of_a_process(shell), "TRACKER_API_CALLS_PER_MINUTE": "0"},
            cwd=folder,
            stdout=told,
            stderr=subprocess.STDOUT,
        )
    served = Served(shell, f"http://127.0.0.1:{port}", process)
    try:
        served.wait(words)
        yield served
        assert "Traceback" not in words.read_text()
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        finally:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def served(demonstration_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all tests of this module, over a copy of the demonstration."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(demonstration_home, folder / "home")
    with serving(Shell(folder / "home"), folder, "--workers", "2", "--no-jobs") as started:
        yield started


@pytest.fixture(scope="module")
def reader(served: Served) -> Client:
    return served.client("read")


@pytest.fixture(scope="module")
def feed(served: Served) -> Client:
    return served.client("ingest")


@pytest.fixture(scope="module")
def reviewer(served: Served) -> Client:
    return served.client("review")


def test_what_is_asked_for_comes_as_the_types_say(reader: Client) -> None:
    found = reader.search("who holds the airport", k=3, languages=["en", "ar"])
    assert len(found["results"]) == 3
    statement = found["results"][0]["statement"]
    assert reader.statement(statement["id"])["statement"] == statement
    document = reader.document(statement["document"])
    assert document["text"][statement["start"] : statement["end"]] == statement["quote"]
    near = reader.similar(statement["id"], k=2)
    assert [one["statement"]["id"] != statement["id"] for one in near["results"]] == [True, True]


def test_iterators_read_on_to_the_end(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.client.client._MOST_ROWS", 7)
    exported = reader.manifest()["files"]
    for name, rows in (
        ("documents", list(reader.documents())),
        ("statements", list(reader.statements())),
        ("events", list(reader.events())),
    ):
        assert len(rows) == exported[name]["rows"], name
    ids = [one["statement"]["id"] for one in reader.statements()]
    assert len(set(ids)) == len(ids)
    assert {one["code"] for one in reader.parties()} >= {"LNA", "GNA", "TUR"}
    parties = {one["statement"]["party"] for one in reader.statements(party=["LNA", "GNA"])}
    assert parties == {"LNA", "GNA"}


def test_an_event_and_what_is_contested_in_it(reader: Client) -> None:
    conflict = next(reader.conflicts())
    event = reader.event(conflict["event"]["id"])
    assert conflict["conflict"]["id"] in {one["id"] for one in event["conflicts"]}
    compared = reader.comparison(event["id"])
    assert compared["event"]["id"] == event["id"]
    assert conflict["conflict"]["id"] in {one for q in compared["questions"] for one in q["conflicts"]}


def test_errors_say_what_the_server_said(reader: Client) -> None:
    with pytest.raises(ApiError) as raised:
        reader.statement("s0/../1")
    assert (raised.value.status, raised.value.kind) == (404, "not-found")
    assert raised.value.request_id
    with pytest.raises(ApiError, match="scope-missing"):
        reader.ingest({"text": "The spokesman said nothing."})
    with pytest.raises(ApiError) as raised:
        reader.search("", k=0)
    assert {one["pointer"] for one in raised.value.errors} == {"#/text", "#/k"}


def test_what_is_ingested_is_found_by_every_process_at_once(
    served: Served, feed: Client, reader: Client
) -> None:
    assert len(served.workers()) == 2
    sent = feed.ingest({"id": "tankers/2", "text": NEWS.format(number="two"), "published": "2020-03-10"})
    assert (sent.outcome, sent.ids) == ("new", ["tankers/2"])
    assert len(sent.answer["documents"][0]["statements"]) == 2
    for _ in range(20):
        best = reader.search("two tankers had left the port of Ras Lanuf", k=2)["results"]
        quotes = [one["statement"]["quote"] for one in best]
        assert any("two tankers" in quote for quote in quotes), "one of the processes does not find it"
    again = feed.ingest({"id": "tankers/2", "text": NEWS.format(number="two"), "published": "2020-03-10"})
    assert (again.outcome, again.answer["documents"]) == ("known", sent.answer["documents"])
    assert reader.document("tankers/2")["text"] == NEWS.format(number="two")
    with pytest.raises(ApiError, match="409 conflicting"):
        feed.ingest({"id": "tankers/2", "text": "Other words."})


def in_threads(count: int, work: Callable[[int], object]) -> list[object]:
    answers: list[object] = [None] * count
    start = threading.Barrier(count)

    def run(place: int) -> None:
        start.wait()
        try:
            answers[place] = work(place)
        except Exception as error:  # noqa: BLE001 # whatever it is, the test tells of it
            answers[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_one_request_sent_twenty_times_at_once_is_carried_out_once(feed: Client, reader: Client) -> None:
    before = reader.manifest()["files"]["documents"]["rows"]
    document = {"id": "tankers/20", "text": NEWS.format(number="twenty"), "published": "2020-03-10"}
    answers = in_threads(20, lambda _: feed.ingest(document, key="twenty"))  # type: ignore[arg-type]
    assert all(isinstance(one, Ingested) for one in answers), answers
    assert len({json.dumps(one.answer) for one in answers}) == 1  # type: ignore[attr-defined]
    assert Counter(one.outcome for one in answers) == {"new": 20}  # type: ignore[attr-defined]
    assert reader.manifest()["files"]["documents"]["rows"] == before + 1
    with pytest.raises(ApiError, match="422 key-reused"):
        feed.ingest({**document, "title": "Another"}, key="twenty")  # type: ignore[typeddict-item]


def test_many_who_send_at_once_lose_nothing(feed: Client, reader: Client, served: Served) -> None:
    before = reader.manifest()["files"]

    def send(number: int) -> object:
        text = NEWS.format(number=100 + number)
        return feed.ingest({"id": f"many/{number}", "text": text, "published": "2020-03-12"})

    answers = in_threads(8, send)
    assert all(isinstance(one, Ingested) for one in answers), answers
    end = time.monotonic() + 30
    while served.shell.ok("index", "verify").code or _unlinked(served.shell):
        assert time.monotonic() < end, "what was stored is not linked"
    after = reader.manifest()["files"]
    assert after["documents"]["rows"] == before["documents"]["rows"] + 8
    assert after["statements"]["rows"] == before["statements"]["rows"] + 16
    ids = [one["statement"]["id"] for one in reader.statements(document=[f"many/{n}" for n in range(8)])]
    assert len(ids) == len(set(ids)) == 16


def _unlinked(shell: Shell) -> int:
    ((count,),) = shell.in_database("SELECT count(*) FROM statement WHERE linked_at IS NULL")
    return int(count)


def test_a_review_is_that_of_the_token_and_anybody_can_take_it_back(
    served: Served, reviewer: Client, reader: Client
) -> None:
    waiting = next(one for one in reader.conflicts(status="suggested"))
    conflict = waiting["conflict"]["id"]
    judged = reviewer.review(conflict, "confirmed", "both quotes are on video")
    assert judged["conflict"]["status"] == "confirmed"
    assert reader.conflict(conflict) == judged
    last = "SELECT actor, action, reason FROM audit_entry ORDER BY id DESC LIMIT 1"
    (row,) = served.shell.in_database(last)
    assert row == ("token:review", "judge", "both quotes are on video")
    assert served.shell.ok("verify-audit").out.startswith("whole")
    served.shell.ok("decide", "judge", conflict, "--as", "suggested", "--by", "amal")
    assert reader.conflict(conflict)["conflict"]["status"] == "suggested"


def test_a_review_of_what_has_changed_since_is_refused(reviewer: Client, reader: Client) -> None:
    conflict = next(one for one in reader.conflicts(status="suggested"))["conflict"]["id"]
    tag = reader._transport.request("GET", f"/api/v1/conflicts/{conflict}").headers["etag"]
    reviewer.review(conflict, "unsure", if_match=tag)
    with pytest.raises(ChangedSinceReadError, match="412"):
        reviewer.review(conflict, "rejected", if_match=tag)
    assert reader.conflict(conflict)["conflict"]["status"] == "unsure"


def test_an_export_over_http_is_that_of_the_command_line(
    served: Served, reader: Client, tmp_path: Path
) -> None:
    manifest = reader.export(tmp_path / "client")
    served.shell.ok("export", tmp_path / "command")
    for name in ("documents.jsonl", "statements.jsonl", "events.jsonl", "conflicts.jsonl", "manifest.json"):
        assert (tmp_path / "client" / name).read_bytes() == (tmp_path / "command" / name).read_bytes(), name
    for kind, file in manifest["files"].items():
        written = (tmp_path / "client" / f"{kind}.jsonl").read_bytes()
        assert hashlib.sha256(written).hexdigest() == file["sha256"]
        assert len(written.splitlines()) == file["rows"] > 0
    assert sorted(one.name for one in (tmp_path / "client").iterdir()) == sorted(
        one.name for one in (tmp_path / "command").iterdir()
    )


def test_files_of_one_state_fit_together_though_documents_come_in(
    reader: Client, feed: Client, tmp_path: Path
) -> None:
    manifest = reader.manifest()
    feed.ingest({"text": NEWS.format(number="ninety"), "published": "2020-03-14"})
    assert reader.manifest()["state"] != manifest["state"]
    reader._download(manifest, "statements", tmp_path)
    assert reader.manifest(manifest["state"]) == manifest


def test_a_token_that_is_revoked_or_expired_opens_nothing(served: Served) -> None:
    shell = served.shell
    token = shell.ok("token", "create", "--name", "gone", "--scope", "read", "--expires", "1").out.strip()
    client = Client(served.address, token)
    assert next(client.parties())
    ((used,),) = shell.in_database("SELECT last_used_at FROM api_token WHERE name = 'gone'")
    assert used is not None
    shell.ok("token", "revoke", "gone")
    with pytest.raises(ApiError, match="401"):
        next(client.parties())


def test_a_process_killed_between_storing_and_answering_changes_nothing_for_the_caller(
    demonstration: Shell, tmp_path: Path
) -> None:
    """The key is held by a process that is gone; its document is stored, and not linked."""
    with serving(demonstration, tmp_path, "--no-jobs") as served:
        feed = served.client("ingest", retries=0)
        document = {"id": "killed", "text": NEWS.format(number="three"), "published": "2020-03-10"}
        with demonstration.linking():
            failed: list[object] = []

            def send() -> None:
                try:
                    failed.append(feed.ingest(document, key="k-1"))  # type: ignore[arg-type]
                except UnreachableError as error:
                    failed.append(error)

            sending = threading.Thread(target=send)
            sending.start()
            end = time.monotonic() + MINUTES
            while _unlinked(demonstration) < 2:
                assert time.monotonic() < end
                assert not failed, failed
                time.sleep(0.02)
            (worker,) = served.workers()
            os.kill(worker, signal.SIGKILL)
            sending.join()
            assert isinstance(failed[0], UnreachableError)
        served.wait(tmp_path / "words")
        again = served.client("ingest")
        with pytest.raises(ApiError, match="409"):
            # Another token has another key: for it, the id is taken by other words.
            again.ingest({"id": "killed", "text": "Other words."}, key="k-1")
        answer = feed.ingest(document, key="k-1")  # type: ignore[arg-type]
        assert answer.outcome == "new", "it was stored for this very request"
        assert answer.answer["linked"]
        assert len(answer.answer["documents"][0]["statements"]) == 2
        replayed = feed.ingest(document, key="k-1")  # type: ignore[arg-type]
        assert replayed == answer
        found = feed.search("three tankers had left", k=1)["results"][0]["statement"]
        assert "three tankers" in found["quote"]
        assert _unlinked(demonstration) == 0
    with serving(demonstration, tmp_path, "--no-jobs") as served:
        restarted = Client(served.address, feed._transport._token)
        assert restarted.ingest(document, key="k-1") == answer, "answers outlive a restart"  # type: ignore[arg-type]
    demonstration.ok("index", "verify")


GUIDE = Path(__file__).parents[2] / "docs" / "api.md"


def example(name: str) -> str:
    """A block of code of the guide."""
    _, _, rest = GUIDE.read_text(encoding="utf-8").partition(f"<!-- example: {name} -->\n```")
    code, _, _ = rest.partition("\n```")
    return code.partition("\n")[2]


@pytest.fixture
def environment(served: Served) -> dict[str, str]:
    token = served.shell.ok("token", "create", "--name", "me", "--scope", "admin").out.strip()
    return {
        **environment_of_a_process(served.shell),
        "COUNTERCLAIM_URL": served.address,
        "COUNTERCLAIM_TOKEN": token,
    }


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_example_for_curl_finds_statements(environment: dict[str, str]) -> None:
    done = subprocess.run(  # noqa: S603 - an example of our own
        ["/bin/sh", "-c", example("curl")], env=environment, capture_output=True, check=True
    )
    found = json.loads(done.stdout)
    assert len(found["results"]) == 3
    assert {one["statement"]["language"] for one in found["results"]} <= {"tr", "ru", "en"}


def test_the_example_in_python_does_what_it_says(environment: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", example("python")]
    for outcome in ("new", "known"):
        done = subprocess.run(  # noqa: S603 - our own program
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert done.stdout.startswith(f"{outcome} /api/v1/documents/d"), done.stdout
    assert (tmp_path / "counterclaim-export" / "manifest.json").is_file()


def test_the_example_for_a_notebook_shows_who_says_what(environment: dict[str, str]) -> None:
    code = example("notebook") + "\nassert {row['party'] for row in rows} and len(rows) > 1, rows\n"
    subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-W", "error", "-c", code], env=environment, check=True
    )
