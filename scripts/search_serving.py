"""A server as it is really started, over made-up statements, and clients that ask it: for two benchmarks."""

import http.client
import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import benchmark_pages
import numpy as np
from search_data import made_up
from synthetic_news import Size

from tracker.domain.models import ModelIdentity
from tracker.embedding import DEFAULT_MODEL, load_embedder
from tracker.index import FaissIndex

_PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Route:
    """What is asked for: `path` holds a place for the id of a statement."""

    name: str
    port: int
    path: str
    headers: dict[str, str]
    processes: tuple[int, ...] = ()
    """Those that answer, each with its children."""


@dataclass(slots=True)
class Driven:
    """What came of asking."""

    rate: float = 0.0
    """Requests a second."""
    seconds: list[float] = field(default_factory=list)
    """That each took."""
    wrong: int = 0
    """Answers other than 200, and connections that broke."""
    processor: float = 0.0
    """Seconds of processor time for one request, of the processes that answer."""


def prepare(home: Path, count: int) -> None:
    """A folder with so many statements, a vector of the default model's length for each, and their index.

    Does nothing where there is one. The vectors are made up: nothing is embedded.
    """
    is_new = not (home / "index" / "manifest.json").exists()
    share = count / Size().statements
    benchmark_pages.prepare(home, Size(count, max(2, round(8_000 * share)), round(30_000 * share), 3_000))
    if not is_new:
        return
    embedder = load_embedder(DEFAULT_MODEL, home / "models")
    model = ModelIdentity(embedder.name, embedder.revision, embedder.dimension)
    vectors = made_up(count, 1, dimension=model.dimension, noise=0.8, even=20).vectors
    ids = statements(home)
    digests = [key.rjust(64, "0") for key in ids]
    with closing(sqlite3.connect(home / "tracker.sqlite3")) as connection, connection:
        connection.execute("DELETE FROM model_in_use")
        values = (model.name, model.revision, model.dimension)
        connection.execute("INSERT INTO model_in_use VALUES (1, ?, ?, ?)", values)
        connection.executemany(
            "INSERT INTO embedding (model_name, revision, dimension, digest, vector) VALUES (?, ?, ?, ?, ?)",
            ((*values, *pair) for pair in zip(digests, (row.tobytes() for row in vectors), strict=False)),
        )
        connection.executemany(
            "UPDATE statement SET text_digest = ? WHERE id = ?", zip(digests, ids, strict=True)
        )
    index = FaissIndex.create(home / "index", model)
    index.replace([(np.array([int(key[1:], 16) for key in ids]), vectors[: len(ids)])])
    index.save()


def statements(home: Path) -> list[str]:
    """The ids of all statements, ascending."""
    with closing(sqlite3.connect(home / "tracker.sqlite3")) as connection:
        return [key for (key,) in connection.execute("SELECT id FROM statement ORDER BY id")]


def model_of(home: Path) -> ModelIdentity:
    """The model that an index says its vectors come from."""
    manifest = json.loads((home / "index" / "manifest.json").read_text("utf-8"))
    return ModelIdentity(manifest["model"], manifest["revision"], manifest["dimension"])


def free_port() -> int:
    """A port of the loopback that nobody listens at."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def environment(home: Path) -> dict[str, str]:
    """The environment of a process of the program over this folder, with the default model."""
    return {**os.environ, "TRACKER_HOME": str(home), "TRACKER_API_CALLS_PER_MINUTE": "0"}


def token(home: Path) -> dict[str, str]:
    """The header that a new token of the scope `read` is sent in."""
    command = [sys.executable, "-m", "tracker", "token", "create", "--name", "benchmark", "--scope", "read"]
    made = subprocess.run(command, env=environment(home), check=True, capture_output=True, text=True)  # noqa: S603
    return {"Authorization": f"Bearer {made.stdout.strip()}"}


@contextmanager
def serving(home: Path, workers: int) -> Iterator[tuple[int, int]]:
    """`tracker serve` over a folder, without a worker for jobs: its port and process id.

    How often one may ask is not limited.
    """
    port = free_port()
    command = [sys.executable, "-m", "tracker", "serve", "--no-jobs", "--port", str(port)]
    command += ["--workers", str(workers)]
    process = subprocess.Popen(command, env=environment(home), stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        wait(port, "/readyz", 4 * workers)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def wait(port: int, path: str, times: int = 1) -> None:
    """Until a server has answered so many times, whatever it says. Raises TimeoutError."""
    end, answered = time.monotonic() + _PATIENCE, 0
    while answered < times:
        if time.monotonic() > end:
            raise TimeoutError("the server does not answer")
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
                connection.request("GET", path)
                answered += bool(connection.getresponse().status)
        except OSError:
            time.sleep(0.2)


def drive(route: Route, ids: Sequence[str], clients: int, seconds: float) -> Driven:
    """Ask for the statements in turn, over and over, by so many clients at a time."""
    driven, lock = Driven(), threading.Lock()
    before, begun = processor_time(route.processes), time.monotonic()

    def client(number: int) -> None:
        own, wrong, place = [], 0, number * 37
        with closing(http.client.HTTPConnection("127.0.0.1", route.port, timeout=60)) as connection:
            while time.monotonic() < begun + seconds:
                place, sent = place + 1, time.perf_counter()
                try:
                    connection.request("GET", route.path.format(ids[place % len(ids)]), headers=route.headers)
                    answer = connection.getresponse()
                    answer.read()
                    wrong += answer.status != http.client.OK
                except (OSError, http.client.HTTPException):
                    wrong += 1
                    connection.close()
                own.append(time.perf_counter() - sent)
        with lock:
            driven.seconds += own
            driven.wrong += wrong

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    driven.rate = len(driven.seconds) / (time.monotonic() - begun)
    driven.processor = (processor_time(route.processes) - before) / max(1, len(driven.seconds))
    return driven


def processor_time(processes: Sequence[int]) -> float:
    """Seconds that these processes and their children have used so far."""
    every = list(processes)
    for process in processes:
        for task in Path(f"/proc/{process}/task").iterdir():
            every += [int(child) for child in (task / "children").read_text("ascii").split()]
    total = 0
    for process in every:
        fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")
