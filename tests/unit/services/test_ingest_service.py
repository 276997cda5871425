from collections.abc import Iterator
from dataclasses import replace

import pytest
from service_doubles import NOW, CountingEmbedder, MemoryStore, QuietLinking, incoming

from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ModelMismatchError, ReadingError
from tracker.domain.identifiers import text_digest
from tracker.services.ingest import IngestService, marked_constructed

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
