"""Keys of requests in the database, so that all processes know them, also after a restart."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, delete, text
from sqlalchemy.orm import Session

from tracker.domain.repeats import LEASE, Claim, KeptAnswer, KeyInUseError, KeyReusedError
from tracker.storage.engine import reading, writing
from tracker.storage.tables import IdempotencyKeyRow


class SqlKeyBook:
    """The keys of callers. `clock` tells the time in UTC. All methods raise DatabaseError.

    `is_gone` tells of a holder whether its process is known to have ended.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime], is_gone: Callable[[str], bool]) -> None:
        self._engine = engine
        self._clock = clock
        self._is_gone = is_gone

    def claim(
        self, token: str, key: str, fingerprint: str, *, holder: str, until: datetime
    ) -> Claim | KeptAnswer:
        """The answer that is kept of this request, or the right to answer it.

        Keys that have expired are removed on the way. Raises KeyReusedError, KeyInUseError.
        """
        now = self._clock()
        # Looked for as a reader first: whoever sends a request again need not wait for those who write.
        with reading(self._engine) as session:
            kept = self._answer(session.get(IdempotencyKeyRow, (token, key)), fingerprint, now)
        if kept is not None:
            return kept
        with writing(self._engine) as session:
            _wait_for_others(session)
            session.execute(delete(IdempotencyKeyRow).where(IdempotencyKeyRow.expires_at <= now))
            row = session.get(IdempotencyKeyRow, (token, key))
            kept = self._answer(row, fingerprint, now)
            if kept is not None:
                return kept
            if row is None:
                row = IdempotencyKeyRow(
                    token_id=token, key=key, fingerprint=fingerprint, documents=[], headers={}, body=b""
                )
                session.add(row)
            row.holder, row.begun_at, row.expires_at = holder, now, until
            return Claim(token, key, holder, tuple(row.documents))

    def _answer(self, row: IdempotencyKeyRow | None, fingerprint: str, now: datetime) -> KeptAnswer | None:
        """The answer that is kept; None where whoever asks may work it out."""
        if row is None or row.expires_at <= now:
            return None
        if row.fingerprint != fingerprint:
            raise KeyReusedError("this key came with another request before: use a new key for each request")
        if row.status is not None:
            return KeptAnswer(row.status, row.body, row.headers)
        if now < row.begun_at + LEASE and not self._is_gone(row.holder):
            raise KeyInUseError("the request of this key is being answered just now")
        return None

    def note(self, claim: Claim, document: str) -> None:
        """Remember, before it is stored, a document that is stored for this request."""
        with writing(self._engine) as session:
            row = _held(session, claim)
            if row is not None and document not in row.documents:
                row.documents = [*row.documents, document]

    def keep(self, claim: Claim, answer: KeptAnswer) -> None:
        """Keep the answer, unless another process has taken the request over."""
        with writing(self._engine) as session:
            row = _held(session, claim)
            if row is not None:
                row.status, row.body, row.headers = answer.status, answer.body, dict(answer.headers)

    def drop(self, claim: Claim) -> None:
        """Let the request be answered anew, unless another process has taken it over.

        What was stored for it is remembered; otherwise the key is forgotten.
        """
        with writing(self._engine) as session:
            row = _held(session, claim)
            if row is None:
                return
            if row.documents:
                row.begun_at = self._clock() - LEASE
            else:
                session.delete(row)


def _held(session: Session, claim: Claim) -> IdempotencyKeyRow | None:
    row = session.get(IdempotencyKeyRow, (claim.token, claim.key), with_for_update=True)
    return row if row is not None and row.holder == claim.holder else None


def _wait_for_others(session: Session) -> None:
    # On SQLite a write transaction is alone from its beginning. Elsewhere two could claim one key.
    if session.get_bind().dialect.name != "sqlite":
        session.execute(text("LOCK TABLE idempotency_key IN SHARE ROW EXCLUSIVE MODE"))
