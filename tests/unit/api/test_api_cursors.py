"""Cursors: signed, and good for the list and the parameters they came from alone."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from desks import READER
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tracker.api.cursors import Cursors
from tracker.api.problems import ProblemError
from tracker.api.statement_calls import StatementListParameters

ExpectProblem = Callable[..., dict[str, Any]]
Get = Callable[..., Any]

LISTS = ("statements", "events", "conflicts", "documents", "parties")


@pytest.fixture
def get(client: FlaskClient) -> Get:
    return lambda path, **parameters: client.get(f"/api/v1/{path}", query_string=parameters, headers=READER)


def names(name: str, body: dict[str, Any]) -> list[str]:
    return [
        str(row.get("id") or row.get("code") or row.get("statement", row.get("conflict", {})).get("id"))
        for row in body[name]
    ]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("limit", [1, 2, 200])
def test_a_list_is_read_to_its_end_by_its_cursors(name: str, limit: int, get: Get) -> None:
    whole = names(name, get(name).get_json())
    found: list[str] = []
    parameters: dict[str, Any] = {"limit": limit}
    while True:
        response = get(name, **parameters)
        body = response.get_json()
        assert 1 <= len(body[name]) <= limit
        found += names(name, body)
        if body["next"] is None:
            assert "Link" not in response.headers
            break
        parameters["cursor"] = body["next"]
    assert found == whole
    assert len(set(whole)) == len(whole) >= 3


@pytest.mark.parametrize("name", LISTS)
def test_the_link_leads_to_the_next_page_with_the_same_parameters(
    name: str, get: Get, client: FlaskClient
) -> None:
    response = get(name, limit=1)
    address, rel = response.headers["Link"].split("; ")
    assert rel == 'rel="next"'
    parts = urlsplit(address.strip("<>"))
    assert dict(parse_qsl(parts.query)) == {"limit": "1", "cursor": response.get_json()["next"]}
    followed = client.get(address.strip("<>"), headers=READER)
    assert names(name, followed.get_json()) == names(name, get(name).get_json())[1:2]


def test_parameters_that_are_repeated_stand_in_the_link_as_often(get: Get) -> None:
    response = get("statements", party=["GNA", "LNA"], limit=1)
    query = urlsplit(response.headers["Link"].split(">")[0].strip("<")).query
    assert [pair for pair in parse_qsl(query) if pair[0] == "party"] == [("party", "GNA"), ("party", "LNA")]


def test_how_many_rows_are_wanted_may_change_on_the_way(get: Get) -> None:
    cursor = get("statements", limit=1).get_json()["next"]
    assert len(get("statements", limit=3, cursor=cursor).get_json()["statements"]) == 3


@pytest.mark.parametrize(
    "spoil",
    [
        lambda cursor: cursor[:-1] + ("A" if cursor[-1] != "A" else "B"),
        lambda cursor: ("A" if cursor[0] != "A" else "B") + cursor[1:],
        lambda cursor: cursor + "A",
        lambda cursor: cursor + "=",
        lambda cursor: cursor[:-2],
        lambda cursor: cursor[:24],
        lambda _: "",
        lambda _: "next",
        lambda _: "صفحة",
        lambda _: "\x00",
        lambda _: "A" * 1_000,
    ],
)
def test_a_cursor_that_was_changed_is_refused(
    spoil: Callable[[str], str], get: Get, expect_problem: ExpectProblem
) -> None:
    cursor = get("statements", limit=1).get_json()["next"]
    problem = expect_problem(get("statements", limit=1, cursor=spoil(cursor)), 400, "cursor")
    assert problem["errors"][0]["parameter"] == "cursor"


def test_a_cursor_longer_than_any_is_refused(get: Get, expect_problem: ExpectProblem) -> None:
    expect_problem(get("statements", cursor="A" * 1_001), 400, "parameter")


@pytest.mark.parametrize("name", [name for name in LISTS if name != "statements"])
def test_a_cursor_of_another_list_is_refused(name: str, get: Get, expect_problem: ExpectProblem) -> None:
    cursor = get("statements", limit=1).get_json()["next"]
    expect_problem(get(name, cursor=cursor), 400, "cursor")


@pytest.mark.parametrize(
    "parameters", [{"party": "GNA"}, {"published_from": "2020-06-01"}, {"constructed": "false"}]
)
def test_a_cursor_of_other_parameters_is_refused(
    parameters: dict[str, str], get: Get, expect_problem: ExpectProblem
) -> None:
    cursor = get("statements", limit=1).get_json()["next"]
    expect_problem(get("statements", cursor=cursor, **parameters), 400, "cursor")
    narrow = get("statements", limit=1, **parameters).get_json()["next"]
    if narrow is not None:
        expect_problem(get("statements", cursor=narrow), 400, "cursor")


def test_a_cursor_of_another_installation_is_refused(
    make_client: Callable[..., FlaskClient], get: Get, expect_problem: ExpectProblem
) -> None:
    elsewhere = make_client(cursors=Cursors("another key"))
    cursor = elsewhere.get("/api/v1/statements?limit=1", headers=READER).get_json()["next"]
    expect_problem(get("statements", cursor=cursor), 400, "cursor")


@given(place=st.text(max_size=200), name=st.text(max_size=20), party=st.text("ABC", min_size=1, max_size=3))
def test_every_place_comes_back_from_its_cursor_and_from_no_other(place: str, name: str, party: str) -> None:
    cursors = Cursors("a key")
    asked = StatementListParameters(party=(party,))
    cursor = cursors.sign(place, name, asked)
    assert cursors.place(cursor, name, asked) == place
    with pytest.raises(ProblemError):
        cursors.place(cursor, name + "x", asked)
    with pytest.raises(ProblemError):
        cursors.place(cursor, name, StatementListParameters(party=(party, "D")))
