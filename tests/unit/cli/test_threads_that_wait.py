"""How the threads of the libraries below wait is settled before any of them is loaded."""

import os
import subprocess
import sys

import pytest

ASKS = "import tracker.cli, os; print(os.environ['OMP_WAIT_POLICY'])"


@pytest.mark.parametrize(("given", "then"), [({}, "passive"), ({"OMP_WAIT_POLICY": "active"}, "active")])
def test_threads_wait_without_spinning_unless_asked_to(given: dict[str, str], then: str) -> None:
    own = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    asked = subprocess.run(  # noqa: S603 - this interpreter, a fixed program
        [sys.executable, "-c", ASKS], env=own | given, capture_output=True, text=True, check=True
    )
    assert asked.stdout.strip() == then
