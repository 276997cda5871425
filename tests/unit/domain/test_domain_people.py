from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.people import (
    BACKOFF_OF_A_NAME,
    BACKOFF_OF_AN_ADDRESS,
    IDLE_LIFE,
    LONGEST_AGENT,
    SESSION_LIFE,
    Backoff,
    PeopleError,
    Person,
    Right,
    Role,
    User,
    WeakPasswordError,
    WebSession,
    active_admins,
    check_new_password,
    checked_name,
    shortened_agent,
)

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (Role.VIEWER, {Right.READ}),
        (Role.ANALYST, {Right.READ, Right.REVIEW, Right.INGEST}),
        (Role.ADMIN, set(Right)),
    ],
)
def test_a_role_allows_just_its_rights(role: Role, rights: set[Right]) -> None:
    assert {right for right in Right if Person("amal", role).may(right)} == rights


@pytest.mark.parametrize(
    ("seen", "at", "works"),
    [
        (NOW, NOW, True),
        (NOW, NOW + IDLE_LIFE - timedelta(seconds=1), True),
        (NOW, NOW + IDLE_LIFE, False),
        (NOW + SESSION_LIFE - timedelta(minutes=1), NOW + SESSION_LIFE - timedelta(seconds=1), True),
        (NOW + SESSION_LIFE - timedelta(minutes=1), NOW + SESSION_LIFE, False),
    ],
)
def test_a_session_ends_when_it_is_left_or_old(seen: datetime, at: datetime, *, works: bool) -> None:
    session = WebSession("s", "amal", NOW, seen, NOW + SESSION_LIFE, "a browser")
    assert session.works(at) is works


def test_a_revoked_session_has_ended() -> None:
    assert not WebSession("s", "amal", NOW, NOW, NOW + SESSION_LIFE, "", revoked_at=NOW).works(NOW)


@pytest.mark.parametrize(
    ("typed", "name"), [(" amal ", "amal"), ("آمال", "آمال"), ("Ayşe", "Ayşe"), ("Zoe\u0308", "Zoë")]
)
def test_a_name_is_taken_as_it_is_seen(typed: str, name: str) -> None:
    assert checked_name(typed) == name


@pytest.mark.parametrize(
    "typed", ["", "  ", "x" * 65, "a\nb", "a\0b", "a\u202eb", "a\u200bb", "a\ud800", "a\u2066b"]
)
def test_a_name_that_hides_something_is_refused(typed: str) -> None:
    with pytest.raises(PeopleError):
        checked_name(typed)


@given(st.text(max_size=80))
def test_a_name_that_was_taken_is_taken_again_as_it_is(typed: str) -> None:
    try:
        name = checked_name(typed)
    except PeopleError:
        return
    assert checked_name(name) == name


@pytest.mark.parametrize(("length", "fits"), [(11, False), (12, True), (256, True), (257, False)])
def test_a_password_has_a_least_and_a_greatest_length(length: int, *, fits: bool) -> None:
    if fits:
        check_new_password("x" * length)
        return
    with pytest.raises(WeakPasswordError, match=str(length)):
        check_new_password("x" * length)


def test_those_who_are_disabled_do_not_count_as_administrators() -> None:
    users = [
        User("adil", "", Role.ADMIN, NOW),
        User("basma", "", Role.ADMIN, NOW, disabled_at=NOW),
        User("amal", "", Role.ANALYST, NOW),
    ]
    assert active_admins(users) == 1


@given(st.text(max_size=500))
def test_a_browsers_name_is_one_short_line(agent: str) -> None:
    shortened = shortened_agent(agent)
    assert len(shortened) <= LONGEST_AGENT
    assert shortened.isprintable()


def test_the_first_failures_cost_nothing_then_each_costs_twice_as_much() -> None:
    waits = [BACKOFF_OF_A_NAME.wait(failures).total_seconds() for failures in range(16)]
    assert waits[:5] == [0] * 5
    assert waits[5:13] == [5, 10, 20, 40, 80, 160, 320, 640]
    assert waits[13:] == [900] * 3


@given(st.integers(0, 10**9), st.sampled_from([BACKOFF_OF_A_NAME, BACKOFF_OF_AN_ADDRESS]))
def test_no_wait_is_longer_than_a_quarter_of_an_hour(failures: int, backoff: Backoff) -> None:
    assert timedelta(0) <= backoff.wait(failures) <= timedelta(minutes=15)


@pytest.mark.parametrize("backoff", [BACKOFF_OF_A_NAME, BACKOFF_OF_AN_ADDRESS])
def test_another_failure_never_shortens_the_wait(backoff: Backoff) -> None:
    waits = [backoff.wait(failures) for failures in range(100)]
    assert all(earlier <= later for earlier, later in pairwise(waits))
