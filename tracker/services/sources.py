"""Sources: what outlets published, and how reliable people hold them to be."""

from collections.abc import Mapping

from tracker.domain.decisions import Reliability
from tracker.domain.dossiers import SourceDocument, SourceSummary
from tracker.domain.errors import NotFoundError
from tracker.domain.views import Page
from tracker.services.current_answers import CurrentAnswers
from tracker.services.source_ports import Sources


class SourceService:
    """Outlets; what is told of them is reckoned once as long as nothing stored has changed."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._remembered = CurrentAnswers(sources.state)

    def sources(self) -> tuple[SourceSummary, ...]:
        """All outlets, those with the most documents first, then by name."""
        return self._remembered.get("sources", self._sources.sources)

    def nameless_documents(self) -> int:
        """How many documents name no outlet."""
        return self._remembered.get("nameless", self._sources.nameless_documents)

    def letters(self) -> Mapping[int, Reliability]:
        """The letter of each outlet that a person has rated, by id, as it stands this moment."""
        return self._sources.letters()

    def source(self, source: int) -> SourceSummary:
        """One outlet. Raises NotFoundError."""
        found = next((row for row in self.sources() if row.id == source), None)
        if found is None:
            raise NotFoundError(f"no source is stored under {source}")
        return found

    def documents(self, source: int, after: str | None, size: int) -> Page[SourceDocument]:
        """What an outlet published, newest first. Raises NotFoundError for no such cursor."""
        return self._remembered.get(
            ("documents", source, after, size), lambda: self._sources.documents(source, after, size)
        )
