from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine, update
from storage_examples import NOW, Examples

from tracker.domain.audit import START
from tracker.domain.conflicts import Judgement
from tracker.domain.models import ModelIdentity
from tracker.domain.people import Role
from tracker.storage.engine import writing
from tracker.storage.exporting import SqlExportSource
from tracker.storage.people import SqlPeople
from tracker.storage.store import SqlStore
from tracker.storage.tables import ConflictRow

Keep = Callable[..., None]


@pytest.fixture
def source(engine: Engine) -> SqlExportSource:
    return SqlExportSource(engine)


def judge(engine: Engine, conflict: str, judgement: Judgement) -> None:
    with writing(engine) as session:
        session.execute(update(ConflictRow).where(ConflictRow.id == conflict).values(judgement=judgement))


def test_everything_comes_out_as_it_was_stored_but_texts(
    source: SqlExportSource, keep: Keep, examples: Examples, store: SqlStore
) -> None:
    named, bare = examples.document(external_id="n/1"), examples.document(outlet="", published=None)
    full, other = examples.full_statement(named), examples.statement(bare)
    event = examples.event(full, other)
    conflict = examples.conflict(event, full, other)
    keep([named, bare], [full, other], [event], [conflict])
    with store.writing() as session:
        session.set_model(ModelIdentity("words", "2", 16))
    with source.snapshot() as snapshot:
        documents = sorted((replace(one, text="") for one in (named, bare)), key=lambda one: one.id)
        assert list(snapshot.documents()) == documents
        public = {named.id: "n/1", bare.id: bare.id}
        assert list(snapshot.statements()) == [
            (one, public[one.document], event.id) for one in sorted((full, other), key=lambda s: s.document)
        ]
        assert list(snapshot.events()) == [(event, ["GNA", "LNA"])]
        assert list(snapshot.conflicts()) == [conflict]
        assert snapshot.detectors() == ["rules 1"]
        assert snapshot.model == ModelIdentity("words", "2", 16)
        assert snapshot.trail == (0, START)


def test_rejected_conflicts_are_left_out(
    source: SqlExportSource, keep: Keep, examples: Examples, engine: Engine
) -> None:
    document = examples.document()
    one, other = examples.statement(document), examples.statement(document, 21)
    event = examples.event(one, other)
    conflict = examples.conflict(event, one, other)
    keep([document], [one, other], [event], [conflict])
    for judgement in Judgement:
        judge(engine, conflict.id, judgement)
        with source.snapshot() as snapshot:
            found = [one.judgement for one in snapshot.conflicts()]
            assert found == ([] if judgement is Judgement.REJECTED else [judgement])
            assert snapshot.detectors() == ([] if judgement is Judgement.REJECTED else ["rules 1"])


def test_more_than_one_chunk_comes_whole_and_in_order(
    source: SqlExportSource, keep: Keep, examples: Examples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.storage.exporting.CHUNK", 3)
    documents = [examples.document() for _ in range(7)]
    statements = [examples.statement(one, start) for one in documents for start in (0, 21)]
    events = [examples.event(*statements[place : place + 2]) for place in range(0, 14, 2)]
    conflicts = [
        examples.conflict(event, *statements[2 * place : 2 * place + 2]) for place, event in enumerate(events)
    ]
    keep(documents, statements, events, conflicts)
    with source.snapshot() as snapshot:
        assert [one.id for one in snapshot.documents()] == sorted(one.id for one in documents)
        order = sorted(statements, key=lambda one: (one.document, one.span.start))
        assert [one for one, _, _ in snapshot.statements()] == order
        assert [event.id for event, _ in snapshot.events()] == sorted(one.id for one in events)
        assert [one.id for one in snapshot.conflicts()] == sorted(one.id for one in conflicts)


def test_a_snapshot_shows_one_state_whatever_is_written(
    source: SqlExportSource, keep: Keep, examples: Examples
) -> None:
    first, second = examples.document(), examples.document()
    keep([first], [examples.statement(first)])
    with source.snapshot() as snapshot:
        keep([second], [examples.statement(second)])
        assert len(list(snapshot.documents())) == len(list(snapshot.statements())) == 1
        assert snapshot.mark != source.mark()
    with source.snapshot() as snapshot:
        assert len(list(snapshot.documents())) == 2
        assert snapshot.mark == source.mark()


def test_the_mark_follows_whatever_is_exported(
    source: SqlExportSource, keep: Keep, examples: Examples, engine: Engine, store: SqlStore
) -> None:
    document = examples.document()
    one, other = examples.statement(document), examples.statement(document, 21)
    event = examples.event(one, other)
    marks = [source.mark()]

    def note() -> None:
        marks.append(source.mark())
        assert source.mark() == marks[-1]

    keep([document])
    note()
    keep([], [one, other])
    note()
    keep([], [], [event])
    note()
    keep([], [], [event], [examples.conflict(event, one, other)])
    note()
    with store.writing() as session:
        session.set_model(ModelIdentity("words", "2", 16))
    note()
    SqlPeople(engine, lambda: NOW).add_user("Ana", "hash", Role.ADMIN, actor="the tests")
    note()
    assert len(set(marks)) == len(marks)
    assert all(len(mark) == 16 for mark in marks)


def test_an_empty_database_gives_nothing(source: SqlExportSource) -> None:
    with source.snapshot() as snapshot:
        lists = (snapshot.documents, snapshot.statements, snapshot.events, snapshot.conflicts)
        assert [list(one()) for one in lists] == [[], [], [], []]
        assert snapshot.model is None
        assert snapshot.detectors() == []


def test_the_number_of_queries_follows_the_chunks_not_the_rows(
    source: SqlExportSource,
    keep: Keep,
    examples: Examples,
    count_queries: Callable[[Callable[[], object]], int],
) -> None:
    def read() -> None:
        with source.snapshot() as snapshot:
            for one in (snapshot.documents, snapshot.statements, snapshot.events, snapshot.conflicts):
                list(one())

    documents = [examples.document() for _ in range(40)]
    keep(documents[:2], [examples.statement(one) for one in documents[:2]])
    few = count_queries(read)
    keep(documents[2:], [examples.statement(one) for one in documents[2:]])
    assert count_queries(read) == few
