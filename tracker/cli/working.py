"""The worker command, and the worker that runs beside a server."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread

import click

from tracker.bootstrap import SystemClock, job_queue, shared_jobs
from tracker.cli import logs
from tracker.cli.bench import Bench
from tracker.cli.console import opened, warn
from tracker.domain.errors import DatabaseError
from tracker.domain.jobs import IncomingError
from tracker.queueing import Deliveries
from tracker.services.errand_worker import ErrandWorker
from tracker.services.job_worker import JobWorker
from tracker.settings import load_settings

_PAUSE = 1.0  # seconds between two looks for a job
_PAUSE_IN_TROUBLE = 10.0
_SWEPT_EVERY = 3600.0  # seconds
_STOP_SECONDS = 30.0
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0  # seconds until a worker that died is started anew


@click.command()
@click.option("--beside", is_flag=True, hidden=True, help="End with the process that holds standard input.")
def worker(beside: bool) -> None:
    """Do the jobs that were handed in at the pages, until Ctrl-C.

    `tracker serve` and `tracker run` start one by themselves. On SQLite one worker at a time does the jobs;
    another waits until that one ends. On PostgreSQL any number of them, on any machines, share the jobs file
    by file.
    """
    settings = load_settings()
    logs.configure(settings)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if beside:
        Thread(target=_end_with_parent, args=(stop,), daemon=True).start()
    else:
        warn("worker: waiting for jobs - Ctrl-C stops")
    with ExitStack() as open_things:
        benches: list[Bench] = []

        def bench() -> Bench:
            if not benches:
                benches.append(Bench(open_things.enter_context(opened()), shared=shared is not None))
            return benches[0]

        clock, holder = SystemClock(), holder_name()
        shared = open_things.enter_context(shared_jobs(settings, is_gone))
        if shared is None:
            queue, files = open_things.enter_context(job_queue(settings, is_gone))
            work(JobWorker(queue, files, bench, clock, holder, stop.is_set), stop)
        else:
            jobs, files, deliveries = shared
            work_shared(ErrandWorker(jobs, files, bench, clock, holder, stop.is_set), deliveries, stop)


def work(worker: JobWorker, stop: Event) -> None:
    """Do job after job until `stop` is set, and now and then clean up."""
    sweep_at = 0.0
    while not stop.is_set():
        try:
            if time.monotonic() >= sweep_at:
                worker.sweep()
                sweep_at = time.monotonic() + _SWEPT_EVERY
            if not worker.work_once():
                stop.wait(_PAUSE)
        except (DatabaseError, IncomingError) as error:
            warn(f"worker: {error}; trying again in {_PAUSE_IN_TROUBLE:g} s")
            stop.wait(_PAUSE_IN_TROUBLE)


def work_shared(worker: ErrandWorker, deliveries: Deliveries, stop: Event) -> None:
    """Do the errands that are delivered until `stop` is set, and now and then clean up.

    Where the connection to the database is lost, it is sought again for as long as it takes.
    """
    sweep_at = 0.0

    def sweep() -> None:
        nonlocal sweep_at
        worker.queue.sweep()
        if time.monotonic() >= sweep_at:
            worker.sweep()
            sweep_at = time.monotonic() + _SWEPT_EVERY

    while not stop.is_set():
        try:
            deliveries.run(worker.do, sweep, stop)
            trouble = "the connection to the database was lost"
        except (DatabaseError, IncomingError) as error:
            trouble = str(error)
        if not stop.is_set():
            warn(f"worker: {trouble}; trying again in {_PAUSE_IN_TROUBLE:g} s")
            stop.wait(_PAUSE_IN_TROUBLE)


def _end_with_parent(stop: Event) -> None:
    """Standard input is a pipe that only the parent writes to, and never does: it ends with the parent."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    stop.set()


def holder_name() -> str:
    """A name for this process that no other has: its machine, number, time of start, and chance."""
    pid = os.getpid()
    return f"{socket.gethostname()}:{pid}:{_start_of(pid)}:{secrets.token_hex(4)}"


def is_gone(holder: str) -> bool:
    """Whether the process of that name is known to have ended: it ran on this machine and does not now."""
    host, _, rest = holder.partition(":")
    pid, _, rest = rest.partition(":")
    start = rest.partition(":")[0]
    if host != socket.gethostname() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    # Another process may have the number by now; one that has ended may still have it.
    return _start_of(int(pid)) != start


def _start_of(pid: int) -> str:
    """When a process that has not ended was started, in ticks of its machine; empty where nobody tells."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (OSError, ValueError):
        return ""
    return "" if state == "Z" else fields[18]


class WorkerKeeper:
    """Keeps a worker running beside a server: starts it, starts it anew where it dies, and ends it.

    A process of its own and no child of the server's workers: what the model's libraries start must not be
    there when those fork.
    """

    def __init__(
        self, command: Sequence[str] = (sys.executable, "-m", "tracker", "worker", "--beside")
    ) -> None:
        self._command = tuple(command)
        self._process: subprocess.Popen[bytes] | None = None
        self._pauses = _pauses()
        self._started_at = self._not_before = 0.0

    def tend(self) -> None:
        """See to it that a worker runs. To be called every second or so."""
        if self._process is not None:
            if self._process.poll() is None:
                return
            self._note_death(time.monotonic())
        if time.monotonic() >= self._not_before:
            self._start()

    def _note_death(self, now: float) -> None:
        self._close_pipe()
        self._process = None
        if now - self._started_at > _LONGEST_PAUSE:
            self._pauses = _pauses()
        pause = next(self._pauses)
        self._not_before = now + pause
        warn(f"the worker that does the jobs has ended; starting another in {pause:g} s")

    def _start(self) -> None:
        self._started_at = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 # our own interpreter and module
            self._command,
            stdin=subprocess.PIPE,
            # Ctrl-C is for the server, which then ends the worker.
            start_new_session=True,
        )

    def stop(self) -> None:
        """End the worker; it puts back what it has begun. One that does not listen is killed."""
        process = self._process
        if process is None:
            return
        self._close_pipe()
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            # Nothing is lost by it: the next worker goes on where this one stood.
            process.kill()
            process.wait()
        self._process = None

    def _close_pipe(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()


def _pauses() -> Iterator[float]:
    pause = _FIRST_PAUSE
    while True:
        yield pause
        pause = min(2 * pause, _LONGEST_PAUSE)


COMMANDS = (worker,)
