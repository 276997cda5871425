"""Embedding: which texts stand for a statement, and their vectors, each reckoned once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.domain.identifiers import text_digest, vector_key
from tracker.domain.models import ModelIdentity
from tracker.domain.statements import Statement
from tracker.services.ports import Embedder, Keys, Store, Vectors, WriteSession

Vector = NDArray[np.float32]


def context_text(statement: Statement) -> str:
    """The text whose vector stands for a statement in search: its story's heading and its quote."""
    return f"{statement.heading}. {statement.quote}" if statement.heading else statement.quote


def question_text(statement: Statement) -> str:
    """The text whose vector tells which question a statement answers: who puts it forward, and its quote."""
    return f"{statement.party}: {statement.quote}"


@dataclass(frozen=True, slots=True)
class TextVectors:
    """Vectors of texts by one model, kept in the database by digest of the text and revision of the model."""

    store: Store
    embedder: Embedder

    @property
    def identity(self) -> ModelIdentity:
        """The model in use."""
        return ModelIdentity(self.embedder.name, self.embedder.revision, self.embedder.dimension)

    def missing(self, texts: Sequence[str]) -> dict[str, Vector]:
        """Vectors by digest for those of these texts that are not kept yet."""
        wanted = {text_digest(text): text for text in texts}
        return self._reckoned(wanted, self._kept(wanted))

    def _kept(self, digests: Iterable[str]) -> dict[str, Vector]:
        return self.store.embeddings(self.identity, list(digests))

    def _reckoned(self, texts: Mapping[str, str], kept: Mapping[str, Vector]) -> dict[str, Vector]:
        """Vectors by digest of those texts, given by their digests, that are not among the `kept` ones."""
        missing = {digest: text for digest, text in texts.items() if digest not in kept}
        return dict(zip(missing, self.embedder.encode(list(missing.values())), strict=True))

    def of(self, texts: Sequence[str]) -> list[Vector]:
        """The vectors of these texts, in order; those that are not kept yet are reckoned, and then kept."""
        digests = [text_digest(text) for text in texts]
        wanted = dict(zip(digests, texts, strict=True))
        kept = self._kept(wanted)
        new = self._reckoned(wanted, kept)
        if new:
            with self.store.writing() as session:
                session.put_embeddings(self.identity, new)
        found = {**kept, **new}
        return [np.asarray(found[digest], dtype=np.float32) for digest in digests]


@dataclass(frozen=True, slots=True)
class EmbeddingService:
    """Vectors of statements for search and linking."""

    store: Store
    embedder: Embedder

    @property
    def identity(self) -> ModelIdentity:
        """The model in use."""
        return self._texts.identity

    @property
    def _texts(self) -> TextVectors:
        return TextVectors(self.store, self.embedder)

    def missing(self, statements: Sequence[Statement]) -> dict[str, Vector]:
        """Vectors by digest for the texts of those statements that are not in the cache yet."""
        return self._texts.missing([context_text(one) for one in statements])

    def write(
        self, session: WriteSession, statements: Sequence[Statement], vectors: dict[str, Vector]
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

    def contexts(self, statements: Sequence[Statement]) -> dict[str, Vector]:
        """The vector of each statement by its id."""
        vectors = self._texts.of([context_text(one) for one in statements])
        return {one.id: vector for one, vector in zip(statements, vectors, strict=True)}
