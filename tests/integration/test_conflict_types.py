"""The shipped weights with vectors of the question encoder: the plainest clashes are of their types."""

from collections.abc import Callable

import pytest

from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.conflicts.members import Member
from tracker.domain.conflicts import ConflictType, Verdict
from tracker.domain.documents import Document
from tracker.embedding.loading import QUESTION_MODEL, load_embedder
from tracker.registry.loading import load_places, load_registry
from tracker.services.embedding import question_text
from tracker.statements.extraction import Knowledge, extract_statements
from tracker.statements.mentions import PartyFinder
from tracker.statements.places import PlaceFinder

pytestmark = pytest.mark.model

Judge = Callable[[str], Verdict]


@pytest.fixture(scope="module")
def judge() -> Judge:
    registry = load_registry()
    finder = PartyFinder(registry.parties, registry.speakers)
    knowledge = Knowledge(finder, PlaceFinder(load_places()))
    comparator = Comparator(registry.parties, finder, ConflictModel.shipped())
    embed = load_embedder(QUESTION_MODEL).encode

    def judge(text: str) -> Verdict:
        document = Document("d", None, None, "", "", None, None, "en", "", text)
        statements = extract_statements(document, knowledge)
        vectors = embed([question_text(one) for one in statements])
        (conflict,) = comparator.compare("e", list(map(Member, statements, vectors)))
        return conflict.verdict

    return judge


@pytest.mark.parametrize(
    ("text", "kind", "comparator"),
    [
        (
            (
                "The Libyan National Army said that its units captured Sirte after three hours. "
                "The Government of National Accord said that the attack on Sirte was repelled."
            ),
            ConflictType.CONTROL,
            "control",
        ),
        (
            (
                "The Libyan National Army said that Turkey delivered weapons to Tripoli. "
                "The Turkish defence ministry denied that weapons were delivered to Tripoli."
            ),
            ConflictType.INVOLVEMENT,
            "denial",
        ),
        (
            (
                "The Libyan National Army said that three soldiers were killed at Sirte. "
                "The Government of National Accord said that eleven soldiers were killed at Sirte."
            ),
            ConflictType.CASUALTIES,
            "figures",
        ),
    ],
    ids=["taken and held", "arms denied", "two tolls"],
)
def test_a_plain_clash_is_of_its_type(judge: Judge, text: str, kind: ConflictType, comparator: str) -> None:
    verdict = judge(text)
    assert (verdict.type, verdict.comparator) == (kind, comparator)
