"""Tokens of the API: made, looked at, revoked, recognised."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from tracker.domain.errors import NotFoundError
from tracker.domain.tokens import (
    ApiToken,
    Scope,
    TokenError,
    checked_token_name,
    expiry_of,
    token_digest,
)
from tracker.services.ports import Clock

_SECRET_BYTES: Final = 32
_ID_BYTES: Final = 4
_TOUCH_EVERY: Final = timedelta(minutes=1)


class TokenStore(Protocol):
    """Tokens by the hash of the whole of them. Each method is one transaction, its audit entry included."""

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
        """Keep a token; `token_id` is the part that is no secret."""

    def token_by_digest(self, sha256: str) -> ApiToken | None:
        """The token whose SHA-256 this is, whether or not it still works."""

    def tokens(self) -> list[ApiToken]:
        """All tokens, oldest first."""

    def touch_token(self, token_id: str) -> None:
        """Note that a token was used just now. May be left out where that would have to wait."""

    def revoke_token(self, token_id: str, *, actor: str) -> None:
        """Let a token work no more. Raises NotFoundError."""


@dataclass(frozen=True, slots=True)
class TokenService:
    """What people do with tokens. Rights are checked by whoever calls. All methods raise DatabaseError."""

    store: TokenStore
    clock: Clock

    def create(self, name: str, scope: Scope, *, actor: str, expires: str = "") -> tuple[str, str]:
        """Make a token; the whole of it, which is nowhere else, and its id.

        `expires` is a number of days or a day as YYYY-MM-DD; empty: it works until it is revoked. Raises
        TokenError.
        """
        name = checked_token_name(name)
        until = expiry_of(expires, self.clock.now()) if expires.strip() else None
        token_id = secrets.token_hex(_ID_BYTES)
        token = f"cc_{token_id}_{secrets.token_urlsafe(_SECRET_BYTES)}"
        self.store.add_token(
            token_id=token_id,
            name=name,
            sha256=token_digest(token),
            scope=str(scope),
            actor=actor,
            expires_at=until,
        )
        return token, token_id

    def recognise(self, token: str) -> ApiToken | None:
        """The token, where it works; None for one that is unknown, revoked or expired.

        That it was used is noted, to the minute.
        """
        found = self.store.token_by_digest(token_digest(token))
        now = self.clock.now()
        if found is None or not found.works(now):
            return None
        if found.last_used_at is None or now - found.last_used_at >= _TOUCH_EVERY:
            self.store.touch_token(found.id)
        return found

    def tokens(self) -> list[ApiToken]:
        """All tokens, oldest first; revoked and expired ones, too."""
        return self.store.tokens()

    def revoke(self, which: str, *, actor: str) -> ApiToken:
        """Let a token work no more, by its id or, where only one that works has it, its name.

        Raises NotFoundError, TokenError where several have that name.
        """
        tokens = self.store.tokens()
        found = [one for one in tokens if one.id == which]
        if not found:
            now = self.clock.now()
            found = [one for one in tokens if one.name == which and one.works(now)]
        if not found:
            raise NotFoundError(f"there is no token {which} that works")
        if len(found) > 1:
            ids = ", ".join(one.id for one in found)
            raise TokenError(f"{len(found)} tokens are named {which}: name one by its id ({ids})")
        self.store.revoke_token(found[0].id, actor=actor)
        return found[0]
