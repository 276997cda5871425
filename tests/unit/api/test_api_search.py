from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from desks import HOSTILE, READER, RecordedSearch, World
from flask.testing import FlaskClient

from tracker.api.representation import search_result
from tracker.domain.errors import DatabaseError, IndexDamagedError, ModelMismatchError
from tracker.domain.search import SearchMode
from tracker.domain.statements import Polarity
from tracker.domain.views import StatementFilter

Ask = Callable[..., Any]
ExpectProblem = Callable[..., dict[str, Any]]


def test_a_search_answers_with_query_mode_model_and_results(ask: Ask, world: World) -> None:
    body = ask(text="Who holds the airfield?").get_json()
    assert list(body) == ["query", "mode", "model", "results"]
    assert body["query"] == "Who holds the airfield?"
    assert body["mode"] == "hybrid"
    assert body["model"] == {"name": "test-model", "revision": "r1"}
    assert [result["score"] for result in body["results"]] == [0.9, 0.8, 0.7]
    event = world.events["airfield"]
    assert body["results"][0]["event"] == {"id": event.id, "title": event.title}
    assert body["results"][0]["conflicts"] == 1
    assert body["results"][0]["found"] == {
        "mode": "hybrid",
        "semantic": {"rank": 1, "score": 0.9},
        "lexical": {"rank": 2, "score": 3.5},
        "words": [{"start": 0, "end": 3}],
    }


def test_a_statement_carries_its_words_its_party_and_its_source(ask: Ask, world: World) -> None:
    found = ask(text="airfield").get_json()["results"][0]["statement"]
    document, statement = world.documents["english"], world.statements["taken"]
    assert found == {
        "id": statement.id,
        "document": "courier/2020/17",
        "start": statement.span.start,
        "end": statement.span.end,
        "quote": "Our forces took the Marsa airfield on Tuesday, the GNA spokesman said.",
        "language": "en",
        "party": "GNA",
        "speaker": "GNA spokesman",
        "polarity": "asserts",
        "place": "Marsa",
        "place_id": "marsa",
        "event_date": "2020-06-02",
        "date_precision": "day",
        "figures": [],
        "confidence": 0.9,
        "cue": "said",
        "chain": ["Harbour Radio", "GNA spokesman"],
        "method": "speaker",
        "outlet": "Harbour Courier",
        "published": "2020-06-03T09:30:00Z",
        "document_title": "Airfield changes hands",
        "url": "https://courier.example/a?b=1&c=2",
        "sha256": document.sha256,
        "constructed": False,
        "links": {
            "self": f"/api/v1/statements/{statement.id}",
            "document": f"/api/v1/documents/{document.id}",
            "html": f"/documents/{document.id}#{statement.id}",
        },
    }


def test_every_quote_is_the_text_at_its_span_in_every_script(ask: Ask, world: World) -> None:
    results = ask(text="airfield").get_json()["results"]
    texts = {document.public_id: document.text for document in world.documents.values()}
    quotes = {result["statement"]["quote"] for result in results}
    for result in results:
        statement = result["statement"]
        text = texts[statement["document"]]
        assert text[statement["start"] : statement["end"]] == statement["quote"]
    assert quotes >= {"لم نفقد مهبط مرسى وما زال في أيدينا", HOSTILE}


def test_a_statement_without_event_has_none(ask: Ask, world: World) -> None:
    world.library.events = []
    world.library.conflicts = []
    results = ask(text="airfield").get_json()["results"]
    assert [result["event"] for result in results] == [None, None, None]


def test_defaults_are_ten_results_and_no_filter(ask: Ask, search: RecordedSearch) -> None:
    ask(text="airfield")
    assert search.asked == [("airfield", 10, StatementFilter(), SearchMode.HYBRID)]


def test_every_filter_is_passed_on(ask: Ask, search: RecordedSearch) -> None:
    response = ask(
        text="مهبط",
        k=2,
        parties=["GNA", "LNA"],
        languages=["ar", "zh-Hant"],
        published_from="2020-06-01",
        published_to="2020-06-01",
        events=["e1"],
        places=["marsa"],
        polarities=["denies"],
        mode="semantic",
    )
    assert response.status_code == 200
    assert len(response.get_json()["results"]) == 2
    day = date(2020, 6, 1)
    wanted = StatementFilter(
        parties=("GNA", "LNA"),
        languages=("ar", "zh-Hant"),
        published_from=day,
        published_to=day,
        events=("e1",),
        places=("marsa",),
        polarities=(Polarity.DENIES,),
    )
    assert search.asked == [("مهبط", 2, wanted, SearchMode.SEMANTIC)]


@pytest.mark.parametrize("mode", SearchMode)
def test_the_mode_is_passed_on_and_told(mode: str, ask: Ask, search: RecordedSearch) -> None:
    assert ask(text="airfield", mode=mode).get_json()["mode"] == mode
    assert [asked[3] for asked in search.asked] == [mode]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/text"),
        ({"text": ""}, "#/text"),
        ({"text": " \n\t"}, "#/text"),
        ({"text": "a" * 10_001}, "#/text"),
        ({"text": 5}, "#/text"),
        ({"text": "a", "k": 0}, "#/k"),
        ({"text": "a", "k": 101}, "#/k"),
        ({"text": "a", "k": "10"}, "#/k"),
        ({"text": "a", "k": True}, "#/k"),
        ({"text": "a", "parties": "GNA"}, "#/parties"),
        ({"text": "a", "parties": ["GNA", ""]}, "#/parties/1"),
        ({"text": "a", "parties": ["GNA"] * 51}, "#/parties"),
        ({"text": "a", "languages": ["English!"]}, "#/languages/0"),
        ({"text": "a", "published_from": "1577923200"}, "#/published_from"),
        ({"text": "a", "published_from": 1577923200}, "#/published_from"),
        ({"text": "a", "published_from": "2020-02-30"}, "#/published_from"),
        ({"text": "a", "published_to": "yesterday"}, "#/published_to"),
        ({"text": "a", "published_from": "2020-06-02", "published_to": "2020-06-01"}, "#"),
        ({"text": "a", "mode": "telepathic"}, "#/mode"),
        ({"text": "a", "mode": None}, "#/mode"),
        ({"text": "a", "parties": ["G\u0000A"]}, "#/parties/0"),
        ({"text": "a", "events": [""]}, "#/events/0"),
        ({"text": "a", "polarities": ["doubts"]}, "#/polarities/0"),
        ({"text": "a", "a/b~c": 1}, "#/a~1b~0c"),
        ([{"text": "a"}], "#"),
        ("text", "#"),
    ],
)
def test_a_body_that_does_not_fit_is_refused_with_the_place_of_the_fault(
    body: object, pointer: str, client: FlaskClient, search: RecordedSearch, expect_problem: ExpectProblem
) -> None:
    response = client.post("/api/v1/search", json=body, headers=READER)
    problem = expect_problem(response, 422, "not-valid")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert problem["detail"].startswith(pointer)
    assert search.asked == []


def test_the_longest_text_and_most_results_are_taken(ask: Ask) -> None:
    assert ask(text="ш" * 10_000, k=100).status_code == 200


def test_several_faults_are_all_listed(ask: Ask, expect_problem: ExpectProblem) -> None:
    problem = expect_problem(ask(text="", k=0, colour="red"), 422, "not-valid")
    assert {error["pointer"] for error in problem["errors"]} == {"#/text", "#/k", "#/colour"}
    assert problem["detail"].endswith("(and 2 more)")


def test_a_flood_of_faults_is_cut_short(ask: Ask, expect_problem: ExpectProblem) -> None:
    faults = {f"unknown{number}": number for number in range(30_000)}
    problem = expect_problem(ask(text="a", **faults), 422, "not-valid")
    assert len(problem["errors"]) == 20
    assert problem["detail"].endswith("(and 29999 more)")


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b'{"text": "a",\n "k": }', "line 2, column 7"),
        (b"", "line 1, column 1"),
        (b'{"text": "caf\xe9"}', "byte 13"),
        (b'{"text": "a", "k": NaN}', "NaN"),
        (b'{"text": "a", "text": "b"}', "'text' stands twice"),
        (b'{"text": "\\ud800"}', "line 1"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"k": ' + b"9" * 5_000 + b"}", "no JSON"),
    ],
)
def test_what_is_no_json_is_refused_with_its_position(
    raw: bytes, place: str, client: FlaskClient, expect_problem: ExpectProblem
) -> None:
    response = client.post("/api/v1/search", data=raw, headers={**READER, "Content-Type": "application/json"})
    assert place in expect_problem(response, 400, "malformed")["detail"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=windows-1256"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {},
    ],
)
def test_another_kind_of_body_is_refused(
    headers: dict[str, str], client: FlaskClient, expect_problem: ExpectProblem
) -> None:
    response = client.post("/api/v1/search", data=b'{"text": "a"}', headers={**READER, **headers})
    expect_problem(response, 415, "media-type")


def test_a_charset_of_utf_8_may_be_named(client: FlaskClient) -> None:
    headers = {**READER, "Content-Type": "application/json; charset=UTF-8"}
    assert client.post("/api/v1/search", data=b'{"text": "a"}', headers=headers).status_code == 200


@pytest.mark.parametrize(("size", "status"), [(1_000_000, 422), (1_000_001, 413)])
def test_a_body_over_a_megabyte_is_refused(
    size: int, status: int, client: FlaskClient, expect_problem: ExpectProblem
) -> None:
    raw = b'{"text": "' + b"a" * (size - 12) + b'"}'
    assert len(raw) == size
    response = client.post("/api/v1/search", data=raw, content_type="application/json", headers=READER)
    expect_problem(response, status, "too-large" if status == 413 else "not-valid")


def test_a_body_of_unsaid_length_is_cut_off_too(client: FlaskClient, expect_problem: ExpectProblem) -> None:
    class Endless:
        served = 0

        def read(self, size: int = -1) -> bytes:
            assert size >= 0, "an endless body was asked for whole"
            self.served += size
            return b"a" * size

    stream = Endless()
    response = client.post(
        "/api/v1/search",
        content_type="application/json",
        headers=READER,
        environ_overrides={
            "wsgi.input": stream,
            "wsgi.input_terminated": True,
            "HTTP_TRANSFER_ENCODING": "chunked",
        },
    )
    expect_problem(response, 413, "too-large")
    assert stream.served < 3_000_000


@pytest.mark.parametrize(
    ("fault", "told", "kept"),
    [
        (ModelMismatchError("a-model", "b-model"), "tracker relink", ""),
        (IndexDamagedError("the index has another checksum"), "another checksum", ""),
        (DatabaseError("postgresql://me:hunter2@host is away"), "cannot be read", "hunter2"),
    ],
)
def test_a_search_that_cannot_be_made_now_says_so(
    fault: Exception, told: str, kept: str, ask: Ask, search: RecordedSearch, expect_problem: ExpectProblem
) -> None:
    search.fails_with = fault
    response = ask(text="airfield")
    assert told in expect_problem(response, 503, "unavailable")["detail"]
    assert not kept or kept not in response.text


def test_an_unforeseen_fault_is_a_problem_that_tells_nothing(
    ask: Ask, search: RecordedSearch, expect_problem: ExpectProblem, caplog: pytest.LogCaptureFixture
) -> None:
    search.fails_with = RuntimeError("the secret is 1234")
    response = ask(text="airfield")
    expect_problem(response, 500, "failed")
    assert "1234" not in response.text
    assert "the secret is 1234" in caplog.text


def test_the_command_line_prints_what_the_api_answers(ask: Ask, search: RecordedSearch) -> None:
    results = ask(text="airfield").get_json()["results"]
    assert [search_result(view) for view in search.answer()] == results


def test_a_result_without_score_is_a_fault_and_not_a_zero(
    ask: Ask, search: RecordedSearch, world: World, expect_problem: ExpectProblem
) -> None:
    search.answer = lambda: [world.library.view(world.statements["taken"])]
    expect_problem(ask(text="airfield"), 500, "failed")
