from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pytest
from event_examples import AIRFIELD, HARBOUR, PUBLISHED, REGION, linkable
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tracker.domain.documents import DatePrecision
from tracker.domain.statements import FigureKind, PlaceFound
from tracker.events.linkable import Coder, Linkable
from tracker.events.pairs import FEATURES, pair_features

RANGES = {"context": (-1.0, 1.0), "quote": (-1.0, 1.0)}
"""All other features lie between 0 and 1."""


Features = NDArray[np.float32]


def of_pairs(ones: Sequence[Linkable], others: Sequence[Linkable]) -> Features:
    """The features of each of `ones` with each of `others`: shape (ones * others, features)."""
    columns = Coder().columns([*ones, *others])
    left, right = np.meshgrid(np.arange(len(ones)), len(ones) + np.arange(len(others)), indexing="ij")
    return pair_features(columns, left.ravel(), right.ravel())


def of_one_pair(one: Linkable, other: Linkable) -> dict[str, float]:
    return dict(zip(FEATURES, of_pairs([one], [other])[0].tolist(), strict=True))


@st.composite
def linkables(draw: st.DrawFn) -> Linkable:
    number = draw(st.integers(0, 10**6))
    return linkable(
        f"s{number}",
        vector=draw(
            st.lists(st.floats(-1, 1), min_size=4, max_size=4).filter(lambda v: max(map(abs, v)) > 0.1)
        ),
        published=draw(st.none() | st.dates(date(2019, 1, 1), date(2020, 12, 31))),
        day=draw(st.none() | st.dates(date(2019, 1, 1), date(2020, 12, 31))),
        precision=draw(st.sampled_from(DatePrecision)),
        place=draw(st.sampled_from([None, HARBOUR, REGION, AIRFIELD])),
        found=draw(st.sampled_from(PlaceFound)),
        document=draw(st.sampled_from(["d1", "d2"])),
        start=draw(st.integers(0, 5_000)),
        story=draw(st.integers(0, 2)),
        figures=draw(st.lists(st.tuples(st.sampled_from(FigureKind), st.integers(0, 9)), max_size=6)),
    )


several = st.lists(linkables(), min_size=1, max_size=4)


@settings(max_examples=40)
@given(several, several)
def test_each_pair_has_one_number_for_each_feature(
    ones: Sequence[Linkable], others: Sequence[Linkable]
) -> None:
    found = of_pairs(ones, others)
    assert found.shape == (len(ones) * len(others), len(FEATURES))
    assert found.dtype == np.float32


@settings(max_examples=40)
@given(several, several)
def test_features_are_the_same_for_both_orders_of_a_pair(
    ones: Sequence[Linkable], others: Sequence[Linkable]
) -> None:
    columns = Coder().columns([*ones, *others])
    left, right = (rows.ravel() for rows in np.indices((len(columns), len(columns))))
    there, back = pair_features(columns, left, right), pair_features(columns, right, left)
    for number, name in enumerate(FEATURES):
        np.testing.assert_allclose(there[:, number], back[:, number], atol=1e-6, err_msg=name)


@settings(max_examples=40)
@given(several, several)
def test_features_keep_within_their_ranges(ones: Sequence[Linkable], others: Sequence[Linkable]) -> None:
    for name, numbers in zip(FEATURES, of_pairs(ones, others).T, strict=True):
        low, high = RANGES.get(name, (0.0, 1.0))
        assert np.isfinite(numbers).all(), name
        assert numbers.min() >= low - 1e-6, name
        assert numbers.max() <= high + 1e-6, name


@settings(max_examples=40)
@given(several, several, st.data())
def test_a_pair_has_the_features_it_has_whatever_stands_beside_it(
    ones: Sequence[Linkable], others: Sequence[Linkable], data: st.DataObject
) -> None:
    one, other = data.draw(st.integers(0, len(ones) - 1)), data.draw(st.integers(0, len(others) - 1))
    among = of_pairs(ones, others)[one * len(others) + other]
    np.testing.assert_allclose(among, of_pairs([ones[one]], [others[other]])[0], atol=1e-6)


@pytest.mark.parametrize(
    ("apart", "gap", "same", "differ"),
    [
        (0, 0.0, 1.0, 0.0),
        (1, (1 / 45) ** 0.5, 1.0, 0.0),
        (3, (3 / 45) ** 0.5, 0.0, 1.0),
        (400, 1.0, 0.0, 1.0),
    ],
)
def test_days_are_compared_by_their_distance(apart: int, gap: float, same: float, differ: float) -> None:
    one = linkable("s1", day=PUBLISHED)
    other = linkable("s2", day=PUBLISHED + timedelta(days=apart))
    found = of_one_pair(one, other)
    assert found["gap"] == pytest.approx(gap)
    assert (found["same_day"], found["dates_differ"], found["date_unknown"]) == (same, differ, 0.0)


def test_without_a_day_nothing_is_said_of_days() -> None:
    found = of_one_pair(linkable("s1", published=None), linkable("s2", day=PUBLISHED))
    assert (found["same_day"], found["dates_differ"], found["date_unknown"]) == (0, 0, 1)


def test_what_bears_no_day_counts_as_far_from_all_others_for_it_may_speak_of_any_year() -> None:
    undated = of_one_pair(linkable("s1", published=None), linkable("s2", day=PUBLISHED))
    far = of_one_pair(linkable("s1"), linkable("s2", day=PUBLISHED + timedelta(days=400)))
    assert undated["gap"] == far["gap"] == 1


def test_only_days_that_are_named_can_differ() -> None:
    # The days of publication stand in for days, but weeks between them are no contradiction.
    later = PUBLISHED + timedelta(days=20)
    found = of_one_pair(linkable("s1"), linkable("s2", published=later))
    assert found["dates_differ"] == 0
    assert found["gap"] > 0


def test_a_day_within_the_month_that_another_names_is_no_distance_but_not_the_same_day_either() -> None:
    month = linkable("s1", day=date(2020, 2, 1), precision=DatePrecision.MONTH)
    within = of_one_pair(month, linkable("s2", day=date(2020, 2, 20)))
    assert (within["gap"], within["same_day"], within["dates_differ"]) == (0, 0, 0)
    outside = of_one_pair(month, linkable("s3", day=date(2020, 3, 10)))
    assert outside["gap"] == pytest.approx((10 / 45) ** 0.5)
    assert (outside["same_day"], outside["dates_differ"]) == (0, 1)


def test_days_apart_within_one_story_are_told_from_days_apart_between_stories() -> None:
    recalled = PUBLISHED - timedelta(days=20)
    own = of_one_pair(linkable("s1", document="d"), linkable("s2", document="d", day=recalled))
    other = of_one_pair(linkable("s1"), linkable("s2", day=recalled))
    assert own["gap_in_story"] == own["gap"] == other["gap"] > 0
    assert other["gap_in_story"] == 0


def test_statements_in_two_languages_are_known_as_such() -> None:
    arabic, english = linkable("s1", language="ar"), linkable("s2")
    assert of_one_pair(arabic, english)["other_language"] == 1
    assert of_one_pair(english, linkable("s3"))["other_language"] == 0


def test_statements_of_one_story_are_of_one_day_even_if_nobody_knows_which() -> None:
    one, other = (linkable(name, published=None, document="d") for name in ("s1", "s2"))
    found = of_one_pair(one, other)
    assert (found["gap"], found["same_day"], found["date_unknown"]) == (0, 1, 0)
    apart = of_one_pair(one, linkable("s3", published=None, document="d", story=1))
    assert (apart["same_day"], apart["date_unknown"]) == (0, 1)


@pytest.mark.parametrize(
    ("place", "name"), [(HARBOUR, "same_place"), (REGION, "near_place"), (AIRFIELD, "other_place")]
)
def test_a_pair_of_places_is_the_same_near_or_other(place: object, name: str) -> None:
    found = of_one_pair(linkable("s1", place=HARBOUR), linkable("s2", place=place))  # type: ignore[arg-type]
    assert {
        feature: found[feature] for feature in ("same_place", "near_place", "other_place") if found[feature]
    } == {name: 1.0}


def test_places_taken_from_around_a_sentence_count_less() -> None:
    both = [linkable(name, place=HARBOUR, found=PlaceFound.NEIGHBOUR) for name in ("s1", "s2")]
    assert of_one_pair(*both)["same_place"] == pytest.approx(0.7)


def test_statements_of_one_story_are_the_closer_the_nearer_they_stand() -> None:
    first = linkable("s1", document="d")
    near, far = linkable("s2", document="d", start=200), linkable("s3", document="d", start=4_000)
    assert of_one_pair(first, near)["adjacent"] > of_one_pair(first, far)["adjacent"] > 0
    assert of_one_pair(first, near)["same_story"] == of_one_pair(first, near)["same_document"] == 1


def test_another_story_of_a_page_shares_the_document_only() -> None:
    found = of_one_pair(linkable("s1", document="d"), linkable("s2", document="d", story=1, start=10))
    assert (found["same_document"], found["same_story"], found["adjacent"]) == (1, 0, 0)


def test_stories_of_different_documents_have_nothing_to_do_with_each_other() -> None:
    found = of_one_pair(linkable("s1"), linkable("s2"))
    assert (found["same_document"], found["same_story"], found["adjacent"]) == (0, 0, 0)


KILLED, INJURED = FigureKind.KILLED, FigureKind.INJURED


@pytest.mark.parametrize(
    ("ones", "others", "expected"),
    [
        ([(KILLED, 44)], [(INJURED, 7), (KILLED, 44)], 1),
        ([(KILLED, 44)], [(INJURED, 44)], 0),
        ([(KILLED, 44)], [(KILLED, 40)], 0),
        ([(KILLED, 2)], [(KILLED, 2)], 0),
        ([(KILLED, 3)], [(KILLED, 3)], 1),
        ([], [], 0),
    ],
)
def test_the_same_number_of_the_same_kind_is_shared_unless_it_is_too_small_to_tell(
    ones: list[tuple[FigureKind, int]], others: list[tuple[FigureKind, int]], expected: float
) -> None:
    assert (
        of_one_pair(linkable("s1", figures=ones), linkable("s2", figures=others))["same_figure"] == expected
    )


def test_cosines_that_are_known_are_taken_as_they_are() -> None:
    columns = Coder().columns([linkable("s1"), linkable("s2", vector=(0.6, 0.8))])
    one, other = np.array([0]), np.array([1])
    reckoned = pair_features(columns, one, other)
    given = pair_features(columns, one, other, np.array([0.25], dtype=np.float32))
    assert reckoned[0, FEATURES.index("context")] == pytest.approx(0.6)
    assert given[0, FEATURES.index("context")] == 0.25
    assert given[0, 1:].tolist() == reckoned[0, 1:].tolist()


def test_the_quotes_alone_are_compared_beside_what_stands_with_the_heading() -> None:
    one = linkable("s1", vector=(1.0,), quote=(1.0,))
    found = of_one_pair(one, linkable("s2", vector=(0.6, 0.8), quote=(0.0, 1.0)))
    assert (found["context"], found["quote"]) == (pytest.approx(0.6), pytest.approx(0.0))
