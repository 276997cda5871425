"""Requests that other sites, or old pages of ours, make in a reader's name."""

import io
from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from people_doubles import NAMES, PASSWORD, Office, SignedInClient, people_of_every_role
from rooms import Shelf, application_of

from tracker.domain.people import Role
from tracker.web.forms import FIELD, HEADER, LARGEST_BODIES, LARGEST_FORM, VISITOR_COOKIE
from tracker.web.signing_in import SESSION_COOKIE

HOME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def office() -> Office:
    return people_of_every_role()


@pytest.fixture
def application(office: Office) -> Flask:
    return application_of(Shelf().room(), role=None, office=office)


@pytest.fixture
def admin(application: Flask, office: Office) -> FlaskClient:
    """Signed in, but without a token of its own accord."""
    client = FlaskClient(application, application.response_class, use_cookies=True)
    client.set_cookie(SESSION_COOKIE, office.token_of(NAMES[Role.ADMIN]))
    return client


def token_of(client: FlaskClient, path: str = "/people") -> str:
    page = html.document_fromstring(client.get(path).get_data(as_text=True))
    (token,) = set(page.xpath(f"//input[@name='{FIELD}']/@value"))
    return str(token)


def add(client: FlaskClient, headers: Mapping[str, str] | None = None, **fields: str) -> int:
    form = {"name": "basma", "role": "viewer", **fields}
    return client.post("/people", data=form, headers=dict(headers or {})).status_code


def test_a_form_with_its_token_is_taken(admin: FlaskClient, office: Office) -> None:
    assert add(admin, **{FIELD: token_of(admin)}) == 201
    assert "basma" in office.memory.accounts


def test_a_script_may_send_the_token_in_a_header(admin: FlaskClient, office: Office) -> None:
    assert add(admin, {HEADER: token_of(admin)}) == 201
    assert "basma" in office.memory.accounts


@pytest.mark.parametrize(
    "given", ["", "0" * 64, "é", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")]
)
def test_without_its_token_a_form_changes_nothing(admin: FlaskClient, office: Office, given: str) -> None:
    assert add(admin, HOME) == 403
    assert add(admin, HOME, **{FIELD: given}) == 403
    assert "basma" not in office.memory.accounts


def test_the_token_of_another_session_is_none(application: Flask, admin: FlaskClient, office: Office) -> None:
    other = SignedInClient(application, application.response_class)
    other.sign_in(office.token_of(NAMES[Role.ADMIN]))
    assert add(admin, **{FIELD: other.form_token()}) == 403
    assert (
        add(admin, **{FIELD: token_of(FlaskClient(application, application.response_class), "/sign-in")})
        == 403
    )


def test_the_token_follows_from_the_session_and_no_visitors_cookie(
    application: Flask, admin: FlaskClient
) -> None:
    session = admin.get_cookie(SESSION_COOKIE)
    assert session is not None
    other = FlaskClient(application, application.response_class, use_cookies=True)
    other.set_cookie(SESSION_COOKIE, session.value)
    assert token_of(admin) == token_of(other)
    assert admin.get_cookie(VISITOR_COOKIE) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:8001"},
        {"Origin": "null"},
        {"Origin": "http://[broken"},
    ],
)
def test_what_another_site_sends_is_refused_even_with_the_token(
    admin: FlaskClient, office: Office, headers: dict[str, str]
) -> None:
    form = {"name": "basma", "role": "viewer", FIELD: token_of(admin)}
    answer = admin.post("/people", data=form, headers=headers)
    assert answer.status_code == 403
    assert "This came from another site" in answer.get_data(as_text=True)
    assert "Send again" not in answer.get_data(as_text=True)
    assert "basma" not in office.memory.accounts


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "http://localhost"}, {"Origin": "https://localhost"}, HOME, {"Sec-Fetch-Site": "none"}],
)
def test_what_our_own_pages_send_is_taken(admin: FlaskClient, headers: dict[str, str]) -> None:
    assert add(admin, headers, **{FIELD: token_of(admin)}) == 201


def test_other_sites_may_lead_to_a_page(admin: FlaskClient) -> None:
    assert admin.get("/events", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_what_was_typed_is_kept_where_a_form_is_out_of_date(admin: FlaskClient, office: Office) -> None:
    typed = {"name": "basma <b>", "role": "viewer", "note": "two\nlines", "old_password": "secret"}
    answer = admin.post("/people", data={**typed, FIELD: "old"}, headers=HOME)
    page = html.document_fromstring(answer.get_data(as_text=True))
    assert answer.status_code == 403
    assert "This form is out of date" in page.findtext(".//h1")
    (form,) = page.xpath("//main//form")
    assert form.get("action") == "/people"
    kept = {area.get("name"): area.text.removeprefix("\n") for area in form.xpath(".//textarea")}
    assert kept == {name: value for name, value in typed.items() if name != "old_password"}
    assert "secret" not in answer.get_data(as_text=True)
    again = {**kept, "name": "basma", FIELD: form.xpath(f".//input[@name='{FIELD}']/@value")[0]}
    assert admin.post(form.get("action"), data=again, headers=HOME).status_code == 201
    assert "basma" in office.memory.accounts


def test_what_was_typed_is_kept_where_the_session_has_ended(admin: FlaskClient, office: Office) -> None:
    form = {"name": "basma", "role": "viewer", FIELD: token_of(admin)}
    office.people.revoke_sessions("adil", actor="adil")
    answer = admin.post("/people", data=form, headers=HOME)
    page = html.document_fromstring(answer.get_data(as_text=True))
    assert answer.status_code == 401
    assert page.xpath("//main//textarea[@name='name']")[0].text.strip() == "basma"
    assert page.xpath("//main//a[@target='_blank']/@href") == ["/sign-in"]


def test_nothing_is_kept_where_nobody_knows_who_sent_it(admin: FlaskClient) -> None:
    text = admin.post("/people", data={"name": "planted"}).get_data(as_text=True)
    assert "planted" not in text


def test_that_files_are_lost_is_said(admin: FlaskClient) -> None:
    answer = admin.post("/people", data={"file": (io.BytesIO(b"news"), "news.txt")}, headers=HOME)
    assert "Files cannot be kept" in answer.get_data(as_text=True)


def test_a_visitors_form_needs_the_cookie_that_we_signed(application: Flask, office: Office) -> None:
    client = FlaskClient(application, application.response_class, use_cookies=True)
    token = token_of(client, "/sign-in")
    cookie = client.get_cookie(VISITOR_COOKIE)
    assert cookie is not None
    form = {"name": "amal", "password": PASSWORD, "next": "/search", FIELD: token}
    client.set_cookie(VISITOR_COOKIE, f"planted.{cookie.value.partition('.')[2]}")
    answer = client.post("/sign-in", data=form)
    assert answer.status_code == 403
    assert office.memory.attempts == [], "no attempt is counted"
    page = html.document_fromstring(answer.get_data(as_text=True))
    assert "keeps no cookies" in page.get_element_by_id("sign-in-fault").text_content()
    assert page.get_element_by_id("name").get("value") == "amal"
    assert page.xpath("//main//input[@name='next']/@value") == ["/search"]
    client.delete_cookie(VISITOR_COOKIE)
    assert client.post("/sign-in", data=form).status_code == 403
    client.set_cookie(VISITOR_COOKIE, cookie.value)
    assert client.post("/sign-in", data=form).status_code == 303


def test_the_language_is_changed_from_an_old_page_but_not_from_another_site(application: Flask) -> None:
    client = FlaskClient(application, application.response_class, use_cookies=True)
    form = {"language": "ar", "next": "/sign-in"}
    assert client.post("/language", data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/language", data=form, headers=HOME).status_code == 303


def test_what_is_too_much_to_be_shown_again_is_not_kept(
    admin: FlaskClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LARGEST_BODIES, "pages.add_person", 2 * LARGEST_FORM)
    office.people.revoke_sessions("adil", actor="adil")
    answer = admin.post("/people", data={"name": "x" * (LARGEST_FORM + 1)}, headers=HOME)
    assert answer.status_code == 401
    assert len(answer.data) < LARGEST_FORM
    assert "You are not signed in" in answer.get_data(as_text=True)


def test_a_visitor_keeps_one_cookie(application: Flask) -> None:
    client = FlaskClient(application, application.response_class, use_cookies=True)
    assert token_of(client, "/sign-in") == token_of(client, "/sign-in")
    assert not [c for c in client.get("/sign-in").headers.getlist("Set-Cookie") if VISITOR_COOKIE in c]


@pytest.mark.parametrize("planted", ["planted", "planted.", "planted.0", ".", "é.é"])
def test_a_visitors_cookie_that_we_did_not_sign_is_replaced(application: Flask, planted: str) -> None:
    client = FlaskClient(application, application.response_class, use_cookies=True)
    client.set_cookie(VISITOR_COOKIE, planted)
    client.get("/sign-in")
    cookie = client.get_cookie(VISITOR_COOKIE)
    assert cookie is not None
    assert cookie.value != planted
    assert len(cookie.value) > 64


def test_a_form_that_is_too_large_is_refused(admin: FlaskClient) -> None:
    answer = admin.post("/people", data={"name": "x" * (LARGEST_FORM + 1)}, headers=HOME)
    assert answer.status_code == 413


def test_every_form_that_changes_something_holds_the_token(admin: FlaskClient) -> None:
    for path in ("/events", "/search", "/account", "/people", "/nowhere"):
        page = html.document_fromstring(admin.get(path).get_data(as_text=True))
        forms = page.xpath("//form[@method='post']")
        assert forms
        for form in forms:
            assert len(form.xpath(f".//input[@name='{FIELD}']")) == 1, (path, form.get("action"))
