"""What searching needs from adapters, beside the vector index, and what it is to entry points."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from tracker.domain.search import SearchMode, WordHit
from tracker.domain.views import StatementFilter, StatementView
from tracker.services.ports import Keys


class Search(Protocol):
    """Searching, as entry points see it: `SearchService.search`."""

    def __call__(
        self, text: str, k: int, wanted: StatementFilter, mode: SearchMode = ..., /
    ) -> Sequence[StatementView]:
        """The k best statements for a text among those that pass a filter."""


class FullText(Protocol):
    """Finds statements by their words, however these are spelled. Holds a statement from its storing on."""

    def search(
        self, text: str, k: int, allowed: Keys | None = None, *, phrases: bool = True
    ) -> list[WordHit]:
        """The k best, best first, ties by key; only keys in `allowed` if given.

        With `phrases`, what stands in quotation marks has to be there. No text is an error; one without a
        letter or digit finds nothing.
        """

    def same_words(self, text: str) -> Keys:
        """Keys of a few statements in these very words, however spelled, ascending."""


class StatementFilters(Protocol):
    """Applies filters to all statements at once, as the database has them now."""

    def matching_keys(self, wanted: StatementFilter) -> Keys:
        """Vector keys of the statements that pass a filter, ascending."""

    def keys_by_language(self, wanted: StatementFilter) -> Mapping[str, Keys]:
        """The same, parted by the statements' languages; none without a statement."""
