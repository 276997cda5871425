"""People over a real database and real hashes, and every route of pages and API against everybody."""

import re
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

import argon2
import pytest
import real_postgresql
from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from people_doubles import SignedInClient, Watch
from sqlalchemy import Engine, delete, text

from tracker.api import Token, make_blueprint, make_operations_blueprint
from tracker.api.catalogue import OPERATIONS
from tracker.application import create_application
from tracker.domain.audit import first_broken
from tracker.domain.people import (
    LastAdminError,
    Person,
    Role,
    SignInRefusedError,
    TooManyAttemptsError,
    active_admins,
)
from tracker.resources import MIGRATIONS, TEMPLATES
from tracker.services.people import PeopleService, session_id
from tracker.storage.attempts import SqlAttempts
from tracker.storage.auditing import all_entries
from tracker.storage.engine import make_engine, reading, writing
from tracker.storage.library import SqlLibrary
from tracker.storage.migration import downgrade, upgrade
from tracker.storage.passwords import Argon2Passwords
from tracker.storage.people import SqlPeople
from tracker.storage.sessions import SqlSessions
from tracker.storage.tables import SignInAttemptRow
from tracker.web.permissions import PUBLIC, access_to

# The rooms stand beside the unit tests of the pages, the desks beside those of the API.
sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "web"))
sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "api"))

from desks import RecordedSearch, make_desk, make_world
from rooms import Shelf

CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "four words in a row"  # noqa: S105 # of people who do not exist
HERE = "192.0.2.7"
NAMES = {role: f"the {role}" for role in Role}
SCOPES = ("read", "ingest", "review", "admin")
OPEN = {f"api.{operation.name}" for operation in OPERATIONS if operation.scope is None}
"""Calls that need no token."""


def service_over(engine: Engine, watch: Watch) -> PeopleService:
    """As a process of its own would wire it, but with cheap hashes."""
    return PeopleService(
        SqlPeople(engine, watch.now),
        SqlSessions(engine, watch.now),
        SqlAttempts(engine, watch.now),
        Argon2Passwords(CHEAP),
        watch,
    )


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def people(engine: Engine, watch: Watch) -> PeopleService:
    people = service_over(engine, watch)
    for role, name in NAMES.items():
        people.add_user(name, PASSWORD, role, actor="the tests")
    return people


def test_a_session_is_known_to_all_processes_and_ended_for_all(
    engine: Engine, watch: Watch, people: PeopleService
) -> None:
    other = service_over(engine, watch)
    token = people.sign_in(NAMES[Role.ANALYST], PASSWORD, HERE, "A browser")
    assert other.person_of(token) == Person(NAMES[Role.ANALYST], Role.ANALYST)
    other.sign_out(token)
    assert people.person_of(token) is None


@real_postgresql.file_only
def test_neither_passwords_nor_tokens_are_stored(engine: Engine, people: PeopleService) -> None:
    token = people.sign_in(NAMES[Role.ADMIN], PASSWORD, HERE, "A browser")
    people.change_password(NAMES[Role.ADMIN], PASSWORD, "another long password", address=HERE)
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    stored = Path(engine.url.database or "").read_bytes()
    for secret in (token, PASSWORD, "another long password"):
        assert secret.encode() not in stored
    assert session_id(token).encode() in stored


def test_every_act_is_in_the_trail_and_none_of_its_secrets(engine: Engine, people: PeopleService) -> None:
    admin, viewer = NAMES[Role.ADMIN], NAMES[Role.VIEWER]
    tokens = [people.sign_in(viewer, PASSWORD, HERE, "A browser") for _ in range(2)]
    people.sign_out(tokens[0])
    people.revoke_sessions(viewer, actor=admin)
    people.set_role(viewer, Role.ANALYST, actor=admin)
    people.disable(viewer, actor=admin)
    people.enable(viewer, actor=admin)
    people.set_password(viewer, "another long password", actor=admin)
    with reading(engine) as session:
        entries = list(all_entries(session))
    assert first_broken(entries) is None
    assert [(entry.actor, entry.action) for entry in entries if entry.subject_id == viewer] == [
        ("the tests", "add_user"),
        (viewer, "sign_in"),
        (viewer, "sign_in"),
        (viewer, "sign_out"),
        (admin, "revoke_session"),
        (admin, "set_role"),
        (admin, "disable_user"),
        (admin, "enable_user"),
        (admin, "change_password"),
    ]
    for secret in (*tokens, *map(session_id, tokens), PASSWORD, "another long password", "$argon2"):
        assert secret not in repr([(entry.before, entry.after, entry.reason) for entry in entries])


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    """What each act returned or raised, all begun together."""
    answers: list[object] = [None] * len(acts)
    barrier = threading.Barrier(len(acts))

    def run(place: int) -> None:
        barrier.wait()
        try:
            answers[place] = acts[place]()
        except Exception as error:  # noqa: BLE001 # looked at by the test
            answers[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_two_administrators_who_disable_each_other_one_stays(people: PeopleService) -> None:
    people.add_user("another", PASSWORD, Role.ADMIN, actor="the tests")
    pair = (NAMES[Role.ADMIN], "another")
    for _ in range(10):
        answers = at_once(
            [
                lambda: people.disable(pair[0], actor=pair[1]),
                lambda: people.set_role(pair[1], Role.VIEWER, actor=pair[0]),
            ]
        )
        assert sorted(type(answer).__name__ for answer in answers) == ["LastAdminError", "NoneType"]
        assert active_admins(people.users()) == 1
        people.enable(pair[0], actor="the tests")
        people.set_role(pair[1], Role.ADMIN, actor="the tests")


def test_of_many_guesses_at_once_no_more_are_looked_at_than_are_free(
    engine: Engine, watch: Watch, people: PeopleService
) -> None:
    processes = [people, *(service_over(engine, watch) for _ in range(3))]
    answers = at_once(
        [
            lambda process=process: process.sign_in(NAMES[Role.ADMIN], "a wrong guess", HERE, "")  # type: ignore[misc]
            for process in processes * 4
        ]
    )
    assert sum(isinstance(answer, SignInRefusedError) for answer in answers) == 5
    assert sum(isinstance(answer, TooManyAttemptsError) for answer in answers) == 11


def test_users_outlive_the_step_to_sessions_and_back(tmp_path: Path, watch: Watch) -> None:
    url = real_postgresql.blank_url(tmp_path)
    upgrade(url, MIGRATIONS)
    engine = make_engine(url)
    people = service_over(engine, watch)
    people.add_user("amal", PASSWORD, Role.ADMIN, actor="the tests")
    people.sign_in("amal", PASSWORD, HERE, "")
    before = people.users()
    engine.dispose()
    downgrade(url, MIGRATIONS, "0007")
    with engine.connect() as connection:
        assert connection.execute(text('SELECT name, role FROM "user"')).all() == [("amal", "admin")]
    engine.dispose()
    upgrade(url, MIGRATIONS)
    assert people.users() == before
    assert people.sessions("amal") == []
    with reading(engine) as session:
        assert first_broken(all_entries(session)) is None
    engine.dispose()


class Acts(RuleBasedStateMachine):
    """Whatever administrators do, somebody may administer, and nobody who may not is signed in."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.people = service_over(self.engine, Watch())
        self.tokens: list[tuple[str, str]] = []
        with writing(self.engine) as session:
            session.execute(delete(SignInAttemptRow))
            session.execute(text("DELETE FROM web_session"))
            session.execute(text('DELETE FROM "user"'))
        for role, name in NAMES.items():
            self.people.add_user(name, PASSWORD, role, actor="the tests")

    names = st.sampled_from(list(NAMES.values()))

    @rule(name=names, role=st.sampled_from(Role))
    def set_role(self, name: str, role: Role) -> None:
        with suppress(LastAdminError):
            self.people.set_role(name, role, actor="the tests")

    @rule(name=names)
    def disable(self, name: str) -> None:
        with suppress(LastAdminError):
            self.people.disable(name, actor="the tests")

    @rule(name=names)
    def enable(self, name: str) -> None:
        self.people.enable(name, actor="the tests")

    @rule(name=names)
    def sign_in(self, name: str) -> None:
        with suppress(SignInRefusedError, TooManyAttemptsError):
            self.tokens.append((name, self.people.sign_in(name, PASSWORD, HERE, "")))

    @rule(name=names)
    def end_sessions(self, name: str) -> None:
        self.people.revoke_sessions(name, actor="the tests")

    @rule(name=names, password=st.sampled_from([PASSWORD]))
    def renew_password(self, name: str, password: str) -> None:
        self.people.set_password(name, password, actor="the tests")

    @invariant()
    def somebody_may_administer(self) -> None:
        assert active_admins(self.people.users()) >= 1

    @invariant()
    def only_the_enabled_are_signed_in(self) -> None:
        users = {user.name: user for user in self.people.users()}
        for name, token in self.tokens:
            person = self.people.person_of(token)
            assert person is None or (users[name].is_active and person == Person(name, users[name].role))
        working = sum(self.people.person_of(token) is not None for _, token in self.tokens)
        assert working == sum(len(self.people.sessions(name)) for name in users)

    def teardown(self) -> None:
        with reading(self.engine) as session:
            assert first_broken(all_entries(session)) is None


def test_whatever_is_done_somebody_may_administer(engine: Engine) -> None:
    Acts.engine = engine
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Acts, settings=settings(max_examples=12, stateful_step_count=15, deadline=None, database=None)
    )


@pytest.fixture
def application(engine: Engine, people: PeopleService) -> Flask:
    """Pages, API and probes over the database; the API knows a token of each scope."""
    tokens = {f"cc_0_{scope}": Token(scope, frozenset({scope})) for scope in SCOPES}
    desk = make_desk(make_world(), RecordedSearch(list), library=SqlLibrary(engine), authenticate=tokens.get)
    application = create_application(
        Shelf().room(),
        people=people,
        api_blueprint=make_blueprint(desk),
        operations_blueprint=make_operations_blueprint(desk),
        templates=TEMPLATES,
        secret_key=token_hex(),
    )
    application.test_client_class = SignedInClient
    return application


def client_of(application: Flask, people: PeopleService, role: Role | None) -> SignedInClient:
    client = application.test_client()
    assert isinstance(client, SignedInClient)
    if role is not None:
        client.sign_in(people.sign_in(NAMES[role], PASSWORD, HERE, ""))
    return client


def test_no_session_opens_the_api_and_no_token_opens_a_page(
    application: Flask, people: PeopleService
) -> None:
    callers: list[tuple[SignedInClient, dict[str, str], bool]] = [
        (client_of(application, people, role), {}, False) for role in (None, *Role)
    ]
    nobody = client_of(application, people, None)
    callers += [(nobody, {"Authorization": f"Bearer cc_0_{scope}"}, True) for scope in SCOPES]
    kinds = {"api": 0, "operations": 0, "pages": 0}
    for route in application.url_map.iter_rules():
        blueprint = route.endpoint.partition(".")[0]
        kinds[blueprint] += 1
        address = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?\w+>", "e1", route.rule)
        for client, headers, has_token in callers:
            method = "POST" if "POST" in (route.methods or ()) else "GET"
            if blueprint == "pages" and (method == "POST" or not has_token):
                continue  # pages against people are the unit tests'
            body = {"json": {"text": "port"}} if blueprint == "api" and method == "POST" else {}
            with client.open(address, method=method, headers=headers, **body) as answer:
                told = (route.endpoint, headers, answer.status_code)
            if blueprint == "pages" and access_to(route.endpoint) is not PUBLIC:
                assert answer.status_code in {303, 401}, told
            elif blueprint == "api" and route.endpoint not in OPEN:
                assert (answer.status_code == 401) is not has_token, told
            else:
                assert answer.status_code not in {303, 401, 403}, told
    assert all(kinds.values())


def test_an_api_call_needs_no_token_of_a_form(application: Flask, people: PeopleService) -> None:
    bearer = {"Authorization": "Bearer cc_0_read", "Sec-Fetch-Site": "cross-site"}
    answer = client_of(application, people, None).post(
        "/api/v1/search", json={"text": "port"}, headers=bearer
    )
    assert answer.status_code == 200


def test_unknown_paths_and_methods_of_probes_and_api_answer_as_they_did(
    application: Flask, people: PeopleService
) -> None:
    nobody = client_of(application, people, None)
    assert nobody.get("/api/v1/nothing").status_code == 404
    assert nobody.post("/healthz").status_code == 405
    assert nobody.get("/healthz").status_code == nobody.get("/readyz").status_code == 200
    assert nobody.get("/metrics").status_code == 200
