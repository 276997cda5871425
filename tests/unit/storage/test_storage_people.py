from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from storage_examples import NOW

from tracker.domain.errors import NotFoundError, TrackerError
from tracker.storage.people import ApiToken, SqlPeople, User

HASH = "$argon2id$example"


class Watch:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def give_token(
    people: SqlPeople, token_id: str, sha256: str, scope: str, expires_at: datetime | None = None
) -> None:
    people.add_token(token_id=token_id, name="feed", sha256=sha256, scope=scope, expires_at=expires_at)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def people(engine: Engine, watch: Watch) -> SqlPeople:
    people = SqlPeople(engine, watch)
    give_token(people, "t1", "a" * 64, "ingest")
    return people


def test_users_are_found_by_name(people: SqlPeople) -> None:
    people.add_user("Zoe", HASH, "viewer")
    people.add_user("Ana", HASH, "admin")
    assert people.user("Ana") == User("Ana", HASH, "admin", NOW)
    assert people.user("ana") is None
    assert [user.name for user in people.users()] == ["Ana", "Zoe"]


def test_a_name_is_given_out_once(people: SqlPeople) -> None:
    people.add_user("Ana", HASH, "admin")
    with pytest.raises(TrackerError, match="already a user named Ana"):
        people.add_user("Ana", "another", "viewer")
    assert people.users() == [User("Ana", HASH, "admin", NOW)]


def test_a_token_is_found_by_its_digest_alone(people: SqlPeople) -> None:
    expected = ApiToken("t1", "feed", "ingest", NOW, None, None, None)
    assert people.token_by_digest("a" * 64) == expected
    assert people.token_by_digest("b" * 64) is None
    assert people.tokens() == [expected]


def test_two_tokens_never_share_a_digest(people: SqlPeople) -> None:
    with pytest.raises(IntegrityError):
        give_token(people, "t2", "a" * 64, "read")


def test_use_is_noted_to_the_minute(people: SqlPeople, watch: Watch) -> None:
    for seconds, noted in ((0, 0), (59, 0), (60, 60), (90, 60), (121, 121)):
        watch.now = NOW + timedelta(seconds=seconds)
        people.touch_token("t1")
        (token,) = people.tokens()
        assert token.last_used_at == NOW + timedelta(seconds=noted)


def test_a_token_works_until_it_is_revoked(people: SqlPeople, watch: Watch) -> None:
    people.revoke_token("t1")
    watch.now = NOW + timedelta(days=1)
    people.revoke_token("t1")
    (token,) = people.tokens()
    assert token.revoked_at == NOW
    assert not token.works(NOW)


def test_a_token_works_until_it_expires(people: SqlPeople) -> None:
    give_token(people, "t2", "b" * 64, "read", expires_at=NOW + timedelta(days=7))
    token = people.token_by_digest("b" * 64)
    assert token is not None
    assert token.works(NOW + timedelta(days=7, seconds=-1))
    assert not token.works(NOW + timedelta(days=7))


@pytest.mark.parametrize("method", ["touch_token", "revoke_token"])
def test_an_unknown_token_is_not_found(people: SqlPeople, method: str) -> None:
    with pytest.raises(NotFoundError, match="t9"):
        getattr(people, method)("t9")
