import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select
from storage_examples import NOW, Examples

from tracker.domain.errors import NotFoundError
from tracker.domain.events import Event, Linking
from tracker.domain.statements import Statement
from tracker.storage.engine import reading
from tracker.storage.library import SqlLibrary
from tracker.storage.store import SqlStore
from tracker.storage.tables import AuditEntryRow

PART = "e" + "0" * 15
"""The id of a new event that is parted from another."""


@pytest.fixture
def statements(examples: Examples, keep: Callable[..., None]) -> list[Statement]:
    document = examples.document()
    statements = [examples.statement(document, start) for start in range(5)]
    keep([document], statements)
    return statements


def link(
    store: SqlStore,
    *events: Event,
    redirects: dict[str, str] | None = None,
    splits: dict[str, str] | None = None,
) -> None:
    with store.writing() as session:
        session.apply_linking(Linking(events, redirects or {}, splits or {}))


def record(engine: Engine, action: str) -> list[AuditEntryRow]:
    with reading(engine) as session:
        rows = session.scalars(
            select(AuditEntryRow).where(AuditEntryRow.action == action).order_by(AuditEntryRow.id)
        ).all()
        session.expunge_all()
        return list(rows)


def test_a_split_is_on_record_with_the_event_and_the_statements_parted_from_it(
    store: SqlStore, examples: Examples, statements: list[Statement], engine: Engine
) -> None:
    whole = examples.event(*statements)
    link(store, whole)
    rest, part = examples.event(*statements[:3]), examples.event(*statements[3:], id=PART)
    link(store, rest, part, splits={PART: whole.id})
    assert store.events([whole.id, PART]) == [rest, part]
    (entry,) = record(engine, "split")
    assert (entry.actor, entry.subject_kind, entry.subject_id, entry.at) == ("machine", "event", PART, NOW)
    assert json.loads(entry.before or "") == {"event": whole.id}
    assert json.loads(entry.after or "") == {"statements": [one.id for one in statements[3:]]}
    assert entry.reason == "linking found that these statements speak of another event"


def test_a_split_of_an_event_that_stands_already_is_not_on_record_again(
    store: SqlStore, examples: Examples, statements: list[Statement], engine: Engine
) -> None:
    whole = examples.event(*statements)
    link(store, whole)
    for start in (3, 3, 2):
        rest = examples.event(*statements[:start])
        link(store, rest, examples.event(*statements[start:], id=PART), splits={PART: whole.id})
    assert len(record(engine, "split")) == 1


def test_linking_anew_does_not_put_a_split_on_record_again(
    store: SqlStore, examples: Examples, statements: list[Statement], engine: Engine
) -> None:
    whole = examples.event(*statements)
    rest, part = examples.event(*statements[:3]), examples.event(*statements[3:], id=PART)
    link(store, whole)
    link(store, rest, part, splits={PART: whole.id})
    with store.writing() as session:
        session.clear_linking()
    link(store, rest, part, splits={PART: whole.id})
    assert len(record(engine, "split")) == 1


def test_an_event_that_is_merged_back_and_parted_again_is_live_and_both_partings_are_on_record(
    store: SqlStore, library: SqlLibrary, examples: Examples, statements: list[Statement], engine: Engine
) -> None:
    whole = examples.event(*statements)
    rest, part = examples.event(*statements[:3]), examples.event(*statements[3:], id=PART)
    link(store, whole)
    link(store, rest, part, splits={PART: whole.id})
    link(store, whole, redirects={PART: whole.id})
    assert library.redirect_of(PART) == whole.id
    link(store, rest, part, splits={PART: whole.id})
    assert library.redirect_of(PART) is None
    assert library.event(PART).summary.statements == 2
    assert [entry.subject_id for entry in record(engine, "split")] == [PART, PART]
    assert [entry.subject_id for entry in record(engine, "merge")] == [PART]


def test_an_id_that_becomes_live_again_keeps_what_was_merged_elsewhere_where_it_is(
    store: SqlStore, library: SqlLibrary, examples: Examples, statements: list[Statement]
) -> None:
    first, second, third = (examples.event(statement) for statement in statements[:3])
    link(store, first, second, third)
    link(store, replace(second, members=second.members + first.members), redirects={first.id: second.id})
    everything = replace(third, members=third.members + second.members + first.members)
    link(store, everything, redirects={second.id: third.id})
    link(store, second, replace(third, members=third.members + first.members))
    assert library.redirect_of(second.id) is None
    assert library.redirect_of(first.id) == third.id
    assert store.events_of([statements[0].id]) == {statements[0].id: third.id}


@pytest.mark.parametrize(
    ("splits", "error", "message"),
    [
        ({PART: "e1"}, NotFoundError, "no event is stored under e1"),
        ({"e1": PART}, ValueError, "event e1 is said to be parted from e0+ but has no statements"),
        ({PART: PART}, ValueError, "is said to be parted from itself"),
    ],
)
def test_a_split_that_contradicts_the_events_is_refused_and_nothing_is_kept(
    store: SqlStore,
    examples: Examples,
    statements: list[Statement],
    splits: dict[str, str],
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=message):
        link(store, examples.event(*statements, id=PART), splits=splits)
    assert list(store.all_events()) == []


def test_an_event_emptied_without_redirect_leads_to_where_most_of_its_statements_went(
    store: SqlStore, library: SqlLibrary, examples: Examples, statements: list[Statement], engine: Engine
) -> None:
    event, fourth, fifth = (
        examples.event(*some) for some in (statements[:3], statements[3:4], statements[4:])
    )
    link(store, event, fourth, fifth)
    scattered = [
        replace(fourth, members=fourth.members + event.members[:1]),
        replace(fifth, members=fifth.members + event.members[1:]),
    ]
    link(store, *scattered)
    assert [one.id for one in store.all_events()] == sorted([fourth.id, fifth.id])
    assert library.redirect_of(event.id) == fifth.id
    (entry,) = record(engine, "merge")
    assert entry.subject_id == event.id
    assert json.loads(entry.before or "")["statements"] == [one.id for one in statements[:3]]


def test_an_event_written_without_statements_leads_to_where_they_went(
    store: SqlStore, library: SqlLibrary, examples: Examples, statements: list[Statement]
) -> None:
    event, other = examples.event(*statements[:2]), examples.event(*statements[2:])
    link(store, event, other)
    link(store, replace(event, members=()), replace(other, members=other.members + event.members))
    assert library.redirect_of(event.id) == other.id


def test_what_the_linking_says_of_an_emptied_event_counts(
    store: SqlStore, library: SqlLibrary, examples: Examples, statements: list[Statement]
) -> None:
    event, fourth, fifth = (
        examples.event(*some) for some in (statements[:3], statements[3:4], statements[4:])
    )
    link(store, event, fourth, fifth)
    link(
        store,
        replace(fourth, members=fourth.members + event.members[:1]),
        replace(fifth, members=fifth.members + event.members[1:]),
        redirects={event.id: fourth.id},
    )
    assert library.redirect_of(event.id) == fourth.id


def test_an_event_whose_statements_are_in_no_event_now_leads_nowhere(
    store: SqlStore, library: SqlLibrary, examples: Examples, statements: list[Statement], engine: Engine
) -> None:
    event = examples.event(*statements)
    link(store, event)
    link(store, replace(event, members=()))
    assert library.redirect_of(event.id) is None
    assert record(engine, "merge") == []


def test_an_event_that_keeps_a_statement_leads_nowhere(
    store: SqlStore, library: SqlLibrary, examples: Examples, statements: list[Statement]
) -> None:
    event, other = examples.event(*statements[:3]), examples.event(*statements[3:])
    link(store, event, other)
    link(store, replace(other, members=other.members + event.members[1:]))
    assert library.redirect_of(event.id) is None
    assert store.events([event.id]) == [replace(event, members=event.members[:1])]


def test_two_events_under_one_id_are_refused(
    store: SqlStore, examples: Examples, statements: list[Statement]
) -> None:
    one, other = examples.event(*statements[:2], id=PART), examples.event(*statements[2:], id=PART)
    with pytest.raises(ValueError, match=f"two events under the id {PART}"):
        link(store, one, other)
    assert store.counts().events == 0
