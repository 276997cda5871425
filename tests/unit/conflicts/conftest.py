from collections.abc import Callable

import pytest
from conflict_examples import model_that_suggests_everything

from tracker.conflicts.aspects import Aspects, aspects_of
from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.domain.statements import Statement
from tracker.registry.loading import Registry, load_registry
from tracker.statements.mentions import PartyFinder


@pytest.fixture(scope="session")
def registry() -> Registry:
    return load_registry()


@pytest.fixture(scope="session")
def finder(registry: Registry) -> PartyFinder:
    return PartyFinder(registry.parties, registry.speakers)


@pytest.fixture(scope="session")
def read(finder: PartyFinder) -> Callable[[Statement], Aspects]:
    return lambda statement: aspects_of(statement, finder)


@pytest.fixture(scope="session")
def comparing(registry: Registry, finder: PartyFinder) -> Callable[[ConflictModel], Comparator]:
    return lambda model: Comparator(registry.parties, finder, model)


@pytest.fixture(scope="session")
def everything(comparing: Callable[[ConflictModel], Comparator]) -> Comparator:
    """Suggests every pair that it compares."""
    return comparing(model_that_suggests_everything())
