#!/usr/bin/env python3
"""Kill workers under load and count acknowledged acts that are lost.

    python scripts/measure_kills.py [--kills 50] [--seed 1]

Starts `tracker serve --workers 2` with its job worker, over a home of its own. Meanwhile documents come over
the API, conflicts are reviewed over the API, files are uploaded as jobs, and `tracker ingest` reads files.
Processes that serve, that do jobs, and that ingest are killed with SIGKILL, at random. In the end everything
that was acknowledged, by an answer of HTTP or an exit code of 0, has to be there once: each document with its
statements, each review with its entry of the audit trail, each job done. The models are left out (texts get
vectors from their words): what is stored when does not depend on them. Ends with 1 where anything is lost.
"""

import argparse
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlencode

from light_server import Server

PASSWORD = "four words in a row"  # noqa: S105 # of somebody who does not exist
_WAIT = 300.0  # seconds
_SAID = 2  # statements of a document


def report(name: str, number: int) -> dict[str, object]:
    """A document of two statements that clash."""
    return {
        "id": name,
        "title": "Fighting in the mountains",
        "text": f"The Government of National Accord said that {number % 90 + 3} people were killed in raid "
        f"{number} on Gharyan.\n\nThe Libyan National Army denied that anybody was killed in raid {number}.",
        "lang": "en",
        "outlet": "Constructed Wire",
        "published": f"2020-{number % 12 + 1:02}-06T10:00:00Z",
    }


@dataclass
class Acknowledged:
    """What was answered for."""

    documents: list[str] = field(default_factory=list)
    reviews: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    ingested: list[str] = field(default_factory=list)
    uploaded: list[str] = field(default_factory=list)
    unanswered: int = 0


class Load:
    """Those who use the server, until they are told to stop."""

    def __init__(self, server: Server, token: str) -> None:
        self.server, self.done = server, Acknowledged()
        self.bearer = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.over = threading.Event()
        self.ingesting: subprocess.Popen[bytes] | None = None
        self.session: dict[str, str] = {}
        works = (lambda: self.post("a"), lambda: self.post("b"), self.review, self.upload, self.ingest)
        self.threads = [threading.Thread(target=self._keep_on, args=(work,)) for work in works]

    def _keep_on(self, work: Callable[[], object]) -> None:
        while not self.over.is_set():
            try:
                work()
            except (OSError, HTTPException):
                self.done.unanswered += 1
                time.sleep(0.05)

    def post(self, who: str) -> None:
        """A document over the API."""
        number = random.randrange(10**9)  # noqa: S311 # of a document
        name = f"api-{who}-{number}"
        body = json.dumps(report(name, number)).encode()
        status, _, _ = self.server.ask("POST", "/api/v1/documents", body, self.bearer)
        if status in {200, 201}:
            self.done.documents.append(name)

    def review(self) -> None:
        """A judgement of a conflict as it was read, with a reason of its own."""
        _, _, listed = self.server.ask("GET", "/api/v1/conflicts?limit=20", None, self.bearer)
        chosen = random.choice(json.loads(listed)["conflicts"])["conflict"]["id"]  # noqa: S311
        _, headers, _ = self.server.ask("GET", f"/api/v1/conflicts/{chosen}", None, self.bearer)
        reason = f"review {random.randrange(10**12)}"  # noqa: S311
        body = json.dumps({"judgement": random.choice(["confirmed", "rejected"]), "reason": reason})  # noqa: S311
        sent = {**self.bearer, "If-Match": headers["etag"]}
        path = f"/api/v1/conflicts/{chosen}/review"
        status, after, _ = self.server.ask("POST", path, body.encode(), sent)
        if status == 200 and after["etag"] != headers["etag"]:  # noqa: PLR2004
            self.done.reviews.append(reason)

    def upload(self) -> None:
        """Three documents in a file, as a job."""
        session = self.session = self.session or self._sign_in()
        number = random.randrange(10**9)  # noqa: S311
        names = [f"job-{number}-{one}" for one in range(3)]
        lines = "".join(json.dumps(report(name, number + place)) + "\n" for place, name in enumerate(names))
        _, _, page = self.server.ask("GET", "/upload", None, session)
        edge = "edge-of-a-part"
        body = (
            f'--{edge}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{_token(page)}\r\n'
            f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{number}.jsonl"\r\n\r\n'
            f"{lines}\r\n--{edge}--\r\n"
        )
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        status, headers, _ = self.server.ask("POST", "/upload/files", body.encode(), {**session, **kind})
        if status == 303:  # noqa: PLR2004
            self.done.jobs.append(headers["location"].rpartition("/")[2])
            self.done.uploaded += names
        else:
            self.session = {}
        self.over.wait(1.0)

    def _sign_in(self) -> dict[str, str]:
        _, headers, page = self.server.ask("GET", "/sign-in")
        visitor = {"Cookie": headers["set-cookie"].partition(";")[0]}
        fields = urlencode({"csrf_token": _token(page), "name": "amal", "password": PASSWORD}).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        _, headers, _ = self.server.ask("POST", "/sign-in", fields, {**visitor, **kind})
        found = re.search(r"counterclaim_session=[^;]+", headers.get("set-cookie", ""))
        if found is None:
            raise ConnectionError("not signed in")
        return {"Cookie": found[0]}

    def ingest(self) -> None:
        """Two documents in a file, by a command of its own."""
        number = random.randrange(10**9)  # noqa: S311
        names = [f"cli-{number}-{one}" for one in range(2)]
        path = self.server.home / f"cli-{number}.jsonl"
        path.write_text(
            "".join(json.dumps(report(name, number + place)) + "\n" for place, name in enumerate(names)),
            encoding="utf-8",
        )
        self.ingesting = self.server.start("ingest", str(path))
        if self.ingesting.wait() == 0:
            self.done.ingested += names
        self.over.wait(2.0)


def _token(page: bytes) -> str:
    found = re.search(rb'name="csrf_token" value="([0-9a-f]+)"', page)
    if found is None:
        raise ConnectionError("a page without its form")
    return found[1].decode()


def victims(server: "subprocess.Popen[bytes]", load: Load) -> dict[str, list[int]]:
    """Processes that may be killed, by what they do."""
    serving: list[int] = []
    working: list[int] = []
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text("ascii").split()
    for child in children:
        with suppress(OSError):
            command = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
            (working if b"worker" in command else serving).append(int(child))
    ingesting = load.ingesting
    running = [ingesting.pid] if ingesting is not None and ingesting.poll() is None else []
    return {"serving": serving, "doing jobs": working, "ingesting": running}


def kill_some(
    server: "subprocess.Popen[bytes]", load: Load, kills: int, chance: random.Random
) -> dict[str, int]:
    """Kill one after the other; how many of each kind."""
    killed = dict.fromkeys(("serving", "doing jobs", "ingesting"), 0)
    while sum(killed.values()) < kills:
        time.sleep(chance.uniform(0.5, 4))
        # Most commands that ingest are left to end, so that there is something to be lost.
        (kind,) = chance.choices(list(killed), (4, 3, 1))
        found = victims(server, load)[kind]
        if found:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(found), signal.SIGKILL)
                killed[kind] += 1
    return killed


def losses(server: Server, done: Acknowledged) -> list[str]:
    """Everything that was acknowledged and is not there, or is there twice; a sentence each."""
    stored = {row[0]: row[1] for row in server.rows(
        "SELECT external_id, count(statement.id) FROM document JOIN statement ON document_id = document.id "
        "GROUP BY document.id"
    )}  # fmt: skip
    every = (*done.documents, *done.ingested, *done.uploaded)
    found = [f"document {one}: {stored.get(one)} statements" for one in every if stored.get(one) != _SAID]
    reasons = [row[0] for row in server.rows("SELECT reason FROM audit_entry WHERE action = 'judge'")]
    found += [f"{one}: {reasons.count(one)} entries" for one in done.reviews if reasons.count(one) != 1]
    jobs = dict(server.rows("SELECT id, state FROM job"))
    found += [f"job {one}: {jobs.get(one)}" for one in done.jobs if jobs.get(one) != "done"]
    if server.rows("SELECT 1 FROM statement WHERE linked_at IS NULL LIMIT 1"):
        found.append("statements that are stored and not linked")
    if server.rows("PRAGMA integrity_check") != [("ok",)]:
        found.append("the database is damaged")
    for words in (("index", "verify"), ("verify-audit",)):
        try:
            server.run(*words)
        except RuntimeError as error:
            found.append(str(error))
    return found


def until(condition: Callable[[], object], what: str) -> None:
    """Wait for something. Raises TimeoutError."""
    end = time.monotonic() + _WAIT
    while time.monotonic() < end:
        with suppress(OSError, HTTPException, sqlite3.Error):
            if condition():
                return
        time.sleep(0.2)
    raise TimeoutError(what)


def measure(folder: Path, kills: int, seed: int) -> Sequence[str]:
    """Load, kill, and look; what was lost."""
    server = Server(folder)
    server.run("init")
    first = folder / "first.jsonl"
    first.write_text("".join(json.dumps(report(f"first-{n}", n)) + "\n" for n in range(12)), encoding="utf-8")
    server.run("ingest", str(first))
    server.run("user", "add", "amal", "--role", "analyst", given=f"{PASSWORD}\n")
    token = server.run("token", "create", "--name", "load", "--scope", "admin").strip()
    process = server.start("serve", "--port", str(server.port), "--workers", "2")
    try:
        until(lambda: server.ask("GET", "/readyz")[0] == 200, "the server is not ready")  # noqa: PLR2004
        load = Load(server, token)
        for thread in load.threads:
            thread.start()
        since = time.monotonic()
        killed = kill_some(process, load, kills, random.Random(seed))  # noqa: S311
        load.over.set()
        for thread in load.threads:
            thread.join()
        seconds = time.monotonic() - since
        over = "SELECT count(*) FROM job WHERE state IN ('waiting', 'running')"
        until(lambda: server.rows(over) == [(0,)], "jobs are not done")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
    server.run("link")
    done = load.done
    print(
        f"{kills} kills in {seconds:.0f} s: {killed}\n"
        f"acknowledged: {len(done.documents)} documents over HTTP, {len(done.reviews)} reviews, "
        f"{len(done.jobs)} jobs of {len(done.uploaded)} documents, {len(done.ingested)} documents by "
        f"`tracker ingest`; {done.unanswered} requests broken off"
    )
    return losses(server, done)


def main() -> None:
    """Read the options, measure, and say by the exit code whether anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lost = measure(Path(folder), given.kills, given.seed)
    print(f"{len(lost)} acknowledged acts lost", *lost, sep="\n  ")
    sys.exit(bool(lost))


if __name__ == "__main__":
    main()
