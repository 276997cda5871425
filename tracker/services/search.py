"""Similarity search: a text in any language to the statements most like it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from tracker.domain.identifiers import statement_of_key
from tracker.domain.views import StatementFilter, StatementView
from tracker.services.ports import Embedder, Library, VectorIndex


@dataclass(frozen=True, slots=True)
class SearchService:
    """Embeds the query and reads the nearest statements, best first, ties in a fixed order.

    `prepare` is called before each search: it picks up what another process has written, and raises where
    the index cannot answer (ModelMismatchError, IndexDamagedError).
    """

    library: Library
    embedder: Embedder
    index: VectorIndex
    prepare: Callable[[], object] = lambda: None

    def search(self, text: str, k: int, wanted: StatementFilter) -> list[StatementView]:
        """The `k` statements nearest to a text among those that pass the filter."""
        self.prepare()
        allowed = self.library.matching_keys(wanted) if wanted.restricts else None
        found = self.index.search(self.embedder.encode([text]), k, allowed)[0]
        scores = {statement_of_key(key): score for key, score in found}
        views = self.library.statement_views(list(scores))
        return [replace(view, score=scores[view.statement.id]) for view in views]
