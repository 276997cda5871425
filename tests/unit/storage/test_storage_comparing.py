from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select, update
from storage_examples import Examples

from tracker.domain.conflicts import Conflict, ConflictType, Judgement, Verdict
from tracker.domain.errors import NotFoundError
from tracker.domain.events import Event
from tracker.domain.statements import Statement
from tracker.storage.engine import reading, writing
from tracker.storage.store import SqlStore
from tracker.storage.tables import ConflictRow

Keep = Callable[..., None]
NEW_VERDICT = Verdict(ConflictType.CASUALTIES, 0.9, "Twelve against none.", "figures")


@pytest.fixture
def statements(examples: Examples, keep: Keep) -> list[Statement]:
    document = examples.document()
    statements = [examples.statement(document, start) for start in range(4)]
    keep([document], statements)
    return statements


@pytest.fixture
def event(examples: Examples, statements: list[Statement], keep: Keep) -> Event:
    event = examples.event(*statements)
    keep([], [], [event])
    return event


@pytest.fixture
def conflicts(examples: Examples, event: Event, statements: list[Statement]) -> list[Conflict]:
    return [examples.conflict(event, statements[0], other) for other in statements[1:]]


def judge(engine: Engine, conflict: Conflict, judgement: Judgement) -> None:
    with writing(engine) as session:
        session.execute(update(ConflictRow).where(ConflictRow.id == conflict.id).values(judgement=judgement))


def compare(store: SqlStore, event: Event, *conflicts: Conflict) -> None:
    with store.writing() as session:
        session.replace_conflicts([event.id], conflicts)


def versions(engine: Engine) -> set[int]:
    with reading(engine) as session:
        return set(session.scalars(select(ConflictRow.version)))


def test_conflicts_come_back_by_id(store: SqlStore, event: Event, conflicts: list[Conflict]) -> None:
    compare(store, event, *conflicts)
    assert list(store.all_conflicts()) == sorted(conflicts, key=lambda conflict: conflict.id)


def test_suggestions_that_are_no_longer_found_go(
    store: SqlStore, event: Event, conflicts: list[Conflict]
) -> None:
    compare(store, event, *conflicts[:2])
    compare(store, event, *conflicts[1:])
    assert {conflict.id for conflict in store.all_conflicts()} == {conflict.id for conflict in conflicts[1:]}


def test_the_verdict_of_a_suggestion_follows(
    store: SqlStore, event: Event, conflicts: list[Conflict], engine: Engine
) -> None:
    compare(store, event, conflicts[0])
    changed = replace(conflicts[0], verdict=NEW_VERDICT, detector="rules 2")
    compare(store, event, changed)
    assert list(store.all_conflicts()) == [changed]
    assert versions(engine) == {2}


def test_writing_the_same_conflicts_again_changes_nothing(
    store: SqlStore, event: Event, conflicts: list[Conflict], engine: Engine
) -> None:
    compare(store, event, *conflicts)
    compare(store, event, *conflicts)
    assert len(list(store.all_conflicts())) == 3
    assert versions(engine) == {1}


@pytest.mark.parametrize("judgement", [Judgement.CONFIRMED, Judgement.REJECTED, Judgement.UNSURE])
def test_what_a_person_judged_is_not_touched(
    store: SqlStore, event: Event, conflicts: list[Conflict], engine: Engine, judgement: Judgement
) -> None:
    compare(store, event, *conflicts[:2])
    for conflict in conflicts[:2]:
        judge(engine, conflict, judgement)
    compare(store, event, replace(conflicts[0], verdict=NEW_VERDICT))
    stored = {conflict.id: conflict for conflict in store.all_conflicts()}
    assert stored == {conflict.id: replace(conflict, judgement=judgement) for conflict in conflicts[:2]}


def test_rejected_conflicts_are_not_counted(
    store: SqlStore, event: Event, conflicts: list[Conflict], engine: Engine
) -> None:
    compare(store, event, *conflicts)
    judge(engine, conflicts[0], Judgement.REJECTED)
    assert store.counts().conflicts == 2


def test_conflicts_of_other_events_are_left_alone(
    store: SqlStore, examples: Examples, event: Event, conflicts: list[Conflict], keep: Keep
) -> None:
    document = examples.document()
    pair = [examples.statement(document, start) for start in (0, 30)]
    elsewhere = examples.event(*pair)
    compare(store, event, *conflicts)
    keep([document], pair, [elsewhere], [examples.conflict(elsewhere, *pair)])
    compare(store, elsewhere)
    assert {conflict.event for conflict in store.all_conflicts()} == {event.id}


def test_a_pair_known_in_another_event_is_not_written_twice(
    store: SqlStore, examples: Examples, event: Event, conflicts: list[Conflict], keep: Keep
) -> None:
    document = examples.document()
    stranger = examples.statement(document)
    elsewhere = examples.event(stranger)
    keep([document], [stranger], [elsewhere])
    compare(store, event, conflicts[0])
    moved = replace(conflicts[0], event=elsewhere.id)
    compare(store, elsewhere, moved)
    assert list(store.all_conflicts()) == [moved]


def test_a_conflict_of_an_event_that_is_not_written_is_refused(
    store: SqlStore, conflicts: list[Conflict]
) -> None:
    with pytest.raises(ValueError, match="which is not being written"), store.writing() as session:
        session.replace_conflicts([], conflicts)


def test_unknown_events_and_statements_are_refused(
    store: SqlStore, event: Event, conflicts: list[Conflict]
) -> None:
    with pytest.raises(NotFoundError, match="no event is stored under e1"), store.writing() as session:
        session.replace_conflicts(["e1"], [])
    with pytest.raises(NotFoundError, match="no statement is stored under s1"):
        compare(store, event, replace(conflicts[0], one="s1"))


def test_a_pair_out_of_order_is_refused(store: SqlStore, event: Event, conflicts: list[Conflict]) -> None:
    turned = replace(conflicts[0], one=conflicts[0].other, other=conflicts[0].one)
    with pytest.raises(Exception, match="pair_in_order"):
        compare(store, event, turned)
