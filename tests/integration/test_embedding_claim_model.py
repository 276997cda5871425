"""Our own encoder: merged from the base in its package and our adapter. Sockets are off, as in all tests."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from tracker.embedding import DEFAULT_MODEL, SentenceTransformerEmbedder, load_embedder
from tracker.embedding.naming import BASE_MODEL
from tracker.embedding.own_models import CLAIMS

pytestmark = pytest.mark.model

TEXTS = [
    "The coast guard says it turned back two boats off Zuwara.",
    "قال خفر السواحل إنه أعاد قاربين قبالة زوارة.",
    "Sahil güvenlik Zuvara açıklarında iki tekneyi geri çevirdiğini söyledi.",
    "Береговая охрана заявила, что вернула две лодки у Зувары.",
    "Wheat prices rose for the third month.",
    "",
]
ARABIC = 1


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def embedder(models: Path) -> SentenceTransformerEmbedder:
    opened = load_embedder(DEFAULT_MODEL, models)
    opened.load()
    return opened


def test_translations_are_nearer_than_other_news(embedder: SentenceTransformerEmbedder) -> None:
    vectors = embedder.encode(TEXTS)
    assert (vectors.dtype, vectors.shape) == (np.float32, (len(TEXTS), 384))
    likeness = vectors @ vectors.T
    for one in range(4):
        for other in range(4):
            # Arabic lies further off (docs/model-card.md); the base alone keeps 0.05 between them.
            margin = 0.1 if ARABIC in (one, other) else 0.2
            assert likeness[one, other] > likeness[one, 4] + margin


def test_a_text_beside_others_has_the_vector_it_has_alone(embedder: SentenceTransformerEmbedder) -> None:
    together = embedder.encode(TEXTS)
    alone = np.concatenate([embedder.encode([text]) for text in TEXTS])
    assert np.sum(together * alone, axis=1).min() > 0.9995
    assert embedder.encode(TEXTS).tobytes() == together.tobytes()


def test_it_is_merged_once_into_a_folder_that_others_can_load(
    embedder: SentenceTransformerEmbedder, models: Path
) -> None:
    (folder,) = models.iterdir()
    assert folder.name == f"{DEFAULT_MODEL}-{CLAIMS.revision()}-2"
    written = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    load_embedder(DEFAULT_MODEL, models).load()
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == written

    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - takes seconds

    # sentence-transformers asks for this consent before it imports any class that is not its own.
    elsewhere = SentenceTransformer(str(folder), trust_remote_code=True, local_files_only=True, device="cpu")
    likeness = np.sum(elsewhere.encode(TEXTS, show_progress_bar=False) * embedder.encode(TEXTS), axis=1)
    assert likeness.min() > 0.999, "the fast precision strays from single precision"


@pytest.mark.parametrize("name", ["claim_encoder.safetensors", "characters.json", "pieces.model"])
def test_a_damaged_copy_is_merged_anew_with_a_word_about_it(
    name: str,
    embedder: SentenceTransformerEmbedder,
    models: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    shutil.copytree(models, tmp_path / "models")
    (folder,) = (tmp_path / "models").iterdir()
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[: len(whole) // 2])
    vectors = load_embedder(DEFAULT_MODEL, tmp_path / "models").encode(TEXTS)
    assert vectors.tobytes() == embedder.encode(TEXTS).tobytes()
    assert (folder / name).read_bytes() == whole
    assert "cannot be read" in caplog.text
    assert folder.name in caplog.text


def test_the_adapter_makes_a_difference_and_is_small(embedder: SentenceTransformerEmbedder) -> None:
    plain = load_embedder(BASE_MODEL).encode(TEXTS[:2])
    trained = embedder.encode(TEXTS[:2])
    assert np.abs(plain - trained).max() > 0.01
    assert CLAIMS.adapter_path().stat().st_size < 10_000_000
