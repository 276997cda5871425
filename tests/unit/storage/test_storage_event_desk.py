from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from storage_examples import NOW, PLACE, Examples

from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import EventGrade, SubjectKind
from tracker.domain.events import Event
from tracker.domain.statements import Place
from tracker.services.decisions import DecisionService
from tracker.storage.decisions import SqlDecisions
from tracker.storage.event_desk import SqlEventDesk
from tracker.storage.tables import EventRow

HARBOUR = Place("own:harbour", "Harbour", "port", 32.9, 13.2)

Keep = Callable[..., None]


@pytest.fixture
def desk(engine: Engine) -> SqlEventDesk:
    return SqlEventDesk(engine)


@pytest.fixture
def decisions(engine: Engine) -> DecisionService:
    return DecisionService(SqlDecisions(engine, lambda: NOW), lambda: None)


@pytest.fixture
def stand(keep: Keep, examples: Examples) -> Callable[..., Event]:
    """Stores an event of one statement."""

    def stand(**changes: object) -> Event:
        document = examples.document()
        statement = examples.statement(document)
        event = examples.event(statement, **changes)
        keep([document], [statement], [event])
        return event

    return stand


def days(first: int, last: int | None = None) -> dict[str, date]:
    return {"start": date(2020, 1, first), "end": date(2020, 1, last or first)}


def found(desk: SqlEventDesk, event: Event, size: int = 10) -> list[str]:
    return [other.id for other, _ in desk.near(event, size)]


def test_near_are_events_of_the_same_days_and_those_of_the_same_place(
    desk: SqlEventDesk, stand: Callable[..., Event]
) -> None:
    event = stand(**days(5, 6))
    same_place_and_days = stand(**days(7))
    elsewhere = stand(place=HARBOUR, **days(6))
    same_place_later = stand(start=date(2020, 3, 1), end=date(2020, 3, 2))
    stand(place=HARBOUR, start=date(2020, 3, 1), end=date(2020, 3, 2))
    assert found(desk, event) == [same_place_and_days.id, elsewhere.id, same_place_later.id]
    assert found(desk, event, size=1) == [same_place_and_days.id]


@pytest.mark.parametrize(("day", "is_near"), [(13, True), (14, False)])
def test_a_week_apart_is_near_and_more_is_not(
    desk: SqlEventDesk, stand: Callable[..., Event], day: int, *, is_near: bool
) -> None:
    event = stand(place=None, **days(5, 6))
    other = stand(place=HARBOUR, **days(day))
    assert (other.id in found(desk, event)) is is_near


def test_an_event_without_a_day_is_near_to_those_of_its_place_alone(
    desk: SqlEventDesk, stand: Callable[..., Event]
) -> None:
    event = stand(start=None, end=None, precision=None)
    there = stand(**days(5))
    stand(place=HARBOUR, **days(5))
    assert found(desk, event) == [there.id]
    assert found(desk, stand(place=None, start=None, end=None, precision=None)) == []


def test_how_many_statements_an_event_holds_stands_beside_it_and_empty_ones_are_left_out(
    desk: SqlEventDesk, stand: Callable[..., Event], engine: Engine
) -> None:
    event, other = stand(**days(5)), stand(**days(5))
    with Session(engine) as session, session.begin():
        session.add(
            EventRow(id="e00000000000empt", title="", title_language="und", place_id=PLACE.id, due=False)
        )
    ((near, count),) = desk.near(event, 10)
    assert (near.id, near.place, near.members, count) == (other.id, PLACE, (), 1)


def test_annotations_are_those_of_the_one_subject(
    desk: SqlEventDesk, stand: Callable[..., Event], decisions: DecisionService
) -> None:
    event, other = stand(**days(5)), stand(**days(6))
    decisions.grade(event.id, EventGrade.FAIR, by="amal", reason="two papers")
    decisions.assign(SubjectKind.EVENT, event.id, "badr", by="amal")
    decisions.note(SubjectKind.EVENT, event.id, "Ask the clinic.", by="amal")
    decisions.grade(other.id, EventGrade.WEAK, by="amal", reason="one paper")
    standing = desk.annotations(SubjectKind.EVENT, event.id)
    assert (standing["grade"], standing["assignee"]) == ("fair", "badr")
    (note,) = (value for aspect, value in standing.items() if aspect.startswith("note:"))
    assert note == {"text": "Ask the clinic.", "author": "amal", "at": NOW.isoformat()}
    decisions.grade(event.id, None, by="amal")
    assert "grade" not in desk.annotations(SubjectKind.EVENT, event.id)


def test_the_state_changes_with_judgements_and_corrections_and_with_nothing_else(
    desk: SqlEventDesk, keep: Keep, examples: Examples, decisions: DecisionService
) -> None:
    documents = [examples.document(), examples.document()]
    one, other = (examples.statement(document) for document in documents)
    event = examples.event(one, other)
    conflict = examples.conflict(event, one, other)
    keep(documents, [one, other], [event], [conflict])
    states = [desk.state()]
    assert desk.state() == states[0]
    decisions.judge([conflict.id], Judgement.CONFIRMED, by="amal")
    states.append(desk.state())
    decisions.locate(one.id, HARBOUR, by="amal")
    states.append(desk.state())
    decisions.undo(by="amal")
    states.append(desk.state())
    assert len(set(states)) == 4
