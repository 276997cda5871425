from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import NotFoundError
from tracker.domain.people import PeopleError, checked_name
from tracker.domain.tokens import ApiToken, Scope, TokenError, actor_of, expiry_of
from tracker.services.tokens import TokenService

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


@dataclass
class Store:
    time: datetime = NOW
    kept: dict[str, ApiToken] = field(default_factory=dict)
    touched: int = 0

    def now(self) -> datetime:
        return self.time

    def add_token(self, *, token_id: str, name: str, sha256: str, scope: str, actor: str, **how: Any) -> None:
        assert actor
        self.kept[sha256] = ApiToken(token_id, name, scope, self.time, how["expires_at"], None, None)

    def token_by_digest(self, sha256: str) -> ApiToken | None:
        return self.kept.get(sha256)

    def tokens(self) -> list[ApiToken]:
        return list(self.kept.values())

    def touch_token(self, token_id: str) -> None:
        self.touched += 1
        self._change(token_id, last_used_at=self.time)

    def revoke_token(self, token_id: str, *, actor: str) -> None:
        assert actor
        self._change(token_id, revoked_at=self.time)

    def _change(self, token_id: str, **changes: Any) -> None:
        for digest, token in self.kept.items():
            if token.id == token_id:
                self.kept[digest] = replace(token, **changes)


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def service(store: Store) -> TokenService:
    return TokenService(store, store)


def test_a_token_is_recognised_while_it_works(service: TokenService, store: Store) -> None:
    token, token_id = service.create("feed", Scope.INGEST, actor="adil", expires="2")
    found = service.recognise(token)
    assert found is not None
    assert (found.id, found.name, found.scope) == (token_id, "feed", "ingest")
    assert service.recognise(token[:-1]) is None
    store.time += timedelta(days=2)
    assert service.recognise(token) is None


def test_a_revoked_token_is_not_recognised(service: TokenService) -> None:
    token, token_id = service.create("feed", Scope.READ, actor="adil")
    service.revoke(token_id, actor="adil")
    assert service.recognise(token) is None
    with pytest.raises(NotFoundError):
        service.revoke("feed", actor="adil")


def test_use_is_noted_once_a_minute_however_often_a_token_is_used(
    service: TokenService, store: Store
) -> None:
    token, _ = service.create("feed", Scope.READ, actor="adil")
    for second in range(0, 121, 5):
        store.time = NOW + timedelta(seconds=second)
        service.recognise(token)
    assert store.touched == 3


@given(st.text(max_size=20))
def test_whatever_is_typed_for_an_end_is_one_or_an_error(written: str) -> None:
    try:
        end = expiry_of(written, NOW)
    except TokenError:
        return
    assert NOW < end <= NOW + timedelta(days=3_661)


@pytest.mark.parametrize(
    ("written", "end"),
    [
        ("1", NOW + timedelta(days=1)),
        (" 3660 ", NOW + timedelta(days=3_660)),
        ("2026-11-25", datetime(2026, 11, 26, tzinfo=UTC)),
    ],
)
def test_an_end_is_a_number_of_days_or_the_end_of_a_day(written: str, end: datetime) -> None:
    assert expiry_of(written, NOW) == end


def test_no_person_can_be_called_as_a_token_acts() -> None:
    for name in (actor_of("feed"), "Token:feed", "TOKEN:"):
        with pytest.raises(PeopleError, match="how tokens act"):
            checked_name(name)
    assert checked_name("token") == "token"
