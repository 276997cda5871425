from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from people_doubles import PASSWORD, Office
from rooms import Shelf, application_of
from werkzeug.test import TestResponse

from tracker.domain.people import Role
from tracker.web.forms import FIELD
from tracker.web.signing_in import SESSION_COOKIE

Enter = Callable[..., TestResponse]


@pytest.fixture
def application() -> Flask:
    return application_of(Shelf().room(), role=None)


@pytest.fixture
def client(application: Flask) -> FlaskClient:
    return application.test_client()


@pytest.fixture
def office(application: Flask) -> Office:
    office: Office = application.extensions["office"]
    return office


def token_of_form(client: FlaskClient, path: str = "/sign-in") -> str:
    page = html.document_fromstring(client.get(path).get_data(as_text=True))
    return str(page.xpath(f"//main//input[@name='{FIELD}']/@value")[0])


@pytest.fixture
def enter(client: FlaskClient) -> Enter:
    """Fill the form of the sign-in page in and send it."""

    def send(name: str = "amal", password: str = PASSWORD, **fields: str) -> TestResponse:
        form = {FIELD: token_of_form(client), "name": name, "password": password, **fields}
        return client.post("/sign-in", data=form)

    return send


def test_a_visitor_signs_in_and_comes_to_the_page_that_was_asked_for(client: FlaskClient) -> None:
    sent = client.get("/events?party=GNA")
    assert sent.status_code == 303
    page = html.document_fromstring(client.get(sent.headers["Location"]).get_data(as_text=True))
    (form,) = page.xpath("//main//form")
    fields = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
    answer = client.post(form.get("action"), data={**fields, "name": "amal", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/events?party=GNA")
    assert client.get("/events?party=GNA").status_code == 200


def test_password_managers_find_the_fields(client: FlaskClient) -> None:
    page = html.document_fromstring(client.get("/sign-in").get_data(as_text=True))
    assert page.get_element_by_id("name").get("autocomplete") == "username"
    assert page.get_element_by_id("password").get("autocomplete") == "current-password"
    assert page.get_element_by_id("password").get("onpaste") is None


def test_the_session_is_in_a_cookie_that_scripts_cannot_read(enter: Enter) -> None:
    answer = enter()
    (cookie,) = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith(SESSION_COOKIE)]
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= attributes
    assert "secure" not in attributes


def test_over_tls_cookies_are_kept_to_it(client: FlaskClient) -> None:
    secure = {"base_url": "https://localhost"}
    shown = client.get("/sign-in", **secure)
    page = html.document_fromstring(shown.get_data(as_text=True))
    token = page.xpath(f"//main//input[@name='{FIELD}']/@value")[0]
    answer = client.post("/sign-in", data={FIELD: token, "name": "amal", "password": PASSWORD}, **secure)
    assert answer.status_code == 303
    for cookie in shown.headers.getlist("Set-Cookie") + answer.headers.getlist("Set-Cookie"):
        assert "secure" in cookie.lower() or "Max-Age=0" in cookie, cookie


@pytest.mark.parametrize(
    ("name", "password", "disabled"),
    [("nobody", PASSWORD, False), ("amal", "wrong", False), ("amal", PASSWORD, True), ("", "", False)],
)
def test_every_refusal_reads_the_same(
    enter: Enter, office: Office, name: str, password: str, *, disabled: bool
) -> None:
    if disabled:
        office.people.disable("amal", actor="adil")
    answer = enter(name, password)
    page = html.document_fromstring(answer.get_data(as_text=True))
    assert answer.status_code == 400
    assert page.get_element_by_id("sign-in-fault").text_content() == (
        "That name and password do not go together. Please check both."
    )
    assert page.get_element_by_id("name").get("value") == name
    assert page.get_element_by_id("password").get("value") is None
    assert SESSION_COOKIE not in "".join(answer.headers.getlist("Set-Cookie"))
    assert len(office.passwords.compared) == 1


def test_after_too_many_attempts_the_wait_is_told_and_then_over(enter: Enter, office: Office) -> None:
    for _ in range(5):
        assert enter("amal", "wrong").status_code == 400
    answer = enter()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")
    assert "try again in 5 seconds" in answer.get_data(as_text=True)
    office.watch.advance(seconds=5)
    assert enter().status_code == 303


def test_a_long_wait_is_told_in_minutes(enter: Enter, office: Office) -> None:
    for _ in range(12):
        office.watch.advance(minutes=15)
        enter("amal", "wrong")
    assert "try again in 11 minutes" in enter().get_data(as_text=True)


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "events",
        "javascript:alert(1)",
        "/\t/evil",
    ],
)
def test_nobody_is_led_to_another_site(client: FlaskClient, enter: Enter, path: str) -> None:
    assert enter(next=path).headers["Location"] == "/"
    assert client.get("/sign-in", query_string={"next": path}).headers["Location"] == "/"


def test_a_session_that_was_planted_is_not_taken_over(
    client: FlaskClient, enter: Enter, office: Office
) -> None:
    client.set_cookie(SESSION_COOKIE, "planted")
    enter()
    cookie = client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    assert cookie.value != "planted"
    assert len(cookie.value) >= 43
    assert office.people.person_of("planted") is None


def test_signing_in_again_ends_the_session_before(client: FlaskClient, enter: Enter, office: Office) -> None:
    enter()
    before = client.get_cookie(SESSION_COOKIE)
    assert before is not None
    form = {"name": "adil", "password": PASSWORD, FIELD: token_of_form(client, "/account")}
    assert client.post("/sign-in", data=form).status_code == 303
    assert office.people.person_of(before.value) is None


def test_whoever_is_signed_in_is_not_asked_again(client: FlaskClient, enter: Enter) -> None:
    enter()
    assert client.get("/sign-in?next=/search").headers["Location"] == "/search"


def test_signing_out_ends_the_session_and_takes_the_cookie(
    client: FlaskClient, enter: Enter, office: Office
) -> None:
    enter()
    cookie = client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    answer = client.post("/sign-out", data={FIELD: token_of_form(client, "/account")})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert client.get_cookie(SESSION_COOKIE) is None
    assert office.people.person_of(cookie.value) is None


@pytest.mark.parametrize(
    ("unused", "status"), [(timedelta(hours=1, minutes=59), 200), (timedelta(hours=2), 303)]
)
def test_a_session_that_is_not_used_ends(
    client: FlaskClient, enter: Enter, office: Office, unused: timedelta, status: int
) -> None:
    enter()
    office.watch.time += unused
    assert client.get("/events").status_code == status


def test_nothing_is_told_of_the_program_before_signing_in() -> None:
    room = Shelf().room(notices=lambda: ["The index is out of date."])
    text = application_of(room, role=None).test_client().get("/sign-in").get_data(as_text=True)
    assert "out of date" not in text
    assert "Search" not in text


def test_a_script_is_sent_to_the_sign_in_page_as_a_whole(client: FlaskClient) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/events?party=GNA"}
    answer = client.get("/search", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/events?party%3DGNA"
    stray = client.get("/search", headers={**headers, "HX-Current-URL": "http://evil.example/events"})
    assert stray.headers["HX-Redirect"] == "/sign-in"


def test_the_sign_in_page_speaks_the_readers_language(client: FlaskClient) -> None:
    page = html.document_fromstring(
        client.get("/sign-in", headers={"Accept-Language": "ar"}).get_data(as_text=True)
    )
    assert (page.get("lang"), page.get("dir")) == ("ar", "rtl")


def test_the_role_is_shown_beside_the_name() -> None:
    text = (
        application_of(Shelf().room(), role=Role.ADMIN).test_client().get("/account").get_data(as_text=True)
    )
    page = html.document_fromstring(text)
    assert page.find_class("person")[0].xpath("./summary")[0].text_content().split() == [
        "adil",
        "administrator",
    ]
