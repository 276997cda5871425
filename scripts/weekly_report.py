#!/usr/bin/env python3
"""Write the weekly report: the same as `tracker report`, with the same options and exit codes.

    scripts/weekly_report.py --week 2020-W23 --format html,md --out reports

Started with a Python that lacks the tracker, it goes on with the one in the checkout's `.venv`.
"""

import importlib.util
import os
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
PYTHON = CHECKOUT / ".venv" / "bin" / "python"


def run() -> None:
    """Hand the options on to the command line, which ends the process with its exit code."""
    if importlib.util.find_spec("tracker") is None:
        if Path(sys.prefix).resolve() == PYTHON.parents[1].resolve() or not PYTHON.exists():
            sys.exit("the tracker is not installed for this Python: run `make run` in the checkout first")
        os.execv(PYTHON, [str(PYTHON), *sys.argv])  # noqa: S606 (the checkout's own interpreter)
    from tracker.cli import main  # noqa: PLC0415 (only now is it known to be there)

    main(["report", *sys.argv[1:]])


if __name__ == "__main__":
    run()
