from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from storage_examples import NOW, Examples

from tracker.domain.events import Event, Linking
from tracker.domain.reporting import Stored, Wanted
from tracker.domain.statements import Statement
from tracker.storage.report_source import SqlReportSource
from tracker.storage.store import SqlStore

Keep = Callable[..., None]
Queries = Callable[[Callable[[], object]], int]

FIRST, LAST = date(2020, 1, 6), date(2020, 1, 12)
THEN = NOW.date()
LATER = NOW + timedelta(days=1)


def read(
    engine: Engine, as_of: date = THEN, *, first: date = FIRST, last: date = LAST, also: tuple[str, ...] = ()
) -> Stored:
    return SqlReportSource(engine).read(Wanted(first, last, as_of, first, also))


def members(stored: Stored) -> dict[str, set[str]]:
    return {event.id: set(event.statements) for event in stored.events}


@pytest.fixture
def gharyan(keep: Keep, examples: Examples) -> tuple[Event, list[Statement]]:
    """An event of two statements that clash, published on 6 January by the clock of UTC."""
    documents = [examples.document(), examples.document()]
    statements = [examples.full_statement(documents[0]), examples.statement(documents[1])]
    event = examples.event(*statements)
    keep(documents, statements, [event], [examples.conflict(event, *statements)])
    return event, statements


def test_an_event_is_read_whole_with_all_that_a_footnote_needs(
    engine: Engine, gharyan: tuple[Event, list[Statement]]
) -> None:
    event, statements = gharyan
    stored = read(engine)
    assert members(stored) == {event.id: {one.id for one in statements}}
    assert {key: told.statement for key, told in stored.told.items()} == {one.id: one for one in statements}
    told = stored.told[statements[0].id]
    assert (told.event, told.document.outlet, told.document.captured_at) == (event.id, "Example Wire", NOW)
    assert told.document.public_id == told.document.id == statements[0].document
    assert [(one.one, one.other) for one in stored.conflicts] == [tuple(sorted(one.id for one in statements))]
    assert (len(stored.documents), stored.altered, stored.relinked) == (2, frozenset(), 0)
    (clash,) = stored.clashes
    assert (sorted(clash.parties), clash.day) == (["GNA", "LNA"], date(2020, 1, 6))


def test_days_on_which_nothing_was_told_hold_nothing(
    engine: Engine, gharyan: tuple[Event, list[Statement]]
) -> None:
    stored = read(engine, first=date(2020, 1, 13), last=date(2020, 1, 19))
    assert (stored.events, stored.told, stored.documents, stored.clashes) == ((), {}, (), ())
    # Whatever they are about, statements that are asked for are read, with their events.
    event, statements = gharyan
    asked = read(engine, first=date(2020, 1, 13), last=date(2020, 1, 19), also=(statements[0].id,))
    assert members(asked) == {event.id: {one.id for one in statements}}


def test_statements_that_stand_in_no_event_are_read_with_their_documents(
    engine: Engine, keep: Keep, examples: Examples
) -> None:
    document = examples.document()
    statement = examples.statement(document)
    keep([document], [statement])
    stored = read(engine)
    assert (stored.told[statement.id].event, stored.events) == (None, ())
    assert [one.id for one in stored.documents] == [document.id]


def test_events_that_a_machine_merged_later_stand_apart(
    engine: Engine, gharyan: tuple[Event, list[Statement]], keep: Keep, examples: Examples
) -> None:
    event, statements = gharyan
    document = examples.document()
    third = examples.statement(document)
    other = examples.event(third)
    keep([document], [third], [other])
    merged = replace(event, members=(*event.members, *other.members))
    with SqlStore(engine, lambda: LATER).writing() as session:
        session.apply_linking(Linking((merged,), {other.id: event.id}))
    then = read(engine)
    assert members(then) == {event.id: {one.id for one in statements}, other.id: {third.id}}
    assert then.altered == {event.id, other.id}
    now = read(engine, LATER.date(), also=(other.id,))
    assert members(now) == {event.id: {*(one.id for one in statements), third.id}}
    assert (now.merged, now.altered) == ({other.id: event.id}, frozenset())


def test_events_that_a_machine_parted_later_stand_together(
    engine: Engine, gharyan: tuple[Event, list[Statement]], examples: Examples
) -> None:
    event, statements = gharyan
    left = replace(event, members=event.members[:1])
    part = examples.event(statements[1])
    with SqlStore(engine, lambda: LATER).writing() as session:
        session.apply_linking(Linking((left, part), {}, {part.id: event.id}))
    assert members(read(engine)) == {event.id: {one.id for one in statements}}
    assert len(read(engine, LATER.date()).events) == 2


def test_statements_that_were_linked_anew_later_are_counted(
    engine: Engine, gharyan: tuple[Event, list[Statement]]
) -> None:
    _, statements = gharyan
    with SqlStore(engine, lambda: LATER).writing() as session:
        session.mark_linked([one.id for one in statements])
    assert read(engine).relinked == 2
    assert read(engine, LATER.date()).relinked == 0


def test_the_number_of_queries_does_not_grow_with_what_is_told(
    engine: Engine, keep: Keep, examples: Examples, count_queries: Queries
) -> None:
    def tell(events: int) -> None:
        for _ in range(events):
            documents = [examples.document() for _ in range(4)]
            statements = [examples.full_statement(one) for one in documents[:2]]
            statements += [examples.statement(one) for one in documents[2:]]
            event = examples.event(*statements)
            keep(documents, statements, [event], [examples.conflict(event, statements[0], statements[2])])

    tell(2)
    few = count_queries(lambda: read(engine))
    tell(18)
    assert len(read(engine).told) == 80
    assert count_queries(lambda: read(engine)) == few
