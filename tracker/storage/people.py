"""Users and API tokens."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFoundError, TrackerError
from tracker.storage.engine import reading, writing
from tracker.storage.tables import ApiTokenRow, UserRow

_TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class User:
    """A person who signs in; `role` is viewer, analyst or admin."""

    name: str
    password_hash: str
    role: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A bearer token, without its secret; `scope` is read, ingest, review or admin."""

    id: str
    name: str
    scope: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    def works(self, at: datetime) -> bool:
        """Whether it is neither revoked nor expired at a time."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


class SqlPeople:
    """Who may use the program. `clock` tells the time in UTC. All methods raise DatabaseError."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def add_user(self, name: str, password_hash: str, role: str) -> None:
        """Raises TrackerError where the name is taken."""
        with writing(self._engine) as session:
            if session.scalar(select(UserRow.id).where(UserRow.name == name)) is not None:
                raise TrackerError(f"there is already a user named {name}")
            session.add(UserRow(name=name, password_hash=password_hash, role=role, created_at=self._clock()))

    def user(self, name: str) -> User | None:
        """The user of this name, if there is one."""
        with reading(self._engine) as session:
            row = session.scalar(select(UserRow).where(UserRow.name == name))
            return None if row is None else _user_of(row)

    def users(self) -> list[User]:
        """All users by name."""
        with reading(self._engine) as session:
            return [_user_of(row) for row in session.scalars(select(UserRow).order_by(UserRow.name))]

    def add_token(
        self, *, token_id: str, name: str, sha256: str, scope: str, expires_at: datetime | None = None
    ) -> None:
        """Keep a token by the SHA-256 of the whole of it; `token_id` is the part that is no secret."""
        with writing(self._engine) as session:
            session.add(
                ApiTokenRow(
                    id=token_id,
                    name=name,
                    sha256=sha256,
                    scope=scope,
                    created_at=self._clock(),
                    expires_at=expires_at,
                )
            )

    def token_by_digest(self, sha256: str) -> ApiToken | None:
        """The token whose SHA-256 this is, whether or not it still works."""
        with reading(self._engine) as session:
            row = session.scalar(select(ApiTokenRow).where(ApiTokenRow.sha256 == sha256))
            return None if row is None else _token_of(row)

    def tokens(self) -> list[ApiToken]:
        """All tokens, oldest first."""
        with reading(self._engine) as session:
            rows = session.scalars(select(ApiTokenRow).order_by(ApiTokenRow.created_at, ApiTokenRow.id))
            return [_token_of(row) for row in rows]

    def touch_token(self, token_id: str) -> None:
        """Note that a token was used just now, to the minute: not every call need wait for a write.

        Raises NotFoundError.
        """
        now = self._clock()
        with reading(self._engine) as session:
            last = _token_row(session, token_id).last_used_at
        if last is not None and now - last < _TOUCH_EVERY:
            return
        with writing(self._engine) as session:
            _token_row(session, token_id).last_used_at = now

    def revoke_token(self, token_id: str) -> None:
        """Let a token work no more. Raises NotFoundError."""
        with writing(self._engine) as session:
            row = _token_row(session, token_id)
            row.revoked_at = row.revoked_at or self._clock()


def _token_row(session: Session, token_id: str) -> ApiTokenRow:
    row = session.get(ApiTokenRow, token_id)
    if row is None:
        raise NotFoundError(f"no API token is stored under {token_id}")
    return row


def _user_of(row: UserRow) -> User:
    return User(row.name, row.password_hash, row.role, row.created_at)


def _token_of(row: ApiTokenRow) -> ApiToken:
    return ApiToken(
        id=row.id,
        name=row.name,
        scope=row.scope,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
