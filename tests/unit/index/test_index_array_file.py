import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from tracker.index.array_file import ArrayFile, read_arrays, taken, write_arrays

shapes = st.lists(st.integers(0, 5), min_size=1, max_size=2).map(tuple)
anything = st.one_of(
    arrays(np.float32, shapes, elements=st.floats(-1, 1, width=32)),
    arrays(np.int64, shapes, elements=st.integers(0, 2**62)),
)


def written(content: dict[str, NDArray[Any]]) -> bytes:
    file = io.BytesIO()
    write_arrays(file, content)
    return file.getvalue()


@given(st.dictionaries(st.sampled_from(["keys", "rows", "removed", "نص"]), anything))
def test_arrays_are_read_as_they_were_written(content: dict[str, NDArray[Any]]) -> None:
    found = read_arrays(written(content))
    assert set(found) == set(content)
    for name, array in content.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)


def test_mapped_arrays_begin_at_multiples_of_64_bytes(tmp_path: Path) -> None:
    content = {"a": np.arange(3), "b": np.ones((2, 5), dtype=np.float32), "c": np.arange(7)}
    (tmp_path / "file").write_bytes(written(content))
    file = ArrayFile(tmp_path / "file")
    for name, array in content.items():
        np.testing.assert_array_equal(file.arrays[name], array)
        assert file.starts[name] % 64 == 0
        assert not file.arrays[name].flags.writeable


def test_a_file_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    whole = written({"keys": np.arange(4), "rows": np.ones((4, 3), dtype=np.float32)})
    for length in range(len(whole)):
        with pytest.raises(ValueError):  # noqa: PT011 - cut off in as many ways
            read_arrays(whole[:length])
        (tmp_path / "file").write_bytes(whole[:length])
        with pytest.raises(ValueError):  # noqa: PT011
            ArrayFile(tmp_path / "file")


def test_arrays_of_another_kind_are_neither_written_nor_taken() -> None:
    with pytest.raises(ValueError, match="arrays of float64 are not written"):
        written({"a": np.ones(3)})
    content = {"rows": np.ones((4, 3), dtype=np.float32)}
    assert taken(content, "rows", "<f4", None, 3).shape == (4, 3)
    for name, kind, shape in (
        ("rows", "<f4", (None, 4)),
        ("rows", "<i8", (None, 3)),
        ("keys", "<i8", (None,)),
    ):
        with pytest.raises(ValueError, match=name):
            taken(content, name, kind, *shape)
