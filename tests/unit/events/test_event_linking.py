from collections.abc import Sequence
from datetime import timedelta
from random import Random

import numpy as np
import pytest
from event_examples import AIRFIELD, HARBOUR, PUBLISHED, REGION, linkable
from hypothesis import given, settings
from hypothesis import strategies as st
from likeness import AlikeInContext

from tracker.domain.events import LinkDecision, Linking, LinkVerdict
from tracker.domain.identifiers import event_id
from tracker.events.constraints import Constraints
from tracker.events.linkable import Linkable
from tracker.events.linking import link_statements
from tracker.events.window import Group, OpenWindow

NORTH, EAST, BETWEEN = (1.0,), (0.0, 1.0), (1.0, 1.0)
TOGETHER, APART = LinkVerdict.TOGETHER, LinkVerdict.APART
NOTHING_NEW = Linking((), {})


def opened(*groups: Sequence[Linkable], decisions: Sequence[LinkDecision] = ()) -> OpenWindow:
    """A window in which these groups stand."""
    window = OpenWindow(AlikeInContext(), Constraints.of(decisions))
    window.settle(Group(group) for group in groups)
    return window


def linked(new: Sequence[Linkable], *, decisions: Sequence[LinkDecision] = ()) -> Linking:
    """Of statements that are all new."""
    return link_statements(opened(decisions=decisions), new, {})


def statements_of(linking: Linking) -> dict[str, tuple[str, ...]]:
    return {event.id: event.statements for event in linking.events}


def settled_by(linking: Linking) -> dict[str, str]:
    return {statement: event.id for event in linking.events for statement in event.statements}


def test_statements_alike_found_an_event_named_after_the_first_of_them() -> None:
    later = linkable("s1", published=PUBLISHED + timedelta(days=1))
    linking = linked([later, linkable("s2")])
    assert statements_of(linking) == {event_id("s2"): ("s1", "s2")}
    assert (linking.redirects, linking.splits) == ({}, {})


def test_a_statement_like_no_other_stays_without_event() -> None:
    linking = linked([linkable("s1"), linkable("s2"), linkable("s3", vector=EAST)])
    assert statements_of(linking) == {event_id("s1"): ("s1", "s2")}


def test_one_statement_by_itself_founds_nothing() -> None:
    assert linked([linkable("s1")]) == NOTHING_NEW


def test_without_statements_there_is_nothing_to_link() -> None:
    assert linked([]) == NOTHING_NEW


def test_a_new_statement_joins_a_settled_event_which_keeps_its_id() -> None:
    window = opened([linkable("s2"), linkable("s3")])
    linking = link_statements(window, [linkable("s1")], {"s2": "e-old", "s3": "e-old"})
    assert statements_of(linking) == {"e-old": ("s1", "s2", "s3")}
    assert (linking.redirects, linking.splits) == ({}, {})


def test_a_lone_statement_of_the_window_founds_an_event_with_one_like_it() -> None:
    assert statements_of(link_statements(opened([linkable("s1")]), [linkable("s2")], {})) == {
        event_id("s1"): ("s1", "s2")
    }


def test_an_event_that_nothing_joined_is_not_written_again() -> None:
    window = opened([linkable("s1"), linkable("s2")])
    settled = {"s1": "e-old", "s2": "e-old"}
    assert link_statements(window, [linkable("s3", vector=EAST)], settled) == NOTHING_NEW


def test_two_settled_events_shown_to_be_one_are_joined_and_the_smaller_id_redirects() -> None:
    window = opened([linkable("s1"), linkable("s2"), linkable("s4")], [linkable("s3")])
    settled = {"s1": "e-large", "s2": "e-large", "s3": "e-small", "s4": "e-large"}
    linking = link_statements(window, [linkable("s5")], settled)
    assert statements_of(linking) == {"e-large": ("s1", "s2", "s3", "s4", "s5")}
    assert (linking.redirects, linking.splits) == ({"e-small": "e-large"}, {})


def test_of_two_events_of_one_size_the_id_that_sorts_first_is_kept() -> None:
    window = opened([linkable("s1")], [linkable("s2")])
    linking = link_statements(window, [linkable("s3")], {"s1": "e-b", "s2": "e-a"})
    assert linking.redirects == {"e-b": "e-a"}


def test_two_settled_events_about_other_things_stay_two() -> None:
    window = opened([linkable("s1")], [linkable("s2", vector=EAST)])
    linking = link_statements(window, [linkable("s3")], {"s1": "e-a", "s2": "e-b"})
    assert statements_of(linking) == {"e-a": ("s1", "s3")}
    assert linking.redirects == {}


def test_an_event_shown_to_be_two_is_parted_and_the_larger_part_keeps_the_id() -> None:
    north, east = ["s1", "s2"], ["s3", "s4", "s5"]
    window = opened([*(linkable(name) for name in north), *(linkable(name, vector=EAST) for name in east)])
    linking = link_statements(window, [linkable("s6")], dict.fromkeys([*north, *east], "e-old"))
    parted = event_id("s1 from e-old")
    assert statements_of(linking) == {parted: ("s1", "s2", "s6"), "e-old": ("s3", "s4", "s5")}
    assert (linking.redirects, linking.splits) == ({}, {parted: "e-old"})


def test_a_statement_that_opened_an_event_and_is_parted_from_it_does_not_take_its_id_along() -> None:
    window = opened([linkable("s1"), linkable("s2", vector=EAST), linkable("s3", vector=EAST)])
    old = event_id("s1")
    linking = link_statements(window, [linkable("s4", vector=EAST)], dict.fromkeys(["s1", "s2", "s3"], old))
    events = statements_of(linking)
    assert events.pop(old) == ("s2", "s3", "s4")
    ((parted, members),) = events.items()
    assert (members, linking.splits) == (("s1",), {parted: old})
    (alone,) = next(event for event in linking.events if event.id == parted).members
    assert (alone.score, alone.reason) == (1.0, "alone since others were parted from it")


def test_the_part_of_an_event_that_stays_with_what_is_outside_the_window_keeps_the_id() -> None:
    window = OpenWindow(AlikeInContext())
    window.settle([Group([linkable("s1")], cut=True)])
    window.settle([Group([linkable("s2", vector=EAST), linkable("s3", vector=EAST)], beside=["s1"])])
    linking = link_statements(window, [linkable("s4")], dict.fromkeys(["s1", "s2", "s3"], "e-old"))
    assert settled_by(linking)["s1"] == "e-old"
    assert statements_of(linking)["e-old"] == ("s1", "s4")


def test_an_event_whose_parts_went_to_others_leads_to_where_most_of_them_are() -> None:
    window = opened(
        [linkable("s1"), linkable("s2"), linkable("s3", vector=EAST)],
        [linkable(f"n{n}") for n in range(5)],
        [linkable(f"o{n}", vector=EAST) for n in range(5)],
    )
    settled = dict.fromkeys(["s1", "s2", "s3"], "e-torn")
    settled |= {f"n{n}": "e-north" for n in range(5)} | {f"o{n}": "e-east" for n in range(5)}
    linking = link_statements(window, [linkable("t1"), linkable("t2", vector=EAST)], settled)
    assert statements_of(linking) == {
        "e-north": ("n0", "n1", "n2", "n3", "n4", "s1", "s2", "t1"),
        "e-east": ("o0", "o1", "o2", "o3", "o4", "s3", "t2"),
    }
    assert (linking.redirects, linking.splits) == ({"e-torn": "e-north"}, {})


def test_what_people_put_together_is_one_event_and_says_so() -> None:
    decisions = [LinkDecision("s1", "s3", TOGETHER)]
    linking = linked([linkable("s1"), linkable("s2"), linkable("s3", vector=EAST)], decisions=decisions)
    members = {member.statement: member for event in linking.events for member in event.members}
    assert settled_by(linking)["s1"] == settled_by(linking)["s3"]
    assert (members["s1"].score, members["s1"].reason) == (1.0, "an analyst put it here")
    assert members["s3"].reason == "an analyst put it here"


def test_two_lone_statements_put_together_found_an_event() -> None:
    everything = [linkable("s1"), linkable("s2", vector=EAST)]
    linking = linked(everything, decisions=[LinkDecision("s2", "s1", TOGETHER)])
    assert statements_of(linking) == {event_id("s1"): ("s1", "s2")}


def test_what_people_put_apart_is_not_one_event_however_alike() -> None:
    everything = [linkable(f"s{n}") for n in range(1, 5)]
    linking = linked(everything, decisions=[LinkDecision("s1", "s4", APART)])
    events = settled_by(linking)
    assert events.get("s1") != events.get("s4")
    assert {"s2", "s3"} <= set(events)


def test_a_decision_on_a_settled_event_parts_it_when_it_is_next_looked_at() -> None:
    window = opened(
        [linkable("s1"), linkable("s2"), linkable("s3")], decisions=[LinkDecision("s1", "s2", APART)]
    )
    linking = link_statements(window, [linkable("s4")], dict.fromkeys(["s1", "s2", "s3"], "e-old"))
    events = settled_by(linking)
    assert events["s1"] != events["s2"]
    assert list(linking.splits.values()) == ["e-old"]
    assert set(linking.splits) | {"e-old"} == {events["s1"], events["s2"]}


def test_a_membership_names_the_place_it_shares() -> None:
    near = linkable("s3", place=REGION)
    linking = linked([linkable("s1", place=HARBOUR), linkable("s2", place=HARBOUR)])
    reasons = {member.statement: member.reason for member in linking.events[0].members}
    assert reasons["s1"].startswith("same place (Grey Harbour), same day")
    linking = linked([linkable("s1", place=HARBOUR), near])
    assert "place within the other" in linking.events[0].members[0].reason


def test_a_membership_claims_no_place_or_day_that_is_not_shared() -> None:
    everything = [
        linkable("s1", place=HARBOUR),
        linkable("s2", place=AIRFIELD, published=PUBLISHED + timedelta(days=9)),
    ]
    reasons = [member.reason for member in linked(everything).events[0].members]
    assert reasons == ["1.00 similar", "1.00 similar"]


def test_the_score_of_a_membership_is_the_mean_over_the_other_members() -> None:
    # Alike is 1, halfway is a probability of about 0.984 under this model.
    linking = linked([linkable("s1"), linkable("s2"), linkable("s3", vector=BETWEEN)])
    scores = {member.statement: member.score for member in linking.events[0].members}
    assert scores["s1"] == scores["s2"] > scores["s3"]
    assert scores["s3"] == pytest.approx(0.9845, abs=1e-3)


@st.composite
def several(draw: st.DrawFn) -> list[Linkable]:
    """Statements about three things and what lies between them, over a few days."""
    size = draw(st.integers(2, 12))
    generator = np.random.default_rng(draw(st.integers(0, 10_000)))
    vectors = np.eye(4)[generator.integers(0, 3, size)] + generator.normal(size=(size, 4)) * 0.3
    days = draw(st.lists(st.integers(0, 4), min_size=size, max_size=size))
    return [
        linkable(f"s{n:02}", vector=vector.tolist(), published=PUBLISHED + timedelta(days=day), start=n)
        for n, (vector, day) in enumerate(zip(vectors, days, strict=True))
    ]


@settings(max_examples=60)
@given(several(), several())
def test_the_outcome_accounts_for_every_statement_and_every_id(
    old: list[Linkable], more: list[Linkable]
) -> None:
    window = opened()
    first = link_statements(window, old, {})
    settled = settled_by(first)
    new = [linkable(f"t{n:02}", vector=one.context.tolist()) for n, one in enumerate(more)]
    second = link_statements(window, new, settled)
    ids = [event.id for event in second.events]
    statements = [statement for event in second.events for statement in event.statements]
    assert len(set(ids)) == len(ids)
    assert len(set(statements)) == len(statements)
    now = settled | settled_by(second)
    # No statement that had an event is without one now, and each old id is in use or leads to one that is.
    assert set(settled) <= set(now)
    for event in set(settled.values()):
        assert (event in now.values()) != (event in second.redirects)
    assert set(second.redirects.values()) <= set(now.values())
    assert not set(second.redirects) & set(ids)
    for part, parent in second.splits.items():
        assert part in ids
        assert part not in settled.values()
        assert any(settled.get(one) == parent for one, event in now.items() if event == part)


@settings(max_examples=60)
@given(several())
def test_linking_again_what_is_settled_changes_nothing(everything: list[Linkable]) -> None:
    window = opened()
    settled = settled_by(link_statements(window, everything, {}))
    window.touched.update(window.members)
    assert link_statements(window, [], settled) == NOTHING_NEW
    groups = {settled.get(one.statement.id, one.statement.id): list[Linkable]() for one in everything}
    for one in everything:
        groups[settled.get(one.statement.id, one.statement.id)].append(one)
    anew = opened(*groups.values())
    anew.touched.update(anew.members)
    assert link_statements(anew, [], settled) == NOTHING_NEW


@settings(max_examples=60)
@given(several(), st.randoms())
def test_the_order_of_the_statements_changes_neither_events_nor_ids(
    everything: list[Linkable], random: Random
) -> None:
    there = linked(everything)
    back = linked(random.sample(everything, len(everything)))
    assert statements_of(there) == statements_of(back)
    assert {one.id: one.title for one in there.events} == {one.id: one.title for one in back.events}
