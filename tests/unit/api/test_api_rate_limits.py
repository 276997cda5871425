"""How often a token may call, and an address may try tokens that do not work."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from desks import READER
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tracker.api import RateLimits
from tracker.api.rate_limits import WINDOW, LocalBuckets

ExpectProblem = Callable[..., dict[str, Any]]
OTHER = {"Authorization": "Bearer cc_2_review_secret"}
WRONG = {"Authorization": "Bearer cc_1_guess"}


class Clock:
    def __init__(self) -> None:
        self.time = 1_000_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(make_client: Callable[..., FlaskClient], clock: Clock) -> FlaskClient:
    return make_client(limits=RateLimits({"token": 3, "failures": 2}, now=clock))


def ask(client: FlaskClient, headers: dict[str, str] = READER, address: str = "192.0.2.1") -> Any:
    return client.get("/api/v1/events/e0", headers=headers, environ_base={"REMOTE_ADDR": address})


def test_each_answer_says_how_many_calls_are_left(client: FlaskClient) -> None:
    told = [ask(client).headers["RateLimit"] for _ in range(3)]
    assert told == ['"token";r=2;t=20', '"token";r=1;t=20', '"token";r=0;t=20']
    assert ask(client).headers["RateLimit-Policy"] == '"token";q=3;w=60'


def test_one_call_too_many_has_to_wait(
    client: FlaskClient, clock: Clock, expect_problem: ExpectProblem
) -> None:
    for _ in range(3):
        assert ask(client).status_code == 404
    clock.time += 7.5
    refused = ask(client)
    problem = expect_problem(refused, 429, "too-many")
    assert refused.headers["Retry-After"] == "13"
    assert "3 a minute" in problem["detail"]
    assert refused.headers["RateLimit"] == '"token";r=0;t=13'
    clock.time += 12.5
    assert ask(client).status_code == 404
    assert ask(client).status_code == 429


def test_each_token_has_calls_of_its_own(client: FlaskClient) -> None:
    for _ in range(4):
        last = ask(client)
    assert last.status_code == 429
    assert ask(client, OTHER).status_code == 404


def test_a_call_that_is_refused_costs_nothing(client: FlaskClient, clock: Clock) -> None:
    for _ in range(20):
        ask(client)
    clock.time += 20
    assert ask(client).status_code == 404


def test_whoever_tries_tokens_that_do_not_work_is_slowed_down_and_nobody_else_there(
    client: FlaskClient, expect_problem: ExpectProblem
) -> None:
    assert [ask(client, WRONG).status_code for _ in range(3)] == [401, 401, 429]
    assert "Retry-After" in ask(client, WRONG).headers
    assert ask(client, READER).status_code == 404
    assert ask(client, WRONG, address="192.0.2.2").status_code == 401
    expect_problem(ask(client, {}), 401, "unauthenticated")


def test_what_needs_no_token_is_never_counted(client: FlaskClient) -> None:
    for _ in range(9):
        response = client.get("/api/v1/openapi.json")
    assert response.status_code == 200
    assert "RateLimit" not in response.headers


def test_nought_sets_no_limit(make_client: Callable[..., FlaskClient]) -> None:
    client = make_client(limits=RateLimits({"token": 0}))
    for _ in range(50):
        response = ask(client)
    assert response.status_code == 404
    assert "RateLimit" not in response.headers


def test_a_clock_that_is_put_back_shuts_nobody_out_for_longer_than_a_minute(clock: Clock) -> None:
    limits = RateLimits({"token": 1}, now=clock)
    assert limits.take("token", "a") is not None
    clock.time -= 1_000_000
    refused = limits.take("token", "a")
    assert refused is not None
    assert refused.is_refused
    assert refused.retry_after <= WINDOW


def test_buckets_that_nobody_uses_are_forgotten() -> None:
    buckets = LocalBuckets(most=2)
    for key in ("a", "b", "a", "c"):
        buckets.update(key, lambda full_at: full_at + 1)
    seen: list[float] = []
    for key in ("a", "b"):
        buckets.update(key, lambda full_at: seen.append(full_at) or full_at)  # type: ignore[func-returns-value]
    assert seen == [2, 0]


@given(quota=st.integers(1, 2_000), pauses=st.lists(st.floats(0, 30), min_size=1, max_size=60))
def test_no_window_holds_more_than_twice_the_quota_and_waiting_as_told_always_helps(
    quota: int, pauses: list[float]
) -> None:
    clock = Clock()
    limits = RateLimits({"token": quota}, now=clock)
    let_in: list[float] = []
    for pause in pauses:
        clock.time += pause
        standing = limits.take("token", "a")
        assert standing is not None
        assert 0 <= standing.left < quota
        if standing.is_refused:
            clock.time += standing.retry_after
            again = limits.take("token", "a")
            assert again is not None
            assert not again.is_refused
        let_in.append(clock.time)
    busiest = max(sum(start <= one < start + WINDOW for one in let_in) for start in let_in)
    assert busiest <= math.ceil(2 * quota)
