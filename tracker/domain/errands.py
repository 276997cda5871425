"""Errands: the parts of jobs that any of several workers can do."""

from dataclasses import dataclass
from enum import StrEnum


class Task(StrEnum):
    """What is to be done of a job."""

    ITEM = "item"  # one of its items: a file is read, a part embedded, a report written
    CLOSE = "close"  # what comes once all of them are over: what was read is linked, all is linked anew


@dataclass(frozen=True, slots=True)
class Errand:
    """A part of a job, for whichever of several workers comes first; `item` is that of its items.

    Of those with the same `turn` one is done at a time.
    """

    task: Task
    job: str
    turn: str
    item: int = 0

    @property
    def key(self) -> str:
        """What names it, at most 32 characters."""
        return f"{self.task}:{self.item or self.job}"
