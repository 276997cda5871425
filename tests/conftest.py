"""What tests of several folders share."""

import fcntl
import gc
import os
import shutil
from pathlib import Path

import pytest
import real_postgresql
from compiled_once import compile_once
from hypothesis import settings
from tracker_shell import Shell

# Tests run side by side, one process a core. Two threads of a model in each would wait for one another in
# vain: that took ten times as long. Commands that tests start inherit it.
os.environ.setdefault("OMP_NUM_THREADS", "1")

compile_once()

# How many new objects make Python look for garbage among them, and how many such looks make a wider one. By
# default 700, 10 and 10: a page or a table makes some ten thousand, nearly all of which go by themselves.
LOOK_FOR_GARBAGE = (20_000, 10, 10)

# How long an example takes says more about the machine than about the code.
settings.register_profile("without deadline", deadline=None)
# For what is measured and written down: pytest --hypothesis-profile thorough
settings.register_profile("thorough", deadline=None, max_examples=10_000)
settings.load_profile("without deadline")


def pytest_collection_finish() -> None:
    """Leave out of every later look for garbage what stays to the end: libraries, tests, their parameters.

    Python looked all of that through again and again: four tenths of what tests of pages took.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*LOOK_FOR_GARBAGE)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """The command over a home that is empty yet."""
    return Shell(tmp_path / "home")


@pytest.fixture(scope="session")
def demonstration_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the demonstration corpus. To be copied, not changed.

    Of several processes that run the tests, the first that needs it makes it, for all.
    """
    folder = tmp_path_factory.getbasetemp()
    # Each process has a database server of its own.
    if "PYTEST_XDIST_WORKER" in os.environ and not real_postgresql.IN_USE:
        folder = folder.parent
    shell = Shell(folder / "demonstration" / "home")
    with (folder / "demonstration.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if lock.seek(0, os.SEEK_END) == 0:
            shell.ok("init")
            shell.ok("demo")
            lock.write("made")
    return shell.home


@pytest.fixture
def demonstration(demonstration_home: Path, tmp_path: Path) -> Shell:
    """The command over a copy of the demonstration's home."""
    return Shell(shutil.copytree(demonstration_home, tmp_path / "home"))
