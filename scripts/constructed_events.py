"""Constructed events (scripts/contested): statements of several parties, and what they answer differently.

A file holds one event a line: `id`, `about`, `questions` and `statements`. A question has a conflict type and
says which positions on it cannot both be so (`excludes`); a statement says who puts it forward, in which
language, whether it denies, and which position it takes on which question (`takes`). Statements of two
parties are in conflict where their positions on any question exclude each other.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class ConstructedEvent:
    """One event; `statements` as they stand in the file."""

    id: str
    statements: Sequence[dict[str, Any]]
    excludes: dict[str, frozenset[frozenset[str]]]
    """By question, the positions that cannot both be so."""
    types: dict[str, str]
    """By question, the type of conflict."""

    def type_of_conflict(self, one: int, other: int) -> str | None:
        """What two statements clash over, if they do; by their numbers."""
        first, second = self.statements[one], self.statements[other]
        if first["party"] != second["party"]:
            for question, excluded in self.excludes.items():
                positions = frozenset((first["takes"].get(question), second["takes"].get(question)))
                if positions in excluded:
                    return self.types[question]
        return None

    def conflicts(self) -> dict[tuple[int, int], str]:
        """The type of each pair in conflict, by the numbers of its statements."""
        pairs = combinations(range(len(self.statements)), 2)
        found = {pair: self.type_of_conflict(*pair) for pair in pairs}
        return {pair: kind for pair, kind in found.items() if kind}


def read_constructed(path: Path) -> Iterator[ConstructedEvent]:
    """The events of a file, in its order."""
    with path.open(encoding="utf-8") as file:
        for row in map(json.loads, file):
            questions = row["questions"]
            yield ConstructedEvent(
                row["id"],
                row["statements"],
                {one["id"]: frozenset(map(frozenset, one["excludes"])) for one in questions},
                {one["id"]: one["type"] for one in questions},
            )
