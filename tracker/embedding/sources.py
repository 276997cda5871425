"""Where models come from: the offline default, a folder, or a model hub."""

import hashlib
import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.domain.errors import SettingsError
from tracker.embedding import universal_model
from tracker.embedding.naming import BASE_MODEL, subject
from tracker.embedding.own_models import DIMENSION, VOICES, OwnModel, base_revision
from tracker.embedding.sentence_transformer import ModelFacts

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from tracker.embedding.voice_encoder import VoiceEncoder

# torch and sentence-transformers take three to five seconds to import. A command that embeds nothing
# must not wait for them, so they are imported where a model is opened.
# ruff: noqa: PLC0415

_OWN_MODULES = (
    "tracker.embedding.universal_sentence_encoder.UniversalSentenceEncoder",
    "tracker.embedding.claim_encoder.ClaimEncoder",
)
_LONGEST_REASON = 400
_PATIENCE = 10.0
"""Seconds to wait for the hub's first answer."""
_TALKATIVE = ("huggingface_hub", "sentence_transformers", "transformers")


class MergedModel:
    """An encoder of ours; merged from base and adapter into a folder under `models` when first opened."""

    def __init__(self, models: Path, model: OwnModel) -> None:
        self._models = models
        self._model = model

    def known_facts(self) -> ModelFacts:
        """Revision and dimension, without loading anything."""
        return ModelFacts(revision=self._model.revision(), dimension=DIMENSION)

    def open(self) -> tuple["SentenceTransformer", ModelFacts]:
        """The model. Raises SettingsError."""
        with _failures_named(self._model.name), _quiet():
            from sentence_transformers import SentenceTransformer

            from tracker.embedding.merging import merged_encoder

            encoder = merged_encoder(self._models, self._model)
            encoder.use_fast_precision()
            model = SentenceTransformer(modules=[encoder], device="cpu", local_files_only=True)
        return model, self.known_facts()


def opened_voice_encoder(models: Path) -> "VoiceEncoder":
    """The voice encoder, merged into a folder under `models` when first opened. Raises SettingsError."""
    with _failures_named(VOICES.name), _quiet():
        from safetensors.torch import load_file

        from tracker.embedding.merging import head_of, merged_encoder
        from tracker.embedding.voice_encoder import VoiceEncoder

        encoder = merged_encoder(models, VOICES)
        encoder.use_fast_precision()
        return VoiceEncoder(encoder, head_of(load_file(VOICES.adapter_path())))


class PlainBase:
    """The base of our encoders as its makers trained it."""

    def known_facts(self) -> ModelFacts:
        """Revision and dimension, without loading anything."""
        return ModelFacts(revision=base_revision(), dimension=DIMENSION)

    def open(self) -> tuple["SentenceTransformer", ModelFacts]:
        """The model. Raises SettingsError."""
        with _failures_named(BASE_MODEL), _quiet():
            from sentence_transformers import SentenceTransformer

            from tracker.embedding.merging import plain_base

            encoder = plain_base()
            encoder.use_fast_precision()
            model = SentenceTransformer(modules=[encoder], device="cpu", local_files_only=True)
        return model, self.known_facts()


class UniversalEncoder:
    """The Universal Sentence Encoder, multilingual, whose weights a package carries."""

    def known_facts(self) -> ModelFacts:
        """Revision and dimension, without loading anything."""
        return ModelFacts(revision=universal_model.revision(), dimension=universal_model.DIMENSION)

    def open(self) -> tuple["SentenceTransformer", ModelFacts]:
        """The model. Raises SettingsError."""
        with _failures_named(universal_model.NAME), _quiet():
            from sentence_transformers import SentenceTransformer

            from tracker.embedding.universal_sentence_encoder import UniversalSentenceEncoder

            model = SentenceTransformer(
                modules=[UniversalSentenceEncoder()], device="cpu", local_files_only=True
            )
        return model, self.known_facts()


class Folder:
    """A model saved by sentence-transformers in a folder. `name` is what the settings call it."""

    def __init__(self, name: str, folder: Path) -> None:
        self._name = name
        self._folder = folder

    def known_facts(self) -> None:
        """Nothing: the dimension is known only once the model is open."""

    def open(self) -> tuple["SentenceTransformer", ModelFacts]:
        """The model and a hash over its files. Raises SettingsError."""
        with _failures_named(self._name), _quiet():
            from sentence_transformers import SentenceTransformer

            model = SentenceTransformer(
                str(self._folder), local_files_only=True, trust_remote_code=_only_own_module(self._folder)
            )
            return model, _facts(model, f"sha256:{_digest_of_files(self._folder)}")


class Hub:
    """A model of a hub, by name. A copy on disk is used as it is; the hub is asked only for a first one.

    A model that moved on in the hub would no longer fit the vectors in the database; so the copy stays
    until someone removes it.
    """

    def __init__(self, name: str, cache_folder: Path | None) -> None:
        self._name = name
        self._cache_folder = None if cache_folder is None else str(cache_folder)

    def known_facts(self) -> None:
        """Nothing: dimension and commit are known only once the model is open."""

    def open(self) -> tuple["SentenceTransformer", ModelFacts]:
        """The model and its commit. Raises SettingsError."""
        with _failures_named(self._name), _quiet():
            model, reason = self._from_disk()
            if model is None:
                model = self._from_hub(reason)
            commit = self._commit()
            if commit is None:
                raise FileNotFoundError("its commit cannot be told from the copy on disk")
            return model, _facts(model, commit)

    def _from_disk(self) -> tuple["SentenceTransformer | None", str]:
        """The model, or None and the reason."""
        from huggingface_hub import constants
        from sentence_transformers import SentenceTransformer

        if self._commit() is None:
            return None, "there is no copy on disk"
        try:
            model = SentenceTransformer(self._name, cache_folder=self._cache_folder, local_files_only=True)
        except Exception as error:
            # Perhaps a download was interrupted: the hub has what is missing.
            if constants.HF_HUB_OFFLINE:
                raise
            return None, f"the copy on disk cannot be used ({error})"
        return model, ""

    def _from_hub(self, not_from_disk: str) -> "SentenceTransformer":
        from huggingface_hub import HfApi
        from sentence_transformers import SentenceTransformer

        reasons = []
        for repository in self._repositories():
            # One question first: without it, a name that the hub does not know, or a hub that is out of
            # reach, takes more than a minute of repeated tries.
            try:
                HfApi().model_info(repository, timeout=_PATIENCE)
            except Exception as error:  # noqa: BLE001 - whatever the hub's library raises is the reason
                reasons.append(f"{not_from_disk}, and the hub says: {error}")
            else:
                return SentenceTransformer(self._name, cache_folder=self._cache_folder)
        raise ConnectionError(reasons[0])

    def _repositories(self) -> list[str]:
        """What the name may mean: one without an owner is first of all one of sentence-transformers."""
        return [self._name] if "/" in self._name else [f"sentence-transformers/{self._name}", self._name]

    def _commit(self) -> str | None:
        """The commit of the copy on disk: the hub's library keeps files under snapshots/<commit>/."""
        from huggingface_hub import try_to_load_from_cache

        for repository in self._repositories():
            for name in ("modules.json", "config.json"):
                found = try_to_load_from_cache(repository, name, cache_dir=self._cache_folder)
                if isinstance(found, str):
                    return Path(found).parent.name
        return None


def _facts(model: "SentenceTransformer", revision: str) -> ModelFacts:
    dimension = model.get_embedding_dimension()
    if dimension is None:
        dimension = len(model.encode("?", show_progress_bar=False))
    return ModelFacts(revision=revision, dimension=int(dimension))


def _only_own_module(folder: Path) -> bool:
    """Whether a saved model is one of our own modules, the only foreign code that may be imported."""
    listing = folder / "modules.json"
    if not listing.is_file():
        return False
    return [module["type"] for module in json.loads(listing.read_text("utf-8"))] in [
        [own] for own in _OWN_MODULES
    ]


def _digest_of_files(folder: Path) -> str:
    """One hash over names and contents of all files of a folder, hidden ones left out."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in inside.parts):
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            total.update(f"{inside.as_posix()}\0{content}\n".encode())
    return total.hexdigest()


@contextmanager
def _failures_named(name: str) -> Iterator[None]:
    """Turn whatever goes wrong into an error that names the model, its setting and the reason."""
    try:
        yield
    except SettingsError:
        raise
    except Exception as error:
        # Opening a model runs the code of several libraries over files from anywhere.
        reason = " ".join(str(error).split())[:_LONGEST_REASON] or type(error).__name__
        raise SettingsError(f"{subject(name)} cannot be loaded: {reason}") from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the libraries' progress bars, hints and warnings off the screen while a model is opened.

    The bar of a download stays: it is the only sign of life for minutes.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from transformers.utils import logging as screen

        loggers = [logging.getLogger(name) for name in _TALKATIVE]
        levels = [logger.level for logger in loggers]
        had_bar = screen.is_progress_bar_enabled()
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        screen.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
            if had_bar:
                screen.enable_progress_bar()  # type: ignore[no-untyped-call]
