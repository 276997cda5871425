import time
from dataclasses import replace
from datetime import timedelta

import pytest
from real_postgresql import sqlite_only
from sqlalchemy import Engine, func, select, text
from storage_examples import NOW

from tracker.domain.errors import NotFoundError
from tracker.domain.people import SESSION_LIFE, Role, WebSession
from tracker.storage.auditing import all_entries
from tracker.storage.engine import reading, writing
from tracker.storage.people import SqlPeople
from tracker.storage.sessions import SqlSessions
from tracker.storage.tables import WebSessionRow

HASH = "$argon2id$example"
SESSION = WebSession("a" * 64, "Ana", NOW, NOW, NOW + SESSION_LIFE, "A browser")


@pytest.fixture
def people(engine: Engine) -> SqlPeople:
    people = SqlPeople(engine, lambda: NOW)
    people.add_user("Ana", HASH, Role.ADMIN, actor="the tests")
    people.add_user("Zoe", HASH, Role.VIEWER, actor="the tests")
    return people


@pytest.fixture
def sessions(engine: Engine, people: SqlPeople) -> SqlSessions:
    assert people.users()
    return SqlSessions(engine, lambda: NOW)


def opened(sessions: SqlSessions, *names: str) -> list[WebSession]:
    """A session each, the last one newest."""
    made = []
    for place, name in enumerate(names):
        begun = NOW + timedelta(seconds=place)
        session = replace(SESSION, id=f"{place:064}", user=name, created_at=begun, last_seen_at=begun)
        assert sessions.open_session(session, password_hash=HASH)
        made.append(session)
    return made


def acts(engine: Engine) -> list[tuple[str, str, str]]:
    with reading(engine) as session:
        return [(entry.actor, entry.action, entry.subject_id) for entry in all_entries(session)]


def test_a_session_comes_back_with_whose_it_is(sessions: SqlSessions, people: SqlPeople) -> None:
    assert sessions.open_session(SESSION, password_hash=HASH)
    assert sessions.session(SESSION.id) == (SESSION, people.user("Ana"))
    assert sessions.session("b" * 64) is None


def test_no_session_begins_for_a_user_who_changed_meanwhile(sessions: SqlSessions, people: SqlPeople) -> None:
    assert not sessions.open_session(SESSION, password_hash=HASH[:-1])
    assert not sessions.open_session(replace(SESSION, user="nobody"), password_hash=HASH)
    people.disable("Zoe", actor="Ana")
    assert not sessions.open_session(replace(SESSION, user="Zoe"), password_hash=HASH)
    assert sessions.sessions("Zoe") == []


def test_sessions_are_listed_newest_first_and_ones_own_alone(sessions: SqlSessions) -> None:
    one, _, other = opened(sessions, "Ana", "Zoe", "Ana")
    assert sessions.sessions("Ana") == [other, one]
    with pytest.raises(NotFoundError, match="nobody"):
        sessions.sessions("nobody")


def test_a_session_is_ended_once_and_by_its_user_alone(sessions: SqlSessions, engine: Engine) -> None:
    (session,) = opened(sessions, "Ana")
    with pytest.raises(NotFoundError):
        sessions.revoke_session("Zoe", session.id, actor="Zoe", action="revoke_session")
    with pytest.raises(NotFoundError):
        sessions.revoke_session("Ana", "b" * 64, actor="Ana", action="revoke_session")
    for _ in range(2):
        sessions.revoke_session("Ana", session.id, actor="Ana", action="sign_out")
    found = sessions.session(session.id)
    assert found is not None
    assert found[0].revoked_at == NOW
    assert sessions.sessions("Ana") == []
    assert acts(engine)[-2:] == [("Ana", "sign_in", "Ana"), ("Ana", "sign_out", "Ana")]


def test_all_sessions_but_one_are_ended(sessions: SqlSessions) -> None:
    one, _, other = opened(sessions, "Ana", "Zoe", "Ana")
    assert sessions.revoke_sessions("Ana", actor="Ana", keep=one.id) == 1
    assert [row.id for row in sessions.sessions("Ana")] == [one.id]
    assert len(sessions.sessions("Zoe")) == 1
    assert other.id not in {row.id for row in sessions.sessions("Ana")}


def test_disabling_ends_all_sessions_and_a_new_password_all_others(
    sessions: SqlSessions, people: SqlPeople
) -> None:
    one, hers, other = opened(sessions, "Ana", "Zoe", "Ana")
    people.set_password("Ana", "other", actor="Ana", instead_of=HASH, keep=other.id)
    assert [row.id for row in sessions.sessions("Ana")] == [other.id]
    people.disable("Zoe", actor="Ana")
    assert sessions.sessions("Zoe") == []
    people.enable("Zoe", actor="Ana")
    assert sessions.sessions("Zoe") == []
    assert {one.id, hers.id} == {f"{0:064}", f"{1:064}"}


def test_the_trail_names_a_session_but_not_the_whole_of_its_digest(
    sessions: SqlSessions, engine: Engine
) -> None:
    sessions.open_session(SESSION, password_hash=HASH)
    with reading(engine) as session:
        entry = list(all_entries(session))[-1]
    assert entry.after == '{"session": "aaaaaaaaaaaa"}'


def test_sessions_long_over_are_forgotten(sessions: SqlSessions, engine: Engine) -> None:
    sessions.open_session(SESSION, password_hash=HASH)
    for later, rows in ((timedelta(days=7), 2), (timedelta(days=8), 2)):
        begun = NOW + later
        session = replace(SESSION, id=f"{later.days:064}", created_at=begun, expires_at=begun + SESSION_LIFE)
        sessions.open_session(session, password_hash=HASH)
        with reading(engine) as transaction:
            assert transaction.scalar(select(func.count()).select_from(WebSessionRow)) == rows


def test_use_is_noted_and_never_put_back(sessions: SqlSessions) -> None:
    sessions.open_session(SESSION, password_hash=HASH)
    for minutes, noted in ((5, 5), (3, 5), (7, 7)):
        sessions.touch_session(SESSION.id, NOW + timedelta(minutes=minutes))
        found = sessions.session(SESSION.id)
        assert found is not None
        assert found[0].last_seen_at == NOW + timedelta(minutes=noted)


@sqlite_only
def test_reading_does_not_wait_for_those_who_write(sessions: SqlSessions, engine: Engine) -> None:
    sessions.open_session(SESSION, password_hash=HASH)
    with writing(engine) as other:
        other.execute(text("SELECT 1"))  # takes the lock
        began = time.monotonic()
        sessions.touch_session(SESSION.id, NOW + timedelta(minutes=5))
        assert time.monotonic() - began < 5
    found = sessions.session(SESSION.id)
    assert found is not None
    assert found[0].last_seen_at == NOW
    sessions.touch_session(SESSION.id, NOW + timedelta(minutes=6))
    found = sessions.session(SESSION.id)
    assert found is not None
    assert found[0].last_seen_at == NOW + timedelta(minutes=6)


@sqlite_only
def test_the_connection_is_as_patient_as_before(sessions: SqlSessions, engine: Engine) -> None:
    sessions.open_session(SESSION, password_hash=HASH)
    with writing(engine) as other:
        other.execute(text("SELECT 1"))
        sessions.touch_session(SESSION.id, NOW + timedelta(minutes=5))
    sessions.touch_session(SESSION.id, NOW + timedelta(minutes=5))
    connections = [engine.connect() for _ in range(3)]
    for connection in connections:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30_000
        connection.close()
