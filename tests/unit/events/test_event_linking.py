from datetime import timedelta

import pytest
from event_examples import AIRFIELD, HARBOUR, PUBLISHED, REGION, linkable, model_of_likeness

from tracker.domain.events import Linking
from tracker.domain.identifiers import event_id
from tracker.events.linking import Link, link_statements

NORTH, EAST, BETWEEN = (1.0,), (0.0, 1.0), (1.0, 1.0)
LINK = Link(model_of_likeness())


def statements_of(linking: Linking) -> dict[str, tuple[str, ...]]:
    return {event.id: event.statements for event in linking.events}


def test_statements_alike_found_an_event_named_after_the_first_of_them() -> None:
    later = linkable("s1", published=PUBLISHED + timedelta(days=1))
    first = linkable("s2")
    linking = link_statements([later, first], {}, LINK)
    assert statements_of(linking) == {event_id("s2"): ("s1", "s2")}
    assert linking.redirects == {}


def test_a_statement_like_no_other_stays_without_event() -> None:
    linking = link_statements([linkable("s1"), linkable("s2"), linkable("s3", vector=EAST)], {}, LINK)
    assert statements_of(linking) == {event_id("s1"): ("s1", "s2")}


def test_one_statement_by_itself_founds_nothing() -> None:
    assert link_statements([linkable("s1")], {}, LINK) == Linking((), {})


def test_without_statements_there_is_nothing_to_link() -> None:
    assert link_statements([], {}, LINK) == Linking((), {})


def test_a_new_statement_joins_a_settled_event_which_keeps_its_id() -> None:
    settled = {"s2": "e-old", "s3": "e-old"}
    linking = link_statements([linkable("s1"), linkable("s2"), linkable("s3")], settled, LINK)
    assert statements_of(linking) == {"e-old": ("s1", "s2", "s3")}
    assert linking.redirects == {}


def test_an_event_that_nothing_joined_is_not_written_again() -> None:
    everything = [linkable("s1"), linkable("s2"), linkable("s3", vector=EAST)]
    assert link_statements(everything, {"s1": "e-old", "s2": "e-old"}, LINK) == Linking((), {})


def test_settled_statements_stay_together_however_little_they_are_alike() -> None:
    everything = [linkable("s1"), linkable("s2", vector=EAST), linkable("s3"), linkable("s4")]
    settled = {"s1": "e-old", "s2": "e-old"}
    linking = link_statements(everything, settled, LINK)
    members = {statement: event.id for event in linking.events for statement in event.statements}
    assert members.get("s1", "e-old") == members.get("s2", "e-old") == "e-old"


def test_two_settled_events_shown_to_be_one_are_joined_and_the_smaller_id_redirects() -> None:
    settled = {"s1": "e-large", "s2": "e-large", "s3": "e-small", "s4": "e-large"}
    everything = [linkable(name) for name in ("s1", "s2", "s3", "s4", "s5")]
    linking = link_statements(everything, settled, LINK)
    assert statements_of(linking) == {"e-large": ("s1", "s2", "s3", "s4", "s5")}
    assert linking.redirects == {"e-small": "e-large"}


def test_of_two_events_of_one_size_the_id_that_sorts_first_is_kept() -> None:
    everything = [linkable("s1"), linkable("s2")]
    linking = link_statements(everything, {"s1": "e-b", "s2": "e-a"}, LINK)
    assert linking.redirects == {"e-b": "e-a"}


def test_two_settled_events_about_other_things_stay_two() -> None:
    everything = [linkable("s1"), linkable("s2", vector=EAST), linkable("s3")]
    linking = link_statements(everything, {"s1": "e-a", "s2": "e-b"}, LINK)
    assert statements_of(linking) == {"e-a": ("s1", "s3")}
    assert linking.redirects == {}


def test_a_membership_names_the_place_it_shares() -> None:
    near = linkable("s3", place=REGION)
    linking = link_statements([linkable("s1", place=HARBOUR), linkable("s2", place=HARBOUR)], {}, LINK)
    reasons = {member.statement: member.reason for member in linking.events[0].members}
    assert reasons["s1"].startswith("same place (Grey Harbour), same day")
    linking = link_statements([linkable("s1", place=HARBOUR), near], {}, LINK)
    assert "place within the other" in linking.events[0].members[0].reason


def test_a_membership_claims_no_place_or_day_that_is_not_shared() -> None:
    everything = [
        linkable("s1", place=HARBOUR),
        linkable("s2", place=AIRFIELD, published=PUBLISHED + timedelta(days=9)),
    ]
    reasons = [member.reason for member in link_statements(everything, {}, LINK).events[0].members]
    assert reasons == ["1.00 similar", "1.00 similar"]


def test_the_score_of_a_membership_is_the_mean_over_the_other_members() -> None:
    # Alike is 1, halfway is a probability of about 0.984 under this model.
    linking = link_statements(
        [linkable("s1"), linkable("s2"), linkable("s3", vector=BETWEEN)], {}, Link(model_of_likeness())
    )
    scores = {member.statement: member.score for member in linking.events[0].members}
    assert scores["s1"] == scores["s2"] > scores["s3"]
    assert scores["s3"] == pytest.approx(0.9845, abs=1e-3)


def test_linking_again_what_is_settled_changes_nothing() -> None:
    everything = [linkable("s1"), linkable("s2"), linkable("s3", vector=EAST), linkable("s4", vector=EAST)]
    first = link_statements(everything, {}, LINK)
    settled = {statement: event.id for event in first.events for statement in event.statements}
    assert len(first.events) == 2
    assert link_statements(everything, settled, LINK) == Linking((), {})


def test_the_order_of_the_statements_changes_neither_events_nor_ids() -> None:
    everything = [linkable(f"s{n}", vector=NORTH if n % 2 else EAST, start=n) for n in range(6)]
    there = link_statements(everything, {}, LINK)
    back = link_statements(everything[::-1], {}, LINK)
    assert statements_of(there) == statements_of(back)
