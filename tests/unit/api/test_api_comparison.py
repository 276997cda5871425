from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from desk_disputes import airfield_dispute
from desks import READER, World
from flask.testing import FlaskClient

from tracker.domain.errors import DatabaseError

Compare = Callable[..., Any]


@pytest.fixture
def compare(client: FlaskClient, world: World) -> Compare:
    """Ask for the comparison of an event, by its name in the world or by an id."""

    def get(event: str = "airfield", parameters: str = "") -> Any:
        name = world.events[event].id if event in world.events else event
        return client.get(f"/api/v1/events/{name}/comparison{parameters}", headers=READER)

    return get


def test_each_question_gives_its_positions_and_who_is_silent(compare: Compare, world: World) -> None:
    body = compare().get_json()
    event = world.events["airfield"]
    assert body["event"] == {"id": event.id, "title": event.title}
    control, casualties = body["questions"]
    assert (control["type"], control["about"], control["counts"]) == ("control", "Marsa", None)
    assert (casualties["type"], casualties["about"], casualties["counts"]) == ("casualties", None, "captured")
    assert [one["parties"] for one in control["positions"]] == [["GNA"], ["LNA"]]
    assert [one["denies"] for one in control["positions"]] == [False, True]
    assert [one["admitted_by"] for one in control["positions"]] == [[], ["LNA"]]
    assert (control["silent"], casualties["silent"]) == (["TUR", "UN"], [])
    assert control["conflicts"] == [world.conflicts["control"].id]


def test_the_statements_of_a_position_stand_by_party_as_they_do_elsewhere(
    compare: Compare, client: FlaskClient, world: World
) -> None:
    statements = world.statements
    first, second = compare().get_json()["questions"][1]["positions"]
    assert {party: [one["id"] for one in rows] for party, rows in first["statements"].items()} == {
        "LNA": [statements["no_captives"].id],
        "GNA": [statements["taken"].id],
    }
    assert first["leading"] == statements["no_captives"].id
    alone = client.get(f"/api/v1/statements/{statements['captured'].id}", headers=READER).get_json()
    assert second["statements"] == {"GNA": [alone["statement"]]}


def test_statements_of_one_party_keep_their_order(compare: Compare, world: World) -> None:
    position = compare().get_json()["questions"][0]["positions"][0]
    names = ("taken", "captured")
    assert [one["id"] for one in position["statements"]["GNA"]] == [world.statements[n].id for n in names]


def test_intervals_are_given_where_the_question_is_how_many(compare: Compare) -> None:
    control, casualties = compare().get_json()["questions"]
    assert [one["interval"] for one in control["positions"]] == [None, None]
    assert [one["interval"] for one in casualties["positions"]] == [
        {"low": 0, "high": 0},
        {"low": 12, "high": None},
    ]


def test_every_figure_is_in_the_ledger_with_its_statement(compare: Compare, world: World) -> None:
    (row,) = compare().get_json()["ledger"]
    assert (row["kind"], row["group"], row["side"]) == ("captured", "combatants", "LNA")
    first, second = row["figures"]
    assert first == {
        "statement": world.statements["captured"].id,
        "party": "GNA",
        "figure": {"kind": "captured", "low": 12, "high": None, "counted": "fighters", "side": "LNA"},
        "published": "2020-06-03",
        "superseded": True,
    }
    assert (second["published"], second["superseded"]) == (None, False)


@pytest.mark.parametrize(
    ("parameters", "policy", "high"),
    [
        ("", "every_figure", None),
        ("?range=every_figure", "every_figure", None),
        ("?range=latest_of_each", "latest_of_each", 0),
    ],
)
def test_the_range_follows_the_policy_asked_for(
    compare: Compare, parameters: str, policy: str, high: int | None
) -> None:
    body = compare(parameters=parameters).get_json()
    assert body["range"] == policy
    assert (body["ledger"][0]["low"], body["ledger"][0]["high"]) == (0, high)


def test_revisions_go_from_first_to_last(compare: Compare, world: World) -> None:
    (revision,) = compare().get_json()["revisions"]
    assert (revision["party"], revision["kind"], revision["towards"]) == ("GNA", "captured", ["LNA"])
    assert (revision["group"], revision["side"]) == ("combatants", "LNA")
    names = ("captured", "no_captives")
    assert [one["statement"] for one in revision["trail"]] == [world.statements[name].id for name in names]


def test_an_event_that_nobody_contests_has_empty_lists(compare: Compare) -> None:
    body = compare("harbour").get_json()
    assert (body["questions"], body["ledger"], body["revisions"]) == ([], [], [])


def test_an_unknown_event_is_not_found(compare: Compare, expect_problem: Callable[..., Any]) -> None:
    assert "e0" in expect_problem(compare("e0"), 404, "not-found")["detail"]


@pytest.mark.parametrize(
    ("range_", "told"),
    [
        ("truth", "'every_figure' or 'latest_of_each'"),
        ("", "'every_figure' or 'latest_of_each'"),
        ("EVERY_FIGURE", "'every_figure' or 'latest_of_each'"),
        ("every_figure&range=latest_of_each", "more than once"),
    ],
)
def test_an_unknown_policy_is_refused(
    compare: Compare, expect_problem: Callable[..., Any], range_: str, told: str
) -> None:
    problem = expect_problem(compare(parameters=f"?range={range_}"), 400, "parameter")
    assert problem["errors"][0]["parameter"] == "range"
    assert told in problem["detail"]


def test_an_unknown_parameter_is_refused(compare: Compare, expect_problem: Callable[..., Any]) -> None:
    problem = expect_problem(compare(parameters="?range=every_figure&rang=x"), 422, "not-valid")
    assert [one["parameter"] for one in problem["errors"]] == ["rang"]


def test_other_calls_still_take_no_range(
    client: FlaskClient, world: World, expect_problem: Callable[..., Any]
) -> None:
    response = client.get(f"/api/v1/events/{world.events['road'].id}?range=every_figure", headers=READER)
    expect_problem(response, 422, "not-valid")


@pytest.mark.parametrize("parameters", ["", "?range=latest_of_each"])
def test_a_merged_event_leads_to_the_comparison_of_the_one_that_took_it_in(
    compare: Compare, world: World, parameters: str
) -> None:
    response = compare("e0000000merged00", parameters)
    assert response.status_code == 301
    assert (
        response.headers["Location"] == f"/api/v1/events/{world.events['airfield'].id}/comparison{parameters}"
    )


def test_a_comparison_needs_a_token(client: FlaskClient, expect_problem: Callable[..., Any]) -> None:
    expect_problem(client.get("/api/v1/events/e0/comparison"), 401, "unauthenticated")


def test_a_statement_that_came_after_the_event_was_read_is_found_all_the_same(
    make_client: Callable[..., FlaskClient], world: World
) -> None:
    late = world.statements["wounded"]

    def grown(_: str, policy: Any) -> Any:
        dispute = airfield_dispute(world, policy)
        question = dispute.questions[0]
        position = replace(question.positions[0], statements=(late.id,))
        return replace(dispute, questions=(replace(question, positions=(position,)),))

    client = make_client(dispute=grown)
    body = client.get(f"/api/v1/events/{world.events['airfield'].id}/comparison", headers=READER).get_json()
    assert body["questions"][0]["positions"][0]["statements"]["UN"][0]["quote"] == late.quote


def test_a_database_that_is_away_makes_the_comparison_unavailable(
    compare: Compare, world: World, expect_problem: Callable[..., Any]
) -> None:
    world.library.broken = DatabaseError("away")
    expect_problem(compare(), 503, "unavailable")
