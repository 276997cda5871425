import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from desk_writing import LINES, STATE, FolderShelf, shelf_in, writing
from desks import READER, World
from flask.testing import FlaskClient

from tracker.domain.errors import SettingsError

ExpectProblem = Callable[..., dict[str, Any]]
MANIFEST, DOCUMENTS = "/api/v1/export/manifest", "/api/v1/export/documents.jsonl"


@pytest.fixture
def shelf(tmp_path: Path) -> FolderShelf:
    return shelf_in(tmp_path / "export")


@pytest.fixture
def client(make_client: Callable[..., FlaskClient], world: World, shelf: FolderShelf) -> FlaskClient:
    return make_client(writing=replace(writing(world), shelf=shelf))


@pytest.fixture
def get(client: FlaskClient) -> Callable[..., Any]:
    return lambda path, **headers: client.get(path, headers={**READER, **headers})


def test_a_list_comes_as_it_was_written(get: Callable[..., Any]) -> None:
    response = get(DOCUMENTS)
    assert response.status_code == 200
    assert response.mimetype == "application/jsonl"
    assert response.data == LINES
    assert response.headers["Content-Length"] == str(len(LINES))
    assert response.headers["Counterclaim-State"] == STATE
    assert response.headers["ETag"] == f'"{"d" * 64}"'
    assert response.headers["Content-Disposition"] == 'attachment; filename="documents.jsonl"'


def test_a_list_is_never_whole_in_memory(get: Callable[..., Any]) -> None:
    response = get(DOCUMENTS)
    pieces = list(response.iter_encoded())
    assert max(map(len, pieces)) <= 1 << 16
    assert b"".join(pieces) == LINES


def test_a_list_is_compressed_where_that_is_asked_for(get: Callable[..., Any]) -> None:
    response = get(DOCUMENTS, **{"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert "Content-Length" not in response.headers
    assert gzip.decompress(response.data) == LINES
    assert len(response.data) < len(LINES) / 10
    assert response.headers["ETag"] == f'"{"d" * 64}-gzip"'
    plain = get(DOCUMENTS, **{"Accept-Encoding": "gzip;q=0, identity"})
    assert "Content-Encoding" not in plain.headers


def test_a_list_that_is_at_hand_is_not_sent_again(get: Callable[..., Any]) -> None:
    tag = get(DOCUMENTS).headers["ETag"]
    again = get(DOCUMENTS, **{"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag
    other = get("/api/v1/export/events.jsonl", **{"If-None-Match": tag})
    assert (other.status_code, other.data) == (200, b"")


def test_the_manifest_names_state_and_files(get: Callable[..., Any], shelf: FolderShelf) -> None:
    response = get(MANIFEST)
    assert response.data == (shelf.folder / "manifest.json").read_bytes()
    assert response.headers["Counterclaim-State"] == STATE
    assert get(MANIFEST, **{"If-None-Match": response.headers["ETag"]}).status_code == 304


def test_files_of_a_named_state_are_asked_for(get: Callable[..., Any], expect_problem: ExpectProblem) -> None:
    assert get(f"{DOCUMENTS}?state={STATE}").data == LINES
    for path in (DOCUMENTS, MANIFEST):
        expect_problem(get(f"{path}?state={'0' * 16}"), 404, "not-found")
        problem = expect_problem(get(f"{path}?state=../../etc"), 400, "parameter")
        assert problem["errors"][0]["parameter"] == "state"


def test_there_are_four_lists(get: Callable[..., Any], expect_problem: ExpectProblem) -> None:
    for kind in json.loads(get(MANIFEST).data)["files"]:
        assert get(f"/api/v1/export/{kind}.jsonl").status_code == 200
    expect_problem(get("/api/v1/export/users.jsonl"), 404, "not-found")


def test_a_disk_that_refuses_makes_the_export_unavailable(
    get: Callable[..., Any], shelf: FolderShelf, expect_problem: ExpectProblem
) -> None:
    shelf.fails_with = SettingsError("/a/path/nobody/need/know: full")
    for path in (DOCUMENTS, MANIFEST):
        response = get(path)
        expect_problem(response, 503, "unavailable")
        assert "nobody" not in response.text


def test_a_file_that_is_gone_is_asked_for_again(
    get: Callable[..., Any], shelf: FolderShelf, expect_problem: ExpectProblem
) -> None:
    (shelf.folder / "documents.jsonl").unlink()
    expect_problem(get(DOCUMENTS), 503, "unavailable")
