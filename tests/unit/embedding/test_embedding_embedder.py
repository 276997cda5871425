"""The embedder over models that are none: what it promises holds whatever a model gives."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tracker.domain.errors import SettingsError
from tracker.embedding.naming import QUESTION_MODEL
from tracker.embedding.sentence_transformer import ModelFacts, SentenceTransformerEmbedder

FACTS = ModelFacts(revision="7", dimension=3)


class StandInModel:
    """Has `encode`, as a SentenceTransformer has."""

    def __init__(self, vectors: Callable[[list[str]], Any]) -> None:
        self.vectors = vectors
        self.texts: list[str] = []

    def encode(self, texts: list[str], **options: Any) -> NDArray[np.float32]:
        assert options == {"convert_to_numpy": True, "show_progress_bar": False}
        self.texts += texts
        return np.asarray(self.vectors(texts))

    def __getitem__(self, number: int) -> object:
        return f"module {number}"


class StandInSource:
    """Counts how often its model is opened."""

    def __init__(self, vectors: Callable[[list[str]], Any], known: ModelFacts | None = FACTS) -> None:
        self.model = StandInModel(vectors)
        self.known = known
        self.opened = 0

    def known_facts(self) -> ModelFacts | None:
        return self.known

    def open(self) -> tuple[Any, ModelFacts]:
        time.sleep(0.02)
        self.opened += 1
        return self.model, FACTS


def lengths(texts: Sequence[str]) -> list[list[float]]:
    return [[len(text), 4.0, 0.0] for text in texts]


def test_vectors_are_brought_to_unit_length() -> None:
    embedder = SentenceTransformerEmbedder("a", StandInSource(lengths))
    vectors = embedder.encode(["abc", ""])
    assert vectors.dtype == np.float32
    assert vectors.tolist() == [[pytest.approx(0.6), pytest.approx(0.8), 0.0], [0.0, 1.0, 0.0]]


def test_vectors_of_any_size_are_brought_to_unit_length() -> None:
    for size in (1e-30, 1e30):
        source = StandInSource(lambda texts, size=size: [[size, 0, 0] for _ in texts])
        assert SentenceTransformerEmbedder("a", source).encode(["x"]).tolist() == [[1.0, 0.0, 0.0]]


def test_no_texts_make_no_vectors_and_need_no_model() -> None:
    source = StandInSource(lengths)
    vectors = SentenceTransformerEmbedder("a", source).encode([])
    assert (vectors.shape, vectors.dtype, source.opened) == ((0, 3), np.float32, 0)


def test_known_facts_need_no_model() -> None:
    source = StandInSource(lengths)
    embedder = SentenceTransformerEmbedder("a", source)
    assert (embedder.name, embedder.revision, embedder.dimension) == ("a", "7", 3)
    assert source.opened == 0


def test_unknown_facts_come_from_the_opened_model() -> None:
    source = StandInSource(lengths, known=None)
    embedder = SentenceTransformerEmbedder("a", source)
    assert (embedder.revision, embedder.dimension) == ("7", 3)
    embedder.encode(["x"])
    assert source.opened == 1


def test_a_model_is_opened_once_however_many_threads_want_it() -> None:
    source = StandInSource(lengths, known=None)
    embedder = SentenceTransformerEmbedder("a", source)
    threads = [threading.Thread(target=embedder.encode, args=(["x"],)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert source.opened == 1


def test_half_characters_do_not_reach_the_model() -> None:
    source = StandInSource(lengths)
    SentenceTransformerEmbedder("a", source).encode(["before \ud83d after", "ليبيا 😀"])
    assert source.model.texts == ["before ? after", "ليبيا 😀"]


def test_a_single_text_is_refused_rather_than_taken_letter_by_letter() -> None:
    with pytest.raises(TypeError, match="not one text"):
        SentenceTransformerEmbedder("a", StandInSource(lengths)).encode("abc")


@pytest.mark.parametrize(
    ("vectors", "reason"),
    [
        ([[1.0, 2.0]], r"shape \(1, 2\) where \(1, 3\)"),
        ([1.0, 2.0, 3.0], r"shape \(3,\)"),
        ([[0.0, 0.0, 0.0]], "empty or not finite"),
        ([[np.nan, 0.0, 1.0]], "empty or not finite"),
        ([[np.inf, 0.0, 1.0]], "empty or not finite"),
    ],
)
def test_what_is_no_vector_is_refused_with_the_name_of_the_model(vectors: Any, reason: str) -> None:
    embedder = SentenceTransformerEmbedder("some/model", StandInSource(lambda _: vectors))
    with pytest.raises(SettingsError, match=rf"TRACKER_EMBEDDING_MODEL names 'some/model'.*{reason}"):
        embedder.encode(["x"])


def test_the_question_encoder_is_not_said_to_be_named_in_the_settings() -> None:
    for vectors, reason in (([[1.0, 2.0]], "gives vectors of shape"), ([[0.0] * 3], "gives .* not finite")):
        embedder = SentenceTransformerEmbedder(
            QUESTION_MODEL, StandInSource(lambda _, vectors=vectors: vectors)
        )
        with pytest.raises(SettingsError, match=f"^the question encoder '{QUESTION_MODEL}' {reason}") as told:
            embedder.encode(["x"])
        assert "name another model" not in str(told.value)


def test_groups_are_embedded_apart_where_the_model_knows_no_better() -> None:
    source = StandInSource(lambda texts: [[len(texts), 1.0, 0.0]] * len(texts))
    embedder = SentenceTransformerEmbedder("a", source)
    one, two = embedder.encode_each([["a"], ["b", "c"]])
    assert one.tolist() == embedder.encode(["a"]).tolist()
    assert two.tolist() == embedder.encode(["b", "c"]).tolist()
