"""The words that a verdict rests on, through the database and back."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select, text, update
from storage_examples import Examples

from tracker.domain.conflicts import Conflict, Evidence, Judgement
from tracker.domain.documents import Span
from tracker.domain.events import Event
from tracker.domain.statements import Statement
from tracker.storage.engine import reading, writing
from tracker.storage.library import SqlLibrary
from tracker.storage.store import SqlStore
from tracker.storage.tables import ConflictRow

Keep = Callable[..., None]


@pytest.fixture
def statements(examples: Examples, keep: Keep) -> list[Statement]:
    document = examples.document()
    statements = [examples.statement(document, start) for start in (0, 30)]
    keep([document], statements)
    return statements


@pytest.fixture
def event(examples: Examples, statements: list[Statement], keep: Keep) -> Event:
    event = examples.event(*statements)
    keep([], [], [event])
    return event


@pytest.fixture
def conflict(examples: Examples, event: Event, statements: list[Statement]) -> Conflict:
    bare = examples.conflict(event, statements[0], statements[1])
    evidence = (Evidence(statements[1].id, Span(30, 35)), Evidence(statements[0].id, Span(4, 13)))
    return replace(bare, verdict=replace(bare.verdict, evidence=evidence))


def compare(store: SqlStore, event: Event, *conflicts: Conflict) -> None:
    with store.writing() as session:
        session.replace_conflicts([event.id], conflicts)


def version(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalars(select(ConflictRow.version)).one()


def test_evidence_comes_back_in_its_order(store: SqlStore, event: Event, conflict: Conflict) -> None:
    compare(store, event, conflict)
    assert list(store.all_conflicts()) == [conflict]


def test_pages_see_the_evidence_too(
    store: SqlStore, library: SqlLibrary, event: Event, conflict: Conflict
) -> None:
    compare(store, event, conflict)
    (view,) = library.event(event.id).conflicts
    assert view.conflict.verdict.evidence == conflict.verdict.evidence
    assert library.conflicts_of(conflict.one) == [view]


def test_no_evidence_comes_back_as_none(store: SqlStore, event: Event, conflict: Conflict) -> None:
    bare = replace(conflict, verdict=replace(conflict.verdict, evidence=()))
    compare(store, event, bare)
    assert list(store.all_conflicts()) == [bare]


def test_a_row_from_before_evidence_was_kept_is_read_without(
    store: SqlStore, event: Event, conflict: Conflict, engine: Engine
) -> None:
    compare(store, event, conflict)
    with engine.begin() as connection:
        connection.execute(text("UPDATE conflict SET evidence = NULL"))
    (stored,) = store.all_conflicts()
    assert stored == replace(conflict, verdict=replace(conflict.verdict, evidence=()))


def test_evidence_follows_a_suggestion_found_anew(
    store: SqlStore, event: Event, conflict: Conflict, engine: Engine
) -> None:
    compare(store, event, conflict)
    compare(store, event, conflict)
    assert version(engine) == 1
    fewer = replace(conflict, verdict=replace(conflict.verdict, evidence=conflict.verdict.evidence[:1]))
    compare(store, event, fewer)
    assert list(store.all_conflicts()) == [fewer]
    assert version(engine) == 2


def test_a_row_from_before_gets_its_evidence_when_it_is_found_anew(
    store: SqlStore, event: Event, conflict: Conflict, engine: Engine
) -> None:
    compare(store, event, conflict)
    with engine.begin() as connection:
        connection.execute(text("UPDATE conflict SET evidence = NULL"))
    compare(store, event, conflict)
    assert list(store.all_conflicts()) == [conflict]


@pytest.mark.parametrize("judgement", [Judgement.CONFIRMED, Judgement.REJECTED, Judgement.UNSURE])
def test_the_evidence_of_what_a_person_judged_stays(
    store: SqlStore, event: Event, conflict: Conflict, engine: Engine, judgement: Judgement
) -> None:
    compare(store, event, conflict)
    with writing(engine) as session:
        session.execute(update(ConflictRow).values(judgement=judgement))
    compare(
        store, event, replace(conflict, verdict=replace(conflict.verdict, evidence=()), detector="rules 2")
    )
    assert list(store.all_conflicts()) == [replace(conflict, judgement=judgement)]
