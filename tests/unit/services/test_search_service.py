from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray
from service_doubles import (
    CountingEmbedder,
    MemoryIndex,
    MemoryLibrary,
    a_document,
    a_statement,
    a_view,
)

from tracker.domain.errors import ModelMismatchError, NotFoundError
from tracker.domain.identifiers import vector_key
from tracker.domain.search import Ranked, SearchMode, WordHit
from tracker.domain.views import StatementFilter
from tracker.services.ports import Keys
from tracker.services.search import SearchService

HOME = a_document("The port reopened and the first tanker left.")
ONE = a_statement(HOME, party="GNA")
TWO = a_statement(HOME, start=9, party="LNA")
THREE = a_statement(HOME, start=18, party="GNA")
EVERYTHING = StatementFilter()
SEMANTIC = SearchMode.SEMANTIC


def stored_vectors(ids: Sequence[str]) -> NDArray[np.float32]:
    if any(one not in {ONE.id, TWO.id, THREE.id} for one in ids):
        raise NotFoundError("no current vector")
    return np.eye(8, dtype=np.float32)[[3] * len(ids)]


@dataclass
class MemoryWords:
    """Full text whose scores and shares a test sets, by statement."""

    found: dict[str, tuple[float, float]]
    same: tuple[str, ...] = ()
    asked: list[tuple[list[int] | None, bool]] = field(default_factory=list)

    def search(
        self, _text: str, k: int, allowed: Keys | None = None, *, phrases: bool = True
    ) -> list[WordHit]:
        self.asked.append((None if allowed is None else allowed.tolist(), phrases))
        hits = [WordHit(vector_key(one), *how) for one, how in self.found.items()]
        return sorted(hits, key=lambda hit: -hit.score)[:k]

    def same_words(self, _text: str) -> Keys:
        return np.array(sorted(map(vector_key, self.same)), dtype=np.int64)


def service_of(
    index: MemoryIndex,
    library: MemoryLibrary,
    words: MemoryWords | None = None,
    prepare: Callable[[], object] = lambda: None,
) -> SearchService:
    full_text = words or MemoryWords({})
    return SearchService(
        library,  # type: ignore[arg-type]
        CountingEmbedder(),
        index,  # type: ignore[arg-type]
        full_text,  # type: ignore[arg-type]
        library,
        stored_vectors,
        prepare,
    )


def desk(scores: dict[str, float]) -> tuple[SearchService, MemoryIndex, MemoryLibrary]:
    library = MemoryLibrary({one.id: a_view(one) for one in (ONE, TWO, THREE)})
    index = MemoryIndex(scores)
    return service_of(index, library), index, library


def test_results_come_best_first_with_their_scores() -> None:
    service, _, _ = desk({ONE.id: 0.2, TWO.id: 0.9, THREE.id: 0.5})
    found = [(view.statement.id, view.score) for view in service.search("port", 2, EVERYTHING, SEMANTIC)]
    assert found == [(TWO.id, 0.9), (THREE.id, 0.5)]


def test_without_a_filter_the_index_is_searched_whole() -> None:
    service, index, library = desk({ONE.id: 0.2})
    service.search("port", 7, EVERYTHING, SEMANTIC)
    assert index.asked == [(7, None)]
    assert library.filters == []


def test_a_filter_becomes_the_keys_that_are_allowed() -> None:
    service, index, library = desk({ONE.id: 0.2, TWO.id: 0.9, THREE.id: 0.5})
    wanted = StatementFilter(parties=("GNA",))
    found = [view.statement.id for view in service.search("port", 10, wanted, SEMANTIC)]
    assert found == [THREE.id, ONE.id]
    assert library.filters == [wanted]
    assert index.asked == [(10, sorted([vector_key(ONE.id), vector_key(THREE.id)]))]


def test_any_part_of_a_filter_restricts() -> None:
    for wanted in (
        StatementFilter(languages=("ar",)),
        StatementFilter(published_from=date(2020, 1, 1)),
        StatementFilter(published_to=date(2020, 1, 1)),
    ):
        service, index, library = desk({})
        service.search("port", 1, wanted, SEMANTIC)
        assert library.filters == [wanted]
        assert index.asked[0][1] is not None


def test_a_filter_that_nothing_passes_finds_nothing() -> None:
    service, index, _ = desk({ONE.id: 0.2})
    assert service.search("port", 5, StatementFilter(parties=("RUS",)), SEMANTIC) == []
    assert index.asked == [(5, [])]


def test_the_index_is_refreshed_before_it_is_searched() -> None:
    library = MemoryLibrary({TWO.id: a_view(TWO)})
    index = MemoryIndex({})

    def refresh() -> None:
        index.scores[TWO.id] = 0.4

    service = service_of(index, library, prepare=refresh)
    assert [view.statement.id for view in service.search("port", 1, EVERYTHING, SEMANTIC)] == [TWO.id]


def test_a_statement_that_the_database_no_longer_holds_is_left_out() -> None:
    service, _, library = desk({ONE.id: 0.2, TWO.id: 0.9})
    del library.views[TWO.id]
    assert [view.score for view in service.search("port", 5, EVERYTHING, SEMANTIC)] == [0.2]


@pytest.mark.parametrize("mode", [SearchMode.SEMANTIC, SearchMode.HYBRID])
def test_another_models_vectors_are_refused_rather_than_searched(mode: SearchMode) -> None:
    _, index, library = desk({ONE.id: 0.2})

    def prepare() -> None:
        raise ModelMismatchError("one (1)", "other (2)")

    service = service_of(index, library, prepare=prepare)
    with pytest.raises(ModelMismatchError):
        service.search("port", 3, EVERYTHING, mode)
    assert index.asked == []


def test_a_lexical_search_asks_neither_index_nor_model() -> None:
    _, index, library = desk({ONE.id: 0.2})

    def prepare() -> None:
        raise ModelMismatchError("one (1)", "other (2)")

    words = MemoryWords({TWO.id: (3.0, 0.1), ONE.id: (1.0, 0.1)})
    found = service_of(index, library, words, prepare).search("port", 3, EVERYTHING, SearchMode.LEXICAL)
    assert [(view.statement.id, view.score) for view in found] == [(TWO.id, 3.0), (ONE.id, 1.0)]
    assert found[0].found is not None
    assert found[0].found.lexical == Ranked(1, 3.0)
    assert index.asked == []
    assert words.asked == [(None, True)]


def test_a_hybrid_search_fuses_both_lists_and_says_how() -> None:
    _, index, library = desk({ONE.id: 0.9, TWO.id: 0.8, THREE.id: 0.7})
    words = MemoryWords({TWO.id: (5.0, 0.9), THREE.id: (4.0, 0.1)})
    found = service_of(index, library, words).search("port", 3, EVERYTHING)
    assert [view.statement.id for view in found] == [TWO.id, ONE.id, THREE.id]
    why = found[0].found
    assert why is not None
    assert (why.mode, why.semantic, why.lexical) == (SearchMode.HYBRID, Ranked(2, 0.8), Ranked(1, 5.0))
    # Of the third's words too few are there to count.
    assert found[2].found is not None
    assert found[2].found.lexical is None
    assert words.asked == [(None, False)]


def test_the_words_of_the_query_are_marked_in_the_quote() -> None:
    _, index, library = desk({ONE.id: 0.9})
    (first,) = service_of(index, library).search("port the", 1, EVERYTHING)
    assert first.found is not None
    assert [span.of(first.statement.quote) for span in first.found.words] == ["The", "port"]


def test_the_words_of_a_stored_statement_are_searched_in_its_context() -> None:
    _, index, library = desk({ONE.id: 0.9})
    plain: list[object] = []

    class Remembering(MemoryIndex):
        def search(
            self, vectors: NDArray[np.float32], k: int, allowed: Keys | None = None
        ) -> list[list[tuple[int, float]]]:
            plain.append(vectors.round(6).tolist())
            return super().search(vectors, k, allowed)

    remembering = Remembering(index.scores)
    for same in ((), (ONE.id,), ("s000000000000000",)):
        service_of(remembering, library, MemoryWords({}, same)).search("port", 1, EVERYTHING)
    assert plain[0] != plain[1]
    assert plain[0] == plain[2]


def test_similar_statements_are_found_by_the_stored_vector_without_itself() -> None:
    service, _, _ = desk({ONE.id: 1.0, TWO.id: 0.8, THREE.id: 0.7})
    assert [view.statement.id for view in service.similar(ONE.id, 1, EVERYTHING)] == [TWO.id]
    with pytest.raises(NotFoundError):
        service.similar("s000000000000000", 1, EVERYTHING)
    with pytest.raises(NotFoundError, match="d1 of somebody else's"):
        service.similar("d1 of somebody else's", 1, EVERYTHING)
