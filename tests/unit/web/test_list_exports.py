import csv
import io
import json

import pytest
from flask.testing import FlaskClient
from lxml import html
from room_stories import BridgeStory, bridge_story
from rooms import application_of

LISTS = ("/events", "/conflicts", "/search")


@pytest.fixture
def told() -> BridgeStory:
    return bridge_story()


@pytest.fixture
def client(told: BridgeStory) -> FlaskClient:
    return application_of(told.shelf.room()).test_client()


def rows(client: FlaskClient, path: str) -> list[dict[str, str]]:
    response = client.get(path)
    assert response.status_code == 200
    assert response.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))


def test_the_list_of_events_can_be_taken_along(told: BridgeStory, client: FlaskClient) -> None:
    found = rows(client, "/events.csv")
    assert {row["id"] for row in found} == set(told.shelf.library.all_events)
    held = rows(client, "/events.csv?party=TUR")
    assert 0 < len(held) < len(found)


def test_conflicts_are_taken_along_with_both_their_statements(told: BridgeStory, client: FlaskClient) -> None:
    found = rows(client, "/conflicts.csv")
    assert {row["id"] for row in found} == {one.id for one in told.shelf.library.conflicts}
    assert all(row["a_quote"] and row["b_quote"] and row["explanation"] for row in found)
    assert {row["status"] for row in rows(client, "/conflicts.csv?judgement=suggested")} == {"suggested"}


def test_the_statements_of_an_event_and_of_a_search_can_be_taken_along(
    told: BridgeStory, client: FlaskClient
) -> None:
    found = rows(client, f"/events/{told.event.id}/statements.csv")
    assert {row["id"] for row in found} == {member.statement for member in told.event.members}
    assert rows(client, "/search.csv?q=bridge")[0]["quote"]


@pytest.mark.parametrize("path", LISTS)
def test_json_lines_and_workbooks_hold_the_same_list(client: FlaskClient, path: str) -> None:
    query = "?q=bridge" if path == "/search" else ""
    lines = [json.loads(line) for line in client.get(f"{path}.jsonl{query}").text.splitlines()]
    assert [row["id"] for row in lines] == [row["id"] for row in rows(client, f"{path}.csv{query}")]
    book = client.get(f"{path}.xlsx{query}")
    assert book.data[:2] == b"PK"
    assert book.headers["Content-Disposition"].endswith('.xlsx"')


@pytest.mark.parametrize("path", ["/events.csv?from=then", "/search.csv", "/search.csv?q=bridge&from=then"])
def test_a_list_that_cannot_be_understood_is_no_list(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 400


@pytest.mark.parametrize(
    "path", ["/events?party=GNA", "/conflicts?type=control", "/search?q=bridge&party=GNA"]
)
def test_a_list_leads_to_its_files_with_the_filters_it_has(client: FlaskClient, path: str) -> None:
    page = html.fromstring(client.get(path).text)
    addresses = page.xpath('//p[contains(@class, "take-along")]//a/@href')
    assert len(addresses) == 3
    for address in addresses:
        assert address.partition("?")[2] == path.partition("?")[2]
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(("path", "name"), [("/sources", "name"), ("/places", "name"), ("/parties", "code")])
def test_what_is_known_of_sources_places_and_parties_can_be_taken_along(
    client: FlaskClient, path: str, name: str
) -> None:
    found = rows(client, f"{path}.csv")
    assert found
    assert all(row[name] for row in found)
    page = html.fromstring(client.get(path).text)
    for address in page.xpath('//p[contains(@class, "take-along")]//a/@href'):
        assert client.get(address).status_code == 200


def test_a_list_of_sources_is_taken_along_as_it_was_narrowed_down(client: FlaskClient) -> None:
    every = rows(client, "/sources.csv")
    one = every[0]["name"]
    assert [row["name"] for row in rows(client, f"/sources.csv?q={one}")] == [one]
    assert client.get("/sources.csv?letter=Z").status_code == 404


def test_the_statements_of_a_party_are_taken_along_by_the_filters_of_its_page(
    told: BridgeStory, client: FlaskClient
) -> None:
    told_by_it = {key for key, one in told.shelf.library.statements.items() if one.party == "GNA"}
    found = rows(client, "/parties/GNA/statements.csv")
    assert {row["id"] for row in found} == told_by_it
    denials = rows(client, "/parties/GNA/statements.csv?show=denials")
    assert {row["polarity"] for row in denials} <= {"denies"}
    assert len(denials) < len(found)
    assert client.get("/parties/XYZ/statements.csv").status_code == 404


def test_the_documents_of_a_source_are_taken_along(told: BridgeStory, client: FlaskClient) -> None:
    source = rows(client, "/sources.csv")[0]
    found = rows(client, f"/sources/{source['id']}/documents.csv")
    assert len(found) == int(source["documents"])
    assert {row["id"] for row in found} <= set(told.shelf.library.documents)
    assert client.get("/sources/7000/documents.csv").status_code == 404


def test_jobs_are_taken_along(client: FlaskClient) -> None:
    assert rows(client, "/jobs.csv") == []
