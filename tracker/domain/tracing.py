"""What a thread is at, and noting it: every line of the log can carry the ids of a request and of a job."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

REQUEST: Final[ContextVar[str]] = ContextVar("request", default="")
"""The id of the request that is being answered; empty outside of one."""

JOB: Final[ContextVar[str]] = ContextVar("job", default="")
"""The id of the job that is being done; empty outside of one."""

SECURITY: Final = logging.getLogger("tracker.security")
"""Who came in and who did not."""


def note(logger: logging.Logger, level: int, event: str, **fields: object) -> None:
    """Write a line of the log: what happened in a few fixed words, and what belongs to it as named fields.

    Never a secret, never words of a document: a log has more readers than a page.
    """
    logger.log(level, event, extra={"fields": fields})


@contextmanager
def doing(job: str) -> Iterator[None]:
    """Name the job that is being done, for the length of a block."""
    token = JOB.set(job)
    try:
        yield
    finally:
        JOB.reset(token)
