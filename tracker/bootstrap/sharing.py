"""How jobs get to workers: one over a folder on SQLite, any number over the database on PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from tracker.bootstrap.clock import SystemClock
from tracker.queueing import Deliveries
from tracker.resources import MIGRATIONS
from tracker.settings import Settings
from tracker.storage.engine import make_engine
from tracker.storage.incoming import IncomingFolder
from tracker.storage.incoming_blocks import IncomingBlocks
from tracker.storage.migration import require_current
from tracker.storage.shared_jobs import SqlSharedJobs

INCOMING = "incoming"
"""The folder in TRACKER_HOME where uploaded files wait to be read."""


def incoming_files(settings: Settings, engine: Engine) -> IncomingFolder | IncomingBlocks:
    """Where files wait until they are read."""
    if engine.dialect.name == "postgresql":
        return IncomingBlocks(engine, SystemClock().now)
    return IncomingFolder(settings.home / INCOMING)


def deliveries(engine: Engine) -> Deliveries | None:
    """What delivers errands; None where one worker does all jobs. Raises SettingsError."""
    return Deliveries(engine) if engine.dialect.name == "postgresql" else None


@contextmanager
def shared_jobs(
    settings: Settings, is_gone: Callable[[str], bool]
) -> Iterator[tuple[SqlSharedJobs, IncomingFolder | IncomingBlocks, Deliveries] | None]:
    """The jobs that workers share, their files, and what delivers errands; None where one does all jobs.

    `is_gone` says of a worker's name whether its process has ended. Raises DatabaseError, SettingsError.
    """
    engine, clock = make_engine(settings.database), SystemClock()
    try:
        require_current(engine, MIGRATIONS)
        delivered = deliveries(engine)
        if delivered is None:
            yield None
        else:
            queue = SqlSharedJobs(engine, clock.now, is_gone, delivered.send)
            yield queue, incoming_files(settings, engine), delivered
    finally:
        engine.dispose()
