import os
from pathlib import Path

import pytest
from tracker_shell import CHECKOUT


def _beside_the_checkout(variable: str, name: str, what: str) -> Path:
    folder = Path(os.environ.get(variable, CHECKOUT.parent / "shared" / name))
    if not folder.is_dir():
        pytest.skip(f"no {what} at {folder}: lay it there, or name its folder in {variable}")
    return folder


@pytest.fixture(scope="session")
def evaluation() -> Path:
    """The folder of the labelled corpus and its scorer."""
    return _beside_the_checkout("TRACKER_EVALUATION", "eval", "labelled corpus")


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of real news pages as they were saved."""
    return _beside_the_checkout("TRACKER_SEEDS", "seeds", "saved pages")
