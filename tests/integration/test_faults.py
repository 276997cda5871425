"""Full disks, failing disks, locks of others and kills, wherever they can come: old or new, never half.

Some places of each in a run of all tests. Every place, with the figures of docs/reliability.md printed:

    FAULTS=all python -m pytest -s tests/integration/test_faults.py
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tracker_shell import CHECKOUT

HERE = Path(__file__).parent
PATHS = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
EVERY = os.environ.get("FAULTS") == "all"

SOME = "ingest:ENOSPC:1 ingest:KILL:1 ingest:STAGES:2 judge:EIO:1 judge:BUSY:1 report:ENOSPC:1"
"""How many places of each fault are tried in a run of all tests."""

FAULTS = "ENOSPC", "EIO", "KILL", "BUSY"
ALL = " ".join(
    ["ingest:STAGES:0"]
    + [f"{act}:{fault}:0" for act in ("ingest", "judge", "merge", "report", "backup") for fault in FAULTS]
)


@pytest.fixture(scope="session")
def failing_disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that makes the disk fail, made with the C compiler that installing takes anyway."""
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("takes Linux and a C compiler")
    library = tmp_path_factory.mktemp("disk") / "failing_disk.so"
    source = HERE / "failing_disk.c"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)  # noqa: S603
    return library


def test_whatever_fails_the_old_state_stands_or_the_new_and_the_act_can_be_done_again(
    failing_disk: Path, tmp_path: Path
) -> None:
    faults = (ALL if EVERY else SOME).split()
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, HERE / "fault_desk.py", tmp_path / "homes", *faults],
        env={"LD_PRELOAD": str(failing_disk), "PYTHONPATH": f"{CHECKOUT}:{CHECKOUT / 'tests'}", **PATHS},
        stdout=subprocess.PIPE,
        check=True,
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(faults)
    for one in found:
        print(  # noqa: T201 # with -s: what is written down
            "{act}, {fault}: {tried} of {places} places; old {old}, new {new}, some documents {between}; "
            "told {told}, withstood {withstood}; wrong {0}".format(len(one["wrong"]), **one)
        )
        if one["stages"]:
            print("  stages:", ", ".join(dict.fromkeys(one["stages"])))  # noqa: T201
    assert [wrong for one in found for wrong in one["wrong"]] == []
    assert all(one["tried"] for one in found if one["places"]), "no place was tried"
