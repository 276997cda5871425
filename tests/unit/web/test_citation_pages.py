import json
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from room_stories import BridgeStory, bridge_story
from rooms import application_of

from tracker.domain.conflicts import Judgement
from tracker.services.decisions import DecisionService


@pytest.fixture
def told() -> BridgeStory:
    return bridge_story()


@pytest.fixture
def client(told: BridgeStory) -> FlaskClient:
    return application_of(told.shelf.room()).test_client()


def test_a_statement_is_cited_in_every_format(told: BridgeStory, client: FlaskClient) -> None:
    statement = told.english["holds"]
    page = client.get(f"/statements/{statement.id}/citation")
    assert page.status_code == 200
    for name in ("Plain text", "Markdown", "BibTeX", "CSL-JSON"):
        assert name in page.text
    assert f"http://localhost/statements/{statement.id}" in page.text
    assert told.english.document.sha256 in page.text
    twin = client.get(f"/statements/{statement.id}/citation.json").json
    assert twin is not None
    assert [one["format"] for one in twin["written"]] == ["plain", "markdown", "bibtex", "csl"]


@pytest.mark.parametrize(
    ("how", "media_type", "ending"),
    [
        ("plain", "text/plain", "txt"),
        ("markdown", "text/markdown", "md"),
        ("bibtex", "application/x-bibtex", "bib"),
        ("csl", "application/vnd.citationstyles.csl+json", "json"),
    ],
)
def test_a_citation_can_be_saved(
    told: BridgeStory, client: FlaskClient, how: str, media_type: str, ending: str
) -> None:
    statement = told.english["holds"].id
    response = client.get(f"/statements/{statement}/citation/{how}")
    assert response.mimetype == media_type
    assert f'filename="counterclaim-{statement}.{ending}"' in response.headers["Content-Disposition"]


def test_there_is_no_citation_of_what_is_not_stored_nor_in_another_format(
    told: BridgeStory, client: FlaskClient
) -> None:
    assert client.get("/statements/s0/citation").status_code == 404
    assert client.get(f"/statements/{told.english['holds'].id}/citation/docx").status_code == 404


def test_only_what_people_have_judged_is_a_review(told: BridgeStory) -> None:
    room = told.shelf.room()
    client = application_of(room).test_client()
    conflict = next(one for one in told.shelf.library.conflicts if one.judgement is Judgement.SUGGESTED)
    path = f"/conflicts/{conflict.id}/claimreview.jsonld"
    assert client.get(path).status_code == 404
    service: DecisionService = room.decisions
    service.judge([conflict.id], Judgement.CONFIRMED, by="amal", reason="Both are clear.")
    conflicts = told.shelf.library.conflicts
    conflicts[conflicts.index(conflict)] = replace(conflict, judgement=Judgement.CONFIRMED)
    response = client.get(path)
    assert response.mimetype == "application/ld+json"
    graph = json.loads(response.text)["@graph"]
    assert [one["@type"] for one in graph] == ["ClaimReview", "ClaimReview"]
    assert "Both are clear." in graph[0]["reviewBody"]
    assert "amal" not in response.text
