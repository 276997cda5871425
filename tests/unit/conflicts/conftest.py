from collections.abc import Callable

import pytest

from tracker.conflicts.aspects import Aspects, aspects_of
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
