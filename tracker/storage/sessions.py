"""Sessions of people who signed in with a browser."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFoundError
from tracker.domain.people import User, WebSession
from tracker.storage.auditing import append_entry
from tracker.storage.engine import reading, writing
from tracker.storage.impatience import update_unless_busy
from tracker.storage.tables import UserRow, WebSessionRow

_KEPT_AFTER_THE_END = timedelta(days=7)
_SHOWN = 12
"""How many digits of a session's id the audit trail names it by."""


class SqlSessions:
    """Who is signed in. `clock` tells the time in UTC. All methods raise DatabaseError."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def open_session(self, session: WebSession, *, password_hash: str) -> bool:
        """Keep a new session, if its user is active and has this hash still; whether that is so."""
        with writing(self._engine) as transaction:
            user = transaction.scalar(select(UserRow).where(UserRow.name == session.user).with_for_update())
            if user is None or user.disabled_at is not None or user.password_hash != password_hash:
                return False
            over = session.created_at - _KEPT_AFTER_THE_END
            transaction.execute(delete(WebSessionRow).where(WebSessionRow.expires_at < over))
            transaction.add(
                WebSessionRow(
                    id=session.id,
                    user_id=user.id,
                    created_at=session.created_at,
                    last_seen_at=session.last_seen_at,
                    expires_at=session.expires_at,
                    agent=session.agent,
                )
            )
            _note(transaction, user, "sign_in", session.created_at, actor=user.name, session_id=session.id)
            return True

    def session(self, session_id: str) -> tuple[WebSession, User] | None:
        """A session, whether or not it still works, and whose it is."""
        query = (
            select(WebSessionRow, UserRow)
            .join(UserRow, WebSessionRow.user_id == UserRow.id)
            .where(WebSessionRow.id == session_id)
        )
        with reading(self._engine) as transaction:
            found = transaction.execute(query).first()
            return None if found is None else (_session_of(found[0], found[1].name), user_of(found[1]))

    def touch_session(self, session_id: str, at: datetime) -> None:
        """Note that a session is in use, unless another write holds the database just now.

        Reading must not wait for those who write; the next request will note it.
        """
        noted = update(WebSessionRow).where(WebSessionRow.id == session_id, WebSessionRow.last_seen_at < at)
        update_unless_busy(self._engine, noted.values(last_seen_at=at))

    def sessions(self, name: str) -> list[WebSession]:
        """All sessions of a user that were not revoked, newest first. Raises NotFoundError."""
        with reading(self._engine) as transaction:
            user = user_row(transaction, name)
            rows = transaction.scalars(
                select(WebSessionRow)
                .where(WebSessionRow.user_id == user.id, WebSessionRow.revoked_at.is_(None))
                .order_by(WebSessionRow.created_at.desc(), WebSessionRow.id)
            )
            return [_session_of(row, name) for row in rows]

    def revoke_session(self, name: str, session_id: str, *, actor: str, action: str) -> None:
        """End one session of a user; `action` says how. Raises NotFoundError where it is none of theirs."""
        with writing(self._engine) as transaction:
            user = user_row(transaction, name)
            row = transaction.get(WebSessionRow, session_id)
            if row is None or row.user_id != user.id:
                raise NotFoundError(f"{name} has no such session")
            if row.revoked_at is None:
                row.revoked_at = self._clock()
                _note(transaction, user, action, row.revoked_at, actor=actor, session_id=row.id)

    def revoke_sessions(self, name: str, *, actor: str, keep: str | None) -> int:
        """End all sessions of a user but the one whose id is `keep`; how many. Raises NotFoundError."""
        with writing(self._engine) as transaction:
            return end_sessions(
                transaction, user_row(transaction, name), self._clock(), actor=actor, keep=keep
            )


def end_sessions(
    transaction: Session, user: UserRow, at: datetime, *, actor: str, keep: str | None = None
) -> int:
    """Revoke the sessions of a user that have not ended yet, all but `keep`; how many."""
    rows = transaction.scalars(
        select(WebSessionRow).where(
            WebSessionRow.user_id == user.id,
            WebSessionRow.revoked_at.is_(None),
            WebSessionRow.expires_at > at,
            WebSessionRow.id != (keep or ""),
        )
    ).all()
    for row in rows:
        row.revoked_at = at
        _note(transaction, user, "revoke_session", at, actor=actor, session_id=row.id)
    return len(rows)


def user_row(transaction: Session, name: str) -> UserRow:
    """The row of a user. Raises NotFoundError."""
    row = transaction.scalar(select(UserRow).where(UserRow.name == name))
    if row is None:
        raise NotFoundError(f"there is no user named {name}")
    return row


def user_of(row: UserRow) -> User:
    """The user of a row."""
    return User(row.name, row.password_hash, row.role, row.created_at, row.disabled_at)


def _session_of(row: WebSessionRow, name: str) -> WebSession:
    return WebSession(
        id=row.id,
        user=name,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
        agent=row.agent,
        revoked_at=row.revoked_at,
    )


def _note(
    transaction: Session, user: UserRow, action: str, at: datetime, *, actor: str, session_id: str
) -> None:
    append_entry(
        transaction,
        actor=actor,
        action=action,
        subject_kind="user",
        subject_id=user.name,
        at=at,
        before=None,
        after={"session": session_id[:_SHOWN]},
    )
