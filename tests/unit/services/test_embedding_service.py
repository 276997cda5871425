import numpy as np
from service_doubles import IDENTITY, CountingEmbedder, MemoryStore, a_document, a_statement

from tracker.domain.identifiers import text_digest, vector_key
from tracker.services.embedding import EmbeddingService, context_text

HOME = a_document("The port reopened and the first tanker left.")


def test_each_text_is_embedded_once_however_many_statements_share_it(
    embeddings: EmbeddingService, embedder: CountingEmbedder
) -> None:
    one = a_statement(HOME, heading="Harbour")
    other = a_statement(HOME, start=9, heading="Harbour")
    vectors = embeddings.missing([one, other, one])
    quotes = {one.quote, other.quote}
    assert sorted(embedder.encoded) == sorted({f"Harbour. {quote}" for quote in quotes} | quotes)
    assert set(vectors) == {text_digest(text) for text in embedder.encoded}


def test_what_is_in_the_cache_is_not_embedded_again(
    embeddings: EmbeddingService, embedder: CountingEmbedder, store: MemoryStore
) -> None:
    one, other = a_statement(HOME, heading="Harbour"), a_statement(HOME, start=9, heading="Harbour")
    store.add_statements([one])
    embeddings.embed_stored([one])
    embedder.encoded.clear()
    embeddings.embed_stored([one])
    assert embedder.encoded == []
    embeddings.embed_stored([one, other])
    assert embedder.encoded == [f"Harbour. {other.quote}", other.quote]


def test_the_cache_of_another_revision_is_of_no_use(
    embeddings: EmbeddingService, embedder: CountingEmbedder
) -> None:
    one = a_statement(HOME)
    embeddings.embed_stored([one])
    before = list(embedder.encoded)
    embedder.revision = "2"
    embeddings.embed_stored([one])
    assert embedder.encoded == before * 2


def test_a_statement_without_heading_is_embedded_as_its_quote(
    embeddings: EmbeddingService, embedder: CountingEmbedder
) -> None:
    one = a_statement(HOME)
    embeddings.missing([one])
    assert embedder.encoded == [one.quote]
    assert context_text(one) == one.quote


def test_heading_and_quote_together_stand_for_a_statement_in_search(
    embeddings: EmbeddingService, store: MemoryStore, embedder: CountingEmbedder
) -> None:
    one, other = a_statement(HOME, heading="Harbour"), a_statement(HOME, start=9)
    store.add_statements([one, other])
    store.set_model(IDENTITY)
    embeddings.embed_stored([one, other])
    keys, vectors = embeddings.stored_vectors([other.id, one.id])
    assert keys.tolist() == [vector_key(other.id), vector_key(one.id)]
    np.testing.assert_array_equal(vectors, embedder.encode([other.quote, f"Harbour. {one.quote}"]))


def test_the_context_of_each_statement_comes_under_its_id(
    embeddings: EmbeddingService, embedder: CountingEmbedder, store: MemoryStore
) -> None:
    one, other = a_statement(HOME, heading="Harbour"), a_statement(HOME, start=9)
    contexts = embeddings.contexts([one, other])
    expected = embedder.encode([f"Harbour. {one.quote}", other.quote])
    np.testing.assert_array_equal(np.stack([contexts[one.id], contexts[other.id]]), expected)
    embedder.encoded.clear()
    embeddings.contexts([other, one])
    assert embedder.encoded == []
    assert {digest for _, digest in store.vectors_kept} == {
        text_digest(context_text(statement)) for statement in (one, other)
    }


def test_quotes_alone_have_vectors_of_their_own_which_are_kept_with_those_in_context(
    embeddings: EmbeddingService, embedder: CountingEmbedder
) -> None:
    one, other = a_statement(HOME, heading="Harbour"), a_statement(HOME, start=9)
    embeddings.embed_stored([one, other])
    embedder.encoded.clear()
    quotes = embeddings.quotes([other, one])
    assert embedder.encoded == []
    np.testing.assert_array_equal(
        np.stack([quotes[one.id], quotes[other.id]]), embedder.encode([one.quote, other.quote])
    )


def test_the_identity_is_the_models(embeddings: EmbeddingService) -> None:
    assert embeddings.identity == IDENTITY
