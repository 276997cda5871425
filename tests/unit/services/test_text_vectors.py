from collections.abc import Sequence

import numpy as np
import pytest
from service_doubles import IDENTITY, CountingEmbedder, MemoryStore, Vector, a_document, a_statement

from tracker.domain.identifiers import text_digest
from tracker.domain.models import ModelIdentity
from tracker.services.embedding import TextVectors, context_text, question_text


class OtherEmbedder(CountingEmbedder):
    """Another model: the same texts, other directions."""

    name = "other"

    def encode(self, texts: Sequence[str]) -> Vector:
        other: Vector = -super().encode(texts)
        return other


@pytest.fixture
def vectors(store: MemoryStore, embedder: CountingEmbedder) -> TextVectors:
    return TextVectors(store, embedder)  # type: ignore[arg-type]


def test_vectors_come_in_the_order_of_their_texts(vectors: TextVectors) -> None:
    texts = ["one", "two", "one", "three"]
    found = vectors.of(texts)
    np.testing.assert_array_equal(np.stack(found), CountingEmbedder().encode(texts))
    assert all(one.dtype == np.float32 for one in found)


def test_each_text_is_reckoned_once(vectors: TextVectors, embedder: CountingEmbedder) -> None:
    vectors.of(["one", "two", "one"])
    assert sorted(embedder.encoded) == ["one", "two"]
    vectors.of(["two", "three"])
    assert sorted(embedder.encoded) == ["one", "three", "two"]


def test_what_is_reckoned_is_kept_and_what_is_kept_is_not_written_again(
    vectors: TextVectors, store: MemoryStore
) -> None:
    vectors.of(["one", "two"])
    assert set(store.vectors_kept) == {(IDENTITY, text_digest(text)) for text in ("one", "two")}
    assert store.transactions == 1
    vectors.of(["two", "one"])
    assert store.transactions == 1


def test_the_store_is_asked_once_though_some_have_to_be_reckoned(
    vectors: TextVectors, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors.of(["one"])
    asked: list[Sequence[str]] = []
    embeddings = store.embeddings

    def counted(model: ModelIdentity, digests: Sequence[str]) -> dict[str, Vector]:
        asked.append(digests)
        return embeddings(model, digests)

    monkeypatch.setattr(store, "embeddings", counted)
    vectors.of(["two", "one", "two"])
    assert [set(digests) for digests in asked] == [{text_digest("one"), text_digest("two")}]


def test_what_is_missing_is_told_and_not_kept(vectors: TextVectors, store: MemoryStore) -> None:
    vectors.of(["one"])
    assert set(vectors.missing(["one", "two", "two"])) == {text_digest("two")}
    assert set(store.vectors_kept) == {(IDENTITY, text_digest("one"))}


def test_no_texts_have_no_vectors(vectors: TextVectors, store: MemoryStore) -> None:
    assert vectors.of([]) == []
    assert store.transactions == 0


def test_another_models_vectors_are_kept_apart(vectors: TextVectors, store: MemoryStore) -> None:
    other = TextVectors(store, OtherEmbedder())  # type: ignore[arg-type]
    (one,), (its,) = vectors.of(["one"]), other.of(["one"])
    np.testing.assert_array_equal(one, -its)
    assert {model.name for model, _ in store.vectors_kept} == {"counting", "other"}
    assert vectors.identity == IDENTITY != other.identity


def test_another_revisions_vectors_are_kept_apart(
    vectors: TextVectors, embedder: CountingEmbedder, store: MemoryStore
) -> None:
    vectors.of(["one"])
    embedder.revision = "2"
    vectors.of(["one"])
    assert embedder.encoded == ["one", "one"]
    assert {model.revision for model, _ in store.vectors_kept} == {"1", "2"}


def test_a_question_is_asked_of_whoever_speaks_and_a_search_is_not() -> None:
    home = a_document("The port reopened and the first tanker left.")
    one, other = a_statement(home, party="GNA"), a_statement(home, party="LNA", heading="Harbour")
    assert question_text(one) == f"GNA: {one.quote}"
    assert question_text(other) == f"LNA: {other.quote}"
    assert context_text(one) == one.quote
    assert context_text(other) == f"Harbour. {other.quote}"
