from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from packed_example import INNER, PIECES, REPLACED, WIDTH, packed_file

from tracker.embedding.packed_weights import (
    PackedWeights,
    PackedWeightsError,
    read_packed_weights,
    unpack_blocks,
)


def read(content: bytes, folder: Path) -> PackedWeights:
    path = folder / "weights.bin"
    path.write_bytes(content)
    return read_packed_weights(path)


def test_sizes_pieces_and_tensors_are_read(tmp_path: Path) -> None:
    packed = read(packed_file(), tmp_path)
    assert (packed.sizes.width, packed.sizes.layers, packed.sizes.inner_width) == (WIDTH, 1, INNER)
    assert packed.pieces.texts == PIECES
    assert packed.pieces.scores.tolist() == [0, 0, 0, 0, -1, -2, -3]
    assert (packed.pieces.begin, packed.pieces.end, packed.pieces.padding, packed.pieces.unknown) == (
        0,
        2,
        1,
        3,
    )
    assert packed.pieces.replaced == REPLACED
    assert packed.plain["l0.fi.b"].shape == (INNER,)
    assert packed.blocks["l0.q.w"].shape == (WIDTH, 18)


@given(arrays(np.float16, (3, 1), elements=st.floats(-8, 8, width=16)), arrays(np.uint8, (3, 16)))
def test_a_weight_is_its_scale_times_its_nibble_less_eight(
    scales: np.ndarray[tuple[int, int], np.dtype[np.float16]],
    nibbles: np.ndarray[tuple[int, int], np.dtype[np.uint8]],
) -> None:
    weights = unpack_blocks(np.concatenate([scales.view(np.uint8), nibbles], axis=1)).reshape(3, 32)
    for block in range(3):
        for place in range(16):
            low, high = int(nibbles[block, place]) & 15, int(nibbles[block, place]) >> 4
            assert weights[block, place] == np.float32(scales[block, 0]) * (low - 8)
            assert weights[block, place + 16] == np.float32(scales[block, 0]) * (high - 8)


@pytest.mark.parametrize("kept", [0, 3])
def test_a_file_of_another_kind_is_refused(kept: int, tmp_path: Path) -> None:
    with pytest.raises(PackedWeightsError, match=r"weights\.bin: not a file of packed encoder weights"):
        read(packed_file()[:kept], tmp_path)


@pytest.mark.parametrize("share", [0.01, 0.05, 0.3, 0.99])
def test_a_file_cut_short_is_refused(share: float, tmp_path: Path) -> None:
    content = packed_file()
    with pytest.raises(PackedWeightsError, match="cut short or damaged"):
        read(content[: int(len(content) * share)], tmp_path)
