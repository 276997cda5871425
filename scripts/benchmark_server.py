"""Ask a real server over and over while another process ingests.

    .venv/bin/python scripts/benchmark_server.py --home var/benchmark-search
    .venv/bin/python scripts/benchmark_server.py --home var/benchmark-search --seconds 10

Makes a database of made-up statements in the folder where there is none, starts `tracker serve` with two
workers, and has 8 clients ask for the neighbours of statements. Meanwhile `tracker ingest` reads one report
after another, all constructed. Prints answers other than 200, requests a second, for how many seconds
after its linking a new statement was missing at any worker, and the private memory of each worker.
The clients, the server and the ingesting process share the same cores. Ends with 1 where a target is missed.
"""

import argparse
import http.client
import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from search_serving import Driven, Route, drive, environment, prepare, serving, statements, token

MOST_SECONDS, MOST_PRIVATE = 2.0, 0.3
_CONNECTIONS = 12
"""Each stays with the worker that took it; so many all but surely reach every worker."""
_REPORT = (
    "The Libyan National Army said on {day} June 2019 that it had taken checkpoint {number} by Gharyan. "
    "The Government of National Accord denied that checkpoint {number} had been lost.\n"
)
_PATIENCE = 240.0


@dataclass(slots=True)
class Seen:
    """What the watcher of new statements has found."""

    lacking: list[float] = field(default_factory=list)
    """Seconds from a statement's linking until the last question that did not find it; 0 for none."""
    asked: list[float] = field(default_factory=list)
    """Seconds until all connections had it: a dozen questions one after the other, each embedded."""
    missed: int = 0
    """Statements that were not linked, or that not every worker found, in four minutes."""


class Watcher:
    """Ingests by another process, and asks every worker for what is new."""

    def __init__(self, home: Path, port: int, headers: dict[str, str], until: float) -> None:
        self._home, self._port, self._headers, self._until = home, port, headers, until
        self.seen = Seen()

    def run(self) -> None:
        """One report after another until the time is over; what has begun is waited for."""
        number = int(time.time())
        while time.monotonic() < self._until:
            number += 1
            text = _REPORT.format(day=1 + number % 28, number=number)
            command = [sys.executable, "-m", "tracker", "ingest", "-"]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            process = subprocess.Popen(command, env=environment(self._home), **pipes)  # type: ignore[call-overload] # noqa: S603
            process.stdin.write(text.encode())
            process.stdin.close()
            if statement := self._linked(number):
                self._look_for(statement, text)
            process.wait()

    def _linked(self, number: int) -> str | None:
        """The id of the new statement as soon as it is linked."""
        query = "SELECT id FROM statement WHERE linked_at IS NOT NULL AND quote LIKE ? LIMIT 1"
        newest = "SELECT max(linked_at) FROM statement"
        before, end = None, time.monotonic() + _PATIENCE
        with closing(sqlite3.connect(self._home / "tracker.sqlite3")) as connection:
            while time.monotonic() < end:
                now = connection.execute(newest).fetchone()
                if now != before and (found := connection.execute(query, (f"%{number}%",)).fetchone()):
                    return str(found[0])
                before = now
                time.sleep(0.02)
        self.seen.missed += 1
        return None

    def _look_for(self, statement: str, text: str) -> None:
        begun, lacking = time.monotonic(), 0.0
        left = [http.client.HTTPConnection("127.0.0.1", self._port, timeout=60) for _ in range(_CONNECTIONS)]
        sent = json.dumps({"text": text.split(". ", maxsplit=1)[0], "k": 50, "mode": "semantic"})
        headers = {**self._headers, "Content-Type": "application/json"}
        while left and time.monotonic() < begun + _PATIENCE:
            for connection in list(left):
                asked = time.monotonic() - begun
                connection.request("POST", "/api/v1/search", sent, headers)
                answer = json.loads(connection.getresponse().read())
                if any(one["statement"]["id"] == statement for one in answer.get("results", [])):
                    connection.close()
                    left.remove(connection)
                else:
                    lacking = asked
        if left:
            self.seen.missed += 1
        else:
            self.seen.lacking.append(lacking)
            self.seen.asked.append(time.monotonic() - begun)


def memory(server: int, what: str) -> list[int]:
    """Bytes of each of the server's workers, as they started: "Rss", all; "Private_", its own alone."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text("ascii").split()
    sums = []
    for child in children:
        lines = Path(f"/proc/{child}/smaps_rollup").read_text("ascii").splitlines()
        sums.append(sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(what)))
    return sums


def show(driven: Driven, seen: Seen, held: Sequence[int], first: int) -> list[str]:
    """Print what was measured; what falls short. `first` is all that the first worker has in memory.

    Beside that is held what a further one takes for itself: what they share was there with the first.
    """
    p50, p95, p99 = np.quantile(driven.seconds, [0.5, 0.95, 0.99]) * 1_000
    print(f"load average {' '.join(f'{part:.1f}' for part in os.getloadavg())}\n\n| | |\n|---|---|")
    print(f"| answers, of which wrong | {len(driven.seconds)}, {driven.wrong} |")
    print(f"| connections found closed and opened anew | {driven.reopened} |")
    print(f"| requests a second | {driven.rate:.0f} |")
    print(f"| median, p95, p99, ms | {p50:.0f}, {p95:.0f}, {p99:.0f} |")
    print(f"| new statements | {len(seen.lacking)} |")
    for what, delays in (
        ("seconds until which a worker lacked one", seen.lacking),
        ("seconds until 12 connections had been asked and had it", seen.asked),
    ):
        print(f"| {what} | {', '.join(f'{delay:.2f}' for delay in sorted(delays))} |")
    own = ", ".join(f"{one / 1e6:.0f}" for one in held)
    print(f"| memory of the first worker, MB; private of each | {first / 1e6:.0f}; {own} |")
    missed = [] if not driven.wrong else [f"{driven.wrong} wrong answers"]
    if seen.missed or not seen.lacking or max(seen.lacking) > MOST_SECONDS:
        missed.append("a new statement in every worker's answers")
    if len(held) > 1 and max(held[1:]) > MOST_PRIVATE * first:
        missed.append("private memory of a further worker")
    return missed


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, required=True, help="where the database lies, or is made")
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    prepare(given.home, given.statements)
    asked = np.random.default_rng(2).choice(statements(given.home), 400, replace=False).tolist()
    with serving(given.home, given.workers) as (port, server):
        headers = token(given.home)
        route = Route("similar", port, "/api/v1/statements/{}/similar", headers)
        watcher = Watcher(given.home, port, headers, time.monotonic() + given.seconds)
        watching = threading.Thread(target=watcher.run)
        watching.start()
        driven = drive(route, asked, given.clients, given.seconds)
        watching.join()
        missed = show(driven, watcher.seen, memory(server, "Private_"), memory(server, "Rss")[0])
    print(
        "\nshort of what is asked: " + "; ".join(missed) if missed else "\nall that is asked for is reached"
    )
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
