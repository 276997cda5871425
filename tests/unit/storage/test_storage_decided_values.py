"""What a person decides, value by value: as it is read, as it stands after, and what is on record."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from decision_desk import Desk
from sqlalchemy import Engine, select
from storage_examples import NOW, Examples

from tracker.domain.decisions import Aspect, Change, Key, Reliability, StaleError, SubjectKind
from tracker.domain.errors import NotFoundError
from tracker.domain.events import Linking, LinkVerdict
from tracker.services.decisions import DecisionService
from tracker.storage.decisions import SqlDecisions
from tracker.storage.engine import reading
from tracker.storage.store import SqlStore
from tracker.storage.tables import EventRow, MembershipRow

APART, TOGETHER = LinkVerdict.APART, LinkVerdict.TOGETHER

ATTRIBUTION = {
    "party": "GNA",
    "speaker": "the spokesman",
    "speaker_start": 0,
    "speaker_end": 13,
    "method": "source",
    "confidence": 0.75,
}
PLACE_VALUE = {"place": "gn:2217362", "found": "sentence", "start": 31, "end": 38}
DATE = {"day": "2020-01-06", "precision": "day", "found": "relative", "start": 42, "end": 48}
FIGURES = [
    {"kind": "killed", "low": 12, "high": None, "start": 50, "end": 61, "counted": None, "side": None},
    {"kind": "injured", "low": 3, "high": 5, "start": 0, "end": 3, "counted": None, "side": None},
]


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


@pytest.mark.parametrize(
    ("aspect", "value"),
    [
        (Aspect.PARTY, ATTRIBUTION),
        (Aspect.PLACE, PLACE_VALUE),
        (Aspect.DATE, DATE),
        (Aspect.FIGURES, FIGURES),
        (Aspect.POLARITY, "denies"),
    ],
)
def test_a_value_is_read_in_full_and_written_to_another_statement_it_is_the_same(
    store: SqlStore,
    desk: Desk,
    examples: Examples,
    keep: Callable[..., None],
    aspect: Aspect,
    value: object,
) -> None:
    document = examples.document()
    full, bare = examples.full_statement(document), examples.statement(document, 40)
    keep([document], [full, bare])
    one, other = (Key(SubjectKind.STATEMENT, each.id, aspect) for each in (full, bare))
    assert desk.decisions.values([one]) == {one: value}
    desk.change(other, value)
    assert desk.decisions.values([other]) == {other: value}
    first, second = (next(iter(store.statements([each.id]))) for each in (full, bare))
    assert second.party == (first.party if aspect is Aspect.PARTY else bare.party)
    assert second.figures == (first.figures if aspect is Aspect.FIGURES else ())
    assert second.date == (first.date if aspect is Aspect.DATE else None)
    assert second.place == (first.place if aspect is Aspect.PLACE else None)


@pytest.mark.parametrize("aspect", [Aspect.PLACE, Aspect.DATE])
def test_place_and_day_can_be_taken_away(
    store: SqlStore, desk: Desk, examples: Examples, keep: Callable[..., None], aspect: Aspect
) -> None:
    document = examples.document()
    full = examples.full_statement(document)
    keep([document], [full])
    key = Key(SubjectKind.STATEMENT, full.id, aspect)
    desk.change(key, None)
    assert desk.decisions.values([key]) == {key: None}
    (stored,) = store.statements([full.id])
    assert (stored.place is None, stored.date is None) == (aspect is Aspect.PLACE, aspect is Aspect.DATE)


def positions(engine: Engine, event: str) -> list[tuple[str, int, float, str]]:
    query = select(MembershipRow).where(MembershipRow.event_id == event).order_by(MembershipRow.position)
    with reading(engine) as session:
        rows = session.scalars(query)
        return [(row.statement_id, row.position, row.score, row.reason) for row in rows]


def test_a_statement_that_is_put_into_an_event_stands_last_there_and_leaves_the_other(
    store: SqlStore, desk: Desk, examples: Examples, ids: list[str], engine: Engine
) -> None:
    one = examples.event(*store.statements(ids[:1]))
    other = examples.event(*store.statements(ids[1:]))
    with store.writing() as session:
        session.apply_linking(Linking((one, other), {}))
    key = Key(SubjectKind.STATEMENT, ids[0], Aspect.EVENT)
    desk.change(key, {"event": other.id, "score": 1.0, "reason": "put here"})
    assert positions(engine, one.id) == []
    kept = [(each, number, 0.8, "same place and day") for number, each in enumerate(other.statements)]
    assert positions(engine, other.id) == [*kept, (ids[0], 2, 1.0, "put here")]
    desk.change(key, None)
    assert positions(engine, other.id) == kept
    assert desk.decisions.values([key]) == {key: None}
    desk.change(key, None)
    desk.change(key, {"event": one.id, "score": 0.5, "reason": "back"})
    assert positions(engine, one.id) == [(ids[0], 0, 0.5, "back")]


def test_a_new_event_is_like_the_one_it_came_from_leads_there_and_does_not_wait(
    store: SqlStore, desk: Desk, examples: Examples, ids: list[str], engine: Engine
) -> None:
    event = examples.event(*store.statements(ids))
    with store.writing() as session:
        session.apply_linking(Linking((event,), {}))
    with desk.acting() as acting:
        assert not acting.knows_event("e-new")
        acting.open_event("e-new", event.id)
        acting.open_event("e-new", event.id)
        assert acting.knows_event("e-new")
        assert acting.members("e-new") == []
        assert acting.members(event.id) == list(event.statements)
        with pytest.raises(NotFoundError, match="no event is stored under e-none"):
            acting.open_event("e-other", "e-none")
    with reading(engine) as session:
        row = session.get_one(EventRow, "e-new")
        assert (row.redirects_to, row.due) == (event.id, False)
        assert (row.title, row.title_language, row.start, row.end, row.precision) == (
            event.title,
            event.title_language,
            event.start,
            event.end,
            event.precision,
        )


def test_only_an_event_without_statements_is_released_from_waiting(
    store: SqlStore, desk: Desk, examples: Examples, ids: list[str], engine: Engine
) -> None:
    def waiting() -> list[str]:
        with reading(engine) as session:
            return sorted(session.scalars(select(EventRow.id).where(EventRow.due)))

    one, other = (examples.event(*store.statements([each])) for each in ids[:2])
    with store.writing() as session:
        session.apply_linking(Linking((one, other), {}))
    desk.change(
        Key(SubjectKind.STATEMENT, ids[0], Aspect.EVENT), {"event": other.id, "score": 1.0, "reason": "here"}
    )
    assert waiting() == sorted([one.id, other.id])
    with desk.acting() as acting:
        acting.release(["e-none", one.id, other.id])
    assert waiting() == [other.id]


def test_the_trail_is_asked_by_actor_and_for_what_came_before(desk: Desk, ids: list[str]) -> None:
    for number, actor in enumerate(("Ana", "Omar", "Ana")):
        with desk.acting() as session:
            change = Change(Key(SubjectKind.STATEMENT, ids[0], Aspect.ASSIGNEE), None, str(number))
            session.apply([change], actor=actor, reason="")
            session.append("assign", ("statement", ids[0]), [change], actor=actor, reason="")
    history = desk.decisions.history
    assert [entry.id for entry in history()] == [3, 2, 1]
    assert [entry.id for entry in history(actor="Ana")] == [3, 1]
    assert [entry.id for entry in history(before=3)] == [2, 1]
    assert [entry.id for entry in history(before=3, size=1)] == [2]
    assert [entry.id for entry in history(actor="Omar", before=2)] == []
    assert history(subject=("event", ids[0])) == []
    assert len(history(subject=("statement", ids[0]))) == 3


def test_no_more_entries_come_than_fifty_unless_asked(desk: Desk, ids: list[str]) -> None:
    for _ in range(51):
        with desk.acting() as session:
            session.append("test", ("statement", ids[0]), [], actor="Ana", reason="")
    assert len(desk.decisions.history()) == 50


def test_an_entry_and_a_seal_that_are_not_there_are_said_to_be_missing(desk: Desk, ids: list[str]) -> None:
    desk.change(Key(SubjectKind.STATEMENT, ids[0], Aspect.ASSIGNEE), "Omar")
    entry = desk.decisions.entry(1)
    assert desk.decisions.has_seal(entry.sha256)
    assert not desk.decisions.has_seal("0" * 64)
    for missing in (lambda: desk.decisions.entry(2), lambda: _entry_in_an_act(desk, 2)):
        with pytest.raises(NotFoundError, match=r"^the audit trail has no entry 2$"):
            missing()


def _entry_in_an_act(desk: Desk, number: int) -> object:
    with desk.acting() as session:
        return session.entry(number)


def test_the_last_acts_of_a_person_are_those_that_can_be_undone(
    desk: Desk, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.storage.decisions._REMEMBERED", 2)
    for name in ("Omar", "Vera", "Badr"):
        desk.change(Key(SubjectKind.STATEMENT, ids[0], Aspect.ASSIGNEE), name)
    assert [entry.id for entry in desk.decisions.acts_of("Ana")] == [2, 3]
    with desk.acting() as session:
        assert [entry.id for entry in session.acts_of("Ana")] == [2, 3]


@pytest.mark.usefixtures("ids")
def test_who_rates_a_source_that_was_rated_meanwhile_is_told(desk: Desk) -> None:
    service = DecisionService(desk.decisions, lambda: None)
    key = Key(SubjectKind.SOURCE, "1", Aspect.RELIABILITY)
    seen = service.stamp([key])
    entry = service.rate("1", Reliability.USUALLY, by="amal", reason="years of it", seen=seen)
    assert entry is not None
    assert (entry.action, entry.subject_kind, entry.subject_id) == ("rate", "source", "1")
    assert entry.reason == "years of it"
    with pytest.raises(StaleError):
        service.rate("1", Reliability.FAIRLY, by="omar", seen=seen)
    assert desk.decisions.values([key]) == {key: "B"}
    service.rate("1", None, by="omar")
    assert desk.decisions.values([key]) == {key: None}


def test_the_time_of_an_act_is_that_of_the_clock(engine: Engine, ids: list[str]) -> None:
    later = NOW + timedelta(days=1)
    decisions = SqlDecisions(engine, lambda: later)
    with decisions.acting() as session:
        assert session.now == later
        entry = session.append("test", ("statement", ids[0]), [], actor="Ana", reason="why")
    assert (entry.at, entry.actor, entry.action, entry.reason) == (later, "Ana", "test", "why")
    assert (entry.undoes, entry.redoes) == (None, None)


def test_the_verdict_on_each_pair_stands_by_itself(desk: Desk, ids: list[str]) -> None:
    one, two, three = ids
    desk.decide(one, two, APART)
    desk.decide(one, three, TOGETHER)
    desk.decide(two, three, APART)
    with desk.acting() as session:
        assert session.verdicts_about([one]) == {(one, two): APART, (one, three): TOGETHER}
        assert session.verdicts_about([three]) == {(one, three): TOGETHER, (two, three): APART}
        assert session.verdicts([one, two, three]) == {
            (one, two): APART,
            (one, three): TOGETHER,
            (two, three): APART,
        }
