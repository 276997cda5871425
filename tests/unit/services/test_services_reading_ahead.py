"""Reading ahead stores what reading one after the other stores, whatever comes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from service_doubles import CountingEmbedder, FixedClock, MemoryStore, incoming
from voice_doubles import unheard

from tracker.domain.documents import Document, IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.domain.voices import Telling
from tracker.services.embedding import EmbeddingService, TextsUnderWay, TextVectors
from tracker.services.intake import Intake
from tracker.services.listening import ReadAtOnce
from tracker.services.reading_ahead import Outcomes, outcomes_ahead
from tracker.statements.extraction import Knowledge

Vectors = NDArray[np.float32]

SENTENCES = (
    "The Government of National Accord said on Monday that three people were killed.",
    "The Libyan National Army said on Monday that nobody was killed.",
    "The Libyan National Army denied on Tuesday that it had shelled the harbour.",
)


class Later:
    """Vectors that are reckoned when somebody waits for them."""

    def __init__(self, reckon: Callable[[], Vectors]) -> None:
        self.result = reckon


class Recording:
    """Embeds later, and remembers which texts were asked for together."""

    def __init__(self) -> None:
        self.embedder = CountingEmbedder()
        self.together: list[tuple[str, ...]] = []

    def begin(self, texts: Sequence[str]) -> Later:
        self.together.append(tuple(texts))
        return Later(lambda: self.embedder.encode(texts))


class RecordingVoices:
    """Hears nothing, and remembers which stories were given to it."""

    def __init__(self) -> None:
        self.stories: list[Telling] = []

    def begin(self, tellings: Sequence[Telling]) -> ReadAtOnce:
        self.stories += tellings
        return unheard(tellings)


class Desk:
    """A store, and an intake over it whose vectors come later."""

    def __init__(self, knowledge: Knowledge, store: MemoryStore | None = None) -> None:
        self.store = store or MemoryStore()
        self.voices, self.contexts, self.questions = RecordingVoices(), Recording(), Recording()
        embeddings = EmbeddingService(self.store, CountingEmbedder())  # type: ignore[arg-type]
        questions = TextVectors(self.store, CountingEmbedder())  # type: ignore[arg-type]
        self.intake = Intake(
            self.store,  # type: ignore[arg-type]
            embeddings,
            knowledge,
            FixedClock(),
            self.voices.begin,
            TextsUnderWay(embeddings.texts, self.contexts.begin),
            (TextsUnderWay(questions, self.questions.begin),),
        )

    def outcomes(self, news: Sequence[IncomingDocument | ReadingError], pages: int) -> Outcomes:
        return outcomes_ahead(self.intake, news, pages)


def story(sentences: Sequence[int], key: str | None = None) -> IncomingDocument:
    words = "Harbour shelled\n\n" + " ".join(SENTENCES[one] for one in sentences)
    return replace(incoming(words), external_id=key)


NEWS = st.lists(
    st.one_of(
        st.builds(
            story,
            st.lists(st.integers(0, len(SENTENCES) - 1), min_size=1, max_size=3),
            st.sampled_from([None, None, "a", "b"]),
        ),
        st.just(ReadingError("broken.txt", "invalid UTF-8 at byte 7")),
    ),
    max_size=8,
)


@given(news=NEWS, pages=st.integers(0, 8))
def test_what_is_stored_and_told_is_the_same_however_far_one_reads_ahead(
    knowledge: Knowledge, news: list[IncomingDocument | ReadingError], pages: int
) -> None:
    plain, ahead = Desk(knowledge), Desk(knowledge)
    # Nothing ahead: each is stored before the next is read.
    told = list(plain.outcomes(news, 0))
    assert [one for one, _ in told] == news
    assert list(ahead.outcomes(news, pages)) == told
    assert list(ahead.store.documents.items()) == list(plain.store.documents.items())
    assert ahead.store.stored == plain.store.stored
    assert ahead.store.digest_of == plain.store.digest_of
    assert ahead.store.vectors_kept.keys() == plain.store.vectors_kept.keys()
    # The texts of a document are embedded together with the same others.
    assert ahead.voices.stories == plain.voices.stories
    assert ahead.contexts.together == plain.contexts.together
    assert ahead.questions.together == plain.questions.together


def test_pages_ahead_are_heard_and_embedded_before_the_first_is_stored(knowledge: Knowledge) -> None:
    desk = Desk(knowledge)
    news = [story([number % 3, number // 3], f"n{number}") for number in range(5)]
    outcomes = desk.outcomes(news, pages=4)
    next(outcomes)
    assert len(desk.voices.stories) == 5
    assert len(desk.contexts.together) == len(desk.questions.together) == 3
    assert len(desk.store.documents) == 1


def test_no_more_pages_than_asked_are_read_ahead(knowledge: Knowledge) -> None:
    read: list[int] = []

    def telling() -> Iterator[IncomingDocument]:
        for number in range(6):
            read.append(number)
            yield story([number % 3], f"n{number}")

    next(outcomes_ahead(Desk(knowledge).intake, telling(), 2))
    assert read == [0, 1, 2]


def test_at_the_end_all_pages_are_embedded_before_one_of_them_is_stored(knowledge: Knowledge) -> None:
    desk = Desk(knowledge)
    news = [story([number % 3, number // 3], f"n{number}") for number in range(4)]
    next(desk.outcomes(news, pages=20))
    assert len(desk.contexts.together) == 3
    assert len(desk.store.documents) == 1


class RefusingStore(MemoryStore):
    """Cannot store a document of a caller's id."""

    def add_document(self, document: Document, incoming: IncomingDocument, captured_at: object) -> bool:
        if document.external_id == "refused":
            raise ReadingError(incoming.origin, "no")
        return super().add_document(document, incoming, captured_at)  # type: ignore[arg-type]


def test_a_text_that_was_embedded_for_a_document_that_failed_is_embedded_for_the_next(
    knowledge: Knowledge,
) -> None:
    desk = Desk(knowledge, RefusingStore())
    news = [story([0], "refused"), story([0, 1], "kept")]
    told = [taken for _, taken in desk.outcomes(news, 5)]
    assert (told[0].failure, told[1].failure) == ("no", "")
    assert len(told[1].new) == 1
    assert set(desk.store.digest_of) == set(desk.store.stored)


def test_whoever_stops_in_between_has_stored_what_was_told(knowledge: Knowledge) -> None:
    desk = Desk(knowledge)
    outcomes = desk.outcomes([story([number % 3], f"n{number}") for number in range(5)], 3)
    told = [next(outcomes)[1] for _ in range(2)]
    outcomes.close()  # type: ignore[attr-defined]
    assert list(desk.store.documents) == [one for taken in told for one in taken.new]
