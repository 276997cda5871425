from datetime import date

import pytest
from service_doubles import (
    CountingEmbedder,
    MemoryIndex,
    MemoryLibrary,
    a_document,
    a_statement,
    a_view,
)

from tracker.domain.errors import ModelMismatchError
from tracker.domain.identifiers import vector_key
from tracker.domain.views import StatementFilter
from tracker.services.search import SearchService

HOME = a_document("The port reopened and the first tanker left.")
ONE = a_statement(HOME, party="GNA")
TWO = a_statement(HOME, start=9, party="LNA")
THREE = a_statement(HOME, start=18, party="GNA")
EVERYTHING = StatementFilter()


def desk(scores: dict[str, float]) -> tuple[SearchService, MemoryIndex, MemoryLibrary]:
    library = MemoryLibrary({one.id: a_view(one) for one in (ONE, TWO, THREE)})
    index = MemoryIndex(scores)
    return SearchService(library, CountingEmbedder(), index), index, library  # type: ignore[arg-type]


def test_results_come_best_first_with_their_scores() -> None:
    service, _, _ = desk({ONE.id: 0.2, TWO.id: 0.9, THREE.id: 0.5})
    found = [(view.statement.id, view.score) for view in service.search("port", 2, EVERYTHING)]
    assert found == [(TWO.id, 0.9), (THREE.id, 0.5)]


def test_without_a_filter_the_index_is_searched_whole() -> None:
    service, index, library = desk({ONE.id: 0.2})
    service.search("port", 7, EVERYTHING)
    assert index.asked == [(7, None)]
    assert library.filters == []


def test_a_filter_becomes_the_keys_that_are_allowed() -> None:
    service, index, library = desk({ONE.id: 0.2, TWO.id: 0.9, THREE.id: 0.5})
    wanted = StatementFilter(parties=("GNA",))
    found = [view.statement.id for view in service.search("port", 10, wanted)]
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
        service.search("port", 1, wanted)
        assert library.filters == [wanted]
        assert index.asked[0][1] is not None


def test_a_filter_that_nothing_passes_finds_nothing() -> None:
    service, index, _ = desk({ONE.id: 0.2})
    assert service.search("port", 5, StatementFilter(parties=("RUS",))) == []
    assert index.asked == [(5, [])]


def test_the_index_is_refreshed_before_it_is_searched() -> None:
    library = MemoryLibrary({TWO.id: a_view(TWO)})
    index = MemoryIndex({})

    def refresh() -> None:
        index.scores[TWO.id] = 0.4

    service = SearchService(library, CountingEmbedder(), index, refresh)  # type: ignore[arg-type]
    assert [view.statement.id for view in service.search("port", 1, EVERYTHING)] == [TWO.id]


def test_a_statement_that_the_database_no_longer_holds_is_left_out() -> None:
    service, _, library = desk({ONE.id: 0.2, TWO.id: 0.9})
    del library.views[TWO.id]
    assert [view.score for view in service.search("port", 5, EVERYTHING)] == [0.2]


def test_another_models_vectors_are_refused_rather_than_searched() -> None:
    _, index, library = desk({ONE.id: 0.2})

    def prepare() -> None:
        raise ModelMismatchError("one (1)", "other (2)")

    service = SearchService(library, CountingEmbedder(), index, prepare)  # type: ignore[arg-type]
    with pytest.raises(ModelMismatchError):
        service.search("port", 3, EVERYTHING)
    assert index.asked == []
