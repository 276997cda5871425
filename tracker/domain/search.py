"""How a search goes about it, and why a statement is among its results."""

from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.documents import Span


class SearchMode(StrEnum):
    """Which lists of results a search draws on."""

    HYBRID = "hybrid"
    """Both lists, fused by rank: the default."""
    SEMANTIC = "semantic"
    """By meaning: the nearest vectors, in whatever language."""
    LEXICAL = "lexical"
    """By words, whatever their spelling: what is written alike in the language of the query."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place in one list of results: `rank` from 1, and the `score` that the list is ordered by."""

    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """Why a statement is a result.

    `semantic` is its place in the list by meaning (score: cosine similarity, 1 at most), `lexical` that in
    the list by words (score: BM25, 0 and up); None where it is not in that list, or the list was not asked.
    `words` are the words of the query as they stand in the quote: spans that count the quote's own code
    points, ascending, without overlap; they are given for each result of a hybrid or lexical search.
    """

    mode: SearchMode
    semantic: Ranked | None = None
    lexical: Ranked | None = None
    words: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class WordHit:
    """A statement found by its words: its vector key, its score, and how much of the query it holds.

    `share` is the weight of the words found as a part of the weight of all that were asked for, 0 to 1; a
    rare word weighs more.
    """

    key: int
    score: float
    share: float
