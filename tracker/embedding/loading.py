"""From the name in the settings to an embedder."""

from pathlib import Path

from tracker.domain.errors import SettingsError
from tracker.embedding import offline_default
from tracker.embedding.sentence_transformer import SentenceTransformerEmbedder
from tracker.embedding.sources import Folder, Hub, OfflineDefault

DEFAULT_MODEL = offline_default.NAME
"""The multilingual model that works without a network."""


def load_embedder(name: str, cache_folder: Path | None = None) -> SentenceTransformerEmbedder:
    """The embedder for a model name: `DEFAULT_MODEL`, a folder, or a name in a model hub.

    Returns at once; the model is opened when first needed, or by `load()`, and SettingsError raised then
    if it cannot be. Raises SettingsError here for an empty name or a path that is no folder. Models from
    a hub are kept in `cache_folder`, or where the hub's library keeps them.
    """
    if name == DEFAULT_MODEL:
        return SentenceTransformerEmbedder(name, OfflineDefault())
    if not name.strip():
        raise SettingsError(f"TRACKER_EMBEDDING_MODEL is empty: name a model, such as {DEFAULT_MODEL}")
    folder = Path(name).expanduser()
    if folder.is_dir():
        return SentenceTransformerEmbedder(name, Folder(name, folder))
    # Names in a hub have at most one slash and no dot before it.
    if folder.exists() or folder.is_absolute() or name.startswith(".") or name.count("/") > 1:
        raise SettingsError(f"TRACKER_EMBEDDING_MODEL names {name!r}, which is not a folder")
    return SentenceTransformerEmbedder(name, Hub(name, cache_folder))
