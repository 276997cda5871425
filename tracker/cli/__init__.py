"""The tracker command."""

import os

# Threads of a model that wait for each other by spinning take ten times the processor's time as soon as
# anything else runs beside them: another worker, a job, a report. It is read when the libraries are loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

from tracker.cli.command import main

__all__ = ["main"]
