"""From the name in the settings to an embedder."""

from pathlib import Path

from platformdirs import user_cache_path

from tracker.domain.errors import SettingsError
from tracker.embedding import universal_model
from tracker.embedding.naming import BASE_MODEL, CLAIM_MODEL, QUESTION_MODEL, STANCE_MODEL
from tracker.embedding.own_models import OWN_MODELS
from tracker.embedding.sentence_transformer import SentenceTransformerEmbedder
from tracker.embedding.sources import Folder, Hub, MergedModel, PlainBase, UniversalEncoder

__all__ = ["DEFAULT_MODEL", "QUESTION_MODEL", "STANCE_MODEL", "load_embedder"]

DEFAULT_MODEL = CLAIM_MODEL
"""Our own encoder; like the other two that ship with the dependencies, it works without a network."""


def load_embedder(name: str, cache_folder: Path | None = None) -> SentenceTransformerEmbedder:
    """The embedder for a model name: one that ships, a folder, or a name in a model hub.

    Returns at once; the model is opened when first needed, or by `load()`, and SettingsError raised then
    if it cannot be. Raises SettingsError here for an empty name or a path that is no folder. Models from
    a hub, and our own once merged, are kept in `cache_folder`, or in the user's cache.
    """
    if name in OWN_MODELS:
        models = cache_folder or user_cache_path("tracker") / "models"
        return SentenceTransformerEmbedder(name, MergedModel(models, OWN_MODELS[name]))
    if name == BASE_MODEL:
        return SentenceTransformerEmbedder(name, PlainBase())
    if name == universal_model.NAME:
        return SentenceTransformerEmbedder(name, UniversalEncoder())
    if not name.strip():
        raise SettingsError(f"TRACKER_EMBEDDING_MODEL is empty: name a model, such as {DEFAULT_MODEL}")
    folder = Path(name).expanduser()
    if folder.is_dir():
        return SentenceTransformerEmbedder(name, Folder(name, folder))
    # Names in a hub have at most one slash and no dot before it.
    if folder.exists() or folder.is_absolute() or name.startswith(".") or name.count("/") > 1:
        raise SettingsError(f"TRACKER_EMBEDDING_MODEL names {name!r}, which is not a folder")
    return SentenceTransformerEmbedder(name, Hub(name, cache_folder))
