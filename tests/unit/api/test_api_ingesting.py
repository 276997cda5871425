import json
from collections.abc import Callable
from typing import Any

import pytest
from desk_writing import MemoryDesk, writing
from desks import World
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tracker.api.idempotency import _key_of
from tracker.api.problems import ProblemError
from tracker.domain.errors import DatabaseError

Post = Callable[..., Any]
ExpectProblem = Callable[..., dict[str, Any]]

DOCUMENT = {
    "id": "n/1",
    "url": "https://courier.example/1",
    "title": "Harbour",
    "outlet": "Courier",
    "published": "2020-06-02T09:30:00+02:00",
    "lang": "en",
    "text": "The spokesman said the harbour is quiet.",
}


@pytest.fixture
def desk(world: World) -> MemoryDesk:
    return MemoryDesk(world)


@pytest.fixture
def client(make_client: Callable[..., FlaskClient], world: World, desk: MemoryDesk) -> FlaskClient:
    return make_client(writing=writing(world, desk=desk))


@pytest.fixture
def post(client: FlaskClient) -> Post:
    def send(document: object = DOCUMENT, key: str | None = None, holder: str = "3_ingest-secret") -> Any:
        headers = {"Authorization": f"Bearer cc_{holder}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        return client.post("/api/v1/documents", json=document, headers=headers)

    return send


def test_a_new_document_is_answered_with_where_it_is(post: Post, world: World, desk: MemoryDesk) -> None:
    response = post()
    stored = world.documents["english"]
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/v1/documents/{stored.id}"
    (document,) = response.get_json()["documents"]
    said = [one.id for one in world.library.statements if one.document == stored.id]
    assert document["statements"] == said
    assert document["id"] == stored.public_id
    assert response.get_json()["linked"] is True
    events = {one.id for one in world.library.events if set(one.statements) & set(said)}
    assert {event["id"] for event in response.get_json()["events"]} == events
    (taken,) = desk.taken
    assert (taken.external_id, taken.title, taken.language) == ("n/1", "Harbour", "en")
    assert taken.published is not None
    assert taken.published.isoformat() == DOCUMENT["published"]


def test_a_known_document_is_answered_with_200(post: Post) -> None:
    assert post().status_code == 201
    again = post()
    assert again.status_code == 200
    assert again.headers["Location"]


def test_a_document_that_is_stored_and_not_linked_yet_is_answered_with_202(
    post: Post, desk: MemoryDesk
) -> None:
    desk.is_linked = False
    response = post()
    assert response.status_code == 202
    assert response.get_json()["linked"] is False


def test_the_bytes_that_are_kept_do_not_depend_on_how_the_body_was_written(
    client: FlaskClient, desk: MemoryDesk
) -> None:
    headers = {"Authorization": "Bearer cc_3_ingest-secret", "Content-Type": "application/json"}
    spaced = json.dumps({**DOCUMENT, "title": "مرفأ"}, indent=4, sort_keys=True)
    client.post("/api/v1/documents", data=spaced, headers=headers)
    escaped = json.dumps({**DOCUMENT, "id": "n2", "title": "مرفأ"}, ensure_ascii=True)
    client.post("/api/v1/documents", data=escaped, headers=headers)
    one, other = desk.taken
    assert one.original.replace(b"n/1", b"n2") == other.original
    assert "مرفأ" in one.original.decode()


def test_another_text_under_an_id_in_use_is_a_conflict(post: Post, expect_problem: ExpectProblem) -> None:
    post()
    problem = expect_problem(post({**DOCUMENT, "text": "Other words."}), 409, "conflicting")
    assert "n/1" in problem["detail"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"text": None}, "#/text"),
        ({"text": ""}, "#/text"),
        ({"text": " \n "}, "#/text"),
        ({"text": "a\x00b"}, "#/text"),
        ({"text": "a" * 200_001}, "#/text"),
        ({"text": 5}, "#/text"),
        ({"id": 5}, "#/id"),
        ({"id": "a" * 201}, "#/id"),
        ({"id": "a\nb"}, "#/id"),
        ({"url": "a" * 2_001}, "#/url"),
        ({"title": "a\x07"}, "#/title"),
        ({"outlet": "a" * 201}, "#/outlet"),
        ({"published": "yesterday"}, "#/published"),
        ({"published": 1_577_923_200}, "#/published"),
        ({"lang": "English, mostly"}, "#/lang"),
        ({"colour": "red"}, "#/colour"),
    ],
)
def test_a_document_that_does_not_fit_is_refused_with_the_place_of_the_fault(
    change: dict[str, object], pointer: str, post: Post, desk: MemoryDesk, expect_problem: ExpectProblem
) -> None:
    problem = expect_problem(post({**DOCUMENT, **change}), 422, "not-valid")
    assert problem["errors"][0]["pointer"] == pointer
    assert desk.taken == []


def test_a_document_of_the_longest_text_and_of_nothing_else_is_taken(post: Post) -> None:
    assert post({"text": "ш" * 200_000}).status_code == 201


def test_a_body_of_more_than_two_megabytes_is_refused(post: Post, expect_problem: ExpectProblem) -> None:
    expect_problem(post({"text": "a" * 2_000_000}), 413, "too-large")


@pytest.mark.parametrize("secret", ["1_reading-secret", "2_review_secret"])
def test_only_those_may_ingest_who_have_the_scope(
    secret: str, post: Post, desk: MemoryDesk, expect_problem: ExpectProblem
) -> None:
    expect_problem(post(holder=secret), 403, "scope-missing")
    assert desk.taken == []


def test_a_key_gives_the_same_answer_again(post: Post, desk: MemoryDesk) -> None:
    first = post(key='"k-1"')
    again = post(key='"k-1"')
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert first.headers["Location"] == again.headers["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.content_type == "application/json"
    assert post(key="k-1").headers["Idempotent-Replayed"] == "true", "without quotes, it is the same key"
    assert len(desk.taken) == 1


def test_a_key_with_another_body_is_refused(post: Post, expect_problem: ExpectProblem) -> None:
    post(key="k")
    expect_problem(post({**DOCUMENT, "title": "Other"}, key="k"), 422, "key-reused")


def test_spacing_makes_no_other_body(client: FlaskClient, post: Post) -> None:
    post(key="k")
    headers = {
        "Authorization": "Bearer cc_3_ingest-secret",
        "Content-Type": "application/json",
        "Idempotency-Key": "k",
    }
    again = client.post("/api/v1/documents", data=json.dumps(DOCUMENT, indent=3), headers=headers)
    assert again.headers["Idempotent-Replayed"] == "true"


def test_keys_of_two_tokens_are_two_keys(post: Post) -> None:
    post(key="k")
    other = post({**DOCUMENT, "id": "n/2"}, key="k", holder="4_admin-secret")
    assert other.status_code == 201


def test_a_key_whose_request_is_being_answered_is_asked_to_wait(
    post: Post, desk: MemoryDesk, expect_problem: ExpectProblem
) -> None:
    meanwhile: list[Any] = []
    link = desk.world.library.document

    def document(document_id: str) -> Any:
        # In the middle of the first request, the second one comes.
        if not meanwhile:
            meanwhile.append(None)
            meanwhile[:] = [post(key="k")]
        return link(document_id)

    desk.world.library.document = document  # type: ignore[method-assign]
    assert post(key="k").status_code == 201
    expect_problem(meanwhile[0], 409, "conflicting")
    assert meanwhile[0].headers["Retry-After"] == "1"
    assert len(desk.taken) == 1


def test_a_request_that_failed_may_come_again(
    post: Post, desk: MemoryDesk, expect_problem: ExpectProblem
) -> None:
    desk.fails_with = DatabaseError("away")
    expect_problem(post(key="k"), 503, "unavailable")
    desk.fails_with = None
    assert post(key="k").status_code == 201


def test_a_refusal_is_worked_out_anew_each_time(post: Post, expect_problem: ExpectProblem) -> None:
    post()
    for _ in range(2):
        expect_problem(post({**DOCUMENT, "text": "Other words."}, key="k"), 409, "conflicting")


def test_what_was_stored_before_the_process_ended_is_answered_as_new(
    post: Post, desk: MemoryDesk, world: World
) -> None:
    first = post()
    desk.keys.rows.clear()
    stored = world.documents["english"].id
    claim = desk.keys.claim

    def left_by_another(token: str, key: str, fingerprint: str, **how: Any) -> Any:
        desk.keys.rows.setdefault((token, key), {"print": fingerprint, "documents": [stored], "holder": None})
        return claim(token, key, fingerprint, **how)

    desk.keys.claim = left_by_another  # type: ignore[method-assign]
    again = post(key="k")
    assert (again.status_code, again.data) == (201, first.data)


@pytest.mark.parametrize("key", ["", '""', "a" * 256, '"a', 'a"b', "ключ", '"a\\n"', "a\x7f"])
def test_what_is_no_key_is_refused(
    key: str, client: FlaskClient, desk: MemoryDesk, expect_problem: ExpectProblem
) -> None:
    response = client.post(
        "/api/v1/documents",
        json=DOCUMENT,
        headers={"Authorization": "Bearer cc_3_ingest-secret"},
        environ_overrides={"HTTP_IDEMPOTENCY_KEY": key.encode().decode("latin-1")},
    )
    problem = expect_problem(response, 400, "parameter")
    assert problem["errors"][0]["parameter"] == "Idempotency-Key"
    assert desk.taken == []


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=255))
def test_every_string_of_the_draft_is_the_key_that_it_quotes(key: str) -> None:
    written = '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'

    class Headers:
        @staticmethod
        def getlist(_name: str) -> list[str]:
            return [written]

    class Request:
        headers = Headers()

    try:
        assert _key_of(Request()) == key  # type: ignore[arg-type]
    except ProblemError:
        pytest.fail(f"{written} was refused")
