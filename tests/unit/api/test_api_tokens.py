from collections.abc import Callable
from typing import Any

import pytest
from desks import World
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tracker.api import Token
from tracker.api.tokens import has_token_shape

ExpectProblem = Callable[..., dict[str, Any]]


@pytest.fixture
def path(world: World) -> str:
    return f"/api/v1/events/{world.events['road'].id}"


@pytest.mark.parametrize(
    "secret", ["cc_1_reading-secret", "cc_2_review_secret", "cc_3_ingest-secret", "cc_4_admin-secret"]
)
@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_every_scope_may_read(scheme: str, secret: str, client: FlaskClient, path: str) -> None:
    assert client.get(path, headers={"Authorization": f"{scheme} {secret}"}).status_code == 200


@pytest.mark.parametrize(
    "value", [None, "", "Bearer", "Bearer ", "Basic cc_1_reading-secret", "cc_1_reading-secret"]
)
def test_without_a_token_nothing_is_read(
    value: str | None, client: FlaskClient, path: str, expect_problem: ExpectProblem
) -> None:
    response = client.get(path, headers={} if value is None else {"Authorization": value})
    expect_problem(response, 401, "unauthenticated")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="counterclaim"'


def test_an_unknown_token_is_refused(client: FlaskClient, path: str, expect_problem: ExpectProblem) -> None:
    response = client.get(path, headers={"Authorization": "Bearer cc_1_other-secret"})
    expect_problem(response, 401, "unauthenticated")
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


def test_a_token_without_scope_may_nothing(
    client: FlaskClient, path: str, expect_problem: ExpectProblem
) -> None:
    response = client.get(path, headers={"Authorization": "Bearer cc_5_no-scope"})
    expect_problem(response, 403, "scope-missing")
    assert 'error="insufficient_scope", scope="read"' in response.headers["WWW-Authenticate"]


def test_every_route_but_the_description_needs_a_token(client: FlaskClient) -> None:
    for rule in client.application.url_map.iter_rules():
        if not rule.rule.startswith("/api/") or rule.endpoint in {"api.openapi", "api.reference"}:
            continue
        address = rule.rule
        for argument in rule.arguments:
            address = address.replace(f"<{argument}>", "x").replace(f"<path:{argument}>", "x")
        for method in rule.methods - {"OPTIONS"}:
            response = client.open(address, method=method)
            assert response.status_code == 401, (method, address)


def test_what_has_no_token_shape_is_never_looked_up(
    make_client: Callable[..., FlaskClient], path: str
) -> None:
    looked_up: list[str] = []

    def authenticate(text: str) -> Token | None:
        looked_up.append(text)
        return None

    client = make_client(authenticate=authenticate)
    for value in ("password", "cc_", "cc__", "cc_1_", "cc_" + "1" * 300 + "_x", "xx_1_y", "cc_1_é"):
        response = client.get(path, headers={"Authorization": f"Bearer {value}"})
        assert response.status_code == 401
    assert looked_up == []


@given(
    identifier=st.from_regex(r"[A-Za-z0-9-]{1,32}", fullmatch=True),
    secret=st.from_regex(r"[A-Za-z0-9_-]{1,100}", fullmatch=True),
)
def test_every_token_of_the_documented_form_has_its_shape(identifier: str, secret: str) -> None:
    assert has_token_shape(f"cc_{identifier}_{secret}")


def test_admin_may_everything_and_reading_may_nothing_else() -> None:
    assert Token("keeper", frozenset({"admin"})).allows("ingest")
    assert not Token("reader", frozenset({"read"})).allows("review")
    assert not Token("reviewer", frozenset({"review"})).allows("ingest")
    assert not Token("stranger", frozenset({"dance"})).allows("read")
