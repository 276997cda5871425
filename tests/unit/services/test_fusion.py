from hypothesis import given
from hypothesis import strategies as st

from tracker.services.fusion import Listed, fuse

KEYS = st.lists(st.integers(0, 30), unique=True, max_size=12)


def listed(keys: list[int]) -> Listed:
    return [(key, 1 / rank) for rank, key in enumerate(keys, 1)]


@given(KEYS, KEYS)
def test_what_is_first_in_both_lists_scores_one_and_nothing_more(ones: list[int], others: list[int]) -> None:
    found = fuse(["en"], {"en": listed(ones)}, {"en": listed(others)})
    assert {one.key for one in found} == {*ones, *others}
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(0 < one.score <= 1 for one in found)
    if ones and others and ones[0] == others[0]:
        assert (found[0].key, found[0].score) == (ones[0], 1.0)


@given(KEYS, KEYS)
def test_each_result_says_its_place_in_each_list(ones: list[int], others: list[int]) -> None:
    for one in fuse(["en"], {"en": listed(ones)}, {"en": listed(others)}):
        assert (one.semantic and one.semantic.rank) == (ones.index(one.key) + 1 if one.key in ones else None)
        assert (one.lexical and one.lexical.rank) == (
            others.index(one.key) + 1 if one.key in others else None
        )


def test_each_language_has_its_own_ranks_and_the_nearest_of_equals_comes_first() -> None:
    semantic = {"en": [(1, 0.9), (2, 0.8)], "ar": [(3, 0.5)]}
    found = fuse(["ar", "en"], semantic, {"en": [(1, 4.0)]})
    assert [(one.key, one.score) for one in found[:2]] == [(1, 1.0), (3, 1.0)]


def test_equal_places_are_settled_by_key() -> None:
    assert [one.key for one in fuse(["en", "tr"], {"en": [(9, 0.5)], "tr": [(4, 0.5)]}, {})] == [4, 9]


def test_what_has_the_words_comes_before_what_is_first_of_a_language_without_them() -> None:
    # By meaning the answer comes first, by words the claim: none is first in both lists.
    semantic = {"en": [(1, 0.96), (2, 0.95)], "tr": [(3, 0.7)]}
    lexical = {"en": [(2, 30.0), (1, 22.0)]}
    assert [(one.key, one.score) for one in fuse(["en", "tr"], semantic, lexical)] == [
        (1, 1.0),
        (2, 1.0),
        (3, 1.0),
    ]
