"""The audit trail as a list: filtered, in pages, and with names."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine
from storage_examples import NOW, PLACE, Examples

from tracker.domain.decisions import EventGrade, SubjectKind
from tracker.domain.events import Event
from tracker.domain.people import Role
from tracker.domain.statements import Statement
from tracker.domain.trail import Named, TrailFilter
from tracker.services.decisions import DecisionService
from tracker.storage.decisions import SqlDecisions
from tracker.storage.people import SqlPeople
from tracker.storage.trail import SqlTrail

Keep = Callable[..., None]


class Watch:
    time = NOW

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def desk(engine: Engine, watch: Watch) -> DecisionService:
    return DecisionService(SqlDecisions(engine, watch), lambda: None)


@pytest.fixture
def trail(engine: Engine) -> SqlTrail:
    return SqlTrail(engine)


@pytest.fixture
def told(examples: Examples, keep: Keep) -> tuple[Statement, Event, Event, str]:
    document = examples.document()
    one = examples.statement(document, place=None)
    other = examples.statement(document, 30)
    event, apart = examples.event(one), examples.event(other)
    conflict = examples.conflict(event, one, other)
    keep([document], [one, other], [event, apart], [conflict])
    return one, event, apart, conflict.id


def numbers(trail: SqlTrail, wanted: TrailFilter, before: int | None = None, size: int = 50) -> list[int]:
    return [entry.id for entry in trail.entries(wanted, before, size)]


def test_entries_are_filtered_by_all_they_are(
    engine: Engine,
    trail: SqlTrail,
    desk: DecisionService,
    watch: Watch,
    told: tuple[Statement, Event, Event, str],
) -> None:
    _, event, apart, _ = told
    desk.grade(event.id, EventGrade.FAIR, by="amal")
    SqlPeople(engine, watch).add_user("vera", "h", Role.VIEWER, actor="adil", only_first=False)
    watch.time = NOW + timedelta(days=1)
    desk.merge(event.id, apart.id, by="omar")
    assert numbers(trail, TrailFilter()) == [3, 2, 1]
    assert numbers(trail, TrailFilter(actor="amal")) == [1]
    assert numbers(trail, TrailFilter(not_by="amal")) == [3, 2]
    assert numbers(trail, TrailFilter(action="merge")) == [3]
    assert numbers(trail, TrailFilter(kind="user")) == [2]
    assert numbers(trail, TrailFilter(by_people=True)) == [3, 1]
    assert numbers(trail, TrailFilter(kind="event", subject=apart.id)) == [3], "by what it is about, too"
    assert numbers(trail, TrailFilter(subject=event.id)) == [3, 1]
    assert numbers(trail, TrailFilter(kind="user", subject="vera")) == [2]
    assert numbers(trail, TrailFilter(since=date(2026, 11, 26))) == [3]
    assert numbers(trail, TrailFilter(until=date(2026, 11, 25))) == [2, 1]


def test_pages_and_the_whole_in_order(
    trail: SqlTrail, desk: DecisionService, told: tuple[Statement, Event, Event, str]
) -> None:
    for number in range(5):
        desk.grade(told[1].id, EventGrade.FAIR if number % 2 else EventGrade.WEAK, by="amal")
    assert numbers(trail, TrailFilter(), size=2) == [5, 4]
    assert numbers(trail, TrailFilter(), before=4, size=2) == [3, 2]
    assert [entry.id for entry in trail.all_entries(TrailFilter())] == [1, 2, 3, 4, 5]


def test_the_whole_is_read_in_batches(
    trail: SqlTrail,
    desk: DecisionService,
    told: tuple[Statement, Event, Event, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tracker.storage.trail._BATCH", 2)
    for number in range(5):
        desk.grade(told[1].id, EventGrade.FAIR if number % 2 else EventGrade.WEAK, by="amal")
    assert [entry.id for entry in trail.all_entries(TrailFilter())] == [1, 2, 3, 4, 5]


def test_things_are_called_by_their_names(
    trail: SqlTrail, told: tuple[Statement, Event, Event, str], count_queries: Callable[..., int]
) -> None:
    statement, event, _, conflict = told
    asked = [
        ("event", event.id),
        ("statement", statement.id),
        ("conflict", conflict),
        ("source", "1"),
        ("source", "x"),
        ("place", PLACE.id),
        ("event", "e000000000000000"),
        ("user", "amal"),
    ]
    assert trail.names(asked) == {
        ("event", event.id): Named(event.title, "en", event.id),
        ("statement", statement.id): Named(statement.quote, "en", event.id),
        ("conflict", conflict): Named("Both claim Gharyan.", "en", event.id),
        ("source", "1"): Named("Example Wire"),
        ("place", PLACE.id): Named(PLACE.name),
    }
    assert count_queries(lambda: trail.names(asked)) == 5
    assert trail.names([(str(SubjectKind.PAIR), "a b")]) == {}
