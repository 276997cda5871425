from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
from service_doubles import CountingEmbedder, MemoryStore, Vector, a_document, a_statement

from tracker.services.comparing import ComparisonVectors
from tracker.services.embedding import TextVectors, question_text


class StanceEmbedder(CountingEmbedder):
    """Another model: the same texts, other directions."""

    name = "stances"

    def encode(self, texts: Sequence[str]) -> Vector:
        other: Vector = -super().encode(texts)
        return other


DAY = date(2020, 1, 6)


@pytest.fixture
def stances() -> StanceEmbedder:
    return StanceEmbedder()


@pytest.fixture
def vectors(store: MemoryStore, embedder: CountingEmbedder, stances: StanceEmbedder) -> ComparisonVectors:
    return ComparisonVectors(
        TextVectors(store, embedder),  # type: ignore[arg-type]
        TextVectors(store, stances),  # type: ignore[arg-type]
    )


def test_a_member_has_a_vector_of_each_model_and_its_day(vectors: ComparisonVectors) -> None:
    statement = a_statement(a_document())
    (member,) = vectors.members([statement], {statement.id: DAY})
    assert (member.statement, member.published) == (statement, DAY)
    question, stance = (
        one.encode([question_text(statement)])[0] for one in (CountingEmbedder(), StanceEmbedder())
    )
    np.testing.assert_array_equal(member.vector, question)
    assert member.stance is not None
    np.testing.assert_array_equal(member.stance, stance)


def test_without_a_model_of_stances_nothing_is_said_of_them(
    store: MemoryStore, embedder: CountingEmbedder
) -> None:
    statement = a_statement(a_document())
    vectors = ComparisonVectors(TextVectors(store, embedder))  # type: ignore[arg-type]
    (member,) = vectors.members([statement], {statement.id: None})
    assert member.stance is None
    assert len(vectors.models) == 1


def test_both_are_kept_unless_nothing_may_be_written(
    vectors: ComparisonVectors, store: MemoryStore, embedder: CountingEmbedder, stances: StanceEmbedder
) -> None:
    statement = a_statement(a_document())
    unkept = vectors.members_unkept([statement], {statement.id: None})
    assert store.transactions == 0
    kept = vectors.members([statement], {statement.id: None})
    assert len(store.vectors_kept) == 2
    for one, other in zip(unkept, kept, strict=True):
        np.testing.assert_array_equal(one.vector, other.vector)
    embedder.encoded.clear()
    stances.encoded.clear()
    vectors.keep([statement])
    vectors.members_unkept([statement], {statement.id: None})
    assert embedder.encoded == stances.encoded == []
