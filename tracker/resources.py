"""Where the folders lie that the design keeps outside the package: beside it in a checkout, else inside."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent

CHECKOUT: Path | None = _PACKAGE.parent if (_PACKAGE.parent / "pyproject.toml").is_file() else None
"""The root of the checkout the package runs from, None where it is installed."""

_BASE = CHECKOUT or _PACKAGE

TEMPLATES = _BASE / "templates"
MIGRATIONS = _BASE / "migrations"
DEMONSTRATION = _PACKAGE / "demo" / "documents.jsonl"
