"""Whether an installation is ready: an encoder that only reading or comparing needs can be missing, too."""

from pathlib import Path

import pytest

from tracker.bootstrap import initialise, installation
from tracker.bootstrap.upkeep import checks
from tracker.domain.errors import SettingsError
from tracker.embedding.loading import QUESTION_MODEL, STANCE_MODEL
from tracker.embedding.naming import CLAIM_MODEL, VOICE_MODEL
from tracker.embedding.sentence_transformer import SentenceTransformerEmbedder
from tracker.embedding.voice_reader import VoiceModel
from tracker.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home")
    initialise(settings)
    with installation(settings, lambda _: None) as installed:
        installed.rebuild_index()
    return settings


def lose(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have all encoders open at once but for the one of this name."""

    def load(embedder: SentenceTransformerEmbedder) -> None:
        if embedder.name == name:
            raise SettingsError(f"{name} cannot be loaded")

    def load_voices(_: VoiceModel) -> None:
        if name == VOICE_MODEL:
            raise SettingsError(f"{name} cannot be loaded")

    monkeypatch.setattr(SentenceTransformerEmbedder, "load", load)
    monkeypatch.setattr(VoiceModel, "load", load_voices)


def test_with_all_encoders_it_is_ready(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    lose("none", monkeypatch)
    with installation(settings, lambda _: None) as installed:
        assert set(installed.ready().values()) == {"ok"}
    assert ("model", "ok") in checks(settings)


@pytest.mark.parametrize("name", [CLAIM_MODEL, QUESTION_MODEL, STANCE_MODEL, VOICE_MODEL])
def test_without_one_of_the_encoders_it_is_not(
    name: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(name, monkeypatch)
    with installation(settings, lambda _: None) as installed:
        assert installed.ready()["model"] == f"{name} cannot be loaded"
    assert ("settings", f"{name} cannot be loaded") in checks(settings)
