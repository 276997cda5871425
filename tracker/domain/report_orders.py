"""Which report is wanted, and a report as a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class ReportOrder:
    """Which report is wanted.

    `name` is that of its days: "2020-W23", or "2020-06-01--2020-06-10". It is held to `parties` (codes) and
    to `place` (a name or an id) where they are given; `as_of` is the day whose knowledge it tells, None for
    today's. `base` is the address below which the pages lie, for its permalinks.
    """

    name: str
    language: str
    parties: tuple[str, ...] = ()
    place: str | None = None
    as_of: date | None = None
    base: str = field(default="", metadata={"json": False})

    def noted(self) -> dict[str, Any]:
        """All of it as JSON has it, for `of`."""
        return {
            "name": self.name,
            "language": self.language,
            "parties": list(self.parties),
            "place": self.place,
            "as_of": None if self.as_of is None else self.as_of.isoformat(),
            "base": self.base,
        }

    @classmethod
    def of(cls, noted: Mapping[str, Any]) -> "ReportOrder":
        """The order that was noted."""
        day = noted["as_of"]
        return cls(
            name=noted["name"],
            language=noted["language"],
            parties=tuple(noted["parties"]),
            place=noted["place"],
            as_of=None if day is None else date.fromisoformat(day),
            base=noted["base"],
        )


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report as a file: what to call it, its ending included, and what it holds."""

    name: str
    content: bytes
