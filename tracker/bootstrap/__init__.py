"""The only wiring: from settings to adapters to services. Entry points take what they need from here."""

from tracker.bootstrap.clock import SystemClock
from tracker.bootstrap.installation import Installation
from tracker.bootstrap.upkeep import audit_trail, back_up, checks, initialise, job_queue, put_back
from tracker.bootstrap.wiring import Warn, installation

__all__ = [
    "Installation",
    "SystemClock",
    "Warn",
    "audit_trail",
    "back_up",
    "checks",
    "initialise",
    "installation",
    "job_queue",
    "put_back",
]
