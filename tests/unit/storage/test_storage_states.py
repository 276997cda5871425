"""What is kept for as long as the database is in one state."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from real_postgresql import file_only
from sqlalchemy import Engine, func, insert, select, update
from storage_examples import Examples

from tracker.storage.engine import make_engine, reading, writing
from tracker.storage.states import (
    Commits,
    KeptByState,
    last_commit,
    state_of_conflicts,
    state_of_statements,
)
from tracker.storage.tables import EventSummaryRow, SourceRow

Keep = Callable[..., None]


class Asked:
    """A question that counts how often it is worked out."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> int:
        self.times += 1
        return self.times


class State:
    """A state that is changed by hand."""

    def __init__(self) -> None:
        self.value = 0

    def __call__(self, _engine: Engine) -> int:
        return self.value


def test_an_answer_is_worked_out_once_for_one_state(engine: Engine) -> None:
    state, asked = State(), Asked()
    kept = KeptByState(engine, state, 5)
    assert [kept.of("a", asked), kept.of("a", asked), kept.of("b", asked)] == [1, 1, 2]
    state.value = 1
    assert [kept.of("a", asked), kept.of("b", asked), kept.of("a", asked)] == [3, 4, 3]


def test_what_was_read_while_the_state_changed_is_not_given_in_the_new_one(engine: Engine) -> None:
    state = State()
    kept = KeptByState(engine, state, 5)

    def slow() -> str:
        state.value = 1  # Somebody decides while this reads.
        kept.of("b", lambda: "another question sees the new state first")
        return "before"

    assert kept.of("a", slow) == "before"
    assert kept.of("a", lambda: "after") == "after"


def test_those_used_last_are_kept(engine: Engine) -> None:
    asked = Asked()
    kept = KeptByState(engine, State(), 2)
    for key in ("a", "b", "a", "c"):
        kept.of(key, asked)
    assert asked.times == 3
    kept.of("a", asked)
    assert asked.times == 3
    kept.of("b", asked)
    assert asked.times == 4


def test_an_error_is_not_kept(engine: Engine) -> None:
    kept = KeptByState(engine, State(), 2)
    with pytest.raises(ZeroDivisionError):
        kept.of("a", lambda: 1 // 0)
    assert kept.of("a", lambda: 1) == 1


def test_conflicts_found_anew_are_another_state_though_no_clock_moved(
    engine: Engine, examples: Examples, keep: Keep
) -> None:
    document = examples.document()
    statement = examples.statement(document)
    keep([document], [statement], [examples.event(statement)])
    conflicts, statements = state_of_conflicts(engine), state_of_statements(engine)
    with writing(engine) as session:
        session.execute(update(EventSummaryRow).values(revision=EventSummaryRow.revision + 1))
    assert state_of_conflicts(engine) != conflicts
    assert state_of_statements(engine) == statements


def test_nothing_is_kept_where_the_state_cannot_be_told(engine: Engine) -> None:
    asked = Asked()
    kept = KeptByState(engine, lambda _: None, 2)
    assert [kept.of("a", asked), kept.of("a", asked)] == [1, 2]


def name_an_outlet(engine: Engine, name: str) -> None:
    with writing(engine) as session:
        session.execute(insert(SourceRow).values(name=name))


@file_only
def test_every_commit_leaves_another_mark_whoever_made_it(engine: Engine) -> None:
    other = make_engine(engine.url.render_as_string())
    marks = [last_commit(engine)]
    name_an_outlet(engine, "by this engine")
    marks.append(last_commit(engine))
    name_an_outlet(other, "by another")
    marks.append(last_commit(engine))
    with closing(sqlite3.connect(str(engine.url.database))) as connection, connection:
        connection.execute("INSERT INTO source (name) VALUES ('by no engine')")
    marks.append(last_commit(engine))
    assert len(set(marks)) == len(marks)
    assert None not in marks
    other.dispose()


@file_only
def test_reading_and_what_is_not_committed_leave_the_mark_as_it_is(engine: Engine) -> None:
    before = last_commit(engine)
    with reading(engine) as session:
        session.execute(select(func.count()).select_from(SourceRow)).one()
    with writing(engine) as session:
        session.execute(insert(SourceRow).values(name="never kept"))
        assert last_commit(engine) == before
        session.rollback()
    assert last_commit(engine) == before


@file_only
def test_after_an_engine_was_disposed_of_the_mark_is_another(engine: Engine) -> None:
    before = last_commit(engine)
    engine.dispose()
    assert last_commit(engine) not in {before, None}


def test_a_database_that_cannot_tell_has_no_mark(tmp_path: Path) -> None:
    for url in ("sqlite://", f"sqlite:///{tmp_path / 'missing.db'}"):
        engine = make_engine(url)
        assert Commits.of(engine).mark() is None
        engine.dispose()
    assert list(tmp_path.iterdir()) == []
