"""What the pages of sources need from the database. The adapter satisfies it by shape."""

from collections.abc import Hashable, Mapping
from typing import Protocol

from tracker.domain.decisions import Reliability
from tracker.domain.dossiers import SourceDocument, SourceSummary
from tracker.domain.views import Page


class Sources(Protocol):
    """Outlets and what they published."""

    def state(self) -> Hashable:
        """Another value whenever what the summaries tell has changed; cheap."""

    def letters(self) -> Mapping[int, Reliability]:
        """The letter of each outlet that a person has rated, by id."""

    def sources(self) -> tuple[SourceSummary, ...]:
        """All outlets, those with the most documents first, then by name."""

    def nameless_documents(self) -> int:
        """How many documents name no outlet."""

    def documents(self, source: int, after: str | None, size: int) -> Page[SourceDocument]:
        """What an outlet published, newest first. Raises NotFoundError for a cursor that is none."""
