"""Tokens held in memory."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from people_doubles import Watch

from tracker.domain.errors import NotFoundError
from tracker.domain.tokens import ApiToken
from tracker.services.tokens import TokenService


@dataclass
class MemoryTokens:
    """As much of a store as the service asks for; `acts` says who did what."""

    watch: Watch = field(default_factory=Watch)
    kept: dict[str, tuple[str, ApiToken]] = field(default_factory=dict)
    acts: list[tuple[str, str, str]] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)

    @property
    def service(self) -> TokenService:
        return TokenService(self, self.watch)

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
        made = ApiToken(token_id, name, scope, self.watch.time, expires_at, None, None)
        self.kept[token_id] = (sha256, made)
        self.acts.append((actor, "add", token_id))

    def tokens(self) -> list[ApiToken]:
        return [token for _, token in self.kept.values()]

    def token_by_digest(self, sha256: str) -> ApiToken | None:
        return next((token for digest, token in self.kept.values() if digest == sha256), None)

    def touch_token(self, token_id: str) -> None:
        self.touched.append(token_id)
        self._change(token_id, last_used_at=self.watch.time)

    def revoke_token(self, token_id: str, *, actor: str) -> None:
        if token_id not in self.kept:
            raise NotFoundError(token_id)
        self._change(token_id, revoked_at=self.watch.time)
        self.acts.append((actor, "revoke", token_id))

    def _change(self, token_id: str, **changes: Any) -> None:
        digest, token = self.kept[token_id]
        self.kept[token_id] = (digest, replace(token, **changes))

    def let_pass(self, days: float) -> None:
        self.watch.time += timedelta(days=days)
