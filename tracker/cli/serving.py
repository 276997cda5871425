"""The serve command: gunicorn with the UI and the API."""

import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from tracker.api import make_blueprint as make_api
from tracker.api import make_operations_blueprint
from tracker.api.desk import ApiDesk
from tracker.api.tokens import Token
from tracker.application import create_application
from tracker.bootstrap import Installation, initialise, token_digest
from tracker.cli.console import opened, warn
from tracker.domain.errors import SettingsError
from tracker.domain.views import Counts
from tracker.resources import TEMPLATES
from tracker.settings import load_settings, secret_key
from tracker.web import ReadingRoom

_THREADS = 4
_TIMEOUT = 60


def application(installed: Installation) -> Flask:
    """The Flask application over an installation."""
    room = ReadingRoom(
        library=installed.library,
        search=installed.search.search,
        dispute=installed.disputes.dispute,
        parties={party.code: party for party in installed.registry.parties},
        model=str(installed.embeddings.identity),
        notices=installed.notices,
    )
    desk = ApiDesk(
        library=installed.library,
        search=installed.search.search,
        dispute=installed.disputes.dispute,
        model_name=installed.embedder.name,
        model_revision=installed.embedder.revision,
        authenticate=_authentication(installed),
        ready=installed.ready,
    )
    return create_application(
        room,
        api_blueprint=make_api(desk),
        operations_blueprint=make_operations_blueprint(desk),
        templates=TEMPLATES,
        secret_key=secret_key(installed.settings),
    )


def _authentication(installed: Installation) -> Callable[[str], Token | None]:
    def authenticate(token: str) -> Token | None:
        found = installed.people.token_by_digest(token_digest(token))
        if found is None or not found.works(installed.clock.now()):
            return None
        installed.people.touch_token(found.id)
        return Token(found.name, frozenset({found.scope}))

    return authenticate


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn, told by keyword instead of by command line. Each worker wires its own services."""

    def __init__(self, load: Callable[[], Flask], options: dict[str, Any]) -> None:
        self._load = load
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._load()


_HOST = click.option("--host", default="127.0.0.1", show_default=True)
_PORT = click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))


@click.command()
@_HOST
@_PORT
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, workers: int) -> None:
    """Serve the analyst's pages and the API until Ctrl-C."""
    with opened() as installed:
        counts = installed.store.counts()
    _serve(counts, host, port, workers)


@click.command()
@_HOST
@_PORT
def run(host: str, port: int) -> None:
    """Prepare the database, load the demonstration if nothing is stored, and serve."""
    initialise(load_settings())
    with opened() as installed:
        counts = installed.store.counts()
    if not counts.documents:
        # In a process of its own: what the model's libraries start must not be there when workers fork.
        loaded = subprocess.run([sys.executable, "-m", "tracker", "demo"], check=False)
        if loaded.returncode:
            warn("the demonstration could not be loaded; serving what is stored")
        with opened() as installed:
            counts = installed.store.counts()
    _serve(counts, host, port, workers=1)


def _serve(counts: Counts, host: str, port: int, workers: int) -> None:
    warn(f"{counts.documents} documents, {counts.events} events, {counts.conflicts} conflicts")
    warn(f"open http://{host}:{port} - reading needs no sign-in in this version; Ctrl-C stops")
    warn("API token: tracker token create --name me --scope read")

    def load() -> Flask:
        # The block of the installation ends with the worker's process.
        installed = opened().__enter__()
        # The first search need not wait for the model; where it cannot be opened, search and /readyz say so.
        threading.Thread(target=_warm, args=(installed,), daemon=True).start()
        return application(installed)

    _Server(
        load,
        {
            "bind": f"{host}:{port}",
            "workers": workers,
            "worker_class": "gthread",
            "threads": _THREADS,
            "timeout": _TIMEOUT,
            "loglevel": "warning",
            "proc_name": "tracker",
        },
    ).run()


def _warm(installed: Installation) -> None:
    try:
        installed.embedder.load()
    except SettingsError as error:
        warn(str(error))


COMMANDS = (serve, run)
