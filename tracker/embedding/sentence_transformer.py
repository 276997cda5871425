"""Any sentence-transformers model behind the port of the services."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tracker.domain.errors import SettingsError
from tracker.embedding.naming import remedy, subject

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What tells one model's vectors from another's, and how many numbers a vector has."""

    revision: str
    dimension: int


class ModelSource(Protocol):
    """Where a model comes from."""

    def known_facts(self) -> ModelFacts | None:
        """The facts, where they can be had without opening the model."""

    def open(self) -> tuple["SentenceTransformer", ModelFacts]:
        """The `SentenceTransformer` and its facts. Takes seconds. Raises SettingsError."""


@runtime_checkable
class EvenEncoder(Protocol):
    """A first module of a model that can do without effects of one text on the vector of another."""

    def encode_evenly(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (texts, dimension): the same for a text whatever else is embedded with it."""


class SentenceTransformerEmbedder:
    """Turns texts into unit vectors; the model is opened when it is first needed.

    Safe to use from several threads. Whatever needs the model raises SettingsError where it cannot be
    opened; for the offline default, revision and dimension do not need it.
    """

    def __init__(self, name: str, source: ModelSource) -> None:
        self._name = name
        self._source = source
        self._known = source.known_facts()
        self._open: tuple[SentenceTransformer, ModelFacts] | None = None
        self._opening = threading.Lock()

    @property
    def name(self) -> str:
        """The name by which it is loaded; mostly the one in the settings."""
        return self._name

    @property
    def revision(self) -> str:
        """The version of the weights: of the package, a hub's commit, or a hash over the folder."""
        return self._facts().revision

    @property
    def dimension(self) -> int:
        """Numbers in one vector."""
        return self._facts().dimension

    def load(self) -> None:
        """Open the model now rather than with the first text, so that no reader waits for it."""
        self._opened()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors: float32, shape (texts, dimension). The same text always gives the same vector.

        Text past what the model reads is left out, as sentence-transformers does. Raises SettingsError
        where the model gives something that is no vector, TypeError for a single string.
        """
        if isinstance(texts, str):
            raise TypeError("encode takes a sequence of texts, not one text")
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        model, _ = self._opened()
        vectors = model.encode(
            [without_surrogates(text) for text in texts],
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return self._unit(np.asarray(vectors, dtype=np.float32), len(texts))

    def encode_each(self, groups: Sequence[Sequence[str]]) -> list[Vectors]:
        """As `encode` for each group, but so that no other group has any part in its vectors.

        With our own encoders no other text has: they take many at a time all the same. Raises as `encode`.
        """
        model, _ = self._opened()
        encoder = model[0]
        if not isinstance(encoder, EvenEncoder):
            return [self.encode(group) for group in groups]
        texts = [without_surrogates(text) for group in groups for text in group]
        vectors = self._unit(encoder.encode_evenly(texts), len(texts))
        return np.split(vectors, np.cumsum([len(group) for group in groups])[:-1])

    def _opened(self) -> tuple["SentenceTransformer", ModelFacts]:
        with self._opening:
            if self._open is None:
                self._open = self._source.open()
            return self._open

    def _facts(self) -> ModelFacts:
        return self._known or self._opened()[1]

    def _unit(self, vectors: Vectors, count: int) -> Vectors:
        wanted = (count, self.dimension)
        if vectors.shape != wanted:
            raise SettingsError(
                f"{subject(self._name)} gives vectors of shape {vectors.shape} where {wanted} was "
                f"expected: {remedy(self._name)}"
            )
        # In 64 bits, where a norm neither overflows nor vanishes.
        norms = np.sqrt(np.square(vectors, dtype=np.float64).sum(axis=1, keepdims=True))
        if not np.isfinite(norms).all() or not norms.all():
            raise SettingsError(
                f"{subject(self._name)} gives vectors that are empty or not finite: {remedy(self._name)}"
            )
        return np.asarray(vectors / norms, dtype=np.float32)


def without_surrogates(text: str) -> str:
    """Half characters, left over from broken decoding, stop every tokenizer: they become "?"."""
    return text.encode("utf-8", "replace").decode("utf-8")
