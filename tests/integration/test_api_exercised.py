"""The API against its own description: schemathesis makes up requests, good and bad, for every call there is.

The program is whole, over the demonstration corpus, and served over HTTP. The normal run makes a few requests
to each call; with `API_CASES=150` up to so many, 5,000 and more in all, every answer checked alike.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from tracker_shell import Shell, environment_of_a_process
from werkzeug.serving import make_server

from tracker.api.catalogue import OPERATIONS
from tracker.bootstrap import installation
from tracker.cli.serving import application
from tracker.settings import load_settings

pytestmark = [pytest.mark.model, pytest.mark.allow_hosts(["127.0.0.1"])]

CASES = int(os.environ.get("API_CASES", "2"))
SEED = os.environ.get("API_SEED", "7")
THOROUGH, MANY = 100, 5_000
"""From how many cases a call on a run is thorough, and how many cases that makes at least for all calls."""

UNKNOWABLE = "positive_data_acceptance"
"""What no schema says: that a cursor was given out before, that an id exists, that a day follows another."""

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
MINUTES = 60 * 60
"""Seconds that a thorough run may take on a busy machine."""


UNLIMITED = {"TRACKER_API_CALLS_PER_MINUTE": "0", "TRACKER_API_FAILURES_PER_MINUTE": "0"}


@contextmanager
def served(shell: Shell) -> Iterator[str]:
    """The address of the program over a home, without limits to how often it may be called."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**shell.environment(), **UNLIMITED}.items():
            patch.setenv(name, value)
        settings = load_settings()
        shell.use_what_was_read_once(patch)
        with installation(settings, lambda _: None) as installed:
            server = make_server("127.0.0.1", 0, application(installed), threaded=True)
            thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
            thread.start()
            yield f"http://127.0.0.1:{server.server_port}"
            server.shutdown()
            thread.join()
            server.server_close()


@contextmanager
def served_in_earnest(shell: Shell) -> Iterator[str]:
    """The same by `tracker serve`, as it is really run."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**environment_of_a_process(shell), **UNLIMITED}
    command = [sys.executable, "-m", "tracker", "serve", "--port", str(port), "--no-jobs"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:  # noqa: S603 # ours
        try:
            until = time.monotonic() + MINUTES
            while not is_ready(port):
                assert process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGINT)


def is_ready(port: int) -> bool:
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == HTTPStatus.OK
        except OSError:
            return False


def exercise(address: str, token: str, folder: Path) -> tuple[dict[str, Any], str]:
    """The report of a run over every call, and what it printed."""
    report = folder / "report.json"
    phases = "examples,coverage,fuzzing" if CASES >= THOROUGH else "examples,fuzzing"
    command = [
        sys.executable,
        "-m",
        "schemathesis.cli",
        f"--config-file={CONFIGURATION}",
        "run",
        f"{address}/api/v1/openapi.json",
        f"--header=Authorization: Bearer {token}",
        "--checks=all",
        f"--exclude-checks={UNKNOWABLE}",
        f"--phases={phases}",
        f"--max-examples={CASES}",
        f"--seed={SEED}",
        "--continue-on-failure",
        "--generation-database=none",
        "--no-color",
        "--report=json",
        f"--report-json-path={report}",
    ]
    done = subprocess.run(  # noqa: S603 # the command is ours
        command, capture_output=True, text=True, check=False, timeout=MINUTES, cwd=folder
    )
    assert report.is_file(), done.stdout + done.stderr
    return json.loads(report.read_text(encoding="utf-8")), done.stdout


def test_every_call_answers_as_it_is_described(demonstration: Shell, tmp_path: Path) -> None:
    token = demonstration.ok("token", "create", "--name", "exerciser", "--scope", "admin").out.strip()
    serving = served_in_earnest if CASES >= THOROUGH else served
    with serving(demonstration) as address:
        report, printed = exercise(address, token, tmp_path)
    # All but the description itself, which is what the requests are made from.
    assert report["operations"]["tested"] == len(OPERATIONS) - 1, printed
    assert (report["failures"], report["errors"]) == ([], []), printed
    made = report["test_cases"]["generated"]
    assert made >= (MANY if CASES >= THOROUGH else len(OPERATIONS))
    if CASES >= THOROUGH:
        sys.stderr.write(f"{made} cases, seed {report['seed']}: 0 server errors, 0 undeclared answers\n")
