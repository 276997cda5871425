"""What was compared lately is not compared again, unless anything about it has changed."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from conflict_examples import alike, model_that_suggests_everything, said
from numpy.typing import NDArray

from tracker.conflicts import memory
from tracker.conflicts.comparison import Comparator
from tracker.conflicts.features import Pair
from tracker.domain.statements import Polarity
from tracker.registry.loading import Registry
from tracker.statements.mentions import PartyFinder

CAPTURE = said("LNA", "The spokesman said that our units captured Sirte after three hours.")
REPULSE = said("GNA", "The ministry said that the attack on Sirte was repelled.")
SILENCE = said("TURKEY", "The minister said that nothing was known of an attack on Sirte.")


class Counting(Comparator):
    """Counts what it compares."""

    compared = 0

    def weigh(self, pair: Pair) -> NDArray[np.float64]:
        self.compared += 1
        return super().weigh(pair)


@pytest.fixture
def counting(registry: Registry, finder: PartyFinder) -> Callable[[Callable[[], object]], Counting]:
    model = model_that_suggests_everything()
    return lambda registry_of_now: Counting(registry.parties, finder, model, registry_of_now)


def same_registry() -> object:
    return "one registry"


def test_a_growing_event_has_only_its_new_pairs_compared(
    counting: Callable[[Callable[[], object]], Counting],
) -> None:
    comparator = counting(same_registry)
    two = comparator.compare("e1", alike(CAPTURE, REPULSE))
    assert (len(two), comparator.compared) == (1, 1)
    three = comparator.compare("e1", alike(CAPTURE, REPULSE, SILENCE))
    assert (len(three), comparator.compared) == (3, 3)
    assert set(two) < set(three)
    assert three == counting(same_registry).compare("e1", alike(CAPTURE, REPULSE, SILENCE))


def test_a_pair_that_comes_to_another_event_keeps_its_verdict(
    counting: Callable[[Callable[[], object]], Counting],
) -> None:
    comparator = counting(same_registry)
    (here,) = comparator.compare("e1", alike(CAPTURE, REPULSE))
    (there,) = comparator.compare("e2", alike(CAPTURE, REPULSE))
    assert (there.event, there.verdict, comparator.compared) == ("e2", here.verdict, 1)


def test_another_heading_polarity_or_vector_is_compared_anew(
    counting: Callable[[Callable[[], object]], Counting],
) -> None:
    members = alike(CAPTURE, REPULSE)
    for changed in (
        [members[0]._replace(statement=replace(CAPTURE, heading="Sirte")), members[1]],
        [members[0], members[1]._replace(statement=replace(REPULSE, polarity=Polarity.DENIES))],
        [members[0]._replace(vector=np.roll(members[0].vector, 1)), members[1]],
    ):
        comparator = counting(same_registry)
        comparator.compare("e1", members)
        assert comparator.compare("e1", changed) == counting(same_registry).compare("e1", changed)
        assert comparator.compared == 2


def test_another_registry_makes_all_be_compared_anew(
    counting: Callable[[Callable[[], object]], Counting],
) -> None:
    registries = [object()]
    comparator = counting(lambda: registries[-1])
    comparator.compare("e1", alike(CAPTURE, REPULSE))
    comparator.compare("e1", alike(CAPTURE, REPULSE))
    assert comparator.compared == 1
    registries.append(object())
    comparator.compare("e1", alike(CAPTURE, REPULSE))
    assert comparator.compared == 2


def test_no_more_is_remembered_than_there_is_room_for(
    counting: Callable[[Callable[[], object]], Counting], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "_PAIRS", 2)
    monkeypatch.setattr(memory, "_STATEMENTS", 2)
    comparator = counting(same_registry)
    members = alike(CAPTURE, REPULSE, SILENCE)
    for _ in range(2):
        assert comparator.compare("e1", members) == counting(same_registry).compare("e1", members)
    # Nothing is kept of the first pair by the time that it comes again.
    assert comparator.compared == 6
