"""What reviewing needs from the database. The adapter satisfies it by shape."""

from collections.abc import Mapping
from typing import Protocol

from tracker.domain.conflict_lists import ConflictFilter, DoubtFilter, Slot
from tracker.domain.conflicts import ConflictType, Judgement
from tracker.domain.views import ConflictView, Page, StatementView


class ConflictLists(Protocol):
    """Conflicts and doubtful attributions, to be looked through and decided one after the other.

    Conflicts stand in the order of `IN_ORDER`, the surest first, then those of the newest event, then by id.
    Statements stand with the least sure first, then by id.
    """

    def conflict(self, conflict_id: str) -> ConflictView:
        """Raises NotFoundError."""

    def conflicts(self, wanted: ConflictFilter, after: str | None, size: int) -> Page[ConflictView]:
        """Raises NotFoundError for a cursor of no such list, ValueError for a size below 1."""

    def counts(self, wanted: ConflictFilter) -> Mapping[tuple[Judgement, ConflictType], int]:
        """How many conflicts pass a filter, whose judgements and type are left out of account."""

    def conflict_slot(self, wanted: ConflictFilter, conflict_id: str | None) -> Slot[ConflictView] | None:
        """The place of a conflict in the list, or the first place; None where the list is empty.

        A conflict that does not pass the filter (any more) has the place that it would have as the first
        judgement wanted. Raises NotFoundError for an unknown one.
        """

    def doubtful_slot(
        self, wanted: DoubtFilter, below: float, statement_id: str | None
    ) -> Slot[StatementView] | None:
        """The same for statements whose party no person decided and whose confidence lies below a number."""

    def count_doubtful(self, wanted: DoubtFilter, below: float) -> int:
        """How many there are."""
