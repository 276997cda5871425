"""Search: a text in any language to the statements most like it, by meaning, by words, or by both."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from tracker.domain.errors import NotFoundError
from tracker.domain.identifiers import is_statement, statement_of_key, vector_key
from tracker.domain.search import Found, Ranked, SearchMode, WordHit
from tracker.domain.views import StatementFilter, StatementView
from tracker.language.search_words import find_words, read_query
from tracker.services.fusion import Listed, fuse
from tracker.services.ports import Embedder, Keys, Library, VectorIndex, Vectors
from tracker.services.search_ports import FullText, StatementFilters

_DEPTH = 50
"""How many of each list and language are fused, at least."""

_LEAST_SHARE = 0.25
"""Of a hybrid's query a statement has to hold so much, by weight, to count as found by its words: of a whole
sentence, all others hold a few words that say nothing."""

_MOST_BY_WORDS = 500

_LANGUAGES_APART = 8
"""Of more languages, the smaller ones share one list."""

Why = Mapping[str, tuple[float, Found]]
"""The score of each result, and why it is one, by statement, best first."""


@dataclass(frozen=True, slots=True)
class SearchService:
    """Searches among the statements that pass a filter, exactly, however few these are.

    `vectors` gives the stored vectors of statements by id and raises NotFoundError for one without.
    `prepare` is called before the index is asked: it picks up what another process has written, and raises
    where the index cannot answer (ModelMismatchError, IndexDamagedError). A hybrid search raises that, too,
    rather than answer by words alone; a lexical one needs neither index nor model.
    """

    library: Library
    embedder: Embedder
    index: VectorIndex
    full_text: FullText
    filters: StatementFilters
    vectors: Callable[[Sequence[str]], Vectors]
    prepare: Callable[[], object] = lambda: None

    def search(
        self, text: str, k: int, wanted: StatementFilter, mode: SearchMode = SearchMode.HYBRID
    ) -> list[StatementView]:
        """The `k` best statements for a text, best first, ties in a fixed order, each with why it is there.

        Their `score` is, by mode: semantic, the cosine similarity to the text; lexical, BM25 of the words
        found; hybrid, reciprocal rank fusion of both within each language, as a part of the most there can
        be (see `tracker.services.fusion`). A hybrid's text that is itself the words of a stored statement
        is searched with that statement's context, its story's heading.
        """
        if mode is SearchMode.LEXICAL:
            return self._views(self._by_words(text, k, wanted), text, phrases=True)
        self.prepare()
        if mode is SearchMode.SEMANTIC:
            allowed = self.filters.matching_keys(wanted) if wanted.restricts else None
            found = self.index.search(self.embedder.encode([text]), k, allowed)[0]
            return self._views(_semantic(found), text, phrases=False)
        return self._views(self._by_both(text, k, wanted), text, phrases=False)

    def similar(self, statement_id: str, k: int, wanted: StatementFilter) -> list[StatementView]:
        """The `k` statements nearest in meaning to a stored one, without itself, by its stored vector.

        Raises NotFoundError for one that is not stored or has no vector yet, and what `prepare` raises.
        """
        if not is_statement(statement_id):
            # What has not the form of an id has no vector to look for either.
            raise NotFoundError(f"no statement is stored under {statement_id}")
        self.prepare()
        own = vector_key(statement_id)
        vector = self.vectors([statement_id])
        allowed = self.filters.matching_keys(wanted) if wanted.restricts else None
        found = [one for one in self.index.search(vector, k + 1, allowed)[0] if one[0] != own]
        return self._views(_semantic(found[:k]), "", phrases=False)

    def _by_words(self, text: str, k: int, wanted: StatementFilter) -> Why:
        allowed = self.filters.matching_keys(wanted) if wanted.restricts else None
        hits = self.full_text.search(text, k, allowed)
        return {
            statement_of_key(one.key): (
                one.score,
                Found(SearchMode.LEXICAL, lexical=Ranked(rank, one.score)),
            )
            for rank, one in enumerate(hits, 1)
        }

    def _by_both(self, text: str, k: int, wanted: StatementFilter) -> Why:
        parts = _apart(self.filters.keys_by_language(wanted))
        vector = self._in_context(text)
        depth = max(k, _DEPTH)
        semantic = {code: self.index.search(vector, depth, keys)[0] for code, keys in parts.items()}
        allowed = np.sort(np.concatenate(list(parts.values()))) if wanted.restricts and parts else None
        hits = self.full_text.search(text, _MOST_BY_WORDS, allowed, phrases=False) if parts else []
        lexical = _parted([one for one in hits if one.share >= _LEAST_SHARE], parts, depth)
        return {
            statement_of_key(one.key): (one.score, Found(SearchMode.HYBRID, one.semantic, one.lexical))
            for one in fuse(parts, semantic, lexical)[:k]
        }

    def _in_context(self, text: str) -> Vectors:
        """The vector of a text, shape (1, dimension); of a stored statement's words, with its context."""
        vectors = [self.embedder.encode([text])[0]]
        for key in self.full_text.same_words(text).tolist():
            # One that has just been stored has no vector yet.
            with suppress(NotFoundError):
                vectors.append(self.vectors([statement_of_key(key)])[0])
        if len(vectors) == 1:
            return np.stack(vectors)
        mean = vectors[0] + np.mean(vectors[1:], axis=0)
        length = float(np.linalg.norm(mean))
        chosen = mean / length if length > 0 else vectors[0]
        return np.asarray(chosen, dtype=np.float32)[np.newaxis]

    def _views(self, found: Why, text: str, *, phrases: bool) -> list[StatementView]:
        """The results with their statements; one that the database no longer holds is left out."""
        asked = read_query(text, phrases=phrases)
        views = []
        for view in self.library.statement_views(list(found)):
            score, why = found[view.statement.id]
            if why.mode is not SearchMode.SEMANTIC:
                why = replace(why, words=find_words(view.statement.quote, asked))
            views.append(replace(view, score=score, found=why))
        return views


def _semantic(found: Listed) -> Why:
    return {
        statement_of_key(key): (score, Found(SearchMode.SEMANTIC, semantic=Ranked(rank, score)))
        for rank, (key, score) in enumerate(found, 1)
    }


def _apart(keys: Mapping[str, Keys]) -> dict[str, Keys]:
    """The keys of each language; of many languages, the smaller ones together."""
    ordered = sorted(keys.items(), key=lambda one: (-len(one[1]), one[0]))
    if len(ordered) <= _LANGUAGES_APART:
        return dict(ordered)
    apart = ordered[: _LANGUAGES_APART - 1]
    others = np.sort(np.concatenate([some for _, some in ordered[_LANGUAGES_APART - 1 :]]))
    return {**dict(apart), "": others}


def _parted(
    hits: Iterable[WordHit], parts: Mapping[str, Keys], depth: int
) -> dict[str, list[tuple[int, float]]]:
    """What was found by words, by the language it is in, at most so many of each."""
    parted: dict[str, list[tuple[int, float]]] = {code: [] for code in parts}
    for hit in hits:
        for code, keys in parts.items():
            place = int(np.searchsorted(keys, hit.key))
            if place < len(keys) and keys[place] == hit.key:
                if len(parted[code]) < depth:
                    parted[code].append((hit.key, hit.score))
                break
    return parted
