from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import IntegrityError
from storage_examples import NOW, PLACE, Examples

from tracker.domain.documents import Document
from tracker.domain.errors import DocumentChangedError, NotFoundError, ReadingError
from tracker.domain.models import ModelIdentity
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.domain.statements import PlaceMention
from tracker.storage.engine import reading
from tracker.storage.store import SqlStore
from tracker.storage.tables import DocumentRow, FigureRow, SourceRow, StatementRow

MODEL = ModelIdentity("small", "1", 2)
VECTOR = np.array([0.6, 0.8], dtype=np.float32)


def add(store: SqlStore, examples: Examples, document: Document) -> None:
    with store.writing() as session:
        session.add_document(document, examples.sources[document.id], NOW)


def test_a_document_comes_back_as_it_was_given(store: SqlStore, examples: Examples, engine: Engine) -> None:
    document = examples.document(external_id="caller-7", constructed=True)
    add(store, examples, document)
    assert list(store.all_documents()) == [document]
    with reading(engine) as session:
        row = session.scalars(select(DocumentRow)).one()
        assert row.original == examples.sources[document.id].original
        assert row.media_type == "text/plain"
        assert row.captured_at == NOW
        assert row.published is not None
        assert row.published.isoformat() == "2020-01-07T01:15:00+02:00"


def test_a_document_without_date_outlet_or_address_comes_back(
    store: SqlStore, examples: Examples, engine: Engine
) -> None:
    document = examples.document(published=None, published_found=None, outlet="", url=None, title="")
    add(store, examples, document)
    assert list(store.all_documents()) == [document]
    with reading(engine) as session:
        assert session.scalars(select(SourceRow.name)).all() == []


def test_documents_of_one_outlet_share_its_row(store: SqlStore, examples: Examples, engine: Engine) -> None:
    add(store, examples, examples.document())
    add(store, examples, examples.document())
    with reading(engine) as session:
        assert session.scalars(select(SourceRow.name)).all() == ["Example Wire"]


def test_a_document_stored_twice_stays_as_it_is(store: SqlStore, examples: Examples) -> None:
    document = examples.document()
    add(store, examples, document)
    add(store, examples, replace(document, title="Another title"))
    assert list(store.all_documents()) == [document]


def test_a_callers_id_in_use_is_refused_with_both_hashes(store: SqlStore, examples: Examples) -> None:
    first, second = examples.document(external_id="caller-7"), examples.document(external_id="caller-7")
    add(store, examples, first)
    with pytest.raises(DocumentChangedError) as caught:
        add(store, examples, second)
    for part in ("caller-7", first.sha256[:12], second.sha256[:12]):
        assert part in str(caught.value)
    assert list(store.all_documents()) == [first]


def test_half_a_surrogate_pair_is_reported_with_its_origin(store: SqlStore, examples: Examples) -> None:
    document = examples.document(title="broken \ud83d title")
    with pytest.raises(
        ReadingError, match=r"page\.txt: its title holds half of a surrogate pair at character 7"
    ):
        add(store, examples, document)


def test_text_beyond_the_basic_plane_and_null_characters_keep_their_length(
    store: SqlStore, examples: Examples
) -> None:
    document = examples.document(text="قال 🚁 \x00 e\u0301 \u200f.")
    add(store, examples, document)
    assert next(store.all_documents()).text == document.text


def test_a_time_of_publication_without_its_zone_is_refused(store: SqlStore, examples: Examples) -> None:
    document = examples.document(published=datetime(2020, 1, 7))  # noqa: DTZ001
    with pytest.raises(Exception, match="without its zone"):
        add(store, examples, document)


def test_statements_come_back_as_they_were_given(
    store: SqlStore, examples: Examples, keep: Callable[..., None]
) -> None:
    document = examples.document()
    statements = [examples.full_statement(document), examples.statement(document, 21)]
    keep([document], statements)
    assert store.statements([s.id for s in reversed(statements)]) == statements[::-1]
    assert list(store.all_statements()) == statements


def test_statements_stored_twice_stay_as_they_are(
    store: SqlStore, examples: Examples, keep: Callable[..., None], engine: Engine
) -> None:
    document = examples.document()
    statement = examples.full_statement(document)
    keep([document], [statement])
    keep([], [replace(statement, heading="Another", figures=())])
    assert list(store.all_statements()) == [statement]
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(FigureRow)) == 2


def test_a_statement_of_an_unknown_document_is_refused(examples: Examples, keep: Callable[..., None]) -> None:
    with pytest.raises(NotFoundError, match="no document is stored under d"):
        keep([], [examples.statement(examples.document())])


def test_a_statement_of_an_unknown_party_is_refused(examples: Examples, keep: Callable[..., None]) -> None:
    document = examples.document()
    stranger = Attribution("XYZ", AttributionMethod.OUTLET, 1.0)
    with pytest.raises(NotFoundError, match="no party is stored under XYZ"):
        keep([document], [examples.statement(document, attribution=stranger)])


def test_a_transaction_that_fails_keeps_no_part_of_the_document(
    store: SqlStore, examples: Examples, keep: Callable[..., None]
) -> None:
    document = examples.document()
    good = examples.statement(document)
    stranger = replace(good, id="s" + "0" * 15, document="d" + "0" * 15)
    with pytest.raises(NotFoundError):
        keep([document], [good, stranger])
    assert store.counts().documents == 0


def test_a_place_follows_the_gazetteer(
    store: SqlStore, examples: Examples, keep: Callable[..., None]
) -> None:
    document = examples.document()
    first = examples.full_statement(document)
    assert first.place is not None
    renamed = PlaceMention(replace(PLACE, name="Gharyān"), first.place.found)
    keep([document], [first])
    keep([], [examples.statement(document, 21, place=renamed)])
    places = [statement.place for statement in store.all_statements()]
    assert [mention.place.name for mention in places if mention] == ["Gharyān", "Gharyān"]


def test_vectors_come_back_by_digest_and_the_first_one_stays(store: SqlStore) -> None:
    with store.writing() as session:
        session.put_embeddings(MODEL, {"a": VECTOR})
        session.put_embeddings(MODEL, {"a": -VECTOR, "b": -VECTOR})
    kept = store.embeddings(MODEL, ["a", "b", "c"])
    assert set(kept) == {"a", "b"}
    assert np.array_equal(kept["a"], VECTOR)
    assert np.array_equal(kept["b"], -VECTOR)


def test_vectors_of_another_revision_are_other_vectors(store: SqlStore) -> None:
    with store.writing() as session:
        session.put_embeddings(MODEL, {"a": VECTOR})
    assert store.embeddings(replace(MODEL, revision="2"), ["a"]) == {}


@pytest.mark.parametrize(
    "vector", [np.zeros(3, dtype=np.float32), np.zeros((1, 2), dtype=np.float32), np.array([np.nan, 1.0])]
)
def test_a_vector_of_another_shape_or_without_number_is_refused(store: SqlStore, vector: np.ndarray) -> None:
    with pytest.raises(ValueError, match="a vector of small"), store.writing() as session:
        session.put_embeddings(MODEL, {"a": vector})


def test_current_vectors_follow_the_model_in_use(
    store: SqlStore, examples: Examples, keep: Callable[..., None]
) -> None:
    document = examples.document()
    statements = [examples.statement(document, start) for start in (0, 21, 42)]
    keep([document], statements)
    ids = [statement.id for statement in statements]
    other = ModelIdentity("small", "2", 2)
    with store.writing() as session:
        session.put_embeddings(MODEL, {"a": VECTOR, "b": -VECTOR})
        session.put_embeddings(other, {"a": VECTOR[::-1], "b": VECTOR})
        session.set_statement_digests(MODEL, {ids[0]: "a", ids[1]: "b"})
    assert store.model() is None
    with pytest.raises(NotFoundError, match=f"under {ids[0]}"):
        store.vectors(ids[:2])
    for model, expected in ((MODEL, [-VECTOR, VECTOR]), (other, [VECTOR, VECTOR[::-1]])):
        with store.writing() as session:
            session.set_model(model)
        assert store.model() == model
        assert np.array_equal(store.vectors([ids[1], ids[0]]), np.stack(expected))
    with pytest.raises(NotFoundError, match=f"under {ids[2]}"):
        store.vectors(ids)
    assert store.vectors([]).shape == (0, 2)


def test_all_vectors_come_by_key_in_batches(
    store: SqlStore, examples: Examples, keep: Callable[..., None]
) -> None:
    documents = [examples.document() for _ in range(7)]
    statements = [examples.statement(document) for document in documents]
    keep(documents, statements)
    with store.writing() as session:
        session.put_embeddings(MODEL, {str(n): VECTOR * n for n in range(7)})
        session.set_statement_digests(MODEL, {s.id: str(n) for n, s in enumerate(statements)})
        session.set_model(MODEL)
    batches = list(store.all_vectors(batch=3))
    keys = np.concatenate([keys for keys, _ in batches])
    assert [len(keys) for keys, _ in batches] == [3, 3, 1]
    assert all(vectors.dtype == np.float32 and len(vectors) == len(keys) for keys, vectors in batches)
    assert list(keys) == sorted(int(statement.id[1:], 16) for statement in statements)
    ordered = sorted(statement.id for statement in statements)
    assert np.array_equal(np.concatenate([vectors for _, vectors in batches]), store.vectors(ordered))


def test_a_digest_without_vector_is_refused(
    store: SqlStore, examples: Examples, keep: Callable[..., None]
) -> None:
    document = examples.document()
    statement = examples.statement(document)
    keep([document], [statement])
    with pytest.raises(NotFoundError, match="no vector of the model small"), store.writing() as session:
        session.set_statement_digests(MODEL, {statement.id: "a"})


def test_unknown_statements_are_refused(store: SqlStore) -> None:
    with pytest.raises(NotFoundError, match="no statement is stored under s1"), store.writing() as session:
        session.mark_linked(["s1"])
    with pytest.raises(NotFoundError, match="no statement is stored under s1"), store.writing() as session:
        session.set_statement_digests(MODEL, {"s1": "a"})


def test_marking_as_linked_twice_keeps_the_first_time(
    store: SqlStore, examples: Examples, keep: Callable[..., None], engine: Engine
) -> None:
    document = examples.document()
    statement = examples.statement(document)
    keep([document], [statement])
    with store.writing() as session:
        session.mark_linked([statement.id])
    later = SqlStore(engine, lambda: datetime(2027, 1, 1, tzinfo=UTC))
    with later.writing() as session:
        session.mark_linked([statement.id])
    with reading(engine) as session:
        assert session.scalar(select(StatementRow.linked_at)) == NOW


def test_foreign_keys_are_enforced(engine: Engine, examples: Examples, keep: Callable[..., None]) -> None:
    document = examples.document()
    keep([document], [examples.statement(document)])
    with pytest.raises(IntegrityError, match=r"(?i)foreign key constraint"), engine.begin() as raw:
        raw.execute(text("DELETE FROM document"))
