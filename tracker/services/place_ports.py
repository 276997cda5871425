"""What the pages of places need from the database. The adapter satisfies it by shape."""

from collections.abc import Hashable, Sequence
from typing import Protocol

from tracker.domain.dossiers import PlaceSummary, Tally
from tracker.domain.views import EventSummary, Page


class Places(Protocol):
    """Places that statements speak of."""

    def state(self) -> Hashable:
        """Another value whenever what the summaries tell has changed; cheap."""

    def conflict_state(self) -> Hashable:
        """The same, and another value also whenever a conflict was judged; cheap."""

    def places(self) -> tuple[PlaceSummary, ...]:
        """All places spoken of, those with the most statements first, then by name."""

    def parties(self, place: str) -> Tally:
        """How many statements of each party speak of a place."""

    def events(self, place: str, after: str | None, size: int) -> Page[EventSummary]:
        """The events at a place, newest first. Raises NotFoundError for a cursor that is none."""

    def statements(self, place: str, size: int) -> tuple[str, ...]:
        """Ids of the statements that speak of a place, those published last first, at most `size`."""

    def contested_control(self, statements: Sequence[str]) -> frozenset[str]:
        """Which of these statements stand in a conflict over who holds a place."""
