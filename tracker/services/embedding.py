"""Embedding statements: which texts stand for a statement, and their vectors, each reckoned once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.domain.identifiers import text_digest, vector_key
from tracker.domain.models import ModelIdentity
from tracker.domain.statements import Statement
from tracker.services.ports import Embedder, Keys, Store, Vectors, WriteSession


@dataclass(frozen=True, slots=True)
class Views:
    """The two vectors of a statement: of heading and quote together, and of the quote."""

    context: NDArray[np.float32]
    quote: NDArray[np.float32]


def context_text(statement: Statement) -> str:
    """The text whose vector stands for a statement in search: its story's heading and its quote."""
    return f"{statement.heading}. {statement.quote}" if statement.heading else statement.quote


def _texts(statement: Statement) -> tuple[str, str]:
    return context_text(statement), statement.quote


@dataclass(frozen=True, slots=True)
class EmbeddingService:
    """Vectors of statements, cached in the database by text digest and model revision."""

    store: Store
    embedder: Embedder

    @property
    def identity(self) -> ModelIdentity:
        """The model in use."""
        return ModelIdentity(self.embedder.name, self.embedder.revision, self.embedder.dimension)

    def missing(self, statements: Sequence[Statement]) -> dict[str, NDArray[np.float32]]:
        """Vectors by digest for those texts of these statements that are not in the cache yet."""
        texts = {text_digest(text): text for one in statements for text in _texts(one)}
        known = self.store.embeddings(self.identity, list(texts))
        wanted = {digest: text for digest, text in texts.items() if digest not in known}
        vectors = self.embedder.encode(list(wanted.values()))
        return dict(zip(wanted, vectors, strict=True))

    def write(
        self, session: WriteSession, statements: Sequence[Statement], vectors: dict[str, NDArray[np.float32]]
    ) -> None:
        """Keep vectors and say which one stands for each statement."""
        session.put_embeddings(self.identity, vectors)
        digests = {one.id: text_digest(context_text(one)) for one in statements}
        session.set_statement_digests(self.identity, digests)

    def embed_stored(self, statements: Sequence[Statement]) -> None:
        """Embed statements that are stored already, with the model in use."""
        vectors = self.missing(statements)
        with self.store.writing() as session:
            self.write(session, statements, vectors)

    def stored_vectors(self, ids: Sequence[str]) -> tuple[Keys, Vectors]:
        """Keys and vectors of stored statements."""
        keys = np.array([vector_key(one) for one in ids], dtype=np.int64)
        return keys, self.store.vectors(ids)

    def views(self, statements: Sequence[Statement]) -> dict[str, Views]:
        """The vectors of each statement by its id; all must be in the cache."""
        digests = {one.id: tuple(map(text_digest, _texts(one))) for one in statements}
        every = sorted({digest for both in digests.values() for digest in both})
        vectors = self.store.embeddings(self.identity, every)
        return {
            one: Views(*(np.asarray(vectors[digest], dtype=np.float32) for digest in both))
            for one, both in digests.items()
        }
