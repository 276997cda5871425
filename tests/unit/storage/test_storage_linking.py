import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, select, update
from storage_examples import NOW, Examples

from tracker.domain.conflicts import Judgement
from tracker.domain.documents import DatePrecision
from tracker.domain.errors import NotFoundError
from tracker.domain.events import Event, Linking
from tracker.domain.statements import Statement
from tracker.storage.engine import reading, writing
from tracker.storage.library import SqlLibrary
from tracker.storage.store import SqlStore
from tracker.storage.tables import AuditEntryRow, ConflictRow, EventRow

Keep = Callable[..., None]


@pytest.fixture
def statements(examples: Examples, keep: Keep) -> list[Statement]:
    document = examples.document()
    statements = [examples.statement(document, start) for start in range(5)]
    keep([document], statements)
    return statements


def link(store: SqlStore, *events: Event, **redirects: str) -> None:
    with store.writing() as session:
        session.apply_linking(Linking(events, redirects))


def version(engine: Engine, event: Event) -> int:
    with reading(engine) as session:
        return session.scalars(select(EventRow.version).where(EventRow.id == event.id)).one()


def merges(engine: Engine) -> list[AuditEntryRow]:
    with reading(engine) as session:
        rows = list(session.scalars(select(AuditEntryRow).order_by(AuditEntryRow.id)))
        session.expunge_all()
        return rows


def test_an_event_comes_back_with_its_members_in_order(
    store: SqlStore, examples: Examples, statements: list[Statement]
) -> None:
    event = examples.event(*reversed(statements))
    link(store, event)
    assert store.events([event.id]) == [event]


def test_writing_the_same_linking_again_changes_nothing(
    store: SqlStore, examples: Examples, statements: list[Statement], engine: Engine
) -> None:
    event = examples.event(*statements)
    link(store, event)
    link(store, event)
    assert store.events([event.id]) == [event]
    assert version(engine, event) == 1


def test_every_change_raises_the_version(
    store: SqlStore, examples: Examples, statements: list[Statement], engine: Engine
) -> None:
    event = examples.event(*statements[:2])
    link(store, event)
    retitled = replace(event, title="Gharyan", precision=DatePrecision.WEEK, place=None)
    link(store, retitled)
    assert version(engine, event) == 2
    grown = replace(retitled, members=examples.event(*statements[:3]).members)
    link(store, grown)
    assert version(engine, event) == 3
    assert store.events([event.id]) == [grown]


def test_a_statement_moves_from_one_event_to_another(
    store: SqlStore, examples: Examples, statements: list[Statement], engine: Engine
) -> None:
    one, other = examples.event(*statements[:2]), examples.event(*statements[2:])
    link(store, one, other)
    grown = replace(other, members=(*other.members, one.members[1]))
    link(store, grown)
    assert store.events_of([statements[1].id]) == {statements[1].id: other.id}
    assert store.events([one.id]) == [replace(one, members=one.members[:1])]
    assert version(engine, one) == 2


def test_an_unknown_statement_is_refused(store: SqlStore, examples: Examples) -> None:
    stranger = examples.statement(examples.document())
    with pytest.raises(NotFoundError, match="no statement is stored"):
        link(store, examples.event(stranger))


def test_a_statement_in_two_events_is_refused(
    store: SqlStore, examples: Examples, statements: list[Statement]
) -> None:
    one = examples.event(*statements[:2])
    with pytest.raises(ValueError, match="one statement into two events"):
        link(store, one, examples.event(statements[2], statements[1]))
    assert store.counts().events == 0


def test_a_merged_event_leads_to_the_other_and_the_record_says_so(
    store: SqlStore,
    library: SqlLibrary,
    examples: Examples,
    statements: list[Statement],
    engine: Engine,
) -> None:
    one, other = examples.event(*statements[:2]), examples.event(*statements[2:], title="Второе")
    link(store, one, other)
    whole = examples.event(*statements)
    assert whole.id == one.id
    link(store, whole, **{other.id: one.id})
    assert library.redirect_of(other.id) == one.id
    assert library.redirect_of(one.id) is None
    assert library.redirect_of("e0") is None
    assert [event.id for event in store.all_events()] == [one.id]
    with pytest.raises(NotFoundError):
        library.event(other.id)
    (entry,) = merges(engine)
    assert (entry.actor, entry.action, entry.subject_kind) == ("machine", "merge", "event")
    assert (entry.subject_id, entry.at) == (other.id, NOW)
    assert json.loads(entry.before or "") == {
        "title": "Второе",
        "redirects_to": None,
        "statements": [statement.id for statement in statements[2:]],
    }
    assert json.loads(entry.after or "") == {"redirects_to": one.id}


def test_merging_again_adds_nothing_to_the_record(
    store: SqlStore, examples: Examples, statements: list[Statement], engine: Engine
) -> None:
    one, other = examples.event(*statements[:2]), examples.event(*statements[2:])
    link(store, one, other)
    for _ in range(2):
        link(store, examples.event(*statements), **{other.id: one.id})
    assert len(merges(engine)) == 1


def test_redirects_are_followed_to_their_end(
    store: SqlStore, library: SqlLibrary, examples: Examples, statements: list[Statement]
) -> None:
    first, second, third = (examples.event(statement) for statement in statements[:3])
    link(store, first, second, third)
    link(store, replace(second, members=second.members + first.members), **{first.id: second.id})
    everything = third.members + second.members + first.members
    link(store, replace(third, members=everything), **{second.id: third.id})
    assert library.redirect_of(first.id) == third.id
    assert library.redirect_of(second.id) == third.id


def test_a_chain_of_redirects_in_one_linking_is_followed_too(
    store: SqlStore, library: SqlLibrary, examples: Examples, statements: list[Statement]
) -> None:
    first, second, third = (examples.event(statement) for statement in statements[:3])
    link(store, first, second, third)
    whole = replace(third, members=third.members + second.members + first.members)
    link(store, whole, **{first.id: second.id, second.id: third.id})
    assert library.redirect_of(first.id) == third.id


def test_an_id_that_was_merged_away_can_become_an_event_again(
    store: SqlStore, library: SqlLibrary, examples: Examples, statements: list[Statement]
) -> None:
    one, other = examples.event(*statements[:2]), examples.event(*statements[2:])
    link(store, one, other)
    link(store, examples.event(*statements), **{other.id: one.id})
    whole = replace(other, members=other.members + one.members)
    link(store, whole, **{one.id: other.id})
    assert library.redirect_of(other.id) is None
    assert library.redirect_of(one.id) == other.id
    assert library.event(other.id).summary.statements == 5


def test_a_merged_event_written_without_members_still_leads_to_the_other(
    store: SqlStore, library: SqlLibrary, examples: Examples, statements: list[Statement]
) -> None:
    one, other = examples.event(*statements[:2]), examples.event(*statements[2:])
    link(store, one, other)
    link(store, examples.event(*statements), **{other.id: one.id})
    link(store, replace(other, members=()))
    assert library.redirect_of(other.id) == one.id


@pytest.mark.parametrize(
    ("redirects", "message"),
    [
        ({"one": "other"}, "keeps statement"),
        ({"one": "one"}, "go round in a circle"),
        ({"one": "empty"}, "no event with statements is stored under"),
        ({"unknown": "other"}, "no event is stored under unknown"),
    ],
)
def test_a_redirect_that_contradicts_the_members_is_refused(
    store: SqlStore,
    examples: Examples,
    statements: list[Statement],
    redirects: dict[str, str],
    message: str,
) -> None:
    events = {
        "one": examples.event(*statements[:2]),
        "other": examples.event(*statements[2:]),
        "empty": examples.event(),
    }
    link(store, *events.values())
    ids = {name: event.id for name, event in events.items()}
    redirects = {ids.get(old, old): ids[target] for old, target in redirects.items()}
    emptied = replace(events["one"], members=()) if "empty" in message else events["one"]
    with pytest.raises((ValueError, NotFoundError), match=message):
        link(store, emptied, **redirects)
    assert [event.id for event in store.all_events()] == sorted([ids["one"], ids["other"]])


def test_clearing_takes_everything_back_but_what_a_person_judged(
    store: SqlStore, examples: Examples, statements: list[Statement], keep: Keep, engine: Engine
) -> None:
    event = examples.event(*statements)
    suggested = examples.conflict(event, statements[0], statements[1])
    judged = examples.conflict(event, statements[0], statements[2])
    keep([], [], [event], [suggested, judged])
    with writing(engine) as session:
        session.execute(
            update(ConflictRow).where(ConflictRow.id == judged.id).values(judgement=Judgement.REJECTED)
        )
    with store.writing() as session:
        session.mark_linked([statement.id for statement in statements])
        session.clear_linking()
    assert list(store.all_conflicts()) == [replace(judged, judgement=Judgement.REJECTED)]
    assert list(store.all_events()) == []
    assert len(store.unlinked()) == len(statements)
    link(store, event)
    assert store.events([event.id]) == [event]


def test_clearing_and_linking_anew_work_in_one_transaction(
    store: SqlStore, examples: Examples, statements: list[Statement], keep: Keep
) -> None:
    event = examples.event(*statements)
    conflict = examples.conflict(event, statements[0], statements[1])
    keep([], [], [event], [conflict])
    with store.writing() as session:
        session.replace_conflicts([event.id], [conflict])
        session.clear_linking()
        session.apply_linking(Linking((event,), {}))
        session.replace_conflicts([event.id], [conflict])
    assert list(store.all_events()) == [event]
    assert list(store.all_conflicts()) == [conflict]


@pytest.mark.parametrize("judgement", [Judgement.SUGGESTED, Judgement.CONFIRMED])
def test_a_conflict_goes_where_its_statements_go(
    store: SqlStore,
    examples: Examples,
    statements: list[Statement],
    keep: Keep,
    judgement: Judgement,
) -> None:
    one, other = examples.event(*statements[:2]), examples.event(*statements[2:])
    conflict = replace(examples.conflict(other, statements[2], statements[3]), judgement=judgement)
    keep([], [], [one, other], [conflict])
    link(store, examples.event(*statements), **{other.id: one.id})
    assert list(store.all_conflicts()) == [replace(conflict, event=one.id)]


def test_a_conflict_whose_statements_part_stays_with_one_of_them(
    store: SqlStore, examples: Examples, statements: list[Statement], keep: Keep
) -> None:
    event = examples.event(*statements[:2])
    keep([], [], [event], [examples.conflict(event, statements[0], statements[1])])
    parted = [examples.event(statements[2], statements[0]), examples.event(statements[3], statements[1])]
    link(store, replace(event, members=()), *parted)
    (conflict,) = store.all_conflicts()
    assert conflict.event == store.events_of([conflict.one])[conflict.one]


def test_two_days_of_an_event_need_not_be_known(
    store: SqlStore, examples: Examples, statements: list[Statement]
) -> None:
    event = examples.event(*statements, start=None, end=None, precision=None, place=None)
    link(store, event)
    dated = replace(event, start=date(2020, 1, 1), end=date(2020, 1, 31), precision=DatePrecision.MONTH)
    assert store.events([event.id]) == [event]
    link(store, dated)
    assert store.events([event.id]) == [dated]
