"""Embedding: which texts stand for a statement, and their vectors, each reckoned once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

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


def linking_texts(statements: Sequence[Statement]) -> list[str]:
    """The texts by which statements are linked: each quote with the heading of its story, and alone."""
    return [context_text(one) for one in statements] + [one.quote for one in statements]


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
        return self._reckoned(wanted, self.kept(wanted))

    def kept(self, digests: Iterable[str]) -> dict[str, Vector]:
        """The vectors by digest of those of these texts that are kept."""
        return self.store.embeddings(self.identity, list(digests))

    def _reckoned(self, texts: Mapping[str, str], kept: Mapping[str, Vector]) -> dict[str, Vector]:
        """Vectors by digest of those texts, given by their digests, that are not among the `kept` ones."""
        missing = {digest: text for digest, text in texts.items() if digest not in kept}
        if not missing:
            return {}
        return dict(zip(missing, self.embedder.encode(list(missing.values())), strict=True))

    def of(self, texts: Sequence[str]) -> list[Vector]:
        """The vectors of these texts, in order; those that are not kept yet are reckoned, and then kept."""
        kept, new = self._found(texts)
        if new:
            with self.store.writing() as session:
                session.put_embeddings(self.identity, new)
        return _in_order(texts, {**kept, **new})

    def of_unkept(self, texts: Sequence[str]) -> list[Vector]:
        """The same, where nothing may be written."""
        kept, new = self._found(texts)
        return _in_order(texts, {**kept, **new})

    def _found(self, texts: Sequence[str]) -> tuple[dict[str, Vector], dict[str, Vector]]:
        """By digest, the vectors that are kept, and those that were reckoned now."""
        wanted = {text_digest(text): text for text in texts}
        kept = self.kept(wanted)
        return kept, self._reckoned(wanted, kept)


def _in_order(texts: Sequence[str], found: Mapping[str, Vector]) -> list[Vector]:
    return [np.asarray(found[text_digest(text)], dtype=np.float32) for text in texts]


class Pending(Protocol):
    """Vectors that are being reckoned, shape (texts, dimension)."""

    def result(self) -> Vectors:
        """Wait for them."""


class Reckoned:
    """Vectors that are there already."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    def result(self) -> Vectors:
        """At once."""
        return self._vectors


_NOTHING = Reckoned(np.zeros((0, 0), dtype=np.float32))

Begin = Callable[[Sequence[str]], Pending]
"""Begins to reckon the vectors of texts."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The texts of a document for which vectors are wanted."""

    digests: tuple[str, ...]
    """Of the texts that are reckoned for this document, in order."""
    pending: Pending
    left: tuple[str, ...]
    """Texts that are being reckoned for an earlier document."""


@dataclass(frozen=True, slots=True)
class TextsUnderWay:
    """Has the texts of one document after the other embedded, each once, before any of them is kept.

    What is reckoned together for a document is what would be, were all earlier documents stored by then:
    which texts share a batch moves the last digits of their vectors.
    """

    vectors: TextVectors
    encode: Begin
    _digests: set[str] = field(default_factory=set)

    @classmethod
    def at_once(cls, vectors: TextVectors) -> "TextsUnderWay":
        """Where whoever begins waits for the vectors."""
        return cls(vectors, lambda texts: Reckoned(vectors.embedder.encode(texts)))

    def begin(self, texts: Sequence[str]) -> Begun:
        """Begin with those of a document's texts that are neither kept nor under way."""
        wanted = {text_digest(text): text for text in texts}
        kept = self.vectors.kept(wanted)
        new = {digest: text for digest, text in wanted.items() if digest not in kept.keys() | self._digests}
        left = [text for digest, text in wanted.items() if digest in self._digests - kept.keys()]
        self._digests.update(new)
        pending = self.encode(list(new.values())) if new else _NOTHING
        return Begun(tuple(new), pending, tuple(left))

    def end(self, begun: Begun) -> dict[str, Vector]:
        """The vectors by digest that are to be kept with a document, all before it being stored."""
        vectors = dict(zip(begun.digests, begun.pending.result(), strict=True))
        self._digests.difference_update(begun.digests)
        # Whichever document they were reckoned for may not have been stored after all.
        return {**vectors, **self.vectors.missing(begun.left)} if begun.left else vectors


@dataclass(frozen=True, slots=True)
class EmbeddingService:
    """Vectors of statements for search and linking."""

    store: Store
    embedder: Embedder

    @property
    def identity(self) -> ModelIdentity:
        """The model in use."""
        return self.texts.identity

    @property
    def texts(self) -> TextVectors:
        """Vectors of texts by the model in use."""
        return TextVectors(self.store, self.embedder)

    def missing(self, statements: Sequence[Statement]) -> dict[str, Vector]:
        """Vectors by digest for the texts of those statements that are not in the cache yet."""
        return self.texts.missing(linking_texts(statements))

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
        """The vector of each statement's heading and quote, by its id."""
        return self._by_id(statements, [context_text(one) for one in statements])

    def quotes(self, statements: Sequence[Statement]) -> dict[str, Vector]:
        """The vector of each statement's quote alone, by its id."""
        return self._by_id(statements, [one.quote for one in statements])

    def _by_id(self, statements: Sequence[Statement], texts: Sequence[str]) -> dict[str, Vector]:
        vectors = self.texts.of(texts)
        return {one.id: vector for one, vector in zip(statements, vectors, strict=True)}
