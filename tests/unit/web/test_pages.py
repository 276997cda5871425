"""Every page has a twin that says the same as JSON."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum

import numpy as np
import pytest
from flask import Flask, redirect, template_rendered, url_for
from flask.testing import FlaskClient
from lxml import html
from markupsafe import Markup
from room_stories import BridgeStory
from rooms import Shelf, application_of

from tracker.web.pages import as_json, twin_address


def pages_of(story: BridgeStory) -> list[tuple[str, str]]:
    """Each page and its twin."""
    return [
        ("/events", "/events.json"),
        ("/events?party=RUS", "/events.json?party=RUS"),
        (f"/events/{story.event.id}", f"/events/{story.event.id}.json"),
        (
            f"/events/{story.event.id}?range=latest_of_each",
            f"/events/{story.event.id}.json?range=latest_of_each",
        ),
        (f"/documents/{story.arabic.document.id}", f"/documents/{story.arabic.document.id}.json"),
        (f"/statements/{story.recount.id}", f"/statements/{story.recount.id}.json"),
        ("/search?q=bridge&party=LNA", "/search.json?q=bridge&party=LNA"),
        ("/search?q=bridge&from=x", "/search.json?q=bridge&from=x"),
    ]


def test_a_twin_is_what_the_page_shows(story: BridgeStory) -> None:
    application = application_of(story.shelf.room())
    client = application.test_client()
    shown: list[object] = []

    def keep(_: Flask, template: object, context: dict[str, object]) -> None:
        del template
        # Parts of a page that are rendered by themselves have no page.
        shown.extend(context[name] for name in ("page",) if name in context)

    for address, twin in pages_of(story):
        with template_rendered.connected_to(keep, application):
            page = client.get(address)
        answer = client.get(twin)
        assert answer.status_code == page.status_code
        assert answer.mimetype == "application/json"
        assert answer.get_json() == json.loads(json.dumps(as_json(shown[-1])))
        parsed = html.document_fromstring(page.get_data(as_text=True))
        assert parsed.xpath("//link[@rel='alternate'][@type='application/json']/@href") == [twin]


def test_the_twin_of_the_list_holds_its_rows(story: BridgeStory, client: FlaskClient) -> None:
    rows = client.get("/events.json").get_json()["rows"]
    assert [row["id"] for row in rows] == [story.event.id, story.quiet_event.id]
    assert rows[0]["start"] == "2020-06-03"
    assert rows[0]["precision"] == "day"


def test_the_text_of_a_document_comes_with_the_document_alone(
    story: BridgeStory, client: FlaskClient
) -> None:
    document = story.arabic.document
    page = client.get(f"/documents/{document.id}.json").get_json()
    assert page["view"]["document"]["text"] == document.text
    assert {"paragraphs", "by_id"}.isdisjoint(page)
    kept = [row for row in _objects(page) if "sha256" in row and "text" in row]
    assert len(kept) == 1
    for address in (f"/events/{story.event.id}.json", f"/statements/{story.recount.id}.json"):
        documents = [row for row in _objects(client.get(address).get_json()) if "sha256" in row]
        assert documents
        assert not any("text" in row for row in documents)


def _objects(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(part)


@pytest.mark.parametrize(
    ("address", "status"),
    [("/events/none.json", 404), ("/documents/a/b.json", 404), ("/nowhere.json", 404), ("/events.json", 405)],
)
def test_errors_of_twins_are_problem_details(client: FlaskClient, address: str, status: int) -> None:
    answer = client.put(address) if status == 405 else client.get(address)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    problem = answer.get_json(force=True)
    assert problem["status"] == status
    assert problem["title"]
    assert problem["request_id"] == answer.headers["X-Request-Id"]


def test_a_twin_is_sent_on_to_a_twin(story: BridgeStory, client: FlaskClient) -> None:
    answer = client.get(f"/events/{story.merged}.json?range=latest_of_each")
    assert answer.status_code == 301
    assert answer.location == f"/events/{story.event.id}.json?merged={story.merged}&range=latest_of_each"
    assert client.get(answer.location).get_json()["merged"] == story.merged


def test_an_id_that_ends_in_json_is_a_document_first() -> None:
    shelf = Shelf()
    plain = shelf.document(title="Plain", outlet="", language="en", text="One.", external_id="feeds/a")
    odd = shelf.document(title="Odd", outlet="", language="en", text="Two.", external_id="feeds/a.json")
    client = application_of(shelf.room()).test_client()
    answer = client.get("/documents/feeds/a.json")
    assert (answer.mimetype, "Odd" in answer.get_data(as_text=True)) == ("text/html", True)
    assert client.get("/documents/feeds/a.json.json").get_json()["view"]["document"]["id"] == odd.id
    shelf.library.documents.pop(odd.id)
    assert client.get("/documents/feeds/a.json").get_json()["view"]["document"]["id"] == plain.id


def test_a_twin_is_not_kept_by_shared_caches(client: FlaskClient) -> None:
    assert client.get("/events.json").headers["Cache-Control"] == "private, no-cache"


def test_a_page_without_a_twin_names_none(client: FlaskClient) -> None:
    page = html.document_fromstring(client.get("/nowhere").get_data(as_text=True))
    assert page.xpath("//link[@rel='alternate']") == []


# The serialiser


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Thing:
    name: str
    colours: tuple[Colour, ...]
    hidden: str = field(default="secret", metadata={"json": False})


def test_values_are_written_as_json_has_them() -> None:
    written = as_json(
        {
            Colour.RED: Thing(name=Markup("<b>"), colours=(Colour.RED,)),
            "day": date(2020, 6, 5),
            "moment": datetime(2020, 6, 5, 1, tzinfo=UTC),
            "set": frozenset({"b", "a"}),
            "none": None,
            "share": 0.5,
            "flag": True,
        }
    )
    assert written == {
        "red": {"name": "<b>", "colours": ["red"]},
        "day": "2020-06-05",
        "moment": "2020-06-05T01:00:00+00:00",
        "set": ["a", "b"],
        "none": None,
        "share": 0.5,
        "flag": True,
    }
    assert type(written["red"]) is dict  # type: ignore[index]
    assert json.loads(json.dumps(written)) == written


@pytest.mark.parametrize("value", [np.zeros(2), np.float32(1), b"bytes", object(), Thing])
def test_what_has_no_form_in_json_is_an_error(value: object) -> None:
    with pytest.raises(TypeError, match="no form in JSON"):
        as_json((value,))


def test_a_request_for_no_page_has_no_twin(story: BridgeStory) -> None:
    application = application_of(story.shelf.room())
    with application.test_request_context("/nowhere"):
        assert twin_address() is None
    with application.test_request_context("/events?party=RUS&x=%22"):
        assert twin_address() == "/events.json?party=RUS&x=%22"
    with application.test_request_context("/events"):
        assert redirect(url_for("pages.events")).location == "/events"
