"""An earlier report, read from the file for machines that was written beside it."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tracker.domain.errors import SettingsError
from tracker.reports.manifest import FORMAT

_PARTS = ("scope", "statements", "events", "conflicts", "questions", "figures")


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier report said. `name` is that of its file; the rest as `render_manifest` writes it."""

    name: str
    said: dict[str, Any]

    @classmethod
    def read(cls, path: Path) -> "Earlier":
        """Read the file. Raises SettingsError where it is none of a report."""
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, ValueError) as error:
            raise SettingsError(f"{path}: no earlier report can be read there: {error}") from error
        if not isinstance(said, dict) or said.get("format") != FORMAT:
            raise SettingsError(
                f"{path}: this is no report for machines ({FORMAT}); give the .json file that was written "
                "beside the report"
            )
        if not all(isinstance(said.get(part), dict) for part in _PARTS):
            raise SettingsError(f"{path}: the report for machines is not whole")
        earlier = cls(path.stem, said)
        try:
            _ = earlier.as_of
        except (KeyError, TypeError, ValueError) as error:
            raise SettingsError(f"{path}: the report for machines does not say of which day it is") from error
        return earlier

    @property
    def as_of(self) -> date:
        """The day at whose end it tells what was known."""
        return date.fromisoformat(self.said["scope"]["as_of"])

    @property
    def ids(self) -> frozenset[str]:
        """The ids of its statements and events."""
        return frozenset((*self.said["statements"], *self.said["events"]))

    def is_about(self, scope: dict[str, Any]) -> bool:
        """Whether it is about the same days, parties and place."""
        mine = {key: value for key, value in self.said["scope"].items() if key != "as_of"}
        return mine == {key: value for key, value in scope.items() if key != "as_of"}
