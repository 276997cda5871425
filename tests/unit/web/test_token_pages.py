from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from lxml import html
from room_tokens import MemoryTokens
from rooms import Shelf, application_of
from werkzeug.test import TestResponse

from tracker.domain.people import Role
from tracker.domain.tokens import Scope, token_digest

Enter = Callable[..., FlaskClient]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def tokens(shelf: Shelf) -> MemoryTokens:
    return shelf.token_store


@pytest.fixture
def enter(shelf: Shelf) -> Enter:
    return lambda role=Role.ADMIN: application_of(shelf.room(), role=role).test_client()


def parsed(answer: TestResponse) -> html.HtmlElement:
    return html.document_fromstring(answer.get_data(as_text=True))


def make(client: FlaskClient, **form: str) -> TestResponse:
    return client.post("/tokens", data={"name": "Wire feed", "scope": "ingest", "expires": "30", **form})


def test_a_token_is_shown_once_and_kept_by_its_hash(enter: Enter, tokens: MemoryTokens) -> None:
    client = enter()
    answer = make(client)
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    (shown,) = parsed(answer).find_class("secret")
    secret = shown.text_content()
    ((digest, kept),) = tokens.kept.values()
    assert digest == token_digest(secret)
    assert secret.startswith(f"cc_{kept.id}_")
    assert (kept.name, kept.scope) == ("Wire feed", "ingest")
    assert kept.expires_at is not None
    assert (kept.expires_at - kept.created_at).days == 30
    assert tokens.acts == [("adil", "add", kept.id)]
    for path in ("/tokens", "/tokens.json"):
        assert secret not in client.get(path).get_data(as_text=True)
        assert kept.id in client.get(path).get_data(as_text=True)


def test_it_can_be_copied_without_a_script(enter: Enter) -> None:
    page = parsed(make(enter()))
    (shown,) = page.find_class("secret")
    assert shown.get("dir") == "ltr"
    assert not page.xpath("//script[not(@src)]")


def test_a_token_may_work_for_ever_where_somebody_says_so(enter: Enter, tokens: MemoryTokens) -> None:
    client = enter()
    assert parsed(client.get("/tokens")).get_element_by_id("token-expires").get("value") == "90"
    make(client, expires="")
    assert tokens.tokens()[0].expires_at is None


def test_the_list_says_which_can_be_used_and_when_they_were(enter: Enter, tokens: MemoryTokens) -> None:
    client = enter()
    for name in ("one", "two", "three"):
        make(client, name=name, expires="" if name == "three" else "10")
    one, _, three = tokens.tokens()
    tokens.revoke_token(one.id, actor="adil")
    tokens.touch_token(three.id)
    tokens.let_pass(11)
    rows = {row["name"]: row for row in client.get("/tokens.json").get_json()["tokens"]}
    assert {name: row["state"] for name, row in rows.items()} == {
        "one": "revoked",
        "two": "expired",
        "three": "works",
    }
    assert rows["two"]["used"] is None
    assert rows["three"]["used"] is not None
    texts = [row.text_content() for row in parsed(client.get("/tokens")).xpath("//tbody/tr")]
    assert [("revoked on" in text, "expired on" in text, "Revoke:" in text) for text in texts] == [
        (False, False, True),
        (False, True, False),
        (True, False, False),
    ]
    assert "never" in texts[1]


def test_a_token_is_revoked_in_the_name_of_who_did_it(enter: Enter, tokens: MemoryTokens) -> None:
    client = enter()
    make(client)
    (made,) = tokens.tokens()
    answer = client.post("/tokens/revoke", data={"id": made.id})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/tokens")
    assert tokens.tokens()[0].revoked_at is not None
    assert tokens.acts[-1] == ("adil", "revoke", made.id)
    assert "no longer works" in client.get("/tokens").get_data(as_text=True)
    assert client.post("/tokens/revoke", data={"id": "0"}).status_code == 404


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": " "}, "token-name"),
        ({"name": "x" * 65}, "token-name"),
        ({"name": "a\u202eb"}, "token-name"),
        ({"expires": "soon"}, "token-expires"),
        ({"expires": "2020-01-01"}, "token-expires"),
        ({"expires": "0"}, "token-expires"),
    ],
)
def test_a_fault_stands_beside_its_field_and_what_was_typed_is_kept(
    form: dict[str, str], field: str, enter: Enter, tokens: MemoryTokens
) -> None:
    answer = make(enter(), **form)
    assert answer.status_code == 400
    page = parsed(answer)
    control = page.get_element_by_id(field)
    assert control.get("aria-invalid") == "true"
    assert (
        page.get_element_by_id(control.get("aria-describedby"))
        .text_content()
        .startswith(("Please", "A name"))
    )
    typed = {"name": "Wire feed", "expires": "30", **form}
    assert page.get_element_by_id("token-name").get("value") == typed["name"]
    assert page.get_element_by_id("token-expires").get("value") == typed["expires"]
    assert page.xpath("//input[@name='scope'][@checked]/@value") == ["ingest"]
    assert tokens.kept == {}


def test_there_are_no_other_scopes(enter: Enter) -> None:
    client = enter()
    assert make(client, scope="dance").status_code == 400
    offered = parsed(client.get("/tokens")).xpath("//input[@name='scope']/@value")
    assert offered == [str(scope) for scope in Scope]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_only_administrators_see_and_make_tokens(role: Role, enter: Enter, tokens: MemoryTokens) -> None:
    client = enter(role)
    assert client.get("/tokens").status_code == 403
    assert make(client).status_code == 403
    assert client.post("/tokens/revoke", data={"id": "0"}).status_code == 403
    assert tokens.kept == {}
    assert "/tokens" not in client.get("/events").get_data(as_text=True)


def test_administrators_find_the_way(enter: Enter) -> None:
    assert parsed(enter().get("/events")).xpath("//a[@href='/tokens']")


def test_an_empty_list_says_what_to_do(enter: Enter) -> None:
    assert "There are no tokens yet" in enter().get("/tokens").get_data(as_text=True)


def test_a_hostile_name_is_only_a_name(enter: Enter) -> None:
    client = enter()
    make(client, name='<script>alert("x")</script>')
    assert "<script>alert" not in client.get("/tokens").get_data(as_text=True)
