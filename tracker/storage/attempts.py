"""Attempts to sign in, counted in the database: all processes that serve slow down the same guesses."""

import hashlib
import math
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, delete, func, select, text, update
from sqlalchemy.orm import Session

from tracker.domain.people import (
    BACKOFF_OF_A_NAME,
    BACKOFF_OF_AN_ADDRESS,
    Backoff,
    TooManyAttemptsError,
)
from tracker.storage.engine import writing
from tracker.storage.tables import SignInAttemptRow

_KEPT = timedelta(days=1)


class SqlAttempts:
    """Who tried to sign in of late, from where. `clock` tells the time in UTC. Raises DatabaseError."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def begin(self, name: str, address: str) -> int:
        """Count one more attempt as failed and return its number.

        Counted before the password is looked at, so that many at once count as many. Raises
        TooManyAttemptsError, and counts nothing, where it comes too soon after those before.
        """
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
        with writing(self._engine) as transaction:
            _wait_for_others(transaction)
            now = self._clock()
            here = SignInAttemptRow.address == address
            last = select(func.max(SignInAttemptRow.id)).where(
                here, SignInAttemptRow.name_sha256 == digest, SignInAttemptRow.succeeded
            )
            since = transaction.scalar(last) or 0
            named = (here, SignInAttemptRow.name_sha256 == digest, SignInAttemptRow.id > since)
            until = max(
                _allowed_from(transaction, BACKOFF_OF_A_NAME, now, *named),
                _allowed_from(transaction, BACKOFF_OF_AN_ADDRESS, now, here),
            )
            if now < until:
                raise TooManyAttemptsError(max(1, math.ceil((until - now).total_seconds())))
            transaction.execute(delete(SignInAttemptRow).where(SignInAttemptRow.at < now - _KEPT))
            row = SignInAttemptRow(name_sha256=digest, address=address, at=now, succeeded=False)
            transaction.add(row)
            transaction.flush()
            return row.id

    def succeed(self, attempt: int) -> None:
        """Say that this attempt succeeded after all."""
        with writing(self._engine) as transaction:
            transaction.execute(
                update(SignInAttemptRow).where(SignInAttemptRow.id == attempt).values(succeeded=True)
            )


def _allowed_from(
    transaction: Session, backoff: Backoff, now: datetime, *which: ColumnElement[bool]
) -> datetime:
    """From when on the next of these attempts may come."""
    # What is dated later than any wait lasts was noted while the clock was wrong, and would hold for as long.
    counts = SignInAttemptRow.at.between(now - backoff.window, now + backoff.longest)
    failed = (*which, ~SignInAttemptRow.succeeded, counts)
    count, last = transaction.execute(
        select(func.count(), func.max(SignInAttemptRow.at)).where(*failed)
    ).one()
    return now if last is None else last + backoff.wait(count)


def _wait_for_others(transaction: Session) -> None:
    # On SQLite a write transaction is alone from its beginning. Elsewhere two could miss each other's row.
    if transaction.get_bind().dialect.name != "sqlite":
        transaction.execute(text("LOCK TABLE sign_in_attempt IN SHARE ROW EXCLUSIVE MODE"))
