import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from storage_examples import NOW

from tracker.domain.audit import AuditEntry, first_broken
from tracker.domain.errors import NotFoundError
from tracker.domain.people import LastAdminError, NameTakenError, Role, User
from tracker.storage.auditing import all_entries
from tracker.storage.engine import reading, writing
from tracker.storage.people import ApiToken, SqlPeople

HASH = "$argon2id$example"


class Watch:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def give_token(
    people: SqlPeople, token_id: str, sha256: str, scope: str, expires_at: datetime | None = None
) -> None:
    people.add_token(
        token_id=token_id, name="feed", sha256=sha256, scope=scope, actor="adil", expires_at=expires_at
    )


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def people(engine: Engine, watch: Watch) -> SqlPeople:
    people = SqlPeople(engine, watch)
    give_token(people, "t1", "a" * 64, "ingest")
    return people


def trail(engine: Engine) -> list[AuditEntry]:
    with reading(engine) as session:
        entries = list(all_entries(session))
    assert first_broken(entries) is None
    return entries


def acts(engine: Engine) -> list[tuple[str, str, str]]:
    return [(entry.actor, entry.action, entry.subject_id) for entry in trail(engine)]


def test_users_are_found_by_name(people: SqlPeople) -> None:
    people.add_user("Zoe", HASH, Role.VIEWER, actor="adil")
    people.add_user("Ana", HASH, Role.ADMIN, actor="adil")
    assert people.user("Ana") == User("Ana", HASH, Role.ADMIN, NOW)
    assert people.user("ana") is None
    assert [user.name for user in people.users()] == ["Ana", "Zoe"]


def test_a_name_is_given_out_once(people: SqlPeople) -> None:
    people.add_user("Ana", HASH, Role.ADMIN, actor="adil")
    with pytest.raises(NameTakenError, match="already a user named Ana"):
        people.add_user("Ana", "another", Role.VIEWER, actor="adil")
    assert people.users() == [User("Ana", HASH, Role.ADMIN, NOW)]


def test_the_first_user_is_added_once(people: SqlPeople) -> None:
    assert people.add_user("Ana", HASH, Role.ADMIN, actor="adil", only_first=True)
    assert not people.add_user("Zoe", HASH, Role.ADMIN, actor="adil", only_first=True)
    assert [user.name for user in people.users()] == ["Ana"]


def test_a_role_is_changed_and_the_trail_says_from_what(people: SqlPeople, engine: Engine) -> None:
    people.add_user("Ana", HASH, Role.ADMIN, actor="adil")
    people.add_user("Zoe", HASH, Role.VIEWER, actor="adil")
    people.set_role("Zoe", Role.ANALYST, actor="Ana")
    people.set_role("Zoe", Role.ANALYST, actor="Ana")
    assert [user.role for user in people.users()] == [Role.ADMIN, Role.ANALYST]
    entry = trail(engine)[-1]
    assert (entry.actor, entry.action, entry.subject_kind, entry.subject_id) == (
        "Ana",
        "set_role",
        "user",
        "Zoe",
    )
    assert (entry.before, entry.after) == ('{"role": "viewer"}', '{"role": "analyst"}')


def test_the_last_who_may_administer_stays(people: SqlPeople, engine: Engine) -> None:
    people.add_user("Ana", HASH, Role.ADMIN, actor="adil")
    people.add_user("Zoe", HASH, Role.ADMIN, actor="adil")
    people.disable("Zoe", actor="Ana")
    before = acts(engine)
    for act in (
        lambda: people.disable("Ana", actor="Ana"),
        lambda: people.set_role("Ana", Role.VIEWER, actor="Ana"),
    ):
        with pytest.raises(LastAdminError, match="Ana is the last"):
            act()
    assert acts(engine) == before
    people.set_role("Zoe", Role.VIEWER, actor="Ana")
    people.enable("Zoe", actor="Ana")
    people.set_role("Zoe", Role.ADMIN, actor="Ana")
    people.disable("Ana", actor="Zoe")
    assert [(user.name, user.is_active) for user in people.users()] == [("Ana", False), ("Zoe", True)]


def test_disabling_and_enabling_are_noted_once(people: SqlPeople, engine: Engine) -> None:
    people.add_user("Zoe", HASH, Role.VIEWER, actor="adil")
    for _ in range(2):
        people.disable("Zoe", actor="Ana")
    for _ in range(2):
        people.enable("Zoe", actor="Ana")
    assert acts(engine)[-2:] == [("Ana", "disable_user", "Zoe"), ("Ana", "enable_user", "Zoe")]
    user = people.user("Zoe")
    assert user is not None
    assert user.disabled_at is None


def test_a_password_is_changed_only_in_place_of_the_one_that_was_checked(
    people: SqlPeople, engine: Engine
) -> None:
    people.add_user("Zoe", HASH, Role.VIEWER, actor="adil")
    assert not people.set_password("Zoe", "other", actor="Zoe", instead_of="stale", keep=None)
    assert acts(engine)[-1][1] == "add_user"
    assert people.set_password("Zoe", "other", actor="Zoe", instead_of=HASH, keep=None)
    people.renew_hash("Zoe", "lost", instead_of=HASH)
    people.renew_hash("Zoe", "renewed", instead_of="other")
    user = people.user("Zoe")
    assert user is not None
    assert user.password_hash == "renewed"  # noqa: S105
    assert acts(engine)[-1] == ("Zoe", "change_password", "Zoe")


def test_no_hash_is_in_the_trail(people: SqlPeople, engine: Engine) -> None:
    people.add_user("Zoe", HASH, Role.VIEWER, actor="adil")
    people.set_password("Zoe", HASH + "2", actor="Zoe", instead_of=None, keep=None)
    assert HASH not in repr(trail(engine))
    assert "a" * 64 not in repr(trail(engine)[0]).replace(trail(engine)[0].sha256, "")


@pytest.mark.parametrize(
    "act",
    [
        lambda people: people.set_role("nobody", Role.ADMIN, actor="Ana"),
        lambda people: people.disable("nobody", actor="Ana"),
        lambda people: people.enable("nobody", actor="Ana"),
        lambda people: people.set_password("nobody", HASH, actor="Ana", instead_of=None, keep=None),
        lambda people: people.renew_hash("nobody", HASH, instead_of=HASH),
    ],
)
def test_an_act_on_nobody_is_an_error(people: SqlPeople, act: Callable[[SqlPeople], None]) -> None:
    with pytest.raises(NotFoundError, match="no user named nobody"):
        act(people)


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


def test_a_token_works_until_it_is_revoked(people: SqlPeople, watch: Watch, engine: Engine) -> None:
    people.revoke_token("t1", actor="adil")
    watch.now = NOW + timedelta(days=1)
    people.revoke_token("t1", actor="adil")
    (token,) = people.tokens()
    assert token.revoked_at == NOW
    assert acts(engine) == [("adil", "add_token", "t1"), ("adil", "revoke_token", "t1")]
    assert not token.works(NOW)


def test_a_token_works_until_it_expires(people: SqlPeople) -> None:
    give_token(people, "t2", "b" * 64, "read", expires_at=NOW + timedelta(days=7))
    token = people.token_by_digest("b" * 64)
    assert token is not None
    assert token.works(NOW + timedelta(days=7, seconds=-1))
    assert not token.works(NOW + timedelta(days=7))


def test_an_unknown_token_is_not_found(people: SqlPeople) -> None:
    with pytest.raises(NotFoundError, match="t9"):
        people.touch_token("t9")
    with pytest.raises(NotFoundError, match="t9"):
        people.revoke_token("t9", actor="adil")


def test_noting_use_waits_for_nobody_who_writes(people: SqlPeople, engine: Engine) -> None:
    with writing(engine) as other:
        other.execute(text("SELECT 1"))
        began = time.monotonic()
        people.touch_token("t1")
        assert time.monotonic() - began < 5
    (token,) = people.tokens()
    assert token.last_used_at is None
    people.touch_token("t1")
    (token,) = people.tokens()
    assert token.last_used_at == NOW


def test_the_trail_says_until_when_a_token_works(people: SqlPeople, engine: Engine) -> None:
    give_token(people, "t2", "b" * 64, "read", expires_at=NOW + timedelta(days=7))
    after = trail(engine)[-1].after
    assert after is not None
    assert json.loads(after) == {
        "name": "feed",
        "scope": "read",
        "expires": (NOW + timedelta(days=7)).isoformat(),
    }
