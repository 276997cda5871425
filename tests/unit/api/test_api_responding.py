"""What stands around an answer: versions, compression, caching, and how many calls are left."""

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from desks import READER, World
from flask.testing import FlaskClient

from tracker.api.entity_tags import is_current, tag_of_model
from tracker.api.list_representation import represent_single_conflict
from tracker.domain.conflicts import Judgement

GZIP = {**READER, "Accept-Encoding": "gzip"}


@pytest.fixture
def path(world: World) -> str:
    return f"/api/v1/events/{world.events['airfield'].id}"


def test_a_longer_answer_is_compressed_where_that_is_wanted(client: FlaskClient, path: str) -> None:
    plain, packed = client.get(path, headers=READER), client.get(path, headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data) / 2
    assert packed.headers["Content-Length"] == str(len(packed.data))
    assert gzip.decompress(packed.data) == plain.data
    for response in (plain, packed):
        assert "Accept-Encoding" in response.vary


@pytest.mark.parametrize(
    "wanted", ["", "identity", "gzip;q=0", "br", "deflate, gzip;q=0", "identity;q=1, gzip;q=0.5"]
)
def test_an_answer_stays_plain_where_that_is_wanted(wanted: str, client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={**READER, "Accept-Encoding": wanted})
    assert "Content-Encoding" not in response.headers
    assert response.get_json()["title"]


@pytest.mark.parametrize("wanted", ["*", "gzip;q=0.2", "GZIP", "br;q=1.0, gzip;q=0.8, *;q=0.1"])
def test_gzip_is_recognised_however_it_is_asked_for(wanted: str, client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={**READER, "Accept-Encoding": wanted})
    assert response.headers["Content-Encoding"] == "gzip"


def test_a_short_answer_is_never_compressed(client: FlaskClient) -> None:
    response = client.get("/api/v1/events/e0", headers=GZIP)
    assert response.status_code == 404
    assert "Content-Encoding" not in response.headers
    assert response.get_json(force=True)["status"] == 404


def test_an_answer_to_a_search_is_compressed_but_bears_no_tag(client: FlaskClient) -> None:
    response = client.post("/api/v1/search", json={"text": "airfield"}, headers=GZIP)
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_the_plain_and_the_compressed_answer_have_tags_of_their_own(client: FlaskClient, path: str) -> None:
    plain, packed = client.get(path, headers=READER), client.get(path, headers=GZIP)
    assert packed.get_etag() == (f"{plain.get_etag()[0]}-gzip", False)
    for headers, first in ((READER, plain), (GZIP, packed)):
        again = client.get(path, headers={**headers, "If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert "Content-Encoding" not in again.headers
    # Whoever has the plain one need not be sent a compressed one; who has the compressed one and wants a
    # plain one has nothing that would do.
    assert client.get(path, headers={**GZIP, "If-None-Match": plain.headers["ETag"]}).status_code == 304
    assert client.get(path, headers={**READER, "If-None-Match": packed.headers["ETag"]}).status_code == 200
    assert client.get(path, headers={**GZIP, "If-None-Match": "*"}).status_code == 304


def test_the_tag_changes_with_what_it_names(client: FlaskClient, world: World) -> None:
    conflict = world.conflicts["control"]
    path = f"/api/v1/conflicts/{conflict.id}"
    before = client.get(path, headers=READER)
    world.library.conflicts[0] = type(conflict)(
        **{name: getattr(conflict, name) for name in conflict.__slots__} | {"judgement": Judgement.CONFIRMED}
    )
    after = client.get(path, headers={**READER, "If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.get_json()["conflict"]["status"] == "confirmed"
    assert after.headers["ETag"] != before.headers["ETag"]


@pytest.mark.parametrize("headers", [READER, GZIP])
def test_the_tag_of_a_conflict_is_what_a_review_will_compare(
    headers: dict[str, str], client: FlaskClient, world: World
) -> None:
    conflict = world.conflicts["control"]
    response = client.get(f"/api/v1/conflicts/{conflict.id}", headers=headers)
    view = world.library._conflict_view(conflict)
    tag = tag_of_model(represent_single_conflict(view))
    with client.application.test_request_context(headers={"If-Match": response.headers["ETag"]}) as context:
        assert is_current(context.request.if_match, tag)
        assert not is_current(context.request.if_match, "other")


@pytest.mark.parametrize(
    ("given", "expected"),
    [("*", True), ('"a"', True), ('"b", "a-gzip"', True), ('W/"a"', False), ('"b"', False), ("a", True)],
)
def test_a_condition_names_the_present_version_or_not(
    given: str,
    expected: bool,  # noqa: FBT001 # a parameter of the test
    client: FlaskClient,
) -> None:
    with client.application.test_request_context(headers={"If-Match": given}) as context:
        assert is_current(context.request.if_match, "a") is expected


def test_problems_are_kept_by_nobody(client: FlaskClient, path: str) -> None:
    for response in (client.get(path), client.get("/api/v1/nothing"), client.patch(path, headers=READER)):
        assert response.status_code >= 400
        assert response.headers["Cache-Control"] == "no-store"
        assert "ETag" not in response.headers


def test_an_unforeseen_fault_names_the_request_in_the_log(
    make_client: Callable[..., Any], caplog: pytest.LogCaptureFixture, path: str
) -> None:
    def fail(_event: str, _policy: object) -> None:
        raise RuntimeError("broken")

    client = make_client(dispute=fail)
    assert client.get(f"{path}/comparison", headers=READER).get_json(force=True)["request_id"] == "request-7"
    assert "request-7" in caplog.text
