"""Our encoder of questions, beside that of claims. Sockets are off, as in all tests."""

import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tracker.domain.errors import SettingsError
from tracker.embedding import DEFAULT_MODEL, QUESTION_MODEL, SentenceTransformerEmbedder, load_embedder
from tracker.embedding.naming import BASE_MODEL
from tracker.embedding.own_models import CLAIMS, QUESTIONS

pytestmark = pytest.mark.model

TEXTS = [
    "ministry of health: Eleven people were killed in the market.",
    "قال المتحدث إن القتلى أربعة فقط.",
    "Belediye başkanı kasabanın hâlâ onların elinde olduğunu söyledi.",
    "Командование заявило, что город взят.",
    "",
]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def embedders(models: Path) -> Mapping[str, SentenceTransformerEmbedder]:
    opened = {name: load_embedder(name, models) for name in (DEFAULT_MODEL, QUESTION_MODEL)}
    for embedder in opened.values():
        embedder.load()
    return opened


@pytest.fixture(scope="module")
def questions(embedders: Mapping[str, SentenceTransformerEmbedder]) -> SentenceTransformerEmbedder:
    return embedders[QUESTION_MODEL]


def test_it_gives_unit_vectors(questions: SentenceTransformerEmbedder) -> None:
    vectors = questions.encode(TEXTS)
    assert (vectors.dtype, vectors.shape) == (np.float32, (len(TEXTS), questions.dimension))
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)
    assert (questions.name, questions.revision) == (QUESTION_MODEL, QUESTIONS.revision())


def test_the_same_text_has_the_same_vector(questions: SentenceTransformerEmbedder, models: Path) -> None:
    together = questions.encode(TEXTS)
    assert questions.encode(TEXTS).tobytes() == together.tobytes()
    assert load_embedder(QUESTION_MODEL, models).encode(TEXTS).tobytes() == together.tobytes()
    alone = np.concatenate([questions.encode([text]) for text in TEXTS])
    assert np.sum(together * alone, axis=1).min() > 0.9995


def test_both_encoders_and_their_base_give_vectors_of_their_own(
    embedders: Mapping[str, SentenceTransformerEmbedder], questions: SentenceTransformerEmbedder
) -> None:
    vectors = questions.encode(TEXTS[:2])
    for other in (embedders[DEFAULT_MODEL], load_embedder(BASE_MODEL)):
        assert np.abs(vectors - other.encode(TEXTS[:2])).max() > 0.01


def test_both_encoders_in_two_threads_give_what_each_gives_alone(
    embedders: Mapping[str, SentenceTransformerEmbedder],
) -> None:
    alone = {name: embedder.encode(TEXTS).tobytes() for name, embedder in embedders.items()}
    with ThreadPoolExecutor(2) as threads:
        asked = [(name, threads.submit(embedders[name].encode, TEXTS)) for name in [*embedders] * 4]
        assert all(vectors.result().tobytes() == alone[name] for name, vectors in asked)


@pytest.mark.usefixtures("embedders")
def test_a_process_with_both_holds_one_set_of_word_pieces_and_of_their_embeddings(models: Path) -> None:
    from tracker.embedding.merging import merged_encoder  # noqa: PLC0415 - takes seconds

    claims, questions = (merged_encoder(models, model) for model in (CLAIMS, QUESTIONS))
    assert claims.pieces is questions.pieces
    assert claims.words is questions.words


@pytest.mark.usefixtures("embedders")
def test_each_is_merged_once_into_a_folder_of_its_own(models: Path) -> None:
    assert {folder.name for folder in models.iterdir()} == {
        f"{model.name}-{model.revision()}-2" for model in (CLAIMS, QUESTIONS)
    }
    written = {path: path.stat().st_mtime_ns for path in models.rglob("*")}
    load_embedder(QUESTION_MODEL, models).load()
    assert {path: path.stat().st_mtime_ns for path in models.rglob("*")} == written


def test_a_damaged_copy_is_merged_anew_with_a_word_about_it(
    questions: SentenceTransformerEmbedder,
    models: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    folder_name = f"{QUESTION_MODEL}-{QUESTIONS.revision()}-2"
    folder = tmp_path / folder_name
    shutil.copytree(models / folder_name, folder)
    weights = folder / "claim_encoder.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2])
    vectors = load_embedder(QUESTION_MODEL, tmp_path).encode(TEXTS)
    assert vectors.tobytes() == questions.encode(TEXTS).tobytes()
    assert weights.read_bytes() == whole
    assert "cannot be read" in caplog.text
    assert folder_name in caplog.text


def test_a_failure_names_the_question_encoder_and_not_the_settings(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    embedder = load_embedder(QUESTION_MODEL, tmp_path / "file")
    with pytest.raises(
        SettingsError, match=f"^the question encoder '{QUESTION_MODEL}' cannot be loaded: .*file"
    ):
        embedder.load()


def test_the_adapter_is_small() -> None:
    assert QUESTIONS.adapter_path().stat().st_size < 10_000_000
