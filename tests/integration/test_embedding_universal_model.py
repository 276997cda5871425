"""The Universal Sentence Encoder, out of its package. Sockets are off here, as in all tests."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from tracker.domain.errors import SettingsError
from tracker.embedding import SentenceTransformerEmbedder, load_embedder, universal_model

pytestmark = pytest.mark.model

TEXTS = [
    "The coast guard says it turned back two boats off Zuwara.",
    "قال خفر السواحل إنه أعاد قاربين قبالة زوارة.",
    "Sahil güvenlik Zuvara açıklarında iki tekneyi geri çevirdiğini söyledi.",
    "Береговая охрана заявила, что вернула две лодки у Зувары.",
    "Wheat prices rose for the third month.",
    "",
    "   ",
    "7",
]


@pytest.fixture(scope="module")
def embedder() -> SentenceTransformerEmbedder:
    opened = load_embedder(universal_model.NAME)
    opened.load()
    return opened


def test_vectors_are_unit_rows_of_512_numbers(embedder: SentenceTransformerEmbedder) -> None:
    vectors = embedder.encode(TEXTS)
    assert (vectors.dtype, vectors.shape) == (np.float32, (len(TEXTS), embedder.dimension))
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-6


def test_a_vector_depends_on_its_text_alone(embedder: SentenceTransformerEmbedder) -> None:
    together = embedder.encode(TEXTS)
    alone = np.concatenate([embedder.encode([text]) for text in TEXTS])
    backwards = embedder.encode(TEXTS[::-1])[::-1]
    amid_others = embedder.encode([*TEXTS, *(f"{text} {number}" for text in TEXTS for number in range(9))])
    assert together.tobytes() == alone.tobytes() == backwards.tobytes()
    assert together.tobytes() == amid_others[: len(TEXTS)].tobytes()


def test_translations_are_nearer_than_other_news(embedder: SentenceTransformerEmbedder) -> None:
    vectors = embedder.encode(TEXTS)
    likeness = vectors @ vectors.T
    for one in range(4):
        for other in range(4):
            assert likeness[one, other] > likeness[one, 4] + 0.2


def test_the_weights_are_those_that_the_revision_names(embedder: SentenceTransformerEmbedder) -> None:
    """Vectors are kept under the revision: if this fails without an upgrade, old vectors do not fit."""
    first = embedder.encode(TEXTS[:1])[0]
    assert first[:4] == pytest.approx([-0.05560, -0.01808, -0.02544, 0.00460], abs=1e-4)


def test_a_huge_text_takes_no_longer_than_the_part_that_is_read(
    embedder: SentenceTransformerEmbedder,
) -> None:
    began = time.perf_counter()
    huge = embedder.encode(["x" * 3_000_000, "Sirte " * 500_000, " " * 2_000_000 + TEXTS[0]])
    assert time.perf_counter() - began < 5
    assert huge[2].tobytes() == embedder.encode([TEXTS[0]])[0].tobytes()
    assert huge[1].tobytes() == embedder.encode(["Sirte " * 3_000])[0].tobytes()


def test_a_text_counts_up_to_512_pieces(embedder: SentenceTransformerEmbedder) -> None:
    long = "Sirte " * 200
    cut, longer, longest = embedder.encode([long, long + "Tripoli " * 40, long + "Tripoli " * 400])
    assert cut.tobytes() != longer.tobytes()
    assert longest.tobytes() == embedder.encode([long + "Tripoli " * 500])[0].tobytes()


def test_half_characters_are_no_obstacle(embedder: SentenceTransformerEmbedder) -> None:
    assert embedder.encode(["a \udc80 b"]).tobytes() == embedder.encode(["a ? b"]).tobytes()


def test_threads_may_encode_at_the_same_time(embedder: SentenceTransformerEmbedder) -> None:
    expected, seen = embedder.encode(TEXTS).tobytes(), []

    def encode() -> None:
        seen.extend(embedder.encode(TEXTS).tobytes() for _ in range(3))

    threads = [threading.Thread(target=encode) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [expected] * 12


def test_a_saved_model_is_the_same_model(embedder: SentenceTransformerEmbedder, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - takes seconds

    from tracker.embedding.universal_sentence_encoder import UniversalSentenceEncoder  # noqa: PLC0415

    expected = embedder.encode(TEXTS).tobytes()
    module = UniversalSentenceEncoder(max_seq_length=256)
    SentenceTransformer(modules=[module], device="cpu").save(str(tmp_path / "model"))

    # sentence-transformers asks for this consent before it imports any class that is not its own.
    loaded = SentenceTransformer(str(tmp_path / "model"), trust_remote_code=True, local_files_only=True)
    vectors = loaded.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    assert np.abs(vectors - np.frombuffer(expected, dtype=np.float32).reshape(-1, 512)).max() < 1e-6
    assert loaded.max_seq_length == 256

    by_name = load_embedder(str(tmp_path / "model"))
    assert by_name.encode(TEXTS).tobytes() == expected
    assert by_name.dimension == 512
    assert by_name.revision.startswith("sha256:")

    weights = dict(np.load(tmp_path / "model" / "weights.npz"))
    np.savez(tmp_path / "model" / "weights.npz", **{**weights, "p1": weights["p1"] / 2})
    altered = load_embedder(str(tmp_path / "model"))
    assert altered.encode(TEXTS).tobytes() != expected
    assert altered.revision != by_name.revision

    (tmp_path / "model" / "weights.npz").unlink()
    with pytest.raises(SettingsError, match=r"TRACKER_EMBEDDING_MODEL.*weights\.npz is missing"):
        load_embedder(str(tmp_path / "model")).load()


def test_opening_and_encoding_print_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    load_embedder(universal_model.NAME).encode(TEXTS * 10)
    assert capfd.readouterr() == ("", "")
