"""What the dossiers of parties need from the database. The adapter satisfies it by shape."""

from collections.abc import Hashable, Mapping
from typing import Protocol

from tracker.domain.dossiers import ClashCount, PartyCounts, PartyFilter, PartyNumbers


class Dossiers(Protocol):
    """Statements by party, across events."""

    def state(self) -> Hashable:
        """Another value whenever statements, or the events they stand in, have changed; cheap."""

    def conflict_state(self) -> Hashable:
        """The same, and another value also whenever a conflict was judged; cheap."""

    def parties(self) -> Mapping[str, PartyCounts]:
        """The counts of every party that puts anything forward, by code."""

    def conflicts(self) -> Mapping[str, int]:
        """In how many conflicts each party stands, by code, rejected ones left out."""

    def clashes(self, wanted: PartyFilter) -> tuple[ClashCount, ...]:
        """Against whom the party stands in conflicts, of which type, the most first."""

    def numbers(self, wanted: PartyFilter) -> PartyNumbers:
        """What the statements of a party add up to."""

    def statements(
        self, wanted: PartyFilter, *, denials: bool, after: str | None, size: int
    ) -> tuple[tuple[str, ...], str | None]:
        """Ids of statements, newest publication first, and the cursor of the rest (None: no more).

        `denials`: only those that deny. Raises NotFoundError for a cursor that is none.
        """

    def revising(self, wanted: PartyFilter, *, events: int, size: int) -> Mapping[str, tuple[str, ...]]:
        """By event, the ids of statements with figures, where the party gave several figures over days.

        The newest `events` of them, at most `size` statements altogether.
        """

    def admitting(self, wanted: PartyFilter, *, size: int) -> tuple[str, ...]:
        """Ids of the newest statements that may be admissions: they name losses, or control is contested."""
