from collections.abc import Callable

import pytest
from decision_desk import Desk
from sqlalchemy import Engine, select
from storage_examples import NOW, Examples

from tracker.domain.decisions import (
    Aspect,
    DecidedMeanwhileError,
    Key,
    SubjectKind,
    changes_of,
)
from tracker.domain.errors import NotFoundError
from tracker.domain.events import LinkDecision, Linking, LinkVerdict
from tracker.storage.engine import reading
from tracker.storage.store import SqlStore
from tracker.storage.tables import LinkDecisionRow

APART, TOGETHER = LinkVerdict.APART, LinkVerdict.TOGETHER


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


def test_nothing_is_decided_at_first(store: SqlStore, ids: list[str]) -> None:
    assert len(ids) == 3
    assert store.link_decisions() == []


def test_a_later_decision_on_the_same_pair_stands_whatever_their_order(
    store: SqlStore, desk: Desk, ids: list[str]
) -> None:
    desk.decide(ids[0], ids[1], APART)
    assert store.link_decisions() == [LinkDecision(ids[0], ids[1], APART)]
    desk.decide(ids[1], ids[0], TOGETHER)
    assert store.link_decisions() == [LinkDecision(ids[0], ids[1], TOGETHER)]


def test_decisions_come_in_the_order_in_which_they_were_made(
    store: SqlStore, desk: Desk, ids: list[str]
) -> None:
    desk.decide(ids[0], ids[1], APART)
    desk.decide(ids[1], ids[2], TOGETHER)
    desk.decide(ids[0], ids[2], APART)
    desk.decide(ids[0], ids[1], TOGETHER)
    assert store.link_decisions() == [
        LinkDecision(ids[1], ids[2], TOGETHER),
        LinkDecision(ids[0], ids[2], APART),
        LinkDecision(ids[0], ids[1], TOGETHER),
    ]


def test_a_decision_taken_back_stands_no_more_and_can_be_made_again(
    store: SqlStore, desk: Desk, ids: list[str]
) -> None:
    desk.decide(ids[0], ids[1], APART)
    desk.decide(ids[1], ids[2], APART)
    desk.decide(ids[0], ids[1], None)
    assert store.link_decisions() == [LinkDecision(ids[1], ids[2], APART)]
    desk.decide(ids[0], ids[1], APART)
    assert store.link_decisions()[-1] == LinkDecision(ids[0], ids[1], APART)


def test_no_decision_is_overwritten(desk: Desk, ids: list[str], engine: Engine) -> None:
    for verdict in (APART, TOGETHER, None):
        desk.decide(ids[0], ids[1], verdict, f"decided {verdict}")
    with reading(engine) as session:
        rows = session.scalars(select(LinkDecisionRow).order_by(LinkDecisionRow.id)).all()
        assert [row.verdict for row in rows] == [APART, TOGETHER, None]
        assert [row.reason for row in rows] == ["decided apart", "decided together", "decided None"]
        assert {(row.one, row.other, row.actor, row.at) for row in rows} == {(ids[0], ids[1], "Ana", NOW)}
    entries = desk.decisions.history()
    assert [(one.before, one.after) for entry in reversed(entries) for one in changes_of(entry)] == [
        (None, "apart"),
        ("apart", "together"),
        ("together", None),
    ]


def test_the_verdicts_on_some_statements_are_those_that_stand(desk: Desk, ids: list[str]) -> None:
    desk.decide(ids[0], ids[1], APART)
    desk.decide(ids[0], ids[1], TOGETHER)
    desk.decide(ids[1], ids[2], APART)
    with desk.acting() as session:
        assert session.verdicts(ids[:2]) == {(ids[0], ids[1]): TOGETHER}
        assert session.verdicts_about([ids[2]]) == {(ids[1], ids[2]): APART}
        assert session.verdicts_about([ids[0]]) == {(ids[0], ids[1]): TOGETHER}


def test_decisions_outlive_linking_anew(
    store: SqlStore, desk: Desk, examples: Examples, ids: list[str]
) -> None:
    desk.decide(ids[0], ids[1], TOGETHER)
    event = examples.event(*store.statements(ids))
    with store.writing() as session:
        session.apply_linking(Linking((event,), {}))
        session.clear_linking()
        session.apply_linking(Linking((event,), {}))
    assert store.link_decisions() == [LinkDecision(ids[0], ids[1], TOGETHER)]


def test_reading_decisions_takes_one_query(
    store: SqlStore, desk: Desk, ids: list[str], count_queries: Callable[[Callable[[], object]], int]
) -> None:
    desk.decide(ids[0], ids[1], APART)
    desk.decide(ids[1], ids[2], APART)
    assert count_queries(store.link_decisions) == 1


def test_what_a_machine_reckoned_before_a_decision_is_not_written_after_it(
    store: SqlStore, desk: Desk, ids: list[str]
) -> None:
    mark = store.decision_mark()
    with store.writing() as session:
        session.require_mark(mark)
    desk.change(Key(SubjectKind.STATEMENT, ids[0], Aspect.POLARITY), "denies")
    with pytest.raises(DecidedMeanwhileError), store.writing() as session:
        session.require_mark(mark)


@pytest.mark.parametrize(
    ("aspect", "value"),
    [
        (Aspect.PARTY, {"party": "XXX", "speaker": None, "method": "review", "confidence": 1.0}),
        (Aspect.PLACE, {"place": "nowhere", "found": "review", "start": None, "end": None}),
    ],
)
def test_a_party_or_place_that_is_not_known_is_refused(
    store: SqlStore, desk: Desk, ids: list[str], aspect: Aspect, value: dict[str, object]
) -> None:
    key = Key(SubjectKind.STATEMENT, ids[0], aspect)
    before = store.statements([ids[0]])
    if aspect is Aspect.PARTY:
        value = {**value, "speaker_start": None, "speaker_end": None}
    with pytest.raises(NotFoundError, match=f"no {aspect} is stored"):
        desk.change(key, value)
    assert store.statements([ids[0]]) == before
    assert desk.decisions.history() == []


@pytest.mark.parametrize(
    "kind", [SubjectKind.CONFLICT, SubjectKind.STATEMENT, SubjectKind.EVENT, SubjectKind.SOURCE]
)
def test_nothing_can_be_said_of_what_is_not_stored(desk: Desk, kind: SubjectKind) -> None:
    with pytest.raises(NotFoundError, match=f"no {kind} is stored under 77"):
        desk.decisions.values([Key(kind, "77", Aspect.ASSIGNEE)])


def test_an_entry_is_found_by_all_that_it_is_about(
    store: SqlStore, desk: Desk, examples: Examples, ids: list[str]
) -> None:
    one, other = (examples.event(*store.statements([key])) for key in ids[:2])
    with store.writing() as session:
        session.apply_linking(Linking((one, other), {}))
    key = Key(SubjectKind.STATEMENT, ids[0], Aspect.EVENT)
    desk.change(key, {"event": other.id, "score": 1.0, "reason": "put here"})
    subjects = [
        ("statement", ids[0]),
        ("event", one.id),
        ("event", other.id),
        ("event", "e0"),
        ("statement", ids[1]),
    ]
    assert [len(desk.decisions.history(subject=subject)) for subject in subjects] == [1, 1, 1, 0, 0]
    assert [entry.actor for entry in desk.decisions.acts_of("Ana")] == ["Ana"]
    with desk.acting() as session:
        assert session.entries_about(key) == desk.decisions.history()
        assert session.entries_about(Key(SubjectKind.STATEMENT, ids[1], Aspect.EVENT)) == []


def test_an_event_that_a_decision_concerns_waits_until_it_was_described_anew(
    store: SqlStore, desk: Desk, examples: Examples, ids: list[str]
) -> None:
    event = examples.event(*store.statements(ids))
    with store.writing() as session:
        session.apply_linking(Linking((event,), {}))
    assert store.due_events() == []
    desk.change(Key(SubjectKind.STATEMENT, ids[0], Aspect.POLARITY), "denies")
    assert store.due_events() == [event.id]
    with store.writing() as session:
        session.apply_linking(Linking((event,), {}))
    assert store.due_events() == []
    desk.change(Key(SubjectKind.EVENT, event.id, Aspect.ASSIGNEE), "Omar")
    assert store.due_events() == []
