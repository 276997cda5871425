"""What deciding needs from the database. The adapter satisfies it by shape."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from tracker.domain.audit import AuditEntry
from tracker.domain.decisions import Change, Key, Value
from tracker.domain.events import LinkVerdict
from tracker.domain.statements import Place


class DecisionSession(Protocol):
    """One act: all of it is kept, or nothing. Nobody else writes meanwhile."""

    @property
    def now(self) -> datetime:
        """The time of the act."""

    def value(self, key: Key) -> Value:
        """The value of a key as it stands, None for nothing. Raises NotFoundError."""

    def members(self, event: str) -> list[str]:
        """The ids of an event's statements, in order."""

    def verdicts(self, statements: Sequence[str]) -> dict[tuple[str, str], LinkVerdict]:
        """The verdicts that stand on pairs among these statements."""

    def verdicts_about(self, statements: Sequence[str]) -> dict[tuple[str, str], LinkVerdict]:
        """The verdicts that stand on pairs of which at least one is among these statements."""

    def knows_event(self, event: str) -> bool:
        """Whether an event has ever stood under this id."""

    def open_event(self, event: str, like: str) -> None:
        """Make room for a new event, which leads to another until statements stand in it."""

    def keep_place(self, place: Place) -> None:
        """Have a place of the gazetteer at hand, for a statement to speak of."""

    def apply(self, changes: Sequence[Change], *, actor: str, reason: str) -> None:
        """Let the values after these changes stand; the events they concern wait to be reckoned anew."""

    def release(self, events: Sequence[str]) -> None:
        """Let none of these events wait in which no statement stands."""

    def append(
        self,
        action: str,
        subject: tuple[str, str],
        changes: Sequence[Change],
        *,
        actor: str,
        reason: str,
        undoes: int | None = None,
        redoes: int | None = None,
    ) -> AuditEntry:
        """Put an act on record, with all that it is about."""

    def entry(self, number: int) -> AuditEntry:
        """An entry of the trail. Raises NotFoundError."""

    def acts_of(self, actor: str) -> list[AuditEntry]:
        """A person's last acts that record changes of values, and what answers them, the oldest first."""

    def entries_about(self, key: Key) -> list[AuditEntry]:
        """The entries of the trail that changed the value of a key, the oldest first."""


class Decisions(Protocol):
    """What people have decided."""

    def acting(self) -> AbstractContextManager[DecisionSession]:
        """One act in one transaction."""

    def values(self, keys: Sequence[Key]) -> dict[Key, Value]:
        """Values as they stand. Raises NotFoundError."""

    def acts_of(self, actor: str) -> list[AuditEntry]:
        """A person's last acts that record changes of values, and what answers them, the oldest first."""

    def entry(self, number: int) -> AuditEntry:
        """An entry of the trail. Raises NotFoundError."""

    def history(
        self,
        *,
        subject: tuple[str, str] | None = None,
        actor: str | None = None,
        before: int | None = None,
        size: int = 50,
    ) -> list[AuditEntry]:
        """Entries of the trail, the latest first: about a subject, of an actor, older than an entry."""

    def answered(self, numbers: Sequence[int]) -> Mapping[int, AuditEntry]:
        """For each of these entries the last one that took it back or made it again, where there is one."""

    def head(self) -> tuple[int, str]:
        """How many entries the trail has, and the seal of the last one."""

    def broken_entry(self) -> AuditEntry | None:
        """The first entry whose seal does not fit; None where the trail is whole."""
