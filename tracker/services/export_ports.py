"""What an export needs from the database. The adapter satisfies it by shape."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from tracker.domain.conflicts import Conflict
from tracker.domain.documents import Document
from tracker.domain.events import Event
from tracker.domain.models import ModelIdentity
from tracker.domain.statements import Statement


class Snapshot(Protocol):
    """One state of the database, whatever is written meanwhile. Few rows are in memory at a time."""

    @property
    def mark(self) -> str:
        """A mark of this state: another one follows whenever anything that is exported has changed."""

    @property
    def model(self) -> ModelIdentity | None:
        """Whose vectors the statements were linked with; None where there are none."""

    @property
    def trail(self) -> tuple[int, str]:
        """How many entries the audit trail has, and the seal of the last one."""

    def detectors(self) -> list[str]:
        """Which versions of the comparison have found the conflicts."""

    def documents(self) -> Iterator[Document]:
        """Every document, by id, without its text."""

    def statements(self) -> Iterator[tuple[Statement, str, str | None]]:
        """Every statement by document and span, with the public id of its document, and its event."""

    def events(self) -> Iterator[tuple[Event, list[str]]]:
        """Every event that has members, by id, with its parties in order."""

    def conflicts(self) -> Iterator[Conflict]:
        """Every conflict that no person has rejected, by id."""


class ExportSource(Protocol):
    """Where exports come from."""

    def mark(self) -> str:
        """The mark of the present state. Takes no time."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """The present state, held for the length of a block."""
