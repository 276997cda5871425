from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

import pytest
from desks import READER, World, make_document
from flask.testing import FlaskClient

from tracker.api.representation import moment
from tracker.domain.errors import DatabaseError

ExpectProblem = Callable[..., dict[str, Any]]


@pytest.fixture
def get(client: FlaskClient) -> Callable[[str], Any]:
    return lambda path: client.get(f"/api/v1{path}", headers=READER)


def test_a_statement_is_read_by_id(get: Callable[[str], Any], world: World) -> None:
    body = get(f"/statements/{world.statements['captured'].id}").get_json()
    assert body["statement"]["figures"] == [
        {"kind": "captured", "low": 12, "high": None, "counted": "fighters", "side": "LNA"}
    ]
    assert body["event"]["id"] == world.events["airfield"].id
    assert body["conflicts"] == 1


def test_an_event_is_read_with_statements_and_conflicts(get: Callable[[str], Any], world: World) -> None:
    event = world.events["airfield"]
    body = get(f"/events/{event.id}").get_json()
    assert body["title_language"] == "ar"
    assert (body["place"], body["start"], body["date_precision"]) == ("Marsa", "2020-06-02", "day")
    assert body["parties"] == {"GNA": 2, "LNA": 2}
    assert body["languages"] == {"ar": 2, "en": 2}
    assert {one["statement"]["id"] for one in body["statements"]} == set(event.statements)
    assert body["statements"][0]["reason"] == "the same place and day"
    control = next(one for one in body["conflicts"] if one["type"] == "control")
    conflict = world.conflicts["control"]
    assert (control["a"], control["b"]) == (conflict.one, conflict.other)
    assert control["status"] == "suggested"
    assert control["explanation"] == conflict.verdict.explanation
    assert control["third"] is None


def test_a_party_says_from_which_day_on_there_is_one(get: Callable[[str], Any]) -> None:
    assert get("/parties/GNA").get_json()["party"]["since"] == "2015-12-17"
    assert get("/parties/LNA").get_json()["party"]["since"] is None


def test_rejected_conflicts_are_left_out(get: Callable[[str], Any], world: World) -> None:
    assert get(f"/events/{world.events['road'].id}").get_json()["conflicts"] == []


def test_a_merged_event_leads_to_the_one_that_took_it_in(get: Callable[[str], Any], world: World) -> None:
    response = get("/events/e0000000merged00")
    assert response.status_code == 301
    assert response.headers["Location"] == f"/api/v1/events/{world.events['airfield'].id}"


def test_a_document_is_read_by_our_id_and_the_callers(get: Callable[[str], Any], world: World) -> None:
    document = world.documents["english"]
    body = get(f"/documents/{document.id}").get_json()
    assert body == get("/documents/courier/2020/17").get_json()
    assert body["id"] == "courier/2020/17"
    assert body["text"] == document.text
    assert body["captured_at"] == "2020-07-01T08:00:00Z"
    assert body["published_found"] == "metadata"
    assert [one["id"] for one in body["statements"]] == [
        world.statements["taken"].id,
        world.statements["captured"].id,
    ]


def test_a_document_says_which_story_of_its_page_it_is(get: Callable[[str], Any], world: World) -> None:
    story = make_document("Two stories.", part=1)
    world.library.documents.append(story)
    assert get(f"/documents/{story.id}").get_json()["part"] == 1
    assert get(f"/documents/{world.documents['english'].id}").get_json()["part"] is None


def test_a_figure_of_nobody_in_particular_says_so(get: Callable[[str], Any], world: World) -> None:
    (figure,) = get(f"/statements/{world.statements['vehicles'].id}").get_json()["statement"]["figures"]
    assert (figure["counted"], figure["side"]) == (None, None)


@pytest.mark.parametrize("external_id", ["https://outlet.example//a", "مقال 7", "a%2Fb", "a?b#c"])
def test_a_callers_id_may_hold_any_character(external_id: str, client: FlaskClient, world: World) -> None:
    world.library.documents.append(make_document("Words.", external_id=external_id))
    response = client.get(f"/api/v1/documents/{quote(external_id, safe='')}", headers=READER)
    assert response.status_code == 200
    assert response.get_json()["id"] == external_id


def test_constructed_documents_are_marked(get: Callable[[str], Any], world: World) -> None:
    assert get(f"/documents/{world.documents['turkish'].id}").get_json()["constructed"] is True
    assert get(f"/events/{world.events['road'].id}").get_json()["constructed"] is True
    statement = get(f"/statements/{world.statements['vehicles'].id}").get_json()["statement"]
    assert statement["constructed"] is True


def test_times_are_given_in_utc() -> None:
    libyan = datetime(2020, 6, 3, 1, 0, tzinfo=timezone(timedelta(hours=2)))
    assert moment(libyan) == datetime(2020, 6, 2, 23, 0, tzinfo=UTC)
    assert moment(libyan).tzinfo is UTC
    assert moment(None) is None


@pytest.mark.parametrize("path", ["/statements/s0", "/events/e0", "/documents/d0", "/documents/a/b/c"])
def test_an_unknown_id_is_not_found(
    path: str, get: Callable[[str], Any], expect_problem: ExpectProblem
) -> None:
    assert path.rpartition("/")[2] in expect_problem(get(path), 404, "not-found")["detail"]


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/", "/api/v2/search", "/api"])
def test_an_unknown_path_is_a_problem_and_not_a_page(
    path: str, client: FlaskClient, expect_problem: ExpectProblem
) -> None:
    response = client.get(path)
    expect_problem(response, 404, "not-found")
    assert response.headers["Cache-Control"] == "no-store"


def test_pages_elsewhere_keep_their_own_errors(client: FlaskClient) -> None:
    assert client.get("/page").text == "a page"
    missing = client.get("/apiary")
    assert missing.status_code == 404
    assert missing.mimetype == "text/html"
    assert client.post("/page").mimetype == "text/html"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/api/v1/search", "OPTIONS, POST"),
        ("DELETE", "/api/v1/statements/s0", "GET, HEAD, OPTIONS"),
        ("PUT", "/api/v1/openapi.json", "GET, HEAD, OPTIONS"),
        ("POST", "/healthz", "GET, HEAD, OPTIONS"),
    ],
)
def test_another_method_is_refused_with_those_that_are_served(
    method: str, path: str, allowed: str, client: FlaskClient, expect_problem: ExpectProblem
) -> None:
    response = client.open(path, method=method, headers=READER)
    expect_problem(response, 405, "method-not-allowed")
    assert response.headers["Allow"] == allowed


def test_an_unknown_parameter_is_refused(get: Callable[[str], Any], expect_problem: ExpectProblem) -> None:
    problem = expect_problem(get("/statements/s0?limit=5"), 422, "not-valid")
    assert problem["errors"] == [{"parameter": "limit", "detail": "this call takes no such parameter"}]


def test_a_database_that_is_away_makes_the_api_unavailable(
    get: Callable[[str], Any], world: World, expect_problem: ExpectProblem
) -> None:
    world.library.broken = DatabaseError("away")
    expect_problem(get("/events/e0"), 503, "unavailable")


def test_a_cache_may_keep_an_answer_for_its_reader_alone_and_asks_each_time(
    get: Callable[[str], Any], world: World
) -> None:
    answer = get(f"/events/{world.events['road'].id}")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert set(answer.vary) == {"Authorization", "Accept-Encoding"}
    assert get("/events/e0").headers["Cache-Control"] == "no-store"
