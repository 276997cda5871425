"""The serve command: gunicorn with the UI and the API."""

import atexit
import gc
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from tempfile import mkdtemp
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from prometheus_client import values

from tracker.api import make_blueprint as make_api
from tracker.api import make_operations_blueprint
from tracker.api.metrics import SHARED
from tracker.application import create_application
from tracker.bootstrap import Installation, Models, initialise
from tracker.cli import logs
from tracker.cli.api_at_hand import api_desk
from tracker.cli.console import opened, warn
from tracker.cli.first_run import add_first_admin, how_to_sign_in
from tracker.cli.reports_at_hand import report_desk
from tracker.cli.wire_errors import LONGEST_REQUEST_LINE, answer_with_problems
from tracker.cli.working import WorkerKeeper
from tracker.domain.errors import SettingsError
from tracker.domain.views import Counts
from tracker.domain.voices import Telling
from tracker.registry.current import CurrentParties
from tracker.resources import TEMPLATES
from tracker.services.lately import Lately
from tracker.settings import load_settings, secret_key
from tracker.storage.store import SqlStore
from tracker.web import ReadingRoom

_THREADS = 4
_TIMEOUT = 60
_GRACE = 30  # seconds that requests have to end in, once the server is told to stop
_NOTICES_KEPT = 5.0  # seconds


def application(installed: Installation) -> Flask:
    """The Flask application over an installation."""
    room = ReadingRoom(
        library=installed.library,
        event_lists=installed.event_lists,
        day_book=installed.day_book,
        trail=installed.trail,
        conflict_lists=installed.conflict_lists,
        search=installed.search.search,
        dispute=installed.disputes.dispute_in,
        decisions=installed.decisions,
        desk=installed.desk,
        places=installed.places,
        reports=report_desk(installed),
        dossiers=installed.dossiers,
        sources=installed.sources,
        gazetteer=installed.gazetteer,
        registry=installed.registry_edits,
        jobs=installed.jobs,
        tokens=installed.tokens,
        parties=CurrentParties(installed.registry),
        model=str(installed.embeddings.identity),
        # Counting all vectors for each page would take longer than the page itself.
        notices=Lately(installed.notices, _NOTICES_KEPT),
    )
    desk = api_desk(installed)
    return create_application(
        room,
        people=installed.accounts,
        api_blueprint=make_api(desk),
        operations_blueprint=make_operations_blueprint(desk),
        templates=TEMPLATES,
        secret_key=secret_key(installed.settings),
        trusted_proxies=installed.settings.trusted_proxies,
    )


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn, told by keyword instead of by command line. Each worker wires its own services."""

    def __init__(
        self, load: Callable[[], Flask], options: dict[str, Any], keeper: WorkerKeeper | None
    ) -> None:
        self._keeper = keeper
        self._load = load
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._load()

    def run(self) -> None:
        keeper, server = self._keeper, os.getpid()
        if keeper is None:
            super().run()
            return
        try:
            _Arbiter(self, keeper).run()
        except RuntimeError as error:
            raise SettingsError(f"the server cannot start: {error}") from error
        finally:
            # Processes that the server forks leave through here as well.
            if os.getpid() == server:
                keeper.stop()


class _Arbiter(Arbiter):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's first process, which looks after a worker for jobs beside its own."""

    def __init__(self, server: _Server, keeper: WorkerKeeper) -> None:
        self._keeper = keeper
        super().__init__(server)

    def manage_workers(self) -> None:
        """Called every second."""
        super().manage_workers()
        self._keeper.tend()


_HOST = click.option("--host", default="127.0.0.1", show_default=True)
_PORT = click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))


@click.command()
@_HOST
@_PORT
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64))
@click.option("--no-jobs", is_flag=True, help="Leave the jobs to a `tracker worker` of its own.")
def serve(host: str, port: int, workers: int, no_jobs: bool) -> None:
    """Serve the analyst's pages and the API, and do the jobs handed in there, until Ctrl-C."""
    logs.configure(load_settings())
    with opened() as installed:
        counts, words = installed.store.counts(), how_to_sign_in(installed)
    _serve(counts, words, host, port, workers, jobs=not no_jobs)


@click.command()
@_HOST
@_PORT
def run(host: str, port: int) -> None:
    """Prepare the database, load the demonstration or finish what was broken off, and serve."""
    logs.configure(load_settings())
    initialise(load_settings())
    with opened() as installed:
        counts = installed.store.counts()
        unfinished = left_to_do(installed.store)
        words = add_first_admin(installed) or how_to_sign_in(installed)
    if unfinished:
        # In a process of its own: what the model's libraries start must not be there when workers fork.
        done = subprocess.run([sys.executable, "-m", "tracker", unfinished], check=False)  # noqa: S603
        if done.returncode:
            warn(f"`tracker {unfinished}` failed; serving what is stored")
        with opened() as installed:
            counts = installed.store.counts()
    _serve(counts, words, host, port, workers=1, jobs=True)


def left_to_do(store: SqlStore) -> str:
    """The command that has to run before there is something whole to serve; "" where none has to.

    The demonstration is loaded where nothing is stored, and once more where its loading was broken off.
    """
    if not store.counts().documents:
        return "demo"
    if not store.count_unlinked():
        return ""
    return "demo" if store.holds_only_constructed() else "link"


def _serve(counts: Counts, words: list[str], host: str, port: int, workers: int, *, jobs: bool) -> None:
    warn(f"{counts.documents} documents, {counts.events} events, {counts.conflicts} conflicts")
    warn(f"open http://{host}:{port} - Ctrl-C stops")
    for line in words:
        warn(line)
    warn("API token: tracker token create --name me --scope read")

    answer_with_problems()
    # One process opens its models while it answers already; several share those that are opened before them.
    models = Models.of(load_settings())
    if workers > 1:
        models.open_for_forks()
    warming: list[threading.Thread] = []

    def load() -> Flask:
        # The block of the installation ends with the worker's process.
        installed = opened(models=lambda _: models).__enter__()
        # The first search need not wait for the model; where it cannot be opened, search and /readyz say so.
        warming.append(threading.Thread(target=_warm, args=(installed,), daemon=True))
        warming[-1].start()
        return application(installed)

    def leave(_server: object, _worker: object) -> None:
        # The libraries of a model abort a process that ends while they are at work in it.
        if any(one.is_alive() for one in warming):
            sys.stderr.flush()
            os._exit(0)

    if workers > 1:
        _share_metrics()
    options = {**_options(host, port, workers), "worker_exit": leave}
    _Server(load, options, WorkerKeeper() if jobs else None).run()


def _options(host: str, port: int, workers: int) -> dict[str, Any]:
    """The settings of gunicorn, by their names there."""
    return {
        "bind": f"{host}:{port}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": _THREADS,
        "timeout": _TIMEOUT,
        "graceful_timeout": _GRACE,
        "loglevel": "warning",
        "logger_class": logs.ServerLogger,
        # Whose word is taken for where a request comes from is TRACKER_TRUSTED_PROXIES alone.
        "forwarded_allow_ips": "",
        "proc_name": "tracker",
        "limit_request_line": LONGEST_REQUEST_LINE,
    }


def _share_metrics() -> None:
    """Have all processes that this one forks count together, in a folder that ends with it."""
    folder, server = mkdtemp(prefix="counterclaim-metrics-"), os.getpid()
    os.environ[SHARED] = folder
    # The library has decided already how it keeps its counts: when it was imported.
    values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]

    def remove() -> None:
        # Processes that the server forks leave through here as well.
        if os.getpid() == server:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)


def _warm(installed: Installation) -> None:
    try:
        installed.embedder.load()
        # The models that hear posted documents and compare what they say: opened by the first that they read.
        installed.linking.comparing.warm()
        if installed.ingest.voices is not None:
            installed.ingest.voices.read([Telling("", "", ("?",), (0,))])
    except SettingsError as error:
        warn(str(error))
    # The libraries of the model are hundreds of thousands of objects that stay. Whoever's request sets off a
    # full collection would wait 0.3 s for these to be looked through.
    gc.collect()
    gc.freeze()


COMMANDS = (serve, run)
