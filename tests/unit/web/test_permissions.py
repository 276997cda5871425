"""Who may call what: every route against every role, generated from the URL map."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from people_doubles import NAMES, SignedInClient
from room_stories import BridgeStory, bridge_story
from rooms import application_of
from werkzeug.routing import Rule

from tracker.domain.people import Person, Right, Role
from tracker.web.forms import SAFE_METHODS
from tracker.web.pages import SUFFIX
from tracker.web.permissions import OWN_WAYS, PERMISSIONS, PUBLIC, access_to, is_allowed

EVERYBODY = (None, *Role)


@pytest.fixture(scope="module")
def told() -> BridgeStory:
    return bridge_story()


@pytest.fixture(scope="module")
def application(told: BridgeStory) -> Flask:
    return application_of(told.shelf.room(), role=None)


def client_of(application: Flask, role: Role | None) -> SignedInClient:
    """A client with a session of its own."""
    client = application.test_client()
    assert isinstance(client, SignedInClient)
    if role is not None:
        client.sign_in(application.extensions["office"].token_of(NAMES[role]))
    return client


def routes_of(application: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in application.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def address_of(rule: Rule) -> str:
    """An address that the rule matches; whatever it names need not be stored."""
    return re.sub(r"<(?:\w+(?:\([^)]*\))?:)?\w+>", "e1", rule.rule)


def test_every_route_names_the_right_it_asks_for(application: Flask) -> None:
    unnamed = {
        str(rule.endpoint) for rule in application.url_map.iter_rules() if access_to(rule.endpoint) is None
    }
    assert unnamed == set(), "name their rights in tracker/web/permissions.py"


def test_no_right_is_named_for_what_does_not_exist(application: Flask) -> None:
    assert set(PERMISSIONS) <= {str(rule.endpoint) for rule in application.url_map.iter_rules()}


def test_what_changes_something_asks_for_more_than_reading(application: Flask) -> None:
    ones_own = {"change_password", "end_session", "end_other_sessions", "sign_out"}
    before = {"begin_session", "language", "policy_report"}
    for rule in application.url_map.iter_rules():
        endpoint = str(rule.endpoint)
        if rule.rule.startswith("/people"):
            assert access_to(endpoint) is Right.ADMINISTER, endpoint
        if not SAFE_METHODS.issuperset(rule.methods or ()):
            access = access_to(endpoint)
            wanted = {PUBLIC} if endpoint.removeprefix("pages.") in before else set(Right) - {Right.READ}
            assert access in wanted or endpoint.removeprefix("pages.") in ones_own, endpoint


@pytest.mark.parametrize("role", EVERYBODY, ids=lambda role: role or "nobody")
def test_every_route_lets_in_whom_it_should_and_nobody_else(application: Flask, role: Role | None) -> None:
    routes = list(routes_of(application))
    assert len(routes) > 25
    for rule, method in routes:
        access = access_to(rule.endpoint)
        # Each in a session of its own, since some end sessions.
        with client_of(application, role).open(address_of(rule), method=method) as answer:
            told = (rule.endpoint, method, answer.status_code, answer.headers.get("Location"))
        is_refused = answer.status_code == 403 and b"Your role does not allow this" in answer.data
        sent_to_sign_in = answer.status_code == 303 and "/sign-in" in answer.headers["Location"]
        if access is PUBLIC:
            assert not is_refused, told
            assert not sent_to_sign_in, told
            assert answer.status_code != 401, told
        elif role is None and rule.rule.endswith(SUFFIX):
            assert answer.status_code == 401, told
            assert answer.mimetype == "application/problem+json", told
        elif role is None and method in SAFE_METHODS:
            assert sent_to_sign_in, told
        elif role is None:
            assert answer.status_code == 401, told
        elif role.allows(access):
            assert answer.status_code not in {401, 403}, told
            assert not is_refused, told
        elif rule.rule.endswith(SUFFIX):
            assert (answer.status_code, answer.mimetype) == (403, "application/problem+json"), told
        else:
            assert is_refused, told


def test_a_route_that_nobody_has_entered_is_refused_to_administrators_too(
    told: BridgeStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = application_of(told.shelf.room(), role=Role.ADMIN)
    application.add_url_rule("/forgotten", "pages.forgotten", lambda: "secret")
    monkeypatch.setattr(application.logger, "disabled", True)
    answer = application.test_client().get("/forgotten")
    assert answer.status_code == 403
    assert b"secret" not in answer.data


def test_a_twin_asks_for_what_its_page_asks_for() -> None:
    assert access_to("pages.people_json") is access_to("pages.people") is Right.ADMINISTER
    assert access_to("pages.nothing_json") is None
    assert {access_to(f"{blueprint}.anything") for blueprint in OWN_WAYS} == {PUBLIC}


@pytest.mark.parametrize("right", Right)
def test_a_link_is_offered_to_those_who_may_follow_it(right: Right) -> None:
    endpoint = next((name for name, access in PERMISSIONS.items() if access is right), None)
    if endpoint is None:
        pytest.skip("no endpoint asks for this right yet")
    assert not is_allowed(None, endpoint)
    for role in Role:
        assert is_allowed(Person("somebody", role), endpoint) is role.allows(right)


def test_whoever_has_not_signed_in_cannot_tell_which_addresses_exist(
    application: Flask,
) -> None:
    client: FlaskClient = application.test_client()
    there, nowhere = client.get("/events?party=GNA"), client.get("/nowhere?party=GNA")
    assert there.headers["Location"] == "/sign-in?next=/events?party%3DGNA"
    assert nowhere.headers["Location"] == "/sign-in?next=/nowhere?party%3DGNA"
    assert client.post("/events").status_code == 401


def test_a_refusal_says_which_role_it_takes(told: BridgeStory) -> None:
    answer = application_of(told.shelf.room(), role=Role.VIEWER).test_client().get("/people")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 403
    assert "one of these roles: administrator. Yours is viewer." in text


def test_a_disabled_person_is_out_at_once(told: BridgeStory) -> None:
    application = application_of(told.shelf.room())
    client = application.test_client()
    assert client.get("/events").status_code == 200
    application.extensions["office"].people.disable(NAMES[Role.ANALYST], actor="adil")
    assert client.get("/events").status_code == 303


def test_a_lost_right_is_lost_at_once(told: BridgeStory) -> None:
    application = application_of(told.shelf.room(), role=Role.ADMIN)
    client = application.test_client()
    people = application.extensions["office"].people
    people.set_role(NAMES[Role.VIEWER], Role.ADMIN, actor="adil")
    people.set_role(NAMES[Role.ADMIN], Role.VIEWER, actor="vera")
    assert client.get("/people").status_code == 403
