"""What holds of every window, whatever comes in whatever order."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import numpy as np
from event_examples import PUBLISHED, linkable
from hypothesis import given, settings
from hypothesis import strategies as st
from window_examples import (
    EAST,
    FAR,
    NORTH,
    UP,
    apart,
    assert_consistent,
    likeness_by_name,
    names_of,
    open_window,
    partition,
    together,
)

from tracker.domain.events import LinkDecision, LinkVerdict
from tracker.events.linkable import Coder, Linkable
from tracker.events.pairs import pair_features
from tracker.events.window import Group


@st.composite
def arrivals(draw: st.DrawFn) -> list[Linkable]:
    """Statements in any directions, within days of each other or far from it."""
    size = draw(st.integers(1, 12))
    generator = np.random.default_rng(draw(st.integers(0, 10_000)))
    vectors = generator.normal([0.7, 0.0, 0.0], 1.0, size=(size, 3))
    return [
        linkable(
            f"s{number:02}",
            vector=vector.tolist(),
            published=draw(
                st.sampled_from([PUBLISHED, PUBLISHED + timedelta(days=5), PUBLISHED + FAR, None])
            ),
            document=draw(st.sampled_from(["d1", "d2", ""])),
            start=number * 50,
        )
        for number, vector in enumerate(vectors)
    ]


@st.composite
def decided(draw: st.DrawFn) -> tuple[list[Linkable], list[LinkDecision]]:
    """Statements, and decisions on them that do not contradict each other."""
    everyone = draw(arrivals())
    numbers = st.integers(0, len(everyone) - 1)
    side = draw(st.lists(st.integers(0, 2), min_size=len(everyone), max_size=len(everyone)))
    pairs = (
        draw(st.lists(st.tuples(numbers, numbers).filter(lambda pair: pair[0] != pair[1]), max_size=6))
        if len(everyone) > 1
        else []
    )
    return everyone, [
        (together if side[one] == side[other] else apart)(
            everyone[one].statement.id, everyone[other].statement.id
        )
        for one, other in pairs
    ]


def cut(everyone: Sequence[Linkable], random: Random) -> list[list[Linkable]]:
    """In several parts, one after the other."""
    ends = sorted(random.randint(0, len(everyone)) for _ in range(3))
    return [list(everyone[a:b]) for a, b in zip([0, *ends], [*ends, len(everyone)], strict=True)]


@settings(max_examples=60)
@given(arrivals(), st.randoms())
def test_every_statement_that_arrived_is_in_exactly_one_cluster(
    everyone: list[Linkable], random: Random
) -> None:
    window = open_window()
    for part in cut(everyone, random):
        window.arrive(part)
        assert_consistent(window)
        if random.random() < 0.5:
            window.repair()
            assert_consistent(window)
    assert set().union(*partition(window)) == {one.statement.id for one in everyone}


@settings(max_examples=60)
@given(decided(), st.randoms())
def test_after_repair_the_order_of_arrival_does_not_show(
    problem: tuple[list[Linkable], list[LinkDecision]], random: Random
) -> None:
    everyone, decisions = problem
    there, back = open_window(*decisions), open_window(*decisions)
    there.arrive(everyone)
    back.arrive(random.sample(everyone, len(everyone)))
    there.repair()
    back.repair()
    assert partition(there) == partition(back)


@settings(max_examples=40)
@given(st.lists(st.sampled_from([NORTH, EAST, UP]), min_size=1, max_size=40), st.randoms())
def test_happenings_unlike_each_other_come_out_the_same_from_any_number_of_arrivals(
    vectors: list[tuple[float, ...]], random: Random
) -> None:
    everyone = [linkable(f"s{number}", vector=vector) for number, vector in enumerate(vectors)]
    expected = {
        frozenset(f"s{number}" for number, other in enumerate(vectors) if other == vector)
        for vector in vectors
    }
    window = open_window()
    for part in cut(random.sample(everyone, len(everyone)), random):
        window.arrive(part)
        window.repair()
    assert partition(window) == expected


@settings(max_examples=60)
@given(decided(), st.randoms())
def test_what_people_decided_holds_whatever_is_alike(
    problem: tuple[list[Linkable], list[LinkDecision]], random: Random
) -> None:
    everyone, decisions = problem
    window = open_window(*decisions)
    for part in cut(everyone, random):
        window.arrive(part)
        window.repair()
    assert_consistent(window)
    cluster = {one: window.cluster_of[row] for one, row in window.row_of.items()}
    for one in decisions:
        assert (cluster[one.one] == cluster[one.other]) == (one.verdict is LinkVerdict.TOGETHER)


@settings(max_examples=60)
@given(arrivals())
def test_repairing_again_what_was_touched_changes_nothing(everyone: list[Linkable]) -> None:
    window = open_window()
    window.arrive(everyone)
    window.repair()
    before = partition(window)
    assert window.repair() == []
    window.touched.update(window.members)
    assert {names_of(window, rows) for rows in window.repair()} == before == partition(window)


@settings(max_examples=60)
@given(
    arrivals(),
    st.sampled_from([PUBLISHED, PUBLISHED + timedelta(days=1), PUBLISHED + FAR, PUBLISHED + 2 * FAR]),
    st.booleans(),
)
def test_letting_go_keeps_all_that_is_known_of_the_rest(
    everyone: list[Linkable],
    before: date,
    repaired: bool,  # noqa: FBT001
) -> None:
    window = open_window()
    window.arrive(everyone)
    if repaired:
        window.repair()
    clusters, likeness = partition(window), likeness_by_name(window)
    kept = {one.statement.id for one in everyone if one.published is None or one.published >= before}
    window.let_go(before=before)
    assert set(window.row_of) == kept
    assert_consistent(window)
    assert partition(window) == {cluster & kept for cluster in clusters} - {frozenset()}
    assert likeness_by_name(window) == {pair: value for pair, value in likeness.items() if pair <= kept}
    torn = {row for cluster in clusters if cluster - kept for row in cluster & kept}
    assert names_of(window, window.held) == torn


@settings(max_examples=60)
@given(arrivals(), arrivals())
def test_what_has_a_part_outside_is_not_taken_apart_by_what_comes(
    everyone: list[Linkable], later: list[Linkable]
) -> None:
    window = open_window()
    # Whatever they are like: they stand in one event, of which there is more.
    window.settle([Group(everyone, cut=True)])
    ids = {one.statement.id for one in everyone}
    window.arrive([linkable(f"t{n}", vector=one.context.tolist()) for n, one in enumerate(later)])
    window.touched.update(window.members)
    window.repair()
    assert_consistent(window)
    assert any(ids <= cluster for cluster in partition(window))


@settings(max_examples=30)
@given(arrivals())
def test_the_likeness_of_two_statements_is_what_the_model_says_of_the_pair(everyone: list[Linkable]) -> None:
    window = open_window()
    window.arrive(everyone[: len(everyone) // 2])
    window.arrive(everyone[len(everyone) // 2 :])
    for pair, value in likeness_by_name(window).items():
        one, other = (next(one for one in everyone if one.statement.id == name) for name in sorted(pair))
        features = pair_features(Coder().columns([one, other]), np.array([0]), np.array([1]))
        assert abs(value - float(window.model.probabilities(features)[0])) < 1e-5
