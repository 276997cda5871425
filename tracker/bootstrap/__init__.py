"""The only wiring: from settings to adapters to services. Entry points take what they need from here."""

from tracker.bootstrap.clock import SystemClock
from tracker.bootstrap.indexing import IndexCare, Warn
from tracker.bootstrap.installation import Installation
from tracker.bootstrap.models import Models
from tracker.bootstrap.sharing import shared_jobs
from tracker.bootstrap.upkeep import (
    audit_trail,
    back_up,
    checks,
    initialise,
    job_queue,
    move_to,
    put_back,
    trail_has_seal,
)
from tracker.bootstrap.wiring import installation

__all__ = [
    "IndexCare",
    "Installation",
    "Models",
    "SystemClock",
    "Warn",
    "audit_trail",
    "back_up",
    "checks",
    "initialise",
    "installation",
    "job_queue",
    "move_to",
    "put_back",
    "shared_jobs",
    "trail_has_seal",
]
