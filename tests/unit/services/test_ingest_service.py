from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
from service_doubles import NOW, CountingEmbedder, MemoryStore, QuietLinking, incoming
from voice_doubles import unheard

from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ModelMismatchError, ReadingError
from tracker.domain.identifiers import text_digest
from tracker.domain.voices import PUT_FORWARD, WIDTH, Marks, Telling
from tracker.services.comparing import ComparisonVectors
from tracker.services.embedding import Begin, Reckoned, TextVectors
from tracker.services.ingest import MANY, IngestService, marked_constructed
from tracker.services.listening import BeginReading
from tracker.statements.scene import Origin
from tracker.statements.speakers import SpeakerModel
from tracker.statements.voices import ORDER

TOLD = incoming(
    "Harbour shelled\n\nThe Government of National Accord said on Monday that three people were killed."
)
OTHER = incoming("Harbour quiet\n\nThe Libyan National Army said on Monday that nobody was killed.")


def silent(stage: str, done: int, total: int) -> None:
    """Nobody watches."""
    assert stage
    assert done >= 0
    assert total >= 0


def test_new_known_and_failed_documents_are_counted_apart(ingest: IngestService, store: MemoryStore) -> None:
    broken = ReadingError("broken.txt", "invalid UTF-8 at byte 7")
    summary = ingest.ingest([TOLD, broken, OTHER, TOLD], silent)
    assert (summary.new, summary.known, summary.failed) == (2, 1, 1)
    assert summary.failures == ["broken.txt: invalid UTF-8 at byte 7"]
    assert summary.statements == len(store.stored) >= 2
    assert (summary.totals.documents, summary.totals.statements) == (2, summary.statements)


def test_a_second_ingest_stores_and_embeds_nothing(
    ingest: IngestService, store: MemoryStore, embedder: CountingEmbedder
) -> None:
    ingest.ingest([TOLD, OTHER], silent)
    transactions, encoded = store.transactions, len(embedder.encoded)
    summary = ingest.ingest([TOLD, OTHER], silent)
    assert (summary.new, summary.known, summary.statements) == (0, 2, 0)
    assert (store.transactions, len(embedder.encoded)) == (transactions, encoded)


def test_a_document_is_stored_whole_in_one_transaction(ingest: IngestService, store: MemoryStore) -> None:
    ingest.ingest([TOLD], silent)
    (document,) = store.documents.values()
    assert store.transactions == 1
    assert (document.text, document.outlet, document.title) == (TOLD.text, "Coast Wire", "From the harbour")
    assert document.sha256 == text_digest(TOLD.text)
    assert store.captured_at[document.id] == NOW
    assert set(store.digest_of) == set(store.stored)
    for statement in store.stored.values():
        assert statement.quote == TOLD.text[statement.span.start : statement.span.end]


def test_a_callers_id_with_other_words_is_reported_and_the_rest_goes_on(
    ingest: IngestService, store: MemoryStore
) -> None:
    first = replace(TOLD, external_id="n1")
    changed = replace(OTHER, external_id="n1", origin="news.jsonl:2")
    summary = ingest.ingest([first, changed, OTHER], silent)
    assert (summary.new, summary.known, summary.failed) == (2, 0, 1)
    assert summary.failures[0].startswith("news.jsonl:2: document n1 is already stored")
    assert {document.text for document in store.documents.values()} == {TOLD.text, OTHER.text}


def test_another_models_vectors_stop_an_ingest_before_anything_is_read(
    ingest: IngestService, linking: QuietLinking, store: MemoryStore
) -> None:
    linking.mismatch = ModelMismatchError("old (1)", "new (2)")

    def never() -> Iterator[IncomingDocument | ReadingError]:
        pytest.fail("a document was read")
        yield TOLD

    with pytest.raises(ModelMismatchError, match="tracker relink"):
        ingest.ingest(never(), silent)
    assert not store.documents
    assert linking.linked_after == []


def test_what_is_pending_is_linked_even_if_nothing_is_new(
    ingest: IngestService, linking: QuietLinking
) -> None:
    ingest.ingest([], silent)
    assert linking.linked_after == [0]


def test_a_long_ingest_links_on_the_way(
    ingest: IngestService, linking: QuietLinking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.services.ingest.BATCH", 2)
    ingest.ingest([incoming(f"Tanker {number} left the port.") for number in range(5)], silent)
    assert linking.linked_after == [2, 4, 5]


def test_progress_is_told_for_each_document(ingest: IngestService) -> None:
    told: list[tuple[str, int]] = []
    ingest.ingest(
        [TOLD, ReadingError("x", "empty"), OTHER], lambda stage, done, _total: told.append((stage, done))
    )
    assert told == [("reading", 1), ("reading", 2), ("reading", 3)]


def test_a_language_without_data_is_read_all_the_same_with_a_note(ingest: IngestService) -> None:
    summary = ingest.ingest([incoming("Le port est ouvert.", language="fr", origin="fr.txt")], silent)
    assert (summary.new, summary.failed) == (1, 0)
    assert summary.notes == ["fr.txt: language fr has no data of its own; read with English rules"]


def test_a_document_without_title_gets_its_first_heading_or_words(
    ingest: IngestService, store: MemoryStore
) -> None:
    headed = incoming("Harbour shelled at dawn\n\nThe army said on Monday that a tanker burned.", title=None)
    bare = incoming(
        "The army said on Monday that two tankers burned in the old port near the town.", title=None
    )
    ingest.ingest([headed, bare], silent)
    titles = {document.text: document.title for document in store.documents.values()}
    assert titles[headed.text] == "Harbour shelled at dawn"
    assert titles[bare.text] == "The army said on Monday that two tankers burned in the old"


def test_a_document_of_no_language_counts_as_undetermined(ingest: IngestService, store: MemoryStore) -> None:
    ingest.ingest([incoming("12 34", language=None)], silent)
    (document,) = store.documents.values()
    assert document.language == "und"


def test_constructed_documents_are_marked_and_errors_pass() -> None:
    error = ReadingError("x", "empty")
    marked, passed = marked_constructed(iter([TOLD, error]))
    assert isinstance(marked, IncomingDocument)
    assert marked.constructed
    assert passed is error


def test_an_ingest_that_is_taken_up_links_where_it_would_have_linked(
    ingest: IngestService, linking: QuietLinking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.services.ingest.BATCH", 3)
    news = tankers(8)
    stored = [ingest.take(one).new[0] for one in news[:5]]
    # The first was linked before the end came; all others of what was stored wait.
    linking.left = {document: (f"s{number}",) for number, document in enumerate(stored) if number}
    summary = ingest.ingest(news, silent)
    assert (summary.known, summary.new) == (5, 3)
    # After three with what waits of them, after six with all before, and at the end with the rest.
    assert linking.linked_after == [5, 6, 8]
    assert linking.left_to_others == [["s3", "s4"], [], []]


def test_places_where_nothing_waits_are_passed_without_linking(
    ingest: IngestService, linking: QuietLinking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.services.ingest.BATCH", 3)
    for one in tankers(7):
        ingest.take(one)
    ingest.ingest(tankers(8), silent)
    assert linking.linked_after == [8]


class Beside:
    """Models beside this process, that are done at once."""

    def __init__(self, embedder: CountingEmbedder) -> None:
        self._embedder = embedder
        self.working, self.begun = False, 0

    def begin(self, texts: Sequence[str]) -> Reckoned:
        assert self.working
        self.begun += 1
        return Reckoned(self._embedder.encode(texts))

    @contextmanager
    def started(self) -> Iterator[tuple[BeginReading, Begin, tuple[Begin, ...]]]:
        self.working = True
        yield unheard, self.begin, (self.begin,)
        self.working = False


def tankers(count: int) -> list[IncomingDocument]:
    return [incoming(f"The Libyan National Army said {number} tankers had left.") for number in range(count)]


@pytest.mark.parametrize(("count", "beside"), [(MANY - 1, False), (MANY, True), (MANY + 1, True)])
def test_only_many_documents_are_worth_models_beside_this_process(
    ingest: IngestService, store: MemoryStore, linking: QuietLinking, count: int, *, beside: bool
) -> None:
    embedder = CountingEmbedder()
    models = Beside(embedder)
    linking.comparing = ComparisonVectors(TextVectors(store, embedder))  # type: ignore[arg-type]
    summary = replace(ingest, apart=models).ingest(tankers(count), silent)
    assert (summary.new, len(store.documents)) == (count, count)
    assert bool(models.begun) is beside
    assert not models.working
    assert linking.linked_after[-1] == count


class Insistent:
    """Hears every sentence as the outlet's own, and as putting something forward."""

    def read(self, tellings: Sequence[Telling]) -> list[tuple[Marks, ...]]:
        return [tuple(self._marks(sentence) for sentence in telling.sentences) for telling in tellings]

    def _marks(self, sentence: str) -> Marks:
        values = np.zeros((1, WIDTH), dtype=np.float16)
        values[0, PUT_FORWARD] = 8.0
        values[0, ORDER.index(Origin.OUTLET)] = 200.0
        return Marks(np.array([0], dtype=np.int32), np.array([len(sentence)], dtype=np.int32), values)


def test_what_the_voice_encoder_hears_has_a_say(ingest: IngestService, store: MemoryStore) -> None:
    voices = replace(ingest.knowledge.voiced, speakers=SpeakerModel({}, voice=1.0))
    heard = replace(ingest, voices=Insistent(), knowledge=replace(ingest.knowledge, voiced=voices))
    heard.ingest([OTHER], silent)
    assert [one.party for one in store.stored.values()] == ["MEDIA"]
