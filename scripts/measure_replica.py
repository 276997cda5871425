"""How soon after it was acknowledged at the primary a write can be read at a streaming replica.

    python scripts/measure_replica.py --commits 500 --documents 60

A real PostgreSQL and a replica of it are started, both as they are installed (each commit is on the primary's
disk before it is acknowledged). First the database alone: rows are committed, one after the other, and asked
for at the replica until they are there. Then the whole program: documents are sent to a server over the
primary, which links and indexes them before it answers, and are asked for at a server over the replica, by
the API and by similarity search, which needs the replica's own index to have been fed.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from http import HTTPStatus
from pathlib import Path

import numpy as np
from sqlalchemy import Engine, text

from tracker.client import ApiError, Client, UnreachableError
from tracker.storage.engine import make_engine

CHECKOUT = Path(__file__).parents[1]
sys.path.insert(0, str(CHECKOUT / "tests"))

import real_postgresql  # type: ignore[import-not-found] # noqa: E402 # beside the tests that share it

PAUSE = 0.0005
PATIENCE = 120.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--commits", type=int, default=500)
    parser.add_argument("--documents", type=int, default=60)
    wanted = parser.parse_args()
    name = real_postgresql.new_database()
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        real_postgresql.execute(f"ALTER SYSTEM RESET {setting}")
    real_postgresql.execute("SELECT pg_reload_conf()")
    primary = real_postgresql.url_of(name)
    with real_postgresql.replica() as of_replica, tempfile.TemporaryDirectory() as folder:
        replica = of_replica.format(name)
        say("a row, by the database", commits(primary, replica, wanted.commits))
        if wanted.documents:
            measure_servers(primary, replica, Path(folder), wanted.documents)


def say(what: str, lags: list[float]) -> None:
    """Print a line of figures, in milliseconds."""
    milliseconds = np.array(lags) * 1000
    half, most = np.percentile(milliseconds, [50, 95])
    print(
        f"{what}: {len(lags)} times, p50 {half:.1f} ms, p95 {most:.1f} ms, "
        f"longest {milliseconds.max():.1f} ms"
    )


def commits(primary: str, replica: str, count: int) -> list[float]:
    """Seconds from the acknowledgement of each commit until the replica shows it."""
    here, there = make_engine(primary), make_engine(replica)
    with here.begin() as connection:
        connection.execute(text("CREATE TABLE of_measurement (number integer PRIMARY KEY)"))
    until(lambda: _there(there, "SELECT to_regclass('of_measurement') IS NOT NULL"))
    lags = []
    for number in range(count):
        with here.begin() as connection:
            connection.execute(text("INSERT INTO of_measurement VALUES (:number)"), {"number": number})
        lags.append(until(lambda: _there(there, f"SELECT count(*) > {number} FROM of_measurement")))  # noqa: B023, S608
        time.sleep(0.002)
    with here.begin() as connection:
        connection.execute(text("DROP TABLE of_measurement"))
    here.dispose()
    there.dispose()
    return lags


def _there(engine: Engine, question: str) -> bool:
    with engine.connect() as connection:
        return bool(connection.scalar(text(question)))


def until(is_there: Callable[[], bool]) -> float:
    """Seconds until it is."""
    began = time.perf_counter()
    while not is_there():
        if time.perf_counter() - began > PATIENCE:
            raise SystemExit("the replica does not follow")
        time.sleep(PAUSE)
    return time.perf_counter() - began


def measure_servers(primary: str, replica: str, folder: Path, count: int) -> None:
    """From the answer of the server over the primary until the one over the replica shows it."""
    homes = {"primary": primary, "replica": replica}
    command(folder, "primary", primary, "init")
    made = {
        scope: command(folder, "primary", primary, "token", "create", "--name", scope, "--scope", scope)
        for scope in ("read", "ingest")
    }
    shown, found, asked, searched = [], [], [], []
    with ExitStack() as stack:
        there, here = (stack.enter_context(serving(folder, name, url)) for name, url in homes.items())
        feed, reader = Client(there, made["ingest"].strip()), Client(here, made["read"].strip())
        for number in range(count):
            sentence = news(number)
            stored = feed.ingest({"text": sentence, "published": "2020-03-10"}).answer["documents"][0]
            began = time.perf_counter()
            until(lambda: _is_shown(reader, stored["id"]))  # noqa: B023
            shown.append(time.perf_counter() - began)
            until(lambda: _is_found(reader, sentence, stored["statements"]))  # noqa: B023
            found.append(time.perf_counter() - began)
            # What the same answers take where nothing has to arrive.
            asked.append(until(lambda: _is_shown(reader, stored["id"])))  # noqa: B023
            searched.append(until(lambda: _is_found(reader, sentence, stored["statements"])))  # noqa: B023
    say("a document, by the API", shown)
    say("the same once more", asked)
    say("a search that finds its statement", found)
    say("the same once more", searched)


def news(number: int) -> str:
    """A sentence unlike the others."""
    places = ("Sirte", "Misrata", "Tobruk", "Ras Lanuf", "Sabha", "Derna", "Zawiya")
    return (
        f"The Government of National Accord said on Monday that {number + 2} tankers "
        f"had left the port of {places[number % len(places)]}."
    )


def _is_shown(reader: Client, document: str) -> bool:
    try:
        reader.document(document)
    except ApiError as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        return False
    return True


def _is_found(reader: Client, sentence: str, statements: list[str]) -> bool:
    results = reader.search(sentence, k=3, mode="semantic")["results"]
    return any(one["statement"]["id"] in statements for one in results)


def _environment(folder: Path, name: str, url: str) -> dict[str, str]:
    own = {"TRACKER_HOME": str(folder / name), "TRACKER_DATABASE_URL": url, "PYTHONPATH": str(CHECKOUT)}
    return {**os.environ, **own, "TRACKER_API_CALLS_PER_MINUTE": "0"}


def command(folder: Path, name: str, url: str, *words: str) -> str:
    """What a command prints, over a home of this name."""
    line = [sys.executable, "-m", "tracker", *words]
    done = subprocess.run(line, env=_environment(folder, name, url), stdout=subprocess.PIPE, check=True)  # noqa: S603
    return done.stdout.decode()


@contextmanager
def serving(folder: Path, name: str, url: str) -> Iterator[str]:
    """The address of a server over a home of this name."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = [sys.executable, "-m", "tracker", "serve", "--port", str(port), "--no-jobs"]
    with (folder / f"{name}.words").open("wb") as told:
        process = subprocess.Popen(  # noqa: S603
            line, env=_environment(folder, name, url), stdout=told, stderr=subprocess.STDOUT
        )
    try:
        until(lambda: _answers(f"http://127.0.0.1:{port}"))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _answers(address: str) -> bool:
    try:
        next(Client(address, "cc_none_none", retries=0).parties())
    except ApiError:
        return True
    except UnreachableError:
        return False
    return True


if __name__ == "__main__":
    main()
