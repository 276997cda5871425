"""What the lists of the API need from the database. The adapter satisfies it by shape."""

from typing import Protocol

from tracker.domain.event_lists import EventFilter, EventOrder, ListedEvent
from tracker.domain.reading_lists import (
    ConflictListFilter,
    DocumentFilter,
    ListedDocument,
    Slice,
    StatementListFilter,
)
from tracker.domain.views import ConflictView, StatementView


class ReadingLists(Protocol):
    """Lists read on from a place. `after` is None or what `Slice.following` was.

    Each raises NotFoundError for a place that it did not give out, ValueError for a size below 1.
    """

    def statements(self, wanted: StatementListFilter, after: str | None, size: int) -> Slice[StatementView]:
        """By publication, newest first, those without a date last; then by id."""

    def documents(self, wanted: DocumentFilter, after: str | None, size: int) -> Slice[ListedDocument]:
        """The same."""

    def conflicts(self, wanted: ConflictListFilter, after: str | None, size: int) -> Slice[ConflictView]:
        """The surest first, then by id, whatever their judgements."""

    def conflict(self, conflict_id: str) -> ConflictView:
        """One conflict. Raises NotFoundError."""

    def events(
        self, wanted: EventFilter, order: EventOrder | None, after: str | None, size: int
    ) -> Slice[ListedEvent]:
        """By id where no order is named: in the others an event that changes may move."""
