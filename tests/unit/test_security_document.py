"""docs/security.md leaves no requirement out, and the tests that it names exist."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
DOCUMENT = (TESTS.parent / "docs" / "security.md").read_text(encoding="utf-8")

LEVEL_1 = (
    "1.2.1-5 1.3.1-2 1.5.1 2.1.1 2.2.1-2 2.3.1 3.2.1-2 3.3.1 3.4.1-2 3.5.1-3 4.1.1 4.4.1 5.2.1-2 5.3.1-2 "
    "6.1.1 6.2.1-8 6.3.1-2 6.4.1-2 7.2.1-4 7.4.1-2 8.1.1 8.2.1-2 8.3.1 9.1.1-3 9.2.1 10.4.1-5 11.3.1-2 "
    "11.4.1 12.1.1 12.2.1-2 13.4.1 14.2.1 14.3.1 15.1.1 15.2.1 15.3.1"
)
LEVEL_2 = (
    "1.1.1-2 1.2.6-9 1.3.3-11 1.4.1-3 1.5.2 2.1.2-3 2.2.3 2.3.2-4 2.4.1 3.3.2-4 3.4.3-6 3.5.4-5 3.7.1-2 "
    "4.1.2-3 4.2.1 4.3.1-2 4.4.2-4 5.1.1 5.2.3 5.4.1-3 6.1.2-3 6.2.9-12 6.3.3-4 6.4.3-4 6.5.1-5 6.6.1-3 "
    "6.8.1-4 7.1.1-3 7.3.1-2 7.4.3-5 7.5.1-2 7.6.1-2 8.1.2 8.2.3 8.4.1 9.2.2-4 10.1.1-2 10.2.1-2 10.3.1-4 "
    "10.4.6-11 10.5.1-5 10.6.1-2 10.7.1-3 11.1.1-2 11.2.1-3 11.3.3 11.4.2-4 11.5.1 11.6.1 12.1.2-3 "
    "12.3.1-4 13.1.1 13.2.1-5 13.3.1-2 13.4.2-5 14.1.1-2 14.2.2-4 14.3.2-3 15.1.2-3 15.2.2-3 15.3.2-7 "
    "16.1.1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3 17.1.1 17.2.1-4 17.3.1-2"
)
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in DOCUMENT.splitlines()
    if re.match(r"\| V\d", line)
]
STATES = {"met", "part", "not yet", "operator", "n/a"}


def numbers(written: str) -> list[str]:
    """Each requirement that "1.2.6-8 1.3.1" stands for."""
    found = []
    for section, first, last in re.findall(r"(\d+\.\d+)\.(\d+)(?:-(\d+))?", written):
        found += [f"{section}.{number}" for number in range(int(first), int(last or first) + 1)]
    return found


@pytest.mark.parametrize(("level", "wanted", "count"), [("1", LEVEL_1, 70), ("2", LEVEL_2, 183)])
def test_every_requirement_stands_there_once(level: str, wanted: str, count: int) -> None:
    assert len(numbers(wanted)) == count
    listed = Counter(one for row in ROWS if row[1] == level for one in numbers(row[0]))
    assert listed == Counter(numbers(wanted))


def test_every_row_has_a_state_and_says_how() -> None:
    for row in ROWS:
        assert len(row) == 5, row
        assert row[2] in STATES, row
        assert row[3], row


def test_every_test_that_is_named_exists() -> None:
    named = {cell.strip("`") for *_, cell in ROWS if cell}
    assert len(named) > 80
    for one in sorted(named):
        path, _, name = one.partition("::")
        tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
        defined = {part.name for part in ast.walk(tree) if isinstance(part, ast.FunctionDef)}
        assert name in defined, one
