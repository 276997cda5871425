from collections.abc import Callable
from typing import Any

import pytest
from desk_writing import MemoryDesk, writing
from desks import World
from flask.testing import FlaskClient

from tracker.domain.conflicts import Judgement

ExpectProblem = Callable[..., dict[str, Any]]
REVIEWER = {"Authorization": "Bearer cc_2_review_secret"}


@pytest.fixture
def desk(world: World) -> MemoryDesk:
    return MemoryDesk(world)


@pytest.fixture
def client(make_client: Callable[..., FlaskClient], world: World, desk: MemoryDesk) -> FlaskClient:
    return make_client(writing=writing(world, desk=desk))


@pytest.fixture
def path(world: World) -> str:
    return f"/api/v1/conflicts/{world.conflicts['control'].id}"


def tag_of(client: FlaskClient, path: str, **headers: str) -> str:
    return str(client.get(path, headers={**REVIEWER, **headers}).headers["ETag"])


def send(client: FlaskClient, path: str, tag: str | None, **body: object) -> Any:
    headers = {**REVIEWER, **({} if tag is None else {"If-Match": tag})}
    return client.post(f"{path}/review", json={"judgement": "confirmed", **body}, headers=headers)


@pytest.mark.parametrize("judgement", ["confirmed", "rejected", "unsure"])
def test_a_conflict_is_judged_in_the_name_of_the_token(
    judgement: str, client: FlaskClient, path: str, desk: MemoryDesk
) -> None:
    response = send(client, path, tag_of(client, path), judgement=judgement, reason=" both on video ")
    assert response.status_code == 200
    assert response.get_json()["conflict"]["status"] == judgement
    assert desk.acts == [("token:reviewer", judgement, "both on video")]
    assert response.headers["ETag"] == tag_of(client, path)


def test_the_tag_changes_with_each_judgement(client: FlaskClient, path: str) -> None:
    tags = [tag_of(client, path)]
    for judgement in ("confirmed", "rejected", "unsure"):
        tags.append(send(client, path, tags[-1], judgement=judgement).headers["ETag"])
    assert len(set(tags)) == 4


def test_the_tag_of_a_compressed_answer_does_as_well(client: FlaskClient, path: str) -> None:
    tag = tag_of(client, path, **{"Accept-Encoding": "gzip"})
    assert tag.endswith('-gzip"')
    assert send(client, path, tag).status_code == 200


def test_nobody_judges_what_they_have_not_read(
    client: FlaskClient, path: str, desk: MemoryDesk, expect_problem: ExpectProblem
) -> None:
    expect_problem(send(client, path, None), 428, "precondition-required")
    expect_problem(send(client, path, " "), 428, "precondition-required")
    assert desk.acts == []


def test_nobody_judges_what_has_changed_since_they_read_it(
    client: FlaskClient, path: str, desk: MemoryDesk, expect_problem: ExpectProblem
) -> None:
    read = tag_of(client, path)
    send(client, path, read)
    response = send(client, path, read, judgement="rejected")
    expect_problem(response, 412, "precondition-failed")
    assert response.headers["ETag"] == tag_of(client, path)
    for weak in (f"W/{tag_of(client, path)}", '"nothing"'):
        expect_problem(send(client, path, weak), 412, "precondition-failed")
    assert [judgement for _, judgement, _ in desk.acts] == ["confirmed"]


def test_nobody_judges_what_changes_at_this_very_moment(
    client: FlaskClient, path: str, world: World, desk: MemoryDesk, expect_problem: ExpectProblem
) -> None:
    conflict = world.conflicts["control"].id
    desk.before_the_act = lambda: desk.let_stand(conflict, Judgement.UNSURE)
    problem = expect_problem(send(client, path, tag_of(client, path)), 412, "precondition-failed")
    assert "unsure" in problem["detail"]
    assert desk.acts == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"judgement": "suggested"}, "#/judgement"),
        ({"judgement": "true"}, "#/judgement"),
        ({"judgement": None}, "#/judgement"),
        ({"reason": "a" * 2_001}, "#/reason"),
        ({"reason": "a\x00"}, "#/reason"),
        ({"reason": None}, "#/reason"),
        ({"by": "amal"}, "#/by"),
    ],
)
def test_a_judgement_that_does_not_fit_is_refused(
    body: dict[str, object],
    pointer: str,
    client: FlaskClient,
    path: str,
    desk: MemoryDesk,
    expect_problem: ExpectProblem,
) -> None:
    problem = expect_problem(send(client, path, tag_of(client, path), **body), 422, "not-valid")
    assert problem["errors"][0]["pointer"] == pointer
    assert desk.acts == []


@pytest.mark.parametrize("secret", ["cc_1_reading-secret", "cc_3_ingest-secret"])
def test_only_those_may_judge_who_have_the_scope(
    secret: str, client: FlaskClient, path: str, expect_problem: ExpectProblem
) -> None:
    headers = {"Authorization": f"Bearer {secret}", "If-Match": tag_of(client, path)}
    response = client.post(f"{path}/review", json={"judgement": "unsure"}, headers=headers)
    expect_problem(response, 403, "scope-missing")


def test_an_unknown_conflict_is_not_found(client: FlaskClient, expect_problem: ExpectProblem) -> None:
    expect_problem(send(client, "/api/v1/conflicts/c0", '"x"'), 404, "not-found")
