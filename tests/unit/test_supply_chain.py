"""What the program is made of: each package at one version, and no script from elsewhere."""

import re
import tomllib
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
PIN = re.compile(r"([A-Za-z0-9_.-]+)(?:\[[a-z,]+\])?==([^\s;#]+)")


def pins() -> dict[str, str]:
    """The version of each package that was tested, by its name in one spelling."""
    found = {}
    for line in (CHECKOUT / "constraints.txt").read_text().splitlines():
        if line.startswith("#"):
            continue
        pin = PIN.fullmatch(line)
        assert pin is not None, line
        found[normal(pin[1])] = pin[2]
    return found


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_whatever_is_asked_for_is_pinned_to_the_version_that_was_tested() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *(one for extra in project["optional-dependencies"].values() for one in extra),
    ]
    tested = pins()
    for requirement in wanted:
        pin = PIN.match(requirement)
        assert pin is not None, requirement
        assert tested[normal(pin[1])] == pin[2], requirement


def test_pages_load_nothing_from_elsewhere() -> None:
    for path in (CHECKOUT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for source in re.findall(r"<(?:script|link|img|iframe)\b[^>]*?(?:src|href)=\"([^\"]*)\"", text):
            assert not re.match(r"(?:https?:)?//", source), f"{path}: {source}"


def test_no_template_trusts_words_as_markup() -> None:
    for path in (CHECKOUT / "templates").rglob("*.html"):
        assert not re.search(r"\|\s*safe\b|autoescape\s+false", path.read_text(encoding="utf-8")), path
