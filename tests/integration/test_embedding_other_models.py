"""Models other than the default: from a folder, and from the copy of a hub. They are made here."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tracker.domain.errors import SettingsError
from tracker.embedding import load_embedder

COMMIT = "0123456789abcdef0123456789abcdef01234567"
NAMED = "TRACKER_EMBEDDING_MODEL names"


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of five words and four numbers, saved by sentence-transformers."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - takes seconds
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding  # noqa: PLC0415
    from tokenizers import Tokenizer  # noqa: PLC0415
    from tokenizers.models import WordLevel  # noqa: PLC0415
    from tokenizers.pre_tokenizers import Whitespace  # noqa: PLC0415

    words = ["[UNK]", "sirte", "tripoli", "drone", "talks"]
    tokenizer = Tokenizer(WordLevel({word: place for place, word in enumerate(words)}, unk_token=words[0]))
    tokenizer.pre_tokenizer = Whitespace()
    weights = np.random.default_rng(2).standard_normal((len(words), 4)).astype(np.float32)
    folder = tmp_path_factory.mktemp("models") / "tiny"
    module = StaticEmbedding(tokenizer, embedding_weights=weights)
    SentenceTransformer(modules=[module], device="cpu").save(str(folder))
    return folder


def in_a_cache(model: Path, cache: Path, owner_and_name: str) -> None:
    """Lay a model down where the library of the hub would keep its copy."""
    repository = cache / f"models--{owner_and_name.replace('/', '--')}"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(COMMIT, "utf-8")
    shutil.copytree(model, repository / "snapshots" / COMMIT)


def test_a_folder_gives_unit_vectors_and_a_hash_as_its_revision(tiny_model: Path) -> None:
    embedder = load_embedder(str(tiny_model))
    vectors = embedder.encode(["sirte talks", "tripoli", "drone drone talks"])
    assert (embedder.name, embedder.dimension) == (str(tiny_model), 4)
    assert embedder.revision.startswith("sha256:")
    assert vectors.shape == (3, 4)
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-6
    assert (
        vectors.tobytes()
        == load_embedder(str(tiny_model)).encode(["sirte talks", "tripoli", "drone drone talks"]).tobytes()
    )


def test_the_revision_follows_every_file_of_a_folder(tiny_model: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_model, tmp_path / "same")
    (tmp_path / "same" / ".hidden").write_text("notes of an editor", "utf-8")
    shutil.copytree(tiny_model, tmp_path / "other")
    tokenizer = tmp_path / "other" / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text("utf-8").replace("sirte", "derna"), "utf-8")
    revision = load_embedder(str(tiny_model)).revision
    assert load_embedder(str(tmp_path / "same")).revision == revision
    assert load_embedder(str(tmp_path / "other")).revision != revision


def test_a_copy_of_the_hub_is_used_without_asking_the_hub(tiny_model: Path, tmp_path: Path) -> None:
    in_a_cache(tiny_model, tmp_path, "someone/tiny")
    embedder = load_embedder("someone/tiny", cache_folder=tmp_path)
    assert (embedder.revision, embedder.dimension) == (COMMIT, 4)
    assert (
        embedder.encode(["sirte", "talks"]).tobytes()
        == load_embedder(str(tiny_model)).encode(["sirte", "talks"]).tobytes()
    )


def test_a_name_without_an_owner_means_the_models_of_sentence_transformers(
    tiny_model: Path, tmp_path: Path
) -> None:
    in_a_cache(tiny_model, tmp_path, "sentence-transformers/tiny")
    assert load_embedder("tiny", cache_folder=tmp_path).revision == COMMIT


@pytest.mark.parametrize("offline", [True, False])
def test_a_model_that_is_not_to_be_had_is_named_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, offline: bool
) -> None:
    from huggingface_hub import constants  # noqa: PLC0415

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", offline)
    embedder = load_embedder("someone/absent", cache_folder=tmp_path)
    for _ in range(2):  # a failure is not remembered as a model
        with pytest.raises(SettingsError, match=f"{NAMED} 'someone/absent', which cannot be loaded: .{{20}}"):
            embedder.encode(["x"])


def test_half_a_copy_of_the_hub_is_named_with_the_reason(tiny_model: Path, tmp_path: Path) -> None:
    in_a_cache(tiny_model, tmp_path, "someone/tiny")
    (tmp_path / "models--someone--tiny" / "snapshots" / COMMIT / "model.safetensors").unlink()
    with pytest.raises(SettingsError, match=rf"{NAMED} 'someone/tiny', .*model\.safetensors.*hub says"):
        load_embedder("someone/tiny", cache_folder=tmp_path).load()


def test_a_broken_folder_is_named_with_the_reason(tiny_model: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    shutil.copytree(tiny_model, tmp_path / "torn")
    weights = tmp_path / "torn" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-7])
    for folder in ("empty", "torn"):
        with pytest.raises(SettingsError, match=rf"{NAMED} '.*{folder}', which cannot be loaded: .{{10}}"):
            load_embedder(str(tmp_path / folder)).load()


def test_a_folder_cannot_have_code_of_its_own_run(tiny_model: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_model, tmp_path / "foreign")
    (tmp_path / "foreign" / "trick.py").write_text(
        f"from pathlib import Path\nPath({str(tmp_path / 'ran')!r}).touch()\nclass Trick: pass\n", "utf-8"
    )
    for types in (
        ["trick.Trick"],
        ["tracker.embedding.universal_sentence_encoder.UniversalSentenceEncoder", "trick.Trick"],
    ):
        modules = [
            {"idx": place, "name": str(place), "path": "", "type": name} for place, name in enumerate(types)
        ]
        (tmp_path / "foreign" / "modules.json").write_text(json.dumps(modules), "utf-8")
        with pytest.raises(SettingsError, match="not part of Sentence Transformers"):
            load_embedder(str(tmp_path / "foreign")).load()
    assert not (tmp_path / "ran").exists()
