from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from storage_examples import Examples

from tracker.domain.errors import DocumentChangedError, NotFoundError
from tracker.domain.events import Linking
from tracker.domain.views import Counts
from tracker.storage.loading import CHUNK
from tracker.storage.store import SqlStore


def test_an_empty_database_holds_nothing(store: SqlStore) -> None:
    assert store.counts() == Counts(0, 0, 0, 0)
    assert store.model() is None
    assert store.unlinked() == []
    assert list(store.all_vectors()) == []
    assert list(store.all_events()) == []
    assert list(store.all_conflicts()) == []
    assert store.statements([]) == []


def test_a_document_is_known_by_our_id(
    store: SqlStore, examples: Examples, keep: Callable[..., None]
) -> None:
    document = examples.document()
    assert not store.known_document(document.id, None, document.sha256)
    keep([document])
    assert store.known_document(document.id, None, document.sha256)


def test_a_document_is_known_by_the_callers_id_and_the_same_bytes(
    store: SqlStore, examples: Examples, keep: Callable[..., None]
) -> None:
    document = examples.document(external_id="caller-7")
    assert not store.known_document("d1", "caller-7", document.sha256)
    keep([document])
    assert store.known_document("d1", "caller-7", document.sha256)
    assert not store.known_document("d1", "caller-8", document.sha256)


def test_other_bytes_under_the_callers_id_are_refused(
    store: SqlStore, examples: Examples, keep: Callable[..., None]
) -> None:
    document = examples.document(external_id="caller-7")
    keep([document])
    with pytest.raises(DocumentChangedError) as caught:
        store.known_document("d1", "caller-7", "f" * 64)
    for part in ("caller-7", document.sha256[:12], "f" * 12):
        assert part in str(caught.value)


def test_unlinked_statements_come_by_instant_of_publication_undated_last(
    store: SqlStore, examples: Examples, keep: Callable[..., None]
) -> None:
    # As text, the first of these two sorts after the second.
    early = examples.document(published=datetime(2020, 1, 7, 1, 0, tzinfo=timezone(timedelta(hours=9))))
    late = examples.document(published=datetime(2020, 1, 6, 20, 0, tzinfo=UTC))
    undated = examples.document(published=None, published_found=None)
    statements = [examples.statement(undated), examples.statement(late), examples.statement(early, 30)]
    statements.append(examples.statement(early, 5))
    keep([undated, late, early], statements)
    wanted = [statements[3].id, statements[2].id, statements[1].id, statements[0].id]
    assert store.unlinked() == wanted
    with store.writing() as session:
        session.mark_linked(wanted[1:3])
    assert store.unlinked() == [wanted[0], wanted[3]]


def test_unknown_ids_are_named(store: SqlStore) -> None:
    with pytest.raises(NotFoundError, match="no statement is stored under s1"):
        store.statements(["s1"])
    with pytest.raises(NotFoundError, match="no statement is stored under s1"):
        store.published_of(["s1"])
    with pytest.raises(NotFoundError, match="no event is stored under e1"):
        store.events(["e1"])
    assert store.events_of(["s1"]) == {}


def test_each_statement_has_the_day_its_document_was_published(
    store: SqlStore, examples: Examples, keep: Callable[..., None]
) -> None:
    one, other = examples.document(), examples.document(outlet="", published=None, published_found=None)
    statements = [examples.statement(one), examples.statement(one, 30), examples.statement(other)]
    keep([one, other], statements)
    # The day where it was published, whatever the day was in Greenwich.
    assert store.published_of([s.id for s in statements]) == {
        statements[0].id: date(2020, 1, 7),
        statements[1].id: date(2020, 1, 7),
        statements[2].id: None,
    }


def test_more_ids_than_one_query_may_name_come_back_in_order(
    store: SqlStore, examples: Examples, keep: Callable[..., None]
) -> None:
    document = examples.document(text="word " * CHUNK)
    statements = [examples.statement(document, start) for start in range(2 * CHUNK + 1)]
    event = examples.event(*statements)
    keep([document], statements, [event])
    ids = [statement.id for statement in reversed(statements)]
    assert [statement.id for statement in store.statements(ids)] == ids
    assert len(store.published_of(ids)) == len(ids)
    assert set(store.events_of(ids).values()) == {event.id}
    assert store.events([event.id]) == [event]
    assert [statement.id for statement in store.all_statements()] == ids[::-1]


def test_events_without_members_are_not_among_all_events(
    store: SqlStore, examples: Examples, keep: Callable[..., None]
) -> None:
    document = examples.document()
    statements = [examples.statement(document, start) for start in (0, 21)]
    events = [examples.event(statement) for statement in statements]
    keep([document], statements, events)
    with store.writing() as session:
        emptied = examples.event(id=events[0].id)
        session.apply_linking(Linking((emptied,), {}))
    assert list(store.all_events()) == [events[1]]
    assert store.events([events[0].id]) == [emptied]
    assert store.counts().events == 1


def test_all_events_come_by_id(store: SqlStore, examples: Examples, keep: Callable[..., None]) -> None:
    document = examples.document()
    statements = [examples.statement(document, start) for start in range(6)]
    events = [examples.event(statement, place=None, start=None, end=None) for statement in statements]
    keep([document], statements, events)
    assert list(store.all_events()) == sorted(events, key=lambda event: event.id)
