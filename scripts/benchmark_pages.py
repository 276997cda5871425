"""Measure the list pages of a running server over 100,000 made-up statements.

    .venv/bin/python scripts/benchmark_pages.py --home var/benchmark
    .venv/bin/python scripts/benchmark_pages.py --home var/benchmark --seconds 10 --pages /events /history

The first run makes the database in the folder (under two minutes) and keeps it; later ones use it again. Then
`tracker serve --workers 2` is started as it is, somebody signs in, and 8 clients ask for each page for some
seconds. For each page it prints requests a second, the median and the 95th percentile of their times, the
CPU time of the server's processes for a request, and bytes. The clients run on the same cores; where others
use those too, the CPU time says more than the clock.
"""

import argparse
import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from synthetic_news import PEOPLE, Size, fill

from tracker.bootstrap import initialise
from tracker.domain.people import Role
from tracker.settings import Settings
from tracker.storage.engine import make_engine
from tracker.storage.passwords import Argon2Passwords
from tracker.storage.people import SqlPeople

PASSWORD = "a made-up news room"  # noqa: S105 # of a database of made-up news
MODEL = "universal-sentence-encoder-multilingual-3"
"""The smallest model that ships: pages need none, but the server opens one."""

PAGES = (
    "/",
    "/events",
    "/events?party=LNA&party=GNA&review=waiting&language=ar",
    "/events?sort=contested",
    "/events?from=2019-06-01&to=2019-06-30",
    "/conflicts",
    "/conflicts?party=LNA&party=GNA&language=ar",
    "/review",
    "/review/attributions",
    "/history",
    "/parties",
    "/places",
    "/sources",
    "/reports",
    "/search",
    "/events/LARGE",
)
TARGET_RATE, TARGET_P95 = 100, 0.2
EVENT_P95 = 0.3
"""For the page of one event of 500 statements, `/events/LARGE`, whatever the rate."""
_PATIENCE = 120.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Measured:
    """What one page came to."""

    page: str
    rate: float
    median: float
    p95: float
    cpu: float
    size: int
    wrong: int


def prepare(home: Path, size: Size) -> None:
    """Make the database, unless the folder holds one. Raises OSError, DatabaseError."""
    settings = Settings(home=home, embedding_model=MODEL)
    begun, is_new = time.monotonic(), not (home / "tracker.sqlite3").exists()
    home.mkdir(parents=True, exist_ok=True)
    initialise(settings)
    if not is_new:
        return
    engine = make_engine(settings.database)
    large = fill(engine, size, datetime.now(UTC))
    hashed = Argon2Passwords().hash(PASSWORD)
    people = SqlPeople(engine, lambda: datetime.now(UTC))
    for name in PEOPLE:
        people.add_user(name, hashed, Role.ANALYST, actor="benchmark", only_first=False)
    engine.dispose()
    (home / "large-event.txt").write_text(large)
    print(f"made {size.statements} statements in {time.monotonic() - begun:.0f} s")


@contextmanager
def serving(home: Path, workers: int) -> Iterator[tuple[int, int]]:
    """The server as it is really started: its port and process id. Stopped with the block."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    environment = {**os.environ, "TRACKER_HOME": str(home), "TRACKER_EMBEDDING_MODEL": MODEL}
    command = [sys.executable, "-m", "tracker", "serve", "--port", str(port), "--workers", str(workers)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        _wait(port, workers)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def _wait(port: int, workers: int) -> None:
    """Until every worker has opened its model, which it does beside its first answers."""
    end, ready = time.monotonic() + _PATIENCE, 0
    while ready < 4 * workers:
        if time.monotonic() > end:
            raise TimeoutError("the server does not answer")
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
                connection.request("GET", "/readyz")
                ready += connection.getresponse().status in {200, 503}
        except OSError:
            time.sleep(0.2)


def sign_in(port: int) -> str:
    """Sign the first of the people in; the cookie that says so."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", "/sign-in")
        answer = connection.getresponse()
        page, visitor = answer.read().decode(), _cookies(answer)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        if token is None:
            raise ValueError("the page to sign in holds no form")
        form = urlencode({"csrf_token": token[1], "name": PEOPLE[0], "password": PASSWORD})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": visitor}
        connection.request("POST", "/sign-in", form, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != http.client.SEE_OTHER:
            raise ValueError(f"signing in was answered with {answer.status}")
        return _cookies(answer)


def _cookies(answer: http.client.HTTPResponse) -> str:
    given = [header.partition(";")[0] for header in answer.headers.get_all("Set-Cookie") or []]
    return "; ".join(cookie for cookie in given if not cookie.endswith("="))


def measure(port: int, server: int, cookie: str, page: str, clients: int, seconds: float) -> Measured | None:
    """Ask for a page over and over; None where there is no such page."""
    if _ask_once(port, cookie, page) == http.client.NOT_FOUND:
        return None
    times: list[float] = []
    sizes: list[int] = []
    wrong: list[int] = []
    lock = threading.Lock()
    until = time.monotonic() + seconds

    def client() -> None:
        own: list[float] = []
        size = failed = 0
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        with closing(connection):
            while time.monotonic() < until:
                begun = time.perf_counter()
                connection.request("GET", page, headers={"Cookie": cookie})
                answer = connection.getresponse()
                size = len(answer.read())
                own.append(time.perf_counter() - begun)
                failed += answer.status != http.client.OK
        with lock:
            times.extend(own)
            sizes.append(size)
            wrong.append(failed)

    before, begun = _cpu_of(server), time.monotonic()
    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - begun
    cpu = (_cpu_of(server) - before) / len(times)
    times.sort()
    p95 = times[int(len(times) * 0.95)]
    return Measured(page, len(times) / took, statistics.median(times), p95, cpu, max(sizes), sum(wrong))


def _ask_once(port: int, cookie: str, page: str) -> int:
    """The status of a page; what a server reckons once is then reckoned in most workers."""
    status = 0
    for _ in range(8):
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            connection.request("GET", page, headers={"Cookie": cookie})
            answer = connection.getresponse()
            answer.read()
            status = answer.status
    return status


def _cpu_of(server: int) -> float:
    """CPU seconds that a process and its children have used."""
    processes = [server]
    for task in Path(f"/proc/{server}/task").iterdir():
        processes += [int(child) for child in (task / "children").read_text().split()]
    total = 0
    for process in processes:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / _TICKS


def show(found: Sequence[Measured]) -> bool:
    """Print the table; whether every page came up to what is asked."""
    print("| page | requests a second | median, ms | p95, ms | CPU ms a request | KB |")
    print("|---|---|---|---|---|---|")
    for one in found:
        mark = "" if _suffices(one) else " (short)"
        fault = f" {one.wrong} wrong answers" if one.wrong else ""
        print(
            f"| `{one.page}`{mark}{fault} | {one.rate:.0f} | {one.median * 1000:.0f} | {one.p95 * 1000:.0f} "
            f"| {one.cpu * 1000:.1f} | {one.size / 1000:.0f} |"
        )
    return all(_suffices(one) and not one.wrong for one in found)


def _suffices(one: Measured) -> bool:
    if one.page.startswith("/events/"):
        return one.p95 < EVENT_P95
    return one.rate >= TARGET_RATE and one.p95 < TARGET_P95


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, required=True, help="where the database lies, or is made")
    parser.add_argument("--statements", type=int, default=Size().statements)
    parser.add_argument("--seconds", type=float, default=8, help="for each page")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--pages", nargs="+", default=PAGES, help="addresses to ask for")
    given = parser.parse_args()
    share = given.statements / Size().statements
    size = Size(given.statements, max(2, round(8_000 * share)), round(30_000 * share), round(3_000 * share))
    prepare(given.home, size)
    large = (given.home / "large-event.txt").read_text().strip()
    found = []
    with serving(given.home, given.workers) as (port, server):
        cookie = sign_in(port)
        for page in (page.replace("LARGE", large) for page in given.pages):
            measured = measure(port, server, cookie, page, given.clients, given.seconds)
            if measured is None:
                print(f"there is no page {page}", file=sys.stderr)
            else:
                found.append(measured)
    sys.exit(0 if show(found) else 1)


if __name__ == "__main__":
    main()
