import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tracker.index.key_table import KeyTable

batches = st.lists(st.lists(st.integers(0, 2**62)), max_size=6)


@given(batches)
def test_every_key_is_found_at_the_position_where_it_was_put(given_batches: list[list[int]]) -> None:
    table = KeyTable(np.array([], dtype=np.int64))
    put: list[int] = []
    for batch in given_batches:
        fresh = [key for key in dict.fromkeys(batch) if key not in put]
        table.append(np.array(fresh, dtype=np.int64))
        put += fresh
    everything = np.array(put, dtype=np.int64)
    assert table.positions(everything).tolist() == list(range(len(put)))
    assert table.at(np.arange(len(put))).tolist() == put
    assert table.keys().tolist() == sorted(put)
    assert len(table) == len(put)


def test_an_unknown_key_has_no_position() -> None:
    table = KeyTable(np.array([30, 10, 20], dtype=np.int64))
    assert table.positions(np.array([5, 10, 15, 20, 30, 99])).tolist() == [-1, 1, -1, 2, 0, -1]


def test_doubled_keys_are_noticed() -> None:
    assert KeyTable(np.array([3, 1, 2])).is_distinct()
    assert not KeyTable(np.array([3, 1, 3])).is_distinct()
