"""The whole program over the demonstration corpus, served to a browser: database, index, models."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from flask import Flask
from tracker_shell import Shell
from werkzeug.serving import make_server

from tracker.bootstrap import Installation, installation
from tracker.cli.serving import application
from tracker.settings import load_settings

PASSWORD = "four words in a row"  # noqa: S105 # of people who do not exist
PEOPLE = {"amal": "analyst", "omar": "analyst", "dina": "admin", "vera": "viewer"}


@dataclass(frozen=True)
class RealDesk:
    """A served installation, and what is stored in it to look at."""

    installed: Installation
    application: Flask
    address: str

    def token_of(self, name: str) -> str:
        """A session of a person, as signing in gives one."""
        return self.installed.accounts.sign_in(name, PASSWORD, address="127.0.0.1", agent="tests")


@contextmanager
def real_desk(shell: Shell) -> Iterator[RealDesk]:
    for name, role in PEOPLE.items():
        shell.ok("user", "add", name, "--role", role, standard_input=PASSWORD.encode() + b"\n")
    with pytest.MonkeyPatch.context() as patch:
        for key, value in shell.environment().items():
            patch.setenv(key, value)
        settings = load_settings()
        shell.use_what_was_read_once(patch)
        with installation(settings, lambda _: None) as installed:
            served = application(installed)
            server = make_server("127.0.0.1", 0, served, threaded=True)
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            yield RealDesk(installed, served, f"http://127.0.0.1:{server.server_port}")
            server.shutdown()
            thread.join()
            server.server_close()
