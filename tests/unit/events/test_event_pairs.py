from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pytest
from event_examples import AIRFIELD, HARBOUR, PUBLISHED, REGION, linkable
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain.documents import DatePrecision
from tracker.domain.statements import PlaceFound
from tracker.events.pairs import FEATURES, Linkable, PairModel, event_day, pair_features

RANGES = {
    "context": (-1.0, 1.0),
    "quote": (-1.0, 1.0),
    "heading": (-1.0, 1.0),
    "best": (-1.0, 1.0),
}
"""All other features lie between 0 and 1."""


def of_one_pair(one: Linkable, other: Linkable) -> dict[str, float]:
    found = pair_features([one], [other])
    return {name: float(matrix[0, 0]) for name, matrix in zip(FEATURES, found, strict=True)}


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
    )


several = st.lists(linkables(), min_size=1, max_size=4)


@settings(max_examples=40)
@given(several, several)
def test_each_feature_has_one_number_for_each_pair(
    ones: Sequence[Linkable], others: Sequence[Linkable]
) -> None:
    found = pair_features(ones, others)
    assert len(found) == len(FEATURES)
    assert {matrix.shape for matrix in found} == {(len(ones), len(others))}


@settings(max_examples=40)
@given(several, several)
def test_features_are_the_same_for_both_orders_of_a_pair(
    ones: Sequence[Linkable], others: Sequence[Linkable]
) -> None:
    for name, there, back in zip(
        FEATURES, pair_features(ones, others), pair_features(others, ones), strict=True
    ):
        np.testing.assert_allclose(there, back.T, atol=1e-6, err_msg=name)


@settings(max_examples=40)
@given(several, several)
def test_features_keep_within_their_ranges(ones: Sequence[Linkable], others: Sequence[Linkable]) -> None:
    for name, matrix in zip(FEATURES, pair_features(ones, others), strict=True):
        low, high = RANGES.get(name, (0.0, 1.0))
        assert np.isfinite(matrix).all(), name
        assert matrix.min() >= low - 1e-6, name
        assert matrix.max() <= high + 1e-6, name


@settings(max_examples=40)
@given(several)
def test_the_shipped_model_gives_symmetric_probabilities(ones: Sequence[Linkable]) -> None:
    probabilities = PairModel.shipped().probabilities(pair_features(ones, ones))
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    np.testing.assert_allclose(probabilities, probabilities.T, atol=1e-6)


def test_the_shipped_model_has_a_weight_for_each_feature_and_a_threshold_that_can_be_met() -> None:
    model = PairModel.shipped()
    assert model.weights.shape == (len(FEATURES),)
    assert np.isfinite(model.weights).all()
    assert 0 < model.threshold < 1


def test_by_the_shipped_model_likeness_place_and_day_speak_for_one_happening() -> None:
    model = PairModel.shipped()
    first = linkable("s1", place=HARBOUR, day=PUBLISHED)
    same = linkable("s2", place=HARBOUR, day=PUBLISHED)
    elsewhere = linkable("s3", vector=(0.2, 1.0), place=AIRFIELD, day=PUBLISHED - timedelta(days=40))
    alike, unlike = model.probabilities(pair_features([first], [same, elsewhere]))[0]
    assert alike > model.threshold > unlike


def test_a_model_without_weights_knows_only_its_intercept() -> None:
    model = PairModel(np.zeros(len(FEATURES)), intercept=0.0, threshold=0.5)
    assert model.probabilities(pair_features([linkable("s1")], [linkable("s2")])).tolist() == [[0.5]]


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
    assert (found["gap"], found["same_day"], found["dates_differ"], found["date_unknown"]) == (0, 0, 0, 1)


def test_only_days_that_are_named_can_differ() -> None:
    # The days of publication stand in for days, but weeks between them are no contradiction.
    later = PUBLISHED + timedelta(days=20)
    found = of_one_pair(linkable("s1"), linkable("s2", published=later))
    assert found["dates_differ"] == 0
    assert found["gap"] > 0


def test_the_day_of_publication_stands_in_for_a_vague_date() -> None:
    assert event_day(linkable("s1", day=date(2019, 5, 4))) == date(2019, 5, 4)
    assert event_day(linkable("s2", day=date(2019, 5, 1), precision=DatePrecision.MONTH)) == PUBLISHED
    assert event_day(linkable("s3", published=None)) is None


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
