"""The figures of an event: rows, ranges by a named policy, and what each party revised."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random

import pytest
from conflict_examples import toll
from dispute_examples import voice
from hypothesis import given
from hypothesis import strategies as st

from tracker.conflicts.aspects import Aspects
from tracker.conflicts.counted import Toll
from tracker.conflicts.ledger import figure_ledger, revisions
from tracker.domain.questions import LedgerRow, RangePolicy, Revision
from tracker.domain.statements import FigureKind
from tracker.language.counting import Group

FIRST = date(2020, 3, 10)
EVERY, LATEST = RangePolicy.EVERY_FIGURE, RangePolicy.LATEST_OF_EACH
INJURED = FigureKind.INJURED

Told = tuple[Aspects, date | None]


def told(name: str, party: str, day: int | None, *tolls: Toll) -> Told:
    """A statement published so many days after the first; None for no known day."""
    return voice(name, party, *tolls), None if day is None else FIRST + timedelta(days=day)


def days_of(statements: Sequence[Told]) -> Mapping[str, date | None]:
    return {one.statement.id: day for one, day in statements}


def ledger(policy: RangePolicy, *statements: Told) -> tuple[LedgerRow, ...]:
    return figure_ledger([one for one, _ in statements], days_of(statements), policy)


def row(policy: RangePolicy, *statements: Told) -> LedgerRow:
    (only,) = ledger(policy, *statements)
    return only


def revised(*statements: Told) -> tuple[Revision, ...]:
    return revisions([one for one, _ in statements], days_of(statements))


def test_there_is_a_row_for_each_fate_of_each_kind_of_people_of_each_side() -> None:
    rows = ledger(
        EVERY,
        told("s1", "LNA", 0, toll(3), toll(4, at=1, group=Group.CIVILIANS)),
        told("s2", "GNA", 0, toll(5, group=Group.COMBATANTS, party="GNA"), toll(6, kind=INJURED, at=1)),
        told("s3", "UN", 0, toll(7, group=Group.COMBATANTS, party="LNA"), toll(8, at=1)),
    )
    assert [(one.kind, one.group, one.side, len(one.entries)) for one in rows] == [
        (FigureKind.KILLED, "civilians", None, 1),
        (FigureKind.KILLED, "combatants", "GNA", 1),
        (FigureKind.KILLED, "combatants", "LNA", 1),
        (FigureKind.KILLED, None, None, 2),
        (INJURED, None, None, 1),
    ]


def test_an_entry_says_whose_figure_it_is_and_when_it_was_published() -> None:
    (one, other) = row(EVERY, told("s1", "LNA", 1, toll(3)), told("s2", "GNA", 0, toll(5))).entries
    assert (other.statement, other.party, other.published) == ("s1", "LNA", FIRST + timedelta(days=1))
    assert (one.statement, one.figure.low, one.superseded) == ("s2", 5, False)


def test_entries_come_by_day_and_those_without_one_first() -> None:
    found = row(
        EVERY, told("s1", "LNA", 2, toll(3)), told("s2", "GNA", 0, toll(5)), told("s3", "UN", None, toll(6))
    )
    assert [one.statement for one in found.entries] == ["s3", "s2", "s1"]


def test_every_figure_gives_the_least_and_the_greatest_that_anyone_gave() -> None:
    figures = (
        told("s1", "LNA", 0, toll(3)),
        told("s2", "LNA", 1, toll(9)),
        told("s3", "GNA", 0, toll(12, 15)),
    )
    found = row(EVERY, *figures)
    assert (found.low, found.high, found.policy) == (3, 15, EVERY)
    assert [one.superseded for one in found.entries] == [True, False, False]


def test_the_latest_of_each_leaves_out_what_a_party_gave_before() -> None:
    figures = (
        told("s1", "LNA", 0, toll(3)),
        told("s2", "LNA", 1, toll(9)),
        told("s3", "GNA", 0, toll(12, 15)),
    )
    found = row(LATEST, *figures)
    assert (found.low, found.high, found.policy) == (9, 15, LATEST)
    assert len(found.entries) == 3


def test_where_the_greatest_is_open_above_there_is_no_high() -> None:
    assert row(EVERY, told("s1", "LNA", 0, toll(10, None)), told("s2", "GNA", 0, toll(4))).high is None
    closed = row(EVERY, told("s1", "LNA", 0, toll(10, None)), told("s2", "GNA", 0, toll(14)))
    assert (closed.low, closed.high) == (10, 14)


@pytest.mark.parametrize("party", ["MEDIA", "CIV", "OTHER"])
def test_only_one_voice_takes_back_what_it_said(party: str) -> None:
    entries = row(LATEST, told("s1", party, 0, toll(3)), told("s2", party, 1, toll(9))).entries
    assert [one.superseded for one in entries] == [False, False]
    entries = row(LATEST, told("s1", "UN", 0, toll(3)), told("s2", "UN", 1, toll(9))).entries
    assert [one.superseded for one in entries] == [True, False]


def test_a_figure_without_a_day_or_of_the_same_day_stands() -> None:
    found = row(
        EVERY, told("s1", "LNA", None, toll(3)), told("s2", "LNA", 1, toll(9)), told("s3", "LNA", 1, toll(8))
    )
    assert [one.superseded for one in found.entries] == [False, False, False]


def test_figures_of_other_rows_take_nothing_back() -> None:
    rows = ledger(LATEST, told("s1", "LNA", 0, toll(3)), told("s2", "LNA", 1, toll(9, kind=INJURED)))
    assert not any(one.superseded for found in rows for one in found.entries)


TOLLS = st.builds(
    lambda low, more, group: toll(low, None if more is None else low + more, group=group),
    st.integers(0, 30),
    st.sampled_from([0, 0, 5, None]),
    st.sampled_from([None, *Group]),
)
STATEMENTS = st.lists(
    st.tuples(
        st.sampled_from(["LNA", "GNA", "MEDIA"]),
        st.sampled_from([None, 0, 1, 2, 3]),
        st.lists(TOLLS, max_size=3),
    ),
    max_size=8,
).map(
    lambda listed: [
        told(f"s{number}", party, day, *tolls) for number, (party, day, tolls) in enumerate(listed)
    ]
)


@given(STATEMENTS, st.sampled_from(RangePolicy))
def test_no_figure_is_lost_and_a_range_holds_what_it_is_made_of(
    statements: list[Told], policy: RangePolicy
) -> None:
    rows = ledger(policy, *statements)
    assert sum(len(one.entries) for one in rows) == sum(len(one.tolls) for one, _ in statements)
    for found in rows:
        assert found.entries
        assert found.high is None or found.low <= found.high
        counted = [one.figure for one in found.entries if policy is EVERY or not one.superseded]
        assert found.low == min(one.low for one in counted)
        for one in counted:
            assert found.high is None or one.low <= found.high
            assert found.high is None or one.high is None or one.high <= found.high


@given(STATEMENTS)
def test_the_latest_of_each_is_never_wider_than_every_figure(statements: list[Told]) -> None:
    for wide, narrow in zip(ledger(EVERY, *statements), ledger(LATEST, *statements), strict=True):
        assert wide.low <= narrow.low
        assert wide.entries == narrow.entries


@given(STATEMENTS, st.randoms(use_true_random=False))
def test_the_ledger_is_the_same_in_whatever_order_statements_come(
    statements: list[Told], random: Random
) -> None:
    shuffled = list(statements)
    random.shuffle(shuffled)
    assert ledger(EVERY, *shuffled) == ledger(EVERY, *statements)
    assert revised(*shuffled) == revised(*statements)


def test_a_revision_has_the_first_and_the_last_and_whose_figure_it_came_to() -> None:
    (found,) = revised(
        told("s1", "LNA", 0, toll(3)),
        told("s2", "LNA", 1, toll(5)),
        told("s3", "LNA", 2, toll(11)),
        told("s4", "GNA", 0, toll(11)),
        told("s5", "UN", 0, toll(10, None)),
        told("s6", "TUR", 0, toll(20)),
    )
    assert (found.party, found.kind, found.group, found.side) == ("LNA", FigureKind.KILLED, None, None)
    assert [(one.statement, one.figure.low) for one in found.trail] == [("s1", 3), ("s2", 5), ("s3", 11)]
    assert found.towards == ("GNA", "UN")


def test_whoever_always_had_the_last_figure_was_not_come_to() -> None:
    (found,) = revised(
        told("s1", "LNA", 0, toll(3)), told("s2", "LNA", 1, toll(11)), told("s3", "UN", 0, toll(2, None))
    )
    assert found.towards == ()


@pytest.mark.parametrize(
    "statements",
    [
        (told("s1", "LNA", 0, toll(3)), told("s2", "LNA", 0, toll(11))),
        (told("s1", "LNA", 0, toll(3)), told("s2", "LNA", None, toll(11))),
        (told("s1", "LNA", 0, toll(3, None)), told("s2", "LNA", 1, toll(11))),
        (told("s1", "LNA", 0, toll(3)), told("s2", "LNA", 1, toll(3))),
        (told("s1", "LNA", 0, toll(3)), told("s2", "LNA", 1, toll(9)), told("s3", "LNA", 2, toll(3))),
        (told("s1", "LNA", 0, toll(3)), told("s2", "GNA", 1, toll(11))),
        (told("s1", "LNA", 0, toll(3)), told("s2", "LNA", 1, toll(11, kind=INJURED))),
        (told("s1", "LNA", 0, toll(3, group=Group.CIVILIANS)), told("s2", "LNA", 1, toll(11))),
        (told("s1", "MEDIA", 0, toll(3)), told("s2", "MEDIA", 1, toll(11))),
        (told("s1", "CIV", 0, toll(3)), told("s2", "CIV", 1, toll(11))),
    ],
    ids=[
        "one day",
        "no day",
        "both can be so",
        "the same",
        "taken back",
        "another party",
        "another fate",
        "other people",
        "the outlets",
        "residents",
    ],
)
def test_nothing_else_is_a_revision(statements: tuple[Told, ...]) -> None:
    assert revised(*statements) == ()


@pytest.mark.parametrize("names", [("s1", "s2"), ("s2", "s1")])
def test_who_gave_the_last_figure_on_the_first_day_too_revised_nothing(names: tuple[str, str]) -> None:
    low, high = names
    assert (
        revised(told(low, "LNA", 0, toll(3)), told(high, "LNA", 0, toll(11)), told("s3", "LNA", 1, toll(11)))
        == ()
    )


def test_revisions_come_in_one_order_whatever_the_statements_come_in() -> None:
    statements = [
        told("s1", "LNA", 0, toll(3, group=Group.CIVILIANS)),
        told("s2", "LNA", 1, toll(9, group=Group.CIVILIANS)),
        told("s3", "GNA", 0, toll(4, kind=INJURED)),
        told("s4", "GNA", 1, toll(8, kind=INJURED)),
    ]
    found = revised(*statements)
    assert len(found) == 2
    assert revised(*reversed(statements)) == found
