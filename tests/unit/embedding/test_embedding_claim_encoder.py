"""The encoder in small, with random weights: what it reads, gives, saves and merges."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from packed_example import INNER, PIECES, POSITIONS, WIDTH, packed_file

from tracker.embedding.base_encoder import base_encoder
from tracker.embedding.claim_encoder import ClaimEncoder, layer_tensors
from tracker.embedding.merging import merge
from tracker.embedding.packed_weights import PackedWeights, read_packed_weights
from tracker.embedding.word_pieces import WordPieces


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> PackedWeights:
    path = tmp_path_factory.mktemp("packed") / "weights.bin"
    path.write_bytes(packed_file())
    return read_packed_weights(path)


@pytest.fixture
def encoder(packed: PackedWeights) -> ClaimEncoder:
    return base_encoder(packed)


def vectors_of(encoder: ClaimEncoder, *texts: str) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    with torch.inference_mode():
        found: np.ndarray[tuple[int, int], np.dtype[np.float32]] = encoder(encoder.preprocess(texts))[
            "sentence_embedding"
        ].numpy()
    return found


def test_vectors_have_unit_length_and_the_width_of_the_base(encoder: ClaimEncoder) -> None:
    vectors = vectors_of(encoder, "harbour", "bour har")
    assert vectors.shape == (2, WIDTH) == (2, encoder.get_embedding_dimension())
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)


def test_padding_beside_a_longer_text_changes_nothing(encoder: ClaimEncoder) -> None:
    alone = vectors_of(encoder, "har")
    beside = vectors_of(encoder, "har", "harbour harbour harbour")
    np.testing.assert_allclose(alone[0], beside[0], atol=1e-6)


def test_characters_are_replaced_before_a_text_is_cut(encoder: ClaimEncoder) -> None:
    # The no-break space of the map becomes a blank, and blanks in a row are one.
    read = encoder.preprocess(["har\u00a0 har"])
    assert read["input_ids"].tolist() == encoder.preprocess(["har har"])["input_ids"].tolist()
    pieces = read["input_ids"][read["attention_mask"].bool()]
    assert pieces[0] == PIECES.index("<s>")
    assert pieces[-1] == PIECES.index("</s>")


def test_batches_have_few_lengths(encoder: ClaimEncoder) -> None:
    lengths = {encoder.preprocess(["har " * count])["input_ids"].shape[1] for count in range(1, POSITIONS)}
    assert len(lengths) == math.ceil(POSITIONS / 16)


def test_vectors_that_no_other_text_has_a_part_in(encoder: ClaimEncoder) -> None:
    texts = ["har " * count for count in range(1, 40)]
    together = encoder.encode_evenly(texts)
    backwards = encoder.encode_evenly(texts[::-1])[::-1]
    alone = np.concatenate([encoder.encode_evenly([text]) for text in texts])
    assert together.tobytes() == backwards.tobytes() == alone.tobytes()
    np.testing.assert_allclose(together, vectors_of(encoder, *texts), atol=1e-5)
    assert encoder.encode_evenly([]).shape == (0, WIDTH)


def test_only_as_many_pieces_are_read_as_there_are_positions(encoder: ClaimEncoder) -> None:
    assert encoder.preprocess(["harbour " * 1_000])["input_ids"].shape == (1, POSITIONS)


def test_a_text_of_blanks_has_a_vector(encoder: ClaimEncoder) -> None:
    assert np.isfinite(vectors_of(encoder, "", " " * 100_000)).all()


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
def test_any_text_has_a_vector(packed: PackedWeights, text: str) -> None:
    encodable = text.encode("utf-8", "replace").decode()
    assert np.isfinite(vectors_of(base_encoder(packed), encodable)).all()


def test_what_is_saved_is_loaded_again(encoder: ClaimEncoder, tmp_path: Path) -> None:
    encoder.save(str(tmp_path))
    loaded = ClaimEncoder.load(str(tmp_path))
    np.testing.assert_array_equal(
        vectors_of(loaded, "harbour\u00a0har"), vectors_of(encoder, "harbour\u00a0har")
    )


def saved_and_read(folder: Path, *encoders: ClaimEncoder) -> list[ClaimEncoder]:
    for place, encoder in enumerate(encoders):
        (folder / str(place)).mkdir()
        encoder.save(str(folder / str(place)))
    return [ClaimEncoder.load(str(folder / str(place))) for place in range(len(encoders))]


def test_encoders_that_are_read_share_what_is_the_same(packed: PackedWeights, tmp_path: Path) -> None:
    other = base_encoder(packed)
    merge(other, {"encoder.layer.0.output.LayerNorm.bias": torch.arange(WIDTH)})
    first, second = saved_and_read(tmp_path, base_encoder(packed), other)
    assert first.pieces is second.pieces
    assert first.words is second.words
    assert np.abs(vectors_of(first, "harbour") - vectors_of(second, "harbour")).max() > 0.01


def test_encoders_of_other_bases_share_nothing(packed: PackedWeights, tmp_path: Path) -> None:
    other = base_encoder(packed)
    other.words = other.words.flip(0)
    other.pieces = WordPieces(other.pieces.model, {**other.pieces.replaced, ord("!"): "har"})
    first, second = saved_and_read(tmp_path, base_encoder(packed), other)
    assert first.pieces is not second.pieces
    assert torch.equal(second.words, first.words.flip(0))


@pytest.mark.parametrize("name", ["claim_encoder.safetensors", "pieces.model", "characters.json"])
def test_a_folder_without_one_of_its_files_is_named(name: str, encoder: ClaimEncoder, tmp_path: Path) -> None:
    encoder.save(str(tmp_path))
    (tmp_path / name).unlink()
    with pytest.raises(FileNotFoundError, match=name):
        ClaimEncoder.load(str(tmp_path))


def test_pieces_and_embeddings_must_be_of_one_base(encoder: ClaimEncoder) -> None:
    with pytest.raises(ValueError, match="7 word pieces have embeddings for 6"):
        ClaimEncoder(encoder.sizes, encoder.pieces, encoder.words[:6])


def test_merging_adds_products_and_replaces_the_rest(encoder: ClaimEncoder) -> None:
    before = {name: tensor.clone() for name, tensor in layer_tensors(encoder.layers).items()}
    layer = "encoder.layer.0.intermediate.dense"
    down, up = torch.ones(2, WIDTH), torch.full((INNER, 2), 0.5)
    bias = torch.arange(INNER, dtype=torch.float32)
    merge(encoder, {f"{layer}.down": down, f"{layer}.up": up, f"{layer}.bias": bias})
    after = layer_tensors(encoder.layers)
    torch.testing.assert_close(after[f"{layer}.weight"], before[f"{layer}.weight"] + 1.0)
    torch.testing.assert_close(after[f"{layer}.bias"], bias)
    untouched = set(before) - {f"{layer}.weight", f"{layer}.bias"}
    assert all(torch.equal(before[name], after[name]) for name in untouched)


def test_an_adapter_for_another_base_is_refused(encoder: ClaimEncoder) -> None:
    layer = "encoder.layer.0.output.dense"
    wrong = {f"{layer}.down": torch.ones(2, 3), f"{layer}.up": torch.ones(4, 2)}
    with pytest.raises(
        ValueError, match=r"does not fit the base at encoder\.layer\.0\.output\.dense\.weight"
    ):
        merge(encoder, wrong)
    with pytest.raises(ValueError, match="does not fit the base at no_such_layer"):
        merge(encoder, {"no_such_layer": torch.ones(1)})
