"""Headers, request ids, errors, and the frame of every page."""

import re
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from flask import Blueprint, Flask, Response, abort, g
from flask.testing import FlaskClient
from jinja2 import UndefinedError
from people_doubles import people_of_every_role
from room_stories import BridgeStory
from rooms import TEMPLATES, Reader, Shelf, application_of

from tracker.application import create_application
from tracker.domain.errors import DatabaseError, NotFoundError, SettingsError


def made(**changes: Any) -> Flask:
    given = {"api_blueprint": None, "templates": TEMPLATES, "secret_key": token_hex(), **changes}
    return create_application(Shelf().room(), people=people_of_every_role().people, **given)


def pages_of(story: BridgeStory) -> list[str]:
    return [
        "/events",
        f"/events/{story.event.id}",
        f"/documents/{story.arabic.document.id}",
        f"/statements/{story.english['holds'].id}",
        "/search?q=bridge",
        "/nowhere",
    ]


def test_every_answer_carries_the_security_headers(story: BridgeStory, client: FlaskClient) -> None:
    for address in [*pages_of(story), "/", "/static/counterclaim.css"]:
        with client.get(address) as response:
            headers = response.headers
        policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["style-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert policy["connect-src"] == policy["form-action"] == "'self'"
        assert policy["base-uri"] == "'none'"
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_every_page_has_its_frame(story: BridgeStory, read: Reader) -> None:
    titles = set()
    for address in pages_of(story):
        page = read(address, status=404 if address == "/nowhere" else 200)
        assert (page.get("lang"), page.get("dir")) == ("en", "ltr")
        assert page.xpath("//body/*[1]/@href") == ["#content"]
        assert [len(page.xpath(f"//{tag}")) for tag in ("main", "h1", "body/header", "body/footer")] == [
            1
        ] * 4
        assert "not verdicts" in page.xpath("//footer")[0].text_content()
        assert "tests/bag-of-words" in page.xpath("//footer")[0].text_content()
        titles.add(page.findtext(".//title"))
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids))
        assert {href[1:] for href in page.xpath("//@href") if href.startswith("#")} <= set(ids)
    assert len(titles) == len(pages_of(story))


def test_every_page_but_an_error_shows_the_notices(story: BridgeStory) -> None:
    room = story.shelf.room(notices=lambda: ["The index is out of date."])
    client = application_of(room).test_client()
    for address in pages_of(story):
        shown = "The index is out of date." in client.get(address).get_data(as_text=True)
        assert shown is (address != "/nowhere")


def test_a_callers_request_id_comes_back(client: FlaskClient) -> None:
    response = client.get("/events", headers={"X-Request-Id": "desk-7.a_B"})
    assert response.headers["X-Request-Id"] == "desk-7.a_B"


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "<b>", "é"])
def test_a_request_id_that_is_no_plain_word_is_replaced(client: FlaskClient, given: str) -> None:
    response = client.get("/events", headers={"X-Request-Id": given} if given else {})
    assert re.fullmatch(r"[0-9a-f]{32}", response.headers["X-Request-Id"])


def test_two_requests_get_two_ids(client: FlaskClient) -> None:
    assert client.get("/events").headers["X-Request-Id"] != client.get("/events").headers["X-Request-Id"]


def test_a_page_cannot_be_posted_to(client: FlaskClient) -> None:
    response = client.post("/events")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert "cannot be used that way" in response.get_data(as_text=True)


def test_an_unforeseen_fault_is_told_without_its_reason(story: BridgeStory) -> None:
    def notices() -> list[str]:
        raise RuntimeError("the password is swordfish")

    application = application_of(story.shelf.room(notices=notices))
    application.logger.disabled = True
    response = application.test_client().get("/events", headers={"X-Request-Id": "seven"})
    text = response.get_data(as_text=True)
    assert response.status_code == 500
    assert "Something went wrong here" in text
    assert "seven" in text
    assert "swordfish" not in text
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_fault_of_the_database_is_told_without_its_address(story: BridgeStory) -> None:
    def search(*_: object) -> list[object]:
        raise DatabaseError("cannot reach postgresql://desk:swordfish@db.example")

    application = application_of(story.shelf.room(search=search))  # type: ignore[arg-type]
    application.logger.disabled = True
    response = application.test_client().get("/search?q=bridge")
    assert response.status_code == 503
    assert "swordfish" not in response.get_data(as_text=True)


def test_a_path_of_an_absent_api_answers_with_a_problem(client: FlaskClient) -> None:
    response = client.get("/api/v1/nothing", headers={"X-Request-Id": "eight"})
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    problem = response.get_json(force=True)
    assert (problem["status"], problem["title"], problem["request_id"]) == (404, "Not Found", "eight")


def test_an_api_blueprint_answers_for_its_own_errors() -> None:
    api = Blueprint("api", __name__, url_prefix="/api/v1")

    @api.get("/refused")
    def refused() -> None:
        abort(404)

    @api.get("/missing")
    def missing() -> None:
        raise NotFoundError("no such thing")

    @api.errorhandler(Exception)
    def problem(error: Exception) -> Response:
        return Response(f"{type(error).__name__} {g.request_id}", status=418)

    application = made(api_blueprint=api)
    client = application.test_client()
    for path, name in (("refused", "NotFound"), ("missing", "NotFoundError")):
        response = client.get(f"/api/v1/{path}", headers={"X-Request-Id": "nine"})
        assert (response.status_code, response.get_data(as_text=True)) == (418, f"{name} nine")
        assert response.headers["X-Request-Id"] == "nine"


def test_the_operators_blueprint_is_served_too() -> None:
    operations = Blueprint("operations", __name__)
    operations.add_url_rule("/healthz", view_func=lambda: "well")
    application = made(operations_blueprint=operations)
    assert application.test_client().get("/healthz").get_data(as_text=True) == "well"


def test_a_name_that_a_template_mistypes_is_an_error() -> None:
    environment = application_of(Shelf().room()).jinja_env
    with pytest.raises(UndefinedError):
        environment.from_string("{{ mistyped }}").render()


def test_templates_escape_whatever_they_are_called() -> None:
    environment = application_of(Shelf().room()).jinja_env
    assert environment.from_string("{{ text }}").render(text="<b>") == "&lt;b&gt;"


def test_an_empty_key_is_refused() -> None:
    with pytest.raises(SettingsError, match="TRACKER_SECRET_KEY"):
        made(secret_key="")


def test_a_folder_without_templates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=re.escape(str(tmp_path))):
        made(templates=tmp_path)
