"""Workers that share jobs, in processes of their own and in that of a test, and what can be seen of them."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event

import real_postgresql
from job_office import registry
from shared_office import SharedOffice, worker_process
from sqlalchemy import text
from tracker_shell import CHECKOUT

from tracker.resources import MIGRATIONS
from tracker.storage.engine import make_engine
from tracker.storage.migration import upgrade
from tracker.storage.registry import sync_registry

WAIT = 120.0  # seconds

Offices = Callable[[], SharedOffice]
"""Makes made-up offices, each with a database of its own."""


def template_of_offices() -> str:
    """The database that each office begins with: the tables, and the registry's parties."""

    def prepare(url: str) -> None:
        upgrade(url, MIGRATIONS)
        engine = make_engine(url)
        sync_registry(engine, registry().parties, registry().speakers)
        engine.dispose()

    return real_postgresql.prepared(prepare)


@contextmanager
def offices_of(template: str, folder: Path) -> Iterator[Offices]:
    """Makes offices, whose databases are gone afterwards."""
    made: list[str] = []
    with ExitStack() as stack:

        def office() -> SharedOffice:
            made.append(real_postgresql.new_database(template))
            engine = make_engine(real_postgresql.url_of(made[-1]))
            stack.callback(engine.dispose)
            home = folder / made[-1]
            home.mkdir()
            return SharedOffice(home, engine)

        yield office
    for name in made:
        real_postgresql.drop(name)


def lines(number: int, count: int) -> bytes:
    """Reports of two statements each as JSON Lines."""
    said = "that {} people were killed at the bridge of Wadi Zamzam"
    rows = [
        {
            "id": f"r{number}-{one}",
            "text": f"The Government of National Accord said on Monday {said.format(number + one + 2)}. "
            f"The Libyan National Army denied on Monday {said.format(number + one + 2)}.",
            "lang": "en",
            "published": f"2020-03-{number + 1:02}",
        }
        for one in range(count)
    ]
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


FILES = {f"{number}.jsonl": lines(number, 3) for number in range(4)}


@contextmanager
def worker(office: SharedOffice, pause: float) -> Iterator[subprocess.Popen[bytes]]:
    """A worker in a process of its own, as on another machine: with a home of its own."""
    home = office.home / f"worker-{time.monotonic_ns()}"
    command = [sys.executable, str(Path(__file__).with_name("shared_office.py")), str(home), str(pause)]
    url = office.engine.url.render_as_string(hide_password=False)
    paths = [str(CHECKOUT), str(CHECKOUT / "tests"), str(CHECKOUT / "tests" / "integration")]
    process = subprocess.Popen([*command, url], env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)})  # noqa: S603
    try:
        yield process
    finally:
        process.terminate()
        process.wait(WAIT)


def until(is_so: Callable[[], object]) -> None:
    end = time.monotonic() + WAIT
    while not is_so():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


def work_until(office: SharedOffice, is_so: Callable[[], object]) -> None:
    """Be a worker for so long."""
    stop = Event()
    doing, deliveries = worker_process(office.home, office.engine, 0.0, stop)

    def sweep() -> None:
        doing.queue.sweep()
        if is_so():
            stop.set()

    deliveries.run(doing.do, sweep, stop)


def workers(office: SharedOffice) -> int:
    with office.engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM procrastinate.procrastinate_workers")) or 0


def leases(office: SharedOffice) -> dict[str, int]:
    """Which process is at which errand."""
    with office.engine.connect() as connection:
        rows = connection.execute(text("SELECT name, holder FROM worker_lease")).all()
    return {row.name: int(row.holder.split(":")[1]) for row in rows}


def deliveries_under_way(office: SharedOffice) -> list[str]:
    with office.engine.connect() as connection:
        keys = "SELECT queueing_lock FROM procrastinate.procrastinate_jobs ORDER BY id"
        return list(connection.scalars(text(keys)))


def cut_off(office: SharedOffice) -> None:
    """Have the server end all connections to the database of an office."""
    name = office.engine.url.database
    real_postgresql.execute(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608
    )
    # A worker may have given one back just before it was ended: nobody is to be handed that one.
    office.engine.dispose()


def is_over(office: SharedOffice, job: str) -> bool:
    return office.job(job).job.state.is_over
