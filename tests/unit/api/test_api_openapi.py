import re
from collections.abc import Iterator
from typing import Any

import pytest
from desks import READER, World
from flask.testing import FlaskClient

from tracker.api.catalogue import OPERATIONS
from tracker.api.problem_answers import Problem


@pytest.fixture
def description(client: FlaskClient) -> dict[str, Any]:
    response = client.get("/api/v1/openapi.json")
    assert response.mimetype == "application/json"
    return response.get_json()


def everything_in(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from everything_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from everything_in(value)


def test_the_description_is_openapi_3_1_and_open_to_all(description: dict[str, Any]) -> None:
    assert description["openapi"] == "3.1.0"
    assert description["info"]["title"] == "Counterclaim"


def test_every_registered_route_is_described_and_no_other(
    client: FlaskClient, description: dict[str, Any]
) -> None:
    registered = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in client.application.url_map.iter_rules()
        if rule.endpoint.startswith(("api.", "operations."))
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    described = {(path, method) for path, methods in description["paths"].items() for method in methods}
    assert described == registered
    assert len(described) == len(OPERATIONS)


def test_every_reference_leads_somewhere(description: dict[str, Any]) -> None:
    references = [node["$ref"] for node in everything_in(description) if "$ref" in node]
    schemas = description["components"]["schemas"]
    assert len(references) > 10
    for reference in references:
        assert reference.removeprefix("#/components/schemas/") in schemas


def test_every_schema_but_that_of_problems_is_closed(description: dict[str, Any]) -> None:
    for name, schema in description["components"]["schemas"].items():
        if schema["type"] == "object":
            assert schema["additionalProperties"] is (name == Problem.__name__), name


def test_path_parameters_are_declared(description: dict[str, Any]) -> None:
    for path, methods in description["paths"].items():
        for operation in methods.values():
            declared = [one["name"] for one in operation.get("parameters", []) if one["in"] == "path"]
            assert declared == re.findall(r"{(\w+)}", path)


def test_operations_have_ids_of_their_own_and_say_what_they_need(description: dict[str, Any]) -> None:
    operations = [one for methods in description["paths"].values() for one in methods.values()]
    assert len({one["operationId"] for one in operations}) == len(operations)
    for path, methods in description["paths"].items():
        for operation in methods.values():
            is_open = not path.startswith("/api/") or path.endswith(("/openapi.json", "/docs"))
            assert ("security" in operation) is is_open
            assert ("401" in operation["responses"]) is not is_open
            assert operation["summary"]


def test_limits_of_the_search_request_are_described(description: dict[str, Any]) -> None:
    request = description["components"]["schemas"]["SearchRequest"]["properties"]
    assert request["text"]["maxLength"] == 10_000
    assert (request["k"]["minimum"], request["k"]["maximum"], request["k"]["default"]) == (1, 100, 10)
    assert request["mode"]["default"] == "hybrid"
    statement = description["components"]["schemas"]["StatementObject"]["properties"]
    assert {"quote", "party", "sha256", "links", "cue", "chain", "confidence", "method"} <= set(statement)
    assert "self" in description["components"]["schemas"]["StatementLinks"]["properties"]


def test_answers_hold_just_what_is_described(
    client: FlaskClient, description: dict[str, Any], world: World
) -> None:
    schemas = description["components"]["schemas"]
    search = client.post("/api/v1/search", json={"text": "a"}, headers=READER).get_json()
    event = client.get(f"/api/v1/events/{world.events['road'].id}", headers=READER).get_json()
    document = client.get(f"/api/v1/documents/{world.documents['hidden'].id}", headers=READER).get_json()
    contested = client.get(
        f"/api/v1/events/{world.events['airfield'].id}/comparison", headers=READER
    ).get_json()
    for name, answer in [
        ("ComparisonAnswer", contested),
        ("QuestionObject", contested["questions"][1]),
        ("PositionObject", contested["questions"][1]["positions"][0]),
        ("Range", contested["questions"][1]["positions"][0]["interval"]),
        ("LedgerRowObject", contested["ledger"][0]),
        ("LedgerFigure", contested["ledger"][0]["figures"][0]),
        ("RevisionObject", contested["revisions"][0]),
        ("SearchAnswer", search),
        ("SearchResult", search["results"][0]),
        ("StatementObject", search["results"][0]["statement"]),
        ("EventAnswer", event),
        ("DocumentAnswer", document),
        ("Interval", event["statements"][0]["statement"]["figures"][0]),
    ]:
        assert set(answer) == set(schemas[name]["properties"]) == set(schemas[name]["required"])


@pytest.mark.parametrize("path", ["/api/v1/events/{event_id}", "/api/v1/events/{event_id}/comparison"])
def test_the_move_of_a_merged_event_is_described(description: dict[str, Any], path: str) -> None:
    assert "Location" in description["paths"][path]["get"]["responses"]["301"]["headers"]


def test_the_choices_of_a_query_parameter_are_described(description: dict[str, Any]) -> None:
    operation = description["paths"]["/api/v1/events/{event_id}/comparison"]["get"]
    (policy,) = [one for one in operation["parameters"] if one["in"] == "query"]
    assert (policy["name"], policy["required"]) == ("range", False)
    assert policy["schema"] == {
        "type": "string",
        "enum": ["every_figure", "latest_of_each"],
        "default": "every_figure",
    }


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("post", "/api/v1/search", {"json": {"text": "a"}}),
        ("post", "/api/v1/search", {"json": {}}),
        ("post", "/api/v1/search", {"data": b"{", "content_type": "application/json"}),
        ("post", "/api/v1/search", {"data": b"{"}),
        ("post", "/api/v1/search", {"data": b"a" * 1_000_001, "content_type": "application/json"}),
        ("get", "/api/v1/statements/{statement_id}", {}),
        ("get", "/api/v1/events/{event_id}", {}),
        ("get", "/api/v1/events/{event_id}/comparison", {}),
        ("get", "/api/v1/events/{event_id}/comparison", {"query_string": {"range": "none"}}),
        ("get", "/api/v1/events/{event_id}/comparison", {"query_string": {"limit": "5"}}),
        ("get", "/api/v1/documents/{document_id}", {}),
        ("get", "/readyz", {}),
        ("get", "/healthz", {}),
        ("get", "/metrics", {}),
    ],
)
@pytest.mark.parametrize("headers", [READER, {}])
def test_every_status_that_is_answered_is_described(
    method: str,
    path: str,
    options: dict[str, Any],
    headers: dict[str, str],
    client: FlaskClient,
    description: dict[str, Any],
) -> None:
    response = client.open(path, method=method, headers=headers, **options)
    described = description["paths"][path][method]["responses"][str(response.status_code)]
    assert response.mimetype in described["content"]
