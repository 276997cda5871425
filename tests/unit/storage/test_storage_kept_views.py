"""Views of statements that are kept in memory: given again only while they are true, and never too many."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, insert, update
from storage_examples import Examples

from tracker.domain.conflicts import Judgement
from tracker.domain.events import Event, Linking
from tracker.domain.statements import Statement
from tracker.storage import kept_views
from tracker.storage.engine import make_engine, writing
from tracker.storage.event_summaries import note_changed
from tracker.storage.kept_views import KeptViews
from tracker.storage.store import SqlStore
from tracker.storage.tables import ConflictRow, EventRow, EventSummaryRow, SourceRow

Keep = Callable[..., None]
Count = Callable[[Callable[[], object]], int]


class Told:
    """Two events, the first of two statements of one document, the second of one."""

    def __init__(self, examples: Examples) -> None:
        self.documents = [examples.document(), examples.document()]
        first, second = self.documents
        self.statements = [
            examples.statement(first, 3),
            examples.statement(first, 40),
            examples.statement(second, 3),
        ]
        self.events = [examples.event(*self.statements[:2]), examples.event(self.statements[2])]

    @property
    def ids(self) -> list[str]:
        return [one.id for one in self.statements]


@pytest.fixture
def told(examples: Examples, keep: Keep) -> Told:
    made = Told(examples)
    keep(made.documents, made.statements, made.events)
    return made


def rename(engine: Engine, event: Event, title: str) -> None:
    """As describing an event anew does it."""
    with writing(engine) as session:
        session.execute(update(EventRow).where(EventRow.id == event.id).values(title=title))
        note_changed(session, [event.id])


def queries_at_hand(engine: Engine) -> int:
    """How many queries it takes to see that nothing was committed."""
    return 0 if engine.dialect.name == "sqlite" else 1


def titles(kept: KeptViews, told: Told) -> list[str | None]:
    found = kept.of(told.ids)
    return [found[key].event_title for key in told.ids]


def test_what_is_kept_is_given_again_without_a_query(
    engine: Engine, told: Told, count_queries: Count
) -> None:
    kept = KeptViews(engine)
    first = kept.of(told.ids)
    assert {key: view.statement for key, view in first.items()} == dict(
        zip(told.ids, told.statements, strict=True)
    )
    again: list[object] = []
    assert count_queries(lambda: again.append(kept.of(told.ids))) == queries_at_hand(engine)
    assert again == [first]
    assert len(kept) == len(told.ids)


def test_a_commit_that_changes_no_event_costs_one_query(
    engine: Engine, told: Told, count_queries: Count
) -> None:
    kept = KeptViews(engine)
    kept.of(told.ids)
    with writing(engine) as session:
        session.execute(insert(SourceRow).values(name="another outlet"))
    assert count_queries(lambda: kept.of(told.ids)) == 1
    assert count_queries(lambda: kept.of(told.ids)) == queries_at_hand(engine)


def test_only_what_depends_on_a_changed_event_is_read_anew(engine: Engine, told: Told) -> None:
    kept = KeptViews(engine)
    before = kept.of(told.ids)
    rename(engine, told.events[0], "told anew")
    assert titles(kept, told) == ["told anew", "told anew", before[told.ids[2]].event_title]
    assert kept.of(told.ids)[told.ids[2]] is before[told.ids[2]]


def test_a_conflict_of_an_event_that_its_statement_has_left_counts_as_it_is_judged(
    engine: Engine, store: SqlStore, examples: Examples, told: Told
) -> None:
    one, other = told.statements[:2]
    conflict = examples.conflict(told.events[0], one, other)
    with store.writing() as session:
        session.replace_conflicts([told.events[0].id], [conflict])
        session.apply_linking(Linking((examples.event(one), examples.event(other)), {}))
    with writing(engine) as session:  # as it was before its event followed
        session.execute(update(ConflictRow).values(event_id=told.events[1].id))
        note_changed(session, [told.events[0].id, told.events[1].id])
    kept = KeptViews(engine)

    def counts() -> list[int]:
        found = kept.of(told.ids)
        return [found[key].conflicts for key in told.ids]

    assert counts() == [1, 1, 0]
    for judgement, count in ((Judgement.REJECTED, 0), (Judgement.CONFIRMED, 1)):
        with writing(engine) as session:
            session.execute(update(ConflictRow).values(judgement=judgement))
            note_changed(session, [told.events[1].id])
        assert counts() == [count, count, 0]


def test_what_another_connection_commits_is_seen_at_once(engine: Engine, told: Told) -> None:
    kept = KeptViews(engine)
    other = make_engine(engine.url.render_as_string(hide_password=False))
    for number in range(3):
        titles(kept, told)
        rename(other, told.events[1], f"title {number}")
        assert titles(kept, told)[2] == f"title {number}"
    other.dispose()


def test_a_statement_without_an_event_is_not_kept(
    engine: Engine, store: SqlStore, examples: Examples, keep: Keep
) -> None:
    document = examples.document()
    statement = examples.statement(document)
    keep([document], [statement])
    kept = KeptViews(engine)
    assert kept.of([statement.id])[statement.id].event_id is None
    event = examples.event(statement)
    with store.writing() as session:
        session.apply_linking(Linking((event,), {}))
    assert kept.of([statement.id])[statement.id].event_id == event.id


def test_what_a_slower_transaction_has_read_does_not_take_the_place_of_what_is_newer(
    engine: Engine, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, load = KeptViews(engine), kept_views.load_views_with_events
    waiting, seen = [True], []

    def slow(*given: object) -> object:
        found = load(*given)  # type: ignore[arg-type]
        if waiting:
            waiting.clear()
            rename(engine, told.events[0], "decided meanwhile")
            # Another thread asks for another statement, and has its answer before this one is through.
            asked = threading.Thread(target=lambda: seen.append(kept.of(told.ids[2:])))
            asked.start()
            asked.join()
        return found

    monkeypatch.setattr(kept_views, "load_views_with_events", slow)
    assert titles(kept, told)[0] != "decided meanwhile"  # its transaction began before
    assert list(seen[0]) == told.ids[2:]
    assert titles(kept, told)[0] == "decided meanwhile"


def test_a_database_put_back_to_a_former_state_is_read_anew(engine: Engine, told: Told) -> None:
    kept = KeptViews(engine)
    rename(engine, told.events[0], "later")
    assert titles(kept, told)[0] == "later"
    with writing(engine) as session:
        session.execute(update(EventRow).values(title="former"))
        session.execute(update(EventSummaryRow).values(revision=1))
    assert set(titles(kept, told)) == {"former"}


@pytest.mark.parametrize("room", [2, 3])
def test_no_more_is_kept_than_there_is_room_for(
    engine: Engine, told: Told, monkeypatch: pytest.MonkeyPatch, count_queries: Count, room: int
) -> None:
    monkeypatch.setattr(kept_views, "_LARGEST_SHARE", 1)
    every = KeptViews(engine)
    every.of(told.ids)
    kept = KeptViews(engine, most_bytes=every.size * room // 3)
    first, second, third = told.ids
    for key in (first, second, first, third):
        kept.of([key])
    assert len(kept) == room
    assert kept.size <= every.size * room // 3
    used_last = {2: [third, first], 3: told.ids}[room]
    assert count_queries(lambda: kept.of(used_last)) == queries_at_hand(engine)


def test_a_view_that_would_drive_out_too_many_is_not_kept(
    engine: Engine, examples: Examples, keep: Keep
) -> None:
    document = examples.document(text="word " * 100_000)
    statement = examples.statement(document)
    keep([document], [statement], [examples.event(statement)])
    kept = KeptViews(engine, most_bytes=1_000_000)
    assert kept.of([statement.id])[statement.id].document == document
    assert (len(kept), kept.size) == (0, 0)


def test_an_unknown_statement_is_left_out_and_found_once_it_is_there(
    engine: Engine, examples: Examples, keep: Keep
) -> None:
    document = examples.document()
    statement: Statement = examples.statement(document)
    kept = KeptViews(engine)
    assert kept.of([statement.id]) == {}
    keep([document], [statement], [examples.event(statement)])
    assert list(kept.of([statement.id])) == [statement.id]


def test_nothing_is_read_for_nothing(engine: Engine, count_queries: Count) -> None:
    kept = KeptViews(engine)
    kept.of([])
    assert count_queries(lambda: kept.of([])) == queries_at_hand(engine)
