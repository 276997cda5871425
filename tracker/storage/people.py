"""Users and API tokens."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFoundError
from tracker.domain.people import LastAdminError, NameTakenError, Role, User
from tracker.domain.tokens import ApiToken
from tracker.storage.auditing import State, append_entry
from tracker.storage.engine import reading, writing
from tracker.storage.impatience import update_unless_busy
from tracker.storage.sessions import end_sessions, user_of, user_row
from tracker.storage.states import KeptByState, last_commit
from tracker.storage.tables import ApiTokenRow, UserRow

_TOUCH_EVERY = timedelta(minutes=1)

_RECOGNISED = 1_000
"""So many tokens are kept in memory until anything is committed."""


class SqlPeople:
    """Who may use the program. `clock` tells the time in UTC; `actor` is who changes something.

    Each method is one transaction, its entry of the audit trail included. All raise DatabaseError, and
    NotFoundError for a name that nobody has.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock
        self._recognised = KeptByState(engine, last_commit, _RECOGNISED)

    def user(self, name: str) -> User | None:
        """The user of this name, if there is one."""
        with reading(self._engine) as session:
            row = session.scalar(select(UserRow).where(UserRow.name == name))
            return None if row is None else user_of(row)

    def users(self) -> list[User]:
        """All users by name."""
        with reading(self._engine) as session:
            return [user_of(row) for row in session.scalars(select(UserRow).order_by(UserRow.name))]

    def add_user(
        self, name: str, password_hash: str, role: Role, *, actor: str, only_first: bool = False
    ) -> bool:
        """Add a user. Raises NameTakenError.

        With `only_first`, only where there is no user yet; whether one was added.
        """
        with writing(self._engine) as session:
            if only_first and session.scalar(select(func.count()).select_from(UserRow)):
                return False
            if session.scalar(select(UserRow.id).where(UserRow.name == name)) is not None:
                raise NameTakenError(f"there is already a user named {name}")
            now = self._clock()
            session.add(UserRow(name=name, password_hash=password_hash, role=role, created_at=now))
            _note(session, name, "add_user", now, actor=actor, before=None, after={"role": role})
            return True

    def set_role(self, name: str, role: Role, *, actor: str) -> None:
        """Give a user another role. Raises LastAdminError."""
        with writing(self._engine) as session:
            row, now = user_row(session, name), self._clock()
            if row.role is role:
                return
            if role is not Role.ADMIN:
                _require_another_admin(session, row)
            before, row.role = row.role, role
            _note(session, name, "set_role", now, actor=actor, before={"role": before}, after={"role": role})

    def disable(self, name: str, *, actor: str) -> None:
        """Let a user sign in no more, and end all their sessions. Raises LastAdminError."""
        with writing(self._engine) as session:
            row, now = user_row(session, name), self._clock()
            if row.disabled_at is not None:
                return
            _require_another_admin(session, row)
            row.disabled_at = now
            _note(session, name, "disable_user", now, actor=actor, before=_ENABLED, after=_DISABLED)
            end_sessions(session, row, now, actor=actor)

    def enable(self, name: str, *, actor: str) -> None:
        """Let a user sign in again."""
        with writing(self._engine) as session:
            row = user_row(session, name)
            if row.disabled_at is not None:
                row.disabled_at = None
                now = self._clock()
                _note(session, name, "enable_user", now, actor=actor, before=_DISABLED, after=_ENABLED)

    def set_password(
        self, name: str, password_hash: str, *, actor: str, instead_of: str | None, keep: str | None
    ) -> bool:
        """Change a password and end all sessions but the one whose id is `keep`.

        With `instead_of`, only while that is the hash that is stored; whether it was changed.
        """
        with writing(self._engine) as session:
            row, now = user_row(session, name), self._clock()
            if instead_of is not None and row.password_hash != instead_of:
                return False
            row.password_hash = password_hash
            _note(session, name, "change_password", now, actor=actor, before=None, after=None)
            end_sessions(session, row, now, actor=actor, keep=keep)
            return True

    def renew_hash(self, name: str, password_hash: str, *, instead_of: str) -> None:
        """Keep another hash of the same password, unless the stored one has changed meanwhile."""
        with writing(self._engine) as session:
            row = user_row(session, name)
            if row.password_hash == instead_of:
                row.password_hash = password_hash

    def add_token(
        self,
        *,
        token_id: str,
        name: str,
        sha256: str,
        scope: str,
        actor: str,
        expires_at: datetime | None = None,
    ) -> None:
        """Keep a token by the SHA-256 of the whole of it; `token_id` is the part that is no secret."""
        with writing(self._engine) as session:
            now = self._clock()
            session.add(
                ApiTokenRow(
                    id=token_id, name=name, sha256=sha256, scope=scope, created_at=now, expires_at=expires_at
                )
            )
            session.flush()
            ends = {} if expires_at is None else {"expires": expires_at.isoformat()}
            given: State = {"name": name, "scope": scope, **ends}
            _note(
                session, token_id, "add_token", now, actor=actor, before=None, after=given, kind="api_token"
            )

    def token_by_digest(self, sha256: str) -> ApiToken | None:
        """The token whose SHA-256 this is, whether or not it still works."""
        return self._recognised.of(sha256, lambda: self._token_by_digest(sha256))

    def _token_by_digest(self, sha256: str) -> ApiToken | None:
        with reading(self._engine) as session:
            row = session.scalar(select(ApiTokenRow).where(ApiTokenRow.sha256 == sha256))
            return None if row is None else _token_of(row)

    def tokens(self) -> list[ApiToken]:
        """All tokens, oldest first."""
        with reading(self._engine) as session:
            rows = session.scalars(select(ApiTokenRow).order_by(ApiTokenRow.created_at, ApiTokenRow.id))
            return [_token_of(row) for row in rows]

    def touch_token(self, token_id: str) -> None:
        """Note that a token was used just now, to the minute, unless another write holds the database.

        Raises NotFoundError.
        """
        now = self._clock()
        with reading(self._engine) as session:
            last = _token_row(session, token_id).last_used_at
        if last is not None and now - last < _TOUCH_EVERY:
            return
        update_unless_busy(
            self._engine, update(ApiTokenRow).where(ApiTokenRow.id == token_id).values(last_used_at=now)
        )

    def revoke_token(self, token_id: str, *, actor: str) -> None:
        """Let a token work no more. Raises NotFoundError."""
        with writing(self._engine) as session:
            row = _token_row(session, token_id)
            if row.revoked_at is None:
                now = row.revoked_at = self._clock()
                _note(
                    session,
                    token_id,
                    "revoke_token",
                    now,
                    actor=actor,
                    before=None,
                    after=None,
                    kind="api_token",
                )


_ENABLED: State = {"enabled": True}
_DISABLED: State = {"enabled": False}


def _note(
    session: Session,
    subject: str,
    action: str,
    at: datetime,
    *,
    actor: str,
    before: State,
    after: State,
    kind: str = "user",
) -> None:
    append_entry(
        session,
        actor=actor,
        action=action,
        subject_kind=kind,
        subject_id=subject,
        at=at,
        before=before,
        after=after,
    )


def _require_another_admin(session: Session, row: UserRow) -> None:
    """Raise LastAdminError where nobody else may administer. Other admins stay as they are until the end."""
    if row.role is not Role.ADMIN or row.disabled_at is not None:
        return
    others = session.scalars(
        select(UserRow)
        .where(UserRow.role == Role.ADMIN, UserRow.disabled_at.is_(None), UserRow.name != row.name)
        .with_for_update()
    ).all()
    if not others:
        raise LastAdminError(f"{row.name} is the last who may administer: give somebody else that role first")


def _token_row(session: Session, token_id: str) -> ApiTokenRow:
    row = session.get(ApiTokenRow, token_id)
    if row is None:
        raise NotFoundError(f"no API token is stored under {token_id}")
    return row


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
