"""Whatever is put in, removed and allowed: a search finds what a comparison with every vector finds."""

from collections.abc import Collection
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tracker.index import exact_search
from tracker.index.building import renewed
from tracker.index.contents import Contents
from tracker.index.segment import Segment

DIMENSION = 3

Content = dict[int, NDArray[np.float32]]


def unit(rows: Any) -> NDArray[np.float32]:
    array = np.asarray(rows, dtype=np.float32)
    return array / np.linalg.norm(array, axis=-1, keepdims=True)


def brute_force(
    content: Content, query: NDArray[np.float32], k: int, allowed: Collection[int] | None
) -> list[tuple[int, float]]:
    """Every allowed vector's score in 64 bits, best first, ties by key."""
    scored = [
        (key, float(np.vecdot(vector.astype(np.float64), query.astype(np.float64))))
        for key, vector in content.items()
        if allowed is None or key in allowed
    ]
    return sorted(scored, key=lambda hit: (-hit[1], hit[0]))[:k]


# Few different vectors, so that ties are the rule.
directions = [[1, 0, 0], [0, 1, 0], [1, 1, 0], [1, 2, 2], [-1, 0, 0], [0, -2, 1], [2, 1, 2], [1, 1, 1]]
vectors = st.sampled_from(directions)
keys = st.integers(0, 30) | st.integers(2**60 - 5, 2**60)
changes = st.one_of(
    st.tuples(st.just("upsert"), st.lists(st.tuples(keys, vectors), max_size=25)),
    st.tuples(st.just("remove"), st.lists(keys, max_size=10)),
    st.tuples(st.just("settle"), st.just([])),
)


def an_index(dimension: int) -> Contents:
    return Contents(Segment.empty(dimension))


def settled(index: Contents) -> Contents:
    """All of it in the segment."""
    return Contents(renewed(index.segment, index.hidden, *index.tail.rows()))


def applied(steps: list[Any]) -> tuple[Contents, Content]:
    """An index and a plain dictionary after the same changes."""
    index = an_index(DIMENSION)
    content: Content = {}
    for step, values in steps:
        if step == "settle":
            index = settled(index)
        elif step == "remove":
            known = set(values) & set(content)
            assert index.remove(np.array(values, dtype=np.int64)).tolist() == sorted(known)
            for key in known:
                del content[key]
        else:
            rows = unit(np.reshape([vector for _, vector in values], (-1, DIMENSION)))
            index.upsert(np.array([key for key, _ in values], dtype=np.int64), rows)
            content.update(zip([key for key, _ in values], rows, strict=True))
    return index, content


@given(
    many=st.sampled_from([0.0, 0.2, 2.0]),
    chunk=st.sampled_from([3, 4_096]),
    steps=st.lists(changes, max_size=8),
    queries=st.lists(vectors, min_size=1, max_size=6),
    k=st.integers(1, 40),
    allowed=st.none() | st.lists(keys, max_size=40),
)
@settings(max_examples=150, deadline=None)
def test_a_search_finds_what_comparing_every_vector_finds(
    many: float, chunk: int, steps: list[Any], queries: list[list[int]], k: int, allowed: list[int] | None
) -> None:
    index, content = applied(steps)
    rows = unit(queries)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact_search, "_MANY", many)
        patch.setattr(exact_search, "_CHUNK", chunk)
        patch.setattr(exact_search, "_SPARE", 2)
        found = index.search(rows, k, None if allowed is None else np.array(allowed, dtype=np.int64))
    assert found == [brute_force(content, row, k, allowed) for row in rows]


@given(steps=st.lists(changes, max_size=10))
@settings(max_examples=150, deadline=None)
def test_keys_and_vectors_are_those_that_were_put_last(steps: list[Any]) -> None:
    index, content = applied(steps)
    assert index.keys().tolist() == sorted(content)
    assert len(index) == len(content)
    wanted = np.arange(31)
    known, rows = index.vectors_of(wanted)
    assert wanted[known].tolist() == sorted(key for key in content if key <= 30)
    for key, row in zip(wanted[known].tolist(), rows, strict=True):
        assert row.tobytes() == content[key].tobytes()


@pytest.mark.parametrize("share", [0.0005, 0.01, 0.05, 0.3, 0.97, 1.0])
@pytest.mark.parametrize("together", [1, 7, 40])
def test_searches_are_exact_at_every_share_allowed(share: float, together: int) -> None:
    chance = np.random.default_rng(7)
    rows = unit(chance.standard_normal((1_500, 48)))
    rows[500:700] = rows[0]  # copies, as news agencies make them
    names = chance.choice(2**60, len(rows), replace=False)
    index = an_index(48)
    index.upsert(names[:900], rows[:900])
    index = settled(index)
    index.upsert(names[900:], rows[900:])
    allowed = chance.choice(names, max(1, int(share * len(names))), replace=False)
    queries = unit(chance.standard_normal((together, 48)))
    queries[0] = rows[0]
    content = dict(zip(names.tolist(), rows, strict=True))
    permitted = set(allowed.tolist())
    for query, found in zip(queries, index.search(queries, 20, allowed), strict=True):
        assert found == brute_force(content, query, 20, permitted)


@pytest.mark.parametrize("share", [1.0, 0.6, 0.1])
def test_vectors_that_32_bits_cannot_tell_apart_are_ranked_by_their_exact_scores(
    share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exact_search, "_SPARE", 1)
    chance = np.random.default_rng(5)
    middle = unit(chance.standard_normal(256))
    rows = unit(middle + 2e-6 * chance.standard_normal((900, 256)))
    index = an_index(256)
    index.upsert(np.arange(900), rows)
    content = dict(enumerate(rows))
    allowed = np.arange(int(900 * share))
    for together in (1, 20):
        queries = unit(middle + 0.1 * chance.standard_normal((together, 256)))
        for query, found in zip(queries, index.search(queries, 5, allowed), strict=True):
            assert found == brute_force(content, query, 5, set(allowed.tolist()))


def test_a_score_does_not_depend_on_what_is_searched_beside_it() -> None:
    chance = np.random.default_rng(11)
    index = an_index(96)
    index.upsert(np.arange(2_000), unit(chance.standard_normal((2_000, 96))))
    queries = unit(chance.standard_normal((64, 96)))
    alone = [index.search(query[np.newaxis], 10, None)[0] for query in queries]
    assert index.search(queries, 10, None) == alone


def test_hits_are_plain_numbers_of_python() -> None:
    index = an_index(2)
    index.upsert(np.array([5]), unit([[1, 0]]))
    [[(key, score)]] = index.search(unit([[1, 0]]), 3, None)
    assert (type(key), type(score)) == (int, float)


def test_an_empty_index_and_an_empty_selection_give_no_hits() -> None:
    index = an_index(2)
    assert index.search(unit([[1, 0], [0, 1]]), 3, None) == [[], []]
    index.upsert(np.array([5]), unit([[1, 0]]))
    assert index.search(unit([[1, 0]]), 3, np.array([], dtype=np.int64)) == [[]]
    assert index.search(np.zeros((0, 2), dtype=np.float32), 3, None) == []


def test_upsert_tells_which_vectors_are_new() -> None:
    index = an_index(2)
    index.upsert(np.array([1, 2]), unit([[1, 0], [0, 1]]))
    assert index.upsert(np.array([1, 2, 3]), unit([[1, 0], [1, 1], [1, 0]])).tolist() == [2, 3]


@pytest.mark.parametrize(
    ("names", "rows", "reason"),
    [
        ([1], [[1.0, 0.0, 0.0]], "shape"),
        ([1], [1.0, 0.0], "shape"),
        ([1, 2], [[1.0, 0.0]], "2 keys were given for 1 vectors"),
        ([-1], [[1.0, 0.0]], "negative"),
        ([0.5], [[1.0, 0.0]], "integers"),
        ([1], [[3.0, 4.0]], "row 0 has 5"),
        ([1, 2], [[1.0, 0.0], [float("nan"), 0.0]], "row 1 has nan"),
        ([1], [[float("inf"), 0.0]], "unit length"),
        ([1], [[0.0, 0.0]], "unit length"),
    ],
)
def test_what_is_no_key_or_no_unit_vector_is_refused_and_changes_nothing(
    names: list[int], rows: Any, reason: str
) -> None:
    index = an_index(2)
    index.upsert(np.array([1]), unit([[0, 1]]))
    with pytest.raises(ValueError, match=reason):
        index.upsert(np.array(names), np.array(rows, dtype=np.float32))
    assert index.keys().tolist() == [1]
    assert index.search(unit([[0, 1]]), 1, None) == [[(1, 1.0)]]


def test_a_query_of_another_dimension_is_refused() -> None:
    index = an_index(2)
    index.upsert(np.array([1]), unit([[0, 1]]))
    with pytest.raises(ValueError, match=r"\(count, 2\)"):
        index.search(unit([[0, 1, 0]]), 1, None)
    with pytest.raises(ValueError, match="at least one"):
        index.search(unit([[0, 1]]), 0, None)
