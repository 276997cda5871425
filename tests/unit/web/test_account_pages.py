from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from people_doubles import PASSWORD, Office
from rooms import Shelf, application_of
from werkzeug.test import TestResponse

from tracker.domain.people import Role

NEW = "four words in a row"
Room = Callable[[Role], tuple[FlaskClient, Office]]


@pytest.fixture
def enter() -> Room:
    """A client of this role, and the people behind."""

    def open_as(role: Role) -> tuple[FlaskClient, Office]:
        application: Flask = application_of(Shelf().room(), role=role)
        return application.test_client(), application.extensions["office"]

    return open_as


def parsed(answer: TestResponse) -> html.HtmlElement:
    return html.document_fromstring(answer.get_data(as_text=True))


def change(
    client: FlaskClient, old: str = PASSWORD, new: str = NEW, again: str | None = None
) -> TestResponse:
    form = {"old_password": old, "new_password": new, "new_password_again": new if again is None else again}
    return client.post("/account/password", data=form)


def test_ones_sessions_are_shown_and_no_token_of_them(enter: Room) -> None:
    client, office = enter(Role.ANALYST)
    other = office.token_of("amal", "Another\n browser")
    office.token_of("vera", "Hers")
    page = parsed(client.get("/account"))
    shown = [row.text_content() for row in page.xpath("//*[@class='sessions']/li")]
    assert len(shown) == 2
    assert [("this session" in text, "Another browser" in text) for text in shown] == [
        (False, True),
        (True, False),
    ]
    assert other not in client.get("/account").get_data(as_text=True)
    twin = client.get("/account.json").get_json()
    assert (twin["name"], twin["role"], len(twin["sessions"])) == ("amal", "analyst", 2)


def test_one_session_is_ended(enter: Room) -> None:
    client, office = enter(Role.ANALYST)
    other = office.token_of("amal")
    (session,) = [row for row in client.get("/account.json").get_json()["sessions"] if not row["is_this"]]
    answer = client.post("/account/sessions/end", data={"session": session["id"]})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert office.people.person_of(other) is None
    assert "That session has ended." in client.get("/account").get_data(as_text=True)


def test_ending_this_session_signs_out(enter: Room) -> None:
    client, _ = enter(Role.ANALYST)
    (session,) = client.get("/account.json").get_json()["sessions"]
    answer = client.post("/account/sessions/end", data={"session": session["id"]})
    assert answer.headers["Location"] == "/sign-in"
    assert client.get("/account").status_code == 303


def test_nobody_ends_somebody_elses_session(enter: Room) -> None:
    client, office = enter(Role.ANALYST)
    hers = office.token_of("vera")
    (session,) = office.people.sessions("vera")
    assert client.post("/account/sessions/end", data={"session": session.id}).status_code == 404
    assert office.people.person_of(hers) is not None


def test_all_other_sessions_are_ended(enter: Room) -> None:
    client, office = enter(Role.ANALYST)
    others = [office.token_of("amal") for _ in range(2)]
    client.post("/account/sessions/end-others")
    assert [office.people.person_of(token) for token in others] == [None, None]
    assert client.get("/account").status_code == 200


def test_a_new_password_takes_the_old_one(enter: Room) -> None:
    client, office = enter(Role.ANALYST)
    other = office.token_of("amal")
    assert change(client).headers["Location"] == "/account"
    assert client.get("/account").status_code == 200
    assert office.people.person_of(other) is None
    assert office.people.sign_in("amal", NEW, "192.0.2.1", "")


@pytest.mark.parametrize(
    ("form", "field", "words"),
    [
        ({"old": "wrong"}, "old_password", "not your present password"),
        ({"new": "short"}, "new_password", "at least 12"),
        ({"new": "x" * 257}, "new_password", "at most 256"),
        ({"new": "x" * 20, "again": "x" * 20}, "new_password", "Others would guess that"),
        ({"again": "another"}, "new_password_again", "not the same"),
    ],
)
def test_a_fault_stands_beside_its_field(enter: Room, form: dict[str, str], field: str, words: str) -> None:
    client, office = enter(Role.ANALYST)
    before = office.memory.accounts["amal"]
    answer = change(client, **form)
    control = parsed(answer).get_element_by_id(field)
    assert answer.status_code == 400
    assert control.get("aria-invalid") == "true"
    assert words in parsed(answer).get_element_by_id(control.get("aria-describedby")).text_content()
    assert office.memory.accounts["amal"] == before


def test_old_passwords_cannot_be_guessed_at_will(enter: Room) -> None:
    client, _ = enter(Role.ANALYST)
    for _ in range(5):
        change(client, old="a guess")
    answer = change(client)
    assert answer.status_code == 429
    assert "try again in 5 seconds" in answer.get_data(as_text=True)


def test_administrators_see_everybody(enter: Room) -> None:
    client, _ = enter(Role.ADMIN)
    rows = client.get("/people.json").get_json()["people"]
    assert [(row["name"], row["role"], row["is_self"]) for row in rows] == [
        ("adil", "admin", True),
        ("amal", "analyst", False),
        ("vera", "viewer", False),
    ]
    assert "plain:" not in client.get("/people.json").get_data(as_text=True)


def test_somebody_new_is_shown_a_password_once_that_works(enter: Room) -> None:
    client, office = enter(Role.ADMIN)
    answer = client.post("/people", data={"name": " basma ", "role": "analyst"})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    (password,) = [element.text for element in parsed(answer).find_class("secret")]
    assert office.people.person_of(office.people.sign_in("basma", password, "192.0.2.1", "")) is not None
    for path in ("/people", "/people.json", "/account"):
        assert password not in client.get(path).get_data(as_text=True)
    assert password not in "".join(answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("amal", 409, "already"),
        ("  ", 400, "write a name"),
        ("x" * 65, 400, "at most 64"),
        ("a\u202eb", 400, "seen"),
    ],
)
def test_a_name_that_cannot_be_one_is_kept_with_its_fault(
    enter: Room, name: str, status: int, words: str
) -> None:
    client, _ = enter(Role.ADMIN)
    answer = client.post("/people", data={"name": name, "role": "viewer"})
    page = parsed(answer)
    assert answer.status_code == status
    assert words in page.get_element_by_id("new-name-fault").text_content()
    assert page.get_element_by_id("new-name").get("value") == name
    assert page.xpath("//input[@type='radio'][@checked]/@value") == ["viewer"]


def test_a_role_is_changed(enter: Room) -> None:
    client, office = enter(Role.ADMIN)
    assert client.post("/people/role", data={"name": "vera", "role": "analyst"}).status_code == 303
    assert office.memory.accounts["vera"].role is Role.ANALYST
    assert office.memory.acts[-1] == ("adil", "set_role", "vera")
    assert client.post("/people/role", data={"name": "vera", "role": "king"}).status_code == 400
    assert client.post("/people/role", data={"name": "nobody", "role": "viewer"}).status_code == 404


def test_somebody_is_disabled_and_enabled(enter: Room) -> None:
    client, office = enter(Role.ADMIN)
    hers = office.token_of("vera")
    client.post("/people/disable", data={"name": "vera"})
    assert office.people.person_of(hers) is None
    assert "may not sign in since" in client.get("/people").get_data(as_text=True)
    client.post("/people/enable", data={"name": "vera"})
    assert office.people.person_of(hers) is None
    assert office.people.person_of(office.token_of("vera")) is not None


@pytest.mark.parametrize(("path", "form"), [("role", {"role": "viewer"}), ("disable", {})])
def test_the_last_administrator_stays(enter: Room, path: str, form: dict[str, str]) -> None:
    client, office = enter(Role.ADMIN)
    answer = client.post(f"/people/{path}", data={"name": "adil", **form})
    assert answer.status_code == 409
    assert "Nobody else may administer" in answer.get_data(as_text=True)
    assert office.memory.accounts["adil"].role is Role.ADMIN
    assert client.get("/people").status_code == 200


def test_whoever_gives_the_right_up_is_sent_to_where_they_may_be(enter: Room) -> None:
    client, office = enter(Role.ADMIN)
    office.people.set_role("vera", Role.ADMIN, actor="adil")
    answer = client.post("/people/role", data={"name": "adil", "role": "viewer"})
    assert answer.headers["Location"] == "/"


def test_somebodys_sessions_are_ended(enter: Room) -> None:
    client, office = enter(Role.ADMIN)
    hers = office.token_of("vera")
    client.post("/people/end-sessions", data={"name": "vera"})
    client.post("/people/end-sessions", data={"name": "adil"})
    assert office.people.person_of(hers) is None
    assert client.get("/people").status_code == 200


def test_a_forgotten_password_is_replaced(enter: Room) -> None:
    client, office = enter(Role.ADMIN)
    answer = client.post("/people/password", data={"name": "vera"})
    (password,) = [element.text for element in parsed(answer).find_class("secret")]
    assert office.people.sign_in("vera", password, "192.0.2.1", "")


def test_only_administrators_are_led_to_the_list(enter: Room) -> None:
    for role, led in ((Role.VIEWER, False), (Role.ANALYST, False), (Role.ADMIN, True)):
        client, _ = enter(role)
        assert bool(parsed(client.get("/account")).xpath("//main//a[@href='/people']")) is led
