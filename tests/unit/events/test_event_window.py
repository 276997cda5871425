"""What the window does with what comes, one story each."""

from datetime import timedelta

import numpy as np
from event_examples import PUBLISHED, linkable
from window_examples import (
    EAST,
    FAR,
    UP,
    apart,
    assert_consistent,
    likeness_by_name,
    names_of,
    open_window,
    partition,
    statements,
    together,
)

from tracker.events.window import NEIGHBOURS, Group


def test_what_is_whole_in_the_window_is_taken_apart_if_it_is_not_alike() -> None:
    window = open_window()
    window.settle([Group([*statements("s1", "s2"), *statements("s3", "s4", vector=EAST)])])
    assert partition(window) == {frozenset({"s1", "s2", "s3", "s4"})}
    window.arrive(statements("s5", "s6"))
    window.repair()
    assert partition(window) == {frozenset({"s1", "s2", "s5", "s6"}), frozenset({"s3", "s4"})}


def test_what_is_held_may_be_joined_and_its_parts_stay_with_it() -> None:
    window = open_window()
    window.arrive(statements("s0", published=PUBLISHED - timedelta(days=9)) + statements("s1", "s2"))
    window.repair()
    window.let_go(before=PUBLISHED)
    window.arrive(statements("s3"))
    window.repair()
    assert partition(window) == {frozenset({"s1", "s2", "s3"})}
    assert names_of(window, window.held) == {"s1", "s2"}


def test_two_events_with_parts_outside_may_be_joined_and_parted_again_at_the_seam() -> None:
    window = open_window(apart("s1", "s3"))
    window.settle([Group(statements("s1", "s2"), cut=True), Group(statements("s3", "s4"), cut=True)])
    window.members[window.cluster_of[0]] += window.members.pop(window.cluster_of[2])
    window.cluster_of[2] = window.cluster_of[3] = window.cluster_of[0]
    window.touched.update(window.members)
    window.repair()
    assert partition(window) == {frozenset({"s1", "s2"}), frozenset({"s3", "s4"})}


def test_a_group_is_taken_in_beside_what_the_window_has_of_its_event() -> None:
    window = open_window()
    window.arrive(statements("s1", "s2") + statements("t1", vector=EAST))
    window.repair()
    window.settle([Group(statements("s3", vector=UP), beside=["s0", "s2"])])
    assert partition(window) == {frozenset({"s1", "s2", "s3"}), frozenset({"t1"})}
    assert_consistent(window)
    assert window.held == {}
    assert window.touched == set()


def test_a_group_may_be_given_beside_all_of_its_event_itself_included() -> None:
    window = open_window()
    window.settle([Group(statements("s1", "s2"), beside=["s1", "s2"])])
    window.settle(
        [Group(statements("s3"), beside=["s1", "s2", "s3"]), Group(statements("t1"), beside=["t1"])]
    )
    assert partition(window) == {frozenset({"s1", "s2", "s3"}), frozenset({"t1"})}
    assert_consistent(window)


def test_of_a_group_that_is_cut_all_that_is_in_the_window_is_held() -> None:
    window = open_window()
    window.settle([Group(statements("s1", "s2"))])
    window.settle([Group(statements("s3"), beside=["s1"], cut=True), Group(statements("t1"))])
    assert names_of(window, window.held) == {"s1", "s2", "s3"}


def test_an_empty_group_is_none() -> None:
    window = open_window()
    window.settle([Group([]), Group([], beside=["s1"], cut=True)])
    window.arrive([])
    assert (len(window), partition(window), window.repair()) == (0, set(), [])


def test_repair_looks_at_what_was_touched_and_what_is_like_it_and_leaves_the_rest() -> None:
    window = open_window()
    window.settle([Group(statements("s1", "s2")), Group(statements("t1", "t2", vector=EAST))])
    window.arrive(statements("s3"))
    looked_at = window.repair()
    assert [names_of(window, rows) for rows in looked_at] == [{"s1", "s2", "s3"}]
    assert frozenset({"t1", "t2"}) in partition(window)


def test_repair_looks_at_what_people_put_together_with_what_was_touched() -> None:
    window = open_window(together("s3", "t1"))
    window.settle([Group(statements("s1", "s2")), Group(statements("t1", vector=EAST))])
    window.arrive(statements("s3"))
    window.repair()
    assert any({"s3", "t1"} <= cluster for cluster in partition(window))


def test_a_decision_parts_even_an_event_of_which_there_is_more_outside() -> None:
    window = open_window(apart("s1", "s2"))
    window.settle([Group(statements("s1", "s2", "s3"), cut=True)])
    window.arrive(statements("s4"))
    window.repair()
    assert not any({"s1", "s2"} <= cluster for cluster in partition(window))


def test_two_statements_alike_but_months_apart_are_not_even_compared() -> None:
    window = open_window()
    window.arrive(statements("s1") + statements("s2", published=PUBLISHED + FAR))
    assert likeness_by_name(window) == {}
    window.arrive(statements("s3", published=PUBLISHED + FAR - timedelta(days=1)))
    assert set(likeness_by_name(window)) == {frozenset({"s1", "s3"}), frozenset({"s2", "s3"})}


def test_statements_without_a_day_are_compared_with_all_and_stay() -> None:
    window = open_window()
    window.arrive(statements("s1") + statements("s2", published=None))
    window.let_go(before=PUBLISHED + FAR)
    assert set(window.row_of) == {"s2"}
    window.arrive(statements("s3", published=PUBLISHED + FAR))
    assert set(likeness_by_name(window)) == {frozenset({"s2", "s3"})}


def test_a_recall_of_an_old_day_is_let_go_with_that_day() -> None:
    window = open_window()
    window.arrive([linkable("s1", day=PUBLISHED - FAR), linkable("s2")])
    window.let_go(before=PUBLISHED)
    assert set(window.row_of) == {"s2"}


def test_a_statement_is_compared_with_its_nearest_only_and_with_all_of_its_document() -> None:
    generator = np.random.default_rng(7)
    vectors = generator.normal(size=(NEIGHBOURS + 20, 2)) * 0.05 + [1.0, 0.0]
    everyone = [
        linkable(f"s{n}", vector=vector.tolist(), document="d" if n % 10 == 0 else "")
        for n, vector in enumerate(vectors)
    ]
    window = open_window()
    window.arrive(everyone)
    last = linkable("t", vector=(1.0, 0.02), document="d")
    window.arrive([last])
    scores = {one.statement.id: float(one.context @ last.context) for one in everyone}
    nearest = set(sorted(scores, key=lambda one: -scores[one])[:NEIGHBOURS])
    own_document = {f"s{n}" for n in range(0, len(everyone), 10)}
    assert own_document - nearest
    assert names_of(window, window.likeness[window.row_of["t"]]) == nearest | own_document


def test_a_happening_of_which_hundreds_speak_alike_is_one() -> None:
    everyone = [linkable(f"s{n:03}", vector=(1.0, 0.0001 * n)) for n in range(300)]
    window = open_window(threshold=0.225)
    for start in range(0, 300, 100):
        window.arrive(everyone[start : start + 100])
        window.repair()
    assert len(partition(window)) == 1
