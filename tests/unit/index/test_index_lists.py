"""Many vectors in lists: what is approximate is measured, and under a filter nothing is."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tracker.index import building, exact_search, segment
from tracker.index.building import built, renewed
from tracker.index.coarse import coarse
from tracker.index.coding import Coding, Loss
from tracker.index.inverted_lists import InvertedLists
from tracker.index.segment import Probing, Segment
from tracker.index.tuning import LEAST_RECALL, TARGET_RECALL, Sample

Vectors = NDArray[np.float32]


def unit(rows: Any) -> Vectors:
    array = np.asarray(rows, dtype=np.float32)
    return array / np.linalg.norm(array, axis=-1, keepdims=True)


def clustered(count: int, seed: int, *, spread: float = 0.7, dimension: int = 48) -> Vectors:
    """Groups of about twelve around centres, the same centres for every seed."""
    centres = unit(np.random.default_rng(0).standard_normal((300, dimension)))
    chance = np.random.default_rng(seed)
    noise = chance.standard_normal((count, dimension)) * spread / dimension**0.5
    return unit(centres[chance.integers(300, size=count)] + noise)


ROWS = clustered(3_600, 1)
KEYS = np.random.default_rng(2).choice(2**60, len(ROWS), replace=False).astype(np.int64)
QUERIES = clustered(25, 3)


@pytest.fixture(autouse=True)
def lists_from_five_hundred(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "FLAT_LIMIT", 500)


@pytest.fixture(scope="module")
def listed() -> Segment:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "FLAT_LIMIT", 500)
        return built([(KEYS[:1_000], ROWS[:1_000]), (KEYS[1_000:], ROWS[1_000:])], 48)


def brute_force(part: Segment, query: Vectors, k: int, chosen: NDArray[np.bool_]) -> list[tuple[int, float]]:
    scores = np.vecdot(part.rows.astype(np.float64), query.astype(np.float64))
    pairs = zip(part.keys[chosen].tolist(), scores[chosen].tolist(), strict=True)
    return sorted(pairs, key=lambda hit: (-hit[1], hit[0]))[:k]


def recall(part: Segment, chosen: NDArray[np.bool_]) -> float:
    found = part.search(QUERIES, 10, chosen)
    true = [brute_force(part, query, 10, chosen) for query in QUERIES]
    same = [
        len({key for key, _ in hits} & {key for key, _ in best})
        for hits, best in zip(found, true, strict=True)
    ]
    return sum(same) / sum(map(len, true))


def test_a_large_segment_gets_lists_and_is_tuned_to_the_recall_it_states(listed: Segment) -> None:
    assert listed.lists is not None
    assert listed.probing is not None
    assert listed.lists.list_count == 240
    assert 1 < listed.probing.probed < 200
    assert listed.probing.recall >= TARGET_RECALL
    assert recall(listed, np.ones(len(listed), dtype=np.bool_)) >= 0.97


def test_a_stated_recall_is_that_of_the_lists_looked_into(listed: Segment) -> None:
    sample = Sample(listed, 5)
    recalls = [sample.recall(listed.probing_with(Probing(probed, 0, 0))) for probed in (1, 4, 240)]
    assert recalls == sorted(recalls)
    assert recalls[0] < 0.96
    assert recalls[-1] == 1


@pytest.mark.parametrize("share", [0.0005, 0.002, 0.006, 0.035, 0.28, 0.9])
@pytest.mark.parametrize("k", [1, 10, 60])
def test_a_filtered_search_is_exact_at_every_share_allowed(listed: Segment, share: float, k: int) -> None:
    chosen = np.random.default_rng(4).random(len(listed)) < share
    chosen[7] = True
    found = listed.search(QUERIES, k, chosen)
    assert found == [brute_force(listed, query, k, chosen) for query in QUERIES]


def test_a_filtered_search_is_exact_where_codes_cannot_tell_vectors_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance = np.random.default_rng(6)
    middle = unit(chance.standard_normal(48))
    rows = np.concatenate([ROWS[:700], unit(middle + 1e-4 * chance.standard_normal((900, 48)))])
    part = built([(np.arange(len(rows)), rows)], 48)
    asked = []

    def noted(*given: Any) -> Any:
        asked.append(1)
        return exact_search.search_rows(*given)

    monkeypatch.setattr(segment, "search_rows", noted)
    chosen = chance.random(len(rows)) < 0.9
    found = part.search(middle[np.newaxis], 10, chosen)[0]
    assert found == brute_force(part, middle, 10, chosen)
    assert asked, "the codes of these vectors should not have been enough"


@pytest.mark.parametrize("share", [0.3, 0.6])
def test_a_filter_that_leaves_very_many_costs_no_recall(
    share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most groups lose so many that the ten nearest are found in many lists."""
    for module in (segment, building):
        monkeypatch.setattr(module, "FLAT_LIMIT", 500)
    part = built([(KEYS, ROWS)], 48)
    assert part.probing is not None
    assert part.probing.widened > 1
    chosen = np.random.default_rng(4).random(len(part)) < share
    assert recall(part, chosen) >= 0.97
    allowed = set(part.keys[chosen].tolist())
    assert all(key in allowed for hits in part.search(QUERIES, 10, chosen) for key, _ in hits)
    narrow = part.probing_with(Probing(part.probing.probed, 0.99, 1))
    assert recall(narrow, chosen) < recall(part, chosen)


def test_whoever_asks_for_more_than_the_nearest_lists_hold_gets_as_many(listed: Segment) -> None:
    [hits] = listed.search(QUERIES[:1], 2_000, None)
    assert len(hits) == 2_000
    assert len(listed.search(QUERIES[:1], 9_000, None)[0]) == len(listed)


def test_scores_and_order_are_exact_and_do_not_depend_on_what_is_searched_beside(listed: Segment) -> None:
    together = listed.search(QUERIES, 10, None)
    assert together == [listed.search(query[np.newaxis], 10, None)[0] for query in QUERIES]
    everything = np.ones(len(listed), dtype=np.bool_)
    for query, hits in zip(QUERIES, together, strict=True):
        assert set(hits) <= set(brute_force(listed, query, len(listed), everything))
        assert hits == sorted(hits, key=lambda hit: (-hit[1], hit[0]))


def test_a_renewed_segment_keeps_its_centroids_and_finds_all_its_vectors(listed: Segment) -> None:
    hidden = np.random.default_rng(8).random(len(listed)) < 0.2
    fresh = clustered(400, 9)
    names = np.arange(400) * 2**50
    part = renewed(listed, hidden, names, fresh)
    assert part.lists is not None
    assert part.probing is not None
    assert listed.lists is not None
    np.testing.assert_array_equal(part.lists.centroids, listed.lists.centroids)
    assert part.probing.trained_on == len(listed)
    assert part.keys.tolist() == sorted([*listed.keys[~hidden].tolist(), *names.tolist()])
    for at in range(0, 400, 40):
        assert part.search(fresh[at : at + 1], 1, None)[0][0][0] == names[at]
    chosen = np.random.default_rng(4).random(len(part)) < 0.2
    assert part.search(QUERIES, 10, chosen) == [brute_force(part, query, 10, chosen) for query in QUERIES]
    assert part.probing.recall >= LEAST_RECALL


def test_centroids_are_found_anew_when_there_are_four_times_as_many_vectors(listed: Segment) -> None:
    nothing_hidden = np.zeros(len(listed), dtype=np.bool_)
    few = built([(KEYS[:700], ROWS[:700])], 48)
    hidden = np.zeros(700, dtype=np.bool_)
    assert renewed(few, hidden, KEYS[700:2_799], ROWS[700:2_799]).probing.trained_on == 700  # type: ignore[union-attr]
    assert renewed(few, hidden, KEYS[700:2_800], ROWS[700:2_800]).probing.trained_on == 2_800  # type: ignore[union-attr]
    assert not nothing_hidden.any()


def test_centroids_that_no_longer_fit_are_found_anew() -> None:
    old = built([(KEYS[:700], ROWS[:700])], 48)
    assert old.lists is not None
    one_list = old.probing_with(Probing(1, 0.99, 700))
    part = renewed(one_list, np.zeros(700, dtype=np.bool_), KEYS[700:900], ROWS[700:900])
    assert part.probing is not None
    assert part.probing.trained_on == 900
    assert part.probing.recall >= TARGET_RECALL


def test_a_segment_that_has_become_small_is_searched_exactly_again(listed: Segment) -> None:
    hidden = np.ones(len(listed), dtype=np.bool_)
    hidden[:400] = False
    part = renewed(listed, hidden, np.empty(0, dtype=np.int64), np.empty((0, 48), dtype=np.float32))
    assert part.lists is None
    assert part.probing is None
    assert len(part) == 400


@given(
    scale=st.sampled_from([0.3, 1.0, 4.0]), seed=st.integers(0, 1_000), probed=st.sampled_from([1, 5, 100])
)
@settings(max_examples=30, deadline=None)
def test_a_rough_score_is_as_near_to_the_exact_one_as_it_says(scale: float, seed: int, probed: int) -> None:
    """Even for vectors outside the range that the codes were made for."""
    chance = np.random.default_rng(seed)
    known = unit(chance.standard_normal((200, 20)))
    later = unit(chance.standard_normal((50, 20)) * np.r_[scale * np.ones(3), np.ones(17)])
    lists = InvertedLists.train(known, 6, 1).rearranged(np.arange(200), np.arange(200, 250), later)
    everything = np.concatenate([known, later])
    query = unit(chance.standard_normal(20))
    found = lists.candidates(query, 250, probed)
    exact = everything[found.positions].astype(np.float64) @ query.astype(np.float64)
    rough = found.numbers * found.worth + lists.common_part(query)
    assert np.abs(exact - rough).max() <= lists.within(query, found)
    if probed >= 6:
        assert sorted(found.positions.tolist()) == list(range(250))


@pytest.mark.parametrize("dimension", [20, 21])
def test_codes_that_are_copied_out_are_compared_like_those_in_their_lists(dimension: int) -> None:
    chance = np.random.default_rng(3)
    rows, query = unit(chance.standard_normal((300, dimension))), unit(chance.standard_normal(dimension))
    lists = InvertedLists.train(rows, 9, 1)
    chosen = np.sort(chance.choice(300, 70, replace=False))
    mask = np.isin(np.arange(300), chosen)
    through_lists = lists.candidates(query, 40, 9, np.packbits(mask, bitorder="little"))
    copied = lists.among(query, 40, chosen)
    np.testing.assert_array_equal(copied.numbers, through_lists.numbers)
    assert set(copied.positions.tolist()) == set(through_lists.positions.tolist())


@pytest.mark.parametrize("dimension", [48, 47])
def test_rough_centroids_lead_to_the_lists_that_are_really_near(dimension: int) -> None:
    centroids = clustered(300, 5, dimension=dimension)
    found = coarse(centroids).search(centroids, 1)[1][:, 0]
    assert np.mean(found == np.arange(300)) > 0.98


def test_a_few_hidden_vectors_make_a_search_look_into_hardly_more_lists(listed: Segment) -> None:
    assert listed.lists is not None
    part = listed.probing_with(Probing(4, 0.99, len(listed), widened=64.0))
    asked = []

    def noted(query: Vectors, count: int, probed: int, bits: Any) -> Any:
        asked.append(probed)
        return InvertedLists.candidates(part.lists, query, count, probed, bits)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segment, "FLAT_LIMIT", 500)
        patch.setattr(part.lists, "candidates", noted)
        for hidden in (1, len(listed) // 2):
            shown = np.arange(len(listed)) >= hidden
            part.search(QUERIES[:1], 10, shown)
    assert asked[0] <= 5
    assert asked[1] == 4 * 64 * 2


def test_constant_dimensions_and_a_zero_query_can_be_coded() -> None:
    rows = np.zeros((30, 4), dtype=np.float32)
    rows[:, 0] = 1
    coding = Coding.of(rows)
    codes, loss = coding.codes(rows)
    assert codes.shape == (30, 4)
    assert loss.error < 1e-6
    zero = np.zeros(4, dtype=np.float32)
    whole, worth = coding.whole(zero)
    assert (whole.shape, coding.lost(zero, whole, worth)) == ((4,), 0.0)
    assert Loss(1.0, 2.0).or_more(Loss(3.0, 1.0)) == Loss(3.0, 2.0)


@pytest.mark.parametrize(
    ("names", "rows", "reason"),
    [
        ([1, 2], [[1.0, 0.0]], "2 keys were given for 1"),
        ([1], [[3.0, 4.0]], "unit length"),
        ([-1], [[1.0, 0.0]], "neg"),
    ],
)
def test_what_is_no_key_or_no_unit_vector_is_not_built_upon(names: list[int], rows: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        built([(np.array(names), np.array(rows, dtype=np.float32))], 2)


def test_of_a_key_that_comes_twice_the_last_counts() -> None:
    part = built(
        [(np.array([5, 3]), np.eye(2, dtype=np.float32)), (np.array([5]), -np.eye(1, 2, dtype=np.float32))], 2
    )
    assert part.keys.tolist() == [3, 5]
    assert part.rows.tolist() == [[0.0, 1.0], [-1.0, 0.0]]
