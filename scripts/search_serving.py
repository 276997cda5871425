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
    reopened: int = 0
    """Connections that the server had closed when they were to be used again, as it does with idle ones."""
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


def environment(home: Path, **settings: str) -> dict[str, str]:
    """The environment of a process of the program over this folder, with the default model."""
    return {**os.environ, "TRACKER_HOME": str(home), "TRACKER_API_CALLS_PER_MINUTE": "0", **settings}


def token(home: Path) -> dict[str, str]:
    """The header that a new token of the scope `read` is sent in."""
    command = [sys.executable, "-m", "tracker", "token", "create", "--name", "benchmark", "--scope", "read"]
    made = subprocess.run(command, env=environment(home), check=True, capture_output=True, text=True)  # noqa: S603
    return {"Authorization": f"Bearer {made.stdout.strip()}"}


@contextmanager
def serving(home: Path, workers: int, **settings: str) -> Iterator[tuple[int, int]]:
    """`tracker serve` over a folder, without a worker for jobs: its port and process id.

    How often one may ask is not limited; `settings` are further ones by their names.
    """
    port = free_port()
    command = [sys.executable, "-m", "tracker", "serve", "--no-jobs", "--port", str(port)]
    command += ["--workers", str(workers)]
    process = subprocess.Popen(command, env=environment(home, **settings), stderr=subprocess.DEVNULL)  # noqa: S603
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


class Asking:
    """A connection that asks for one thing after another, with as little work of its own as can be.

    The driver's work counts as if it were the server's; http.client takes longer than a fast route.
    """

    def __init__(self, route: Route) -> None:
        self._port = route.port
        lines = [f"{name}: {value}\r\n" for name, value in route.headers.items()]
        before, after = route.path.split("{}")
        self._before = f"GET {before}".encode()
        self._after = f"{after} HTTP/1.1\r\nHost: 127.0.0.1\r\n{''.join(lines)}\r\n".encode()
        self._socket: socket.socket | None = None
        self.reopened = 0

    def status(self, key: str) -> int:
        """The status of the answer about a statement, read to its end. Raises OSError, ValueError."""
        content = self._begun(self._before + key.encode() + self._after)
        while (end := content.find(b"\r\n\r\n")) < 0:
            content += self._received()
        head = content[:end].lower()
        length = int(head.split(b"\r\ncontent-length:", 1)[1].split(b"\r\n", 1)[0])
        left = length - (len(content) - end - 4)
        while left > 0:
            left -= len(self._received())
        if b"\r\nconnection: close" in head:
            self.close()
        return int(head[9:12])

    def _begun(self, question: bytes) -> bytes:
        """The first bytes of an answer. Asked over a new connection where a used one was closed meanwhile."""
        is_used = self._socket is not None
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=60)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._socket.sendall(question)
            return self._received()
        except ConnectionError:
            if not is_used:
                raise
        self.close()
        self.reopened += 1
        return self._begun(question)

    def close(self) -> None:
        """Begin a new connection with the next question."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _received(self) -> bytes:
        assert self._socket is not None  # noqa: S101 # it has just been asked
        received = self._socket.recv(65_536)
        if not received:
            raise ConnectionError("the server hung up")
        return received


def drive(route: Route, ids: Sequence[str], clients: int, seconds: float) -> Driven:
    """Ask for the statements in turn, over and over, by so many clients at a time."""
    driven, lock = Driven(), threading.Lock()
    before, begun = processor_time(route.processes), time.monotonic()

    def client(number: int) -> None:
        own, wrong, place = [], 0, number * 37
        with closing(Asking(route)) as asking:
            while time.monotonic() < begun + seconds:
                place, sent = place + 1, time.perf_counter()
                try:
                    wrong += asking.status(ids[place % len(ids)]) != http.client.OK
                except (OSError, ValueError, IndexError):
                    wrong += 1
                    asking.close()
                own.append(time.perf_counter() - sent)
        with lock:
            driven.seconds += own
            driven.wrong += wrong
            driven.reopened += asking.reopened

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
