"""What analysts decide, over a real database: it holds, machines leave it alone, and it can be taken back."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from newsroom import Newsroom
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import (
    Aspect,
    EventGrade,
    Key,
    NothingToUndoError,
    Reliability,
    StaleError,
    SubjectKind,
    stamp,
)
from tracker.domain.errors import NotFoundError, TrackerError
from tracker.events.arranging import violated
from tracker.services.acts import judgement_key, membership_key
from tracker.storage.tables import AnnotationRow, ConflictRow, EventRow, FigureRow, StatementRow

AMAL, OMAR = "amal", "omar"

State = dict[str, Any]
Told = tuple[list[str], list[str]]


@pytest.fixture
def told(newsroom: Newsroom) -> tuple[list[str], list[str]]:
    """Two events of three statements each."""
    sirte = [newsroom.file(f"Sirte {what}.", party=party)[0] for what, party in THREE]
    misrata = [newsroom.file(f"Misrata {what}.", party=party)[0] for what, party in THREE]
    newsroom.link()
    assert newsroom.happenings() == {frozenset(sirte), frozenset(misrata)}
    return sirte, misrata


THREE = (("fell", "LNA"), ("holds", "GNA"), ("is quiet", "UN"))


def state(newsroom: Newsroom) -> State:
    """All that people and machines say at this moment, whatever way it came to that."""
    with Session(newsroom.store._engine) as session:
        return {
            "events": {
                event.id: (event.title, event.start, event.end, event.place, event.members)
                for event in newsroom.store.all_events()
            },
            "conflicts": {
                row.id: (row.event_id, row.type, row.score, row.explanation, row.judgement)
                for row in session.scalars(select(ConflictRow))
            },
            "statements": {
                row.id: (
                    row.party_code,
                    row.method,
                    row.confidence,
                    row.polarity,
                    row.event_day,
                    row.place_id,
                )
                for row in session.scalars(select(StatementRow))
            },
            "figures": sorted(
                (row.statement_id, row.position, row.low, row.high)
                for row in session.scalars(select(FigureRow))
            ),
            "annotations": {
                (row.kind, row.subject_id, row.aspect): row.value
                for row in session.scalars(select(AnnotationRow))
            },
            "verdicts": {(one.one, one.other): one.verdict for one in newsroom.store.link_decisions()},
            "waiting": list(session.scalars(select(EventRow.id).where(EventRow.due))),
        }


def event_of(newsroom: Newsroom, statement: str) -> str:
    return newsroom.store.events_of([statement])[statement]


def sound(newsroom: Newsroom) -> bool:
    """Whether every statement stands as people decided, and ids of emptied events lead on."""
    events = newsroom.events()
    homes = {one: event.id for event in events for one in event.statements}
    verdicts = {(one.one, one.other): one.verdict for one in newsroom.store.link_decisions()}
    with Session(newsroom.store._engine) as session:
        rows = list(session.scalars(select(EventRow)))
    leading = {row.id: row.redirects_to for row in rows}
    standing = {event.id for event in events}
    return violated(homes, verdicts) is None and all(
        (leads in standing) if event not in standing else leads is None for event, leads in leading.items()
    )


@pytest.mark.usefixtures("told")
def test_a_conflict_is_judged_and_the_judgement_taken_back(newsroom: Newsroom) -> None:
    before = state(newsroom)
    conflict = next(iter(before["conflicts"]))
    entry = newsroom.decisions.judge([conflict], Judgement.CONFIRMED, by=AMAL, reason="both are clear")
    assert entry is not None
    assert (entry.actor, entry.action, entry.subject_id) == (AMAL, "judge", conflict)
    assert state(newsroom)["conflicts"][conflict][-1] is Judgement.CONFIRMED
    newsroom.decisions.undo(by=AMAL)
    assert state(newsroom) == before
    newsroom.decisions.redo(by=AMAL)
    assert state(newsroom)["conflicts"][conflict][-1] is Judgement.CONFIRMED


def test_a_moved_statement_stays_where_it_was_put(newsroom: Newsroom, told: Told) -> None:
    sirte, misrata = told
    newsroom.decisions.move([sirte[0]], event_of(newsroom, misrata[0]), by=AMAL, reason="means Misrata")
    wanted = {frozenset(sirte[1:]), frozenset([sirte[0], *misrata])}
    assert newsroom.happenings() == wanted
    newsroom.file("Sirte is told of again.", "Misrata is told of again.")
    newsroom.link()
    assert newsroom.is_one(sirte[0], misrata[0])
    assert not newsroom.is_one(sirte[0], sirte[1])
    newsroom.relink()
    assert newsroom.is_one(sirte[0], misrata[0])
    assert not newsroom.is_one(sirte[0], sirte[1])


def test_conflicts_follow_a_move_and_come_back_with_it(newsroom: Newsroom, told: Told) -> None:
    sirte, misrata = told
    before = state(newsroom)
    target = event_of(newsroom, misrata[0])
    newsroom.decisions.move([sirte[0]], target, by=AMAL)
    after = state(newsroom)["conflicts"]
    assert {row[0] for row in after.values()} == {target, event_of(newsroom, sirte[1])}
    assert len(after) == 5 + 1  # four in the one event, of which two are of one party; two in the other
    newsroom.decisions.undo(by=AMAL)
    assert state(newsroom) == before


def test_a_judged_conflict_outlives_a_move(newsroom: Newsroom, told: Told) -> None:
    sirte, misrata = told
    conflict = next(one for one in newsroom.store.all_conflicts() if {one.one, one.other} == set(sirte[:2]))
    newsroom.decisions.judge([conflict.id], Judgement.REJECTED, by=AMAL)
    newsroom.decisions.move([sirte[0]], event_of(newsroom, misrata[0]), by=AMAL)
    assert state(newsroom)["conflicts"][conflict.id][-1] is Judgement.REJECTED


def test_a_merged_event_leads_on_and_stands_again_when_taken_back(newsroom: Newsroom, told: Told) -> None:
    sirte, misrata = told
    one, other = event_of(newsroom, sirte[0]), event_of(newsroom, misrata[0])
    before = state(newsroom)
    newsroom.decisions.merge(one, other, by=AMAL, reason="one battle")
    assert newsroom.happenings() == {frozenset([*sirte, *misrata])}
    assert event_of(newsroom, sirte[0]) == other
    newsroom.relink()
    assert newsroom.happenings() == {frozenset([*sirte, *misrata])}
    newsroom.decisions.undo(by=AMAL)
    assert newsroom.happenings() == {frozenset(sirte), frozenset(misrata)}
    assert state(newsroom)["conflicts"] == before["conflicts"]
    assert sound(newsroom)


def test_a_split_event_gets_an_id_of_its_own_for_good(newsroom: Newsroom, told: Told) -> None:
    sirte, _ = told
    before = state(newsroom)
    source = event_of(newsroom, sirte[0])
    newsroom.decisions.move(sirte[:2], None, by=AMAL)
    part = event_of(newsroom, sirte[0])
    assert part != source
    assert event_of(newsroom, sirte[1]) == part
    newsroom.decisions.undo(by=AMAL)
    assert state(newsroom) == before
    newsroom.decisions.redo(by=AMAL)
    assert event_of(newsroom, sirte[0]) == part
    newsroom.relink()
    assert not newsroom.is_one(sirte[0], sirte[2])


def test_all_of_an_event_cannot_be_parted_from_it(newsroom: Newsroom, told: Told) -> None:
    before = state(newsroom)
    with pytest.raises(TrackerError, match="nothing to part"):
        newsroom.decisions.move(told[0], None, by=AMAL)
    with pytest.raises(TrackerError, match="stand in several"):
        newsroom.decisions.move([told[0][0], told[1][0]], None, by=AMAL)
    with pytest.raises(TrackerError, match="with itself"):
        newsroom.decisions.merge(event_of(newsroom, told[0][0]), event_of(newsroom, told[0][0]), by=AMAL)
    with pytest.raises(NotFoundError):
        newsroom.decisions.move([told[0][0]], "e000000000000000", by=AMAL)
    assert state(newsroom) == before


def test_a_corrected_statement_is_compared_anew(newsroom: Newsroom, told: Told) -> None:
    sirte, _ = told
    before = state(newsroom)
    value = {"party": "GNA", "method": "review", "confidence": 1.0}
    newsroom.decisions.correct(sirte[0], Aspect.PARTY, value, by=AMAL, reason="its spokesman")
    after = state(newsroom)
    assert after["statements"][sirte[0]][:3] == ("GNA", "review", 1.0)
    pairs = [row for row in after["conflicts"].values() if row[0] == event_of(newsroom, sirte[0])]
    assert len(pairs) == 2  # two of one party no longer clash
    newsroom.decisions.undo(by=AMAL)
    assert state(newsroom) == before


def test_day_polarity_and_figures_can_be_set_right(newsroom: Newsroom, told: Told) -> None:
    sirte, _ = told
    before = state(newsroom)
    day = {"day": "2020-03-08", "precision": "day", "found": "review", "start": None, "end": None}
    figure = {"kind": "killed", "low": 3, "high": None, "start": 0, "end": 5, "counted": None, "side": None}
    for aspect, value in ((Aspect.DATE, day), (Aspect.POLARITY, "denies"), (Aspect.FIGURES, [figure])):
        newsroom.decisions.correct(sirte[0], aspect, value, by=AMAL)
    (statement,) = newsroom.store.statements([sirte[0]])
    assert statement.date is not None
    assert (statement.date.day.isoformat(), statement.date.found) == ("2020-03-08", "review")
    assert (statement.polarity, statement.figures[0].describe()) == ("denies", "at least 3")
    for _ in range(3):
        newsroom.decisions.undo(by=AMAL)
    assert state(newsroom) == before


def test_grades_ratings_assignments_and_notes_stand_until_taken_back(newsroom: Newsroom, told: Told) -> None:
    event = event_of(newsroom, told[0][0])
    before = state(newsroom)
    newsroom.decisions.grade(event, EventGrade.CONTESTED, by=AMAL, reason="both sides blame the other")
    newsroom.decisions.assign(SubjectKind.EVENT, event, OMAR, by=AMAL)
    newsroom.decisions.note(SubjectKind.EVENT, event, "Ask the hospital.", by=AMAL)
    values = state(newsroom)["annotations"]
    assert values["event", event, "grade"] == "contested"
    assert values["event", event, "assignee"] == OMAR
    assert [value["text"] for key, value in values.items() if key[2].startswith("note:")] == [
        "Ask the hospital."
    ]
    for _ in range(3):
        newsroom.decisions.undo(by=AMAL)
    assert state(newsroom) == before
    with pytest.raises(NotFoundError):
        newsroom.decisions.rate("77", Reliability.USUALLY, by=AMAL)
    with pytest.raises(TrackerError, match="1 to 10,000 characters"):
        newsroom.decisions.note(SubjectKind.EVENT, event, "  ", by=AMAL)


@pytest.mark.usefixtures("told")
def test_who_decides_on_what_has_changed_is_told_and_nothing_is_lost(newsroom: Newsroom) -> None:
    conflict = next(newsroom.store.all_conflicts()).id
    seen = newsroom.decisions.stamp([judgement_key(conflict)])
    newsroom.decisions.judge([conflict], Judgement.CONFIRMED, by=AMAL, seen=seen)
    with pytest.raises(StaleError) as stale:
        newsroom.decisions.judge([conflict], Judgement.REJECTED, by=OMAR, seen=seen)
    key = judgement_key(conflict)
    assert (stale.value.yours, stale.value.theirs) == ({key: "rejected"}, {key: "confirmed"})
    assert stale.value.latest is not None
    assert stale.value.latest.actor == AMAL
    assert state(newsroom)["conflicts"][conflict][-1] is Judgement.CONFIRMED


def test_an_act_cannot_be_undone_once_another_stands_on_it(newsroom: Newsroom, told: Told) -> None:
    sirte, misrata = told
    newsroom.decisions.move([sirte[0]], event_of(newsroom, misrata[0]), by=AMAL)
    newsroom.decisions.move([sirte[0]], event_of(newsroom, sirte[1]), by=OMAR)
    before = state(newsroom)
    with pytest.raises(StaleError) as stale:
        newsroom.decisions.undo(by=AMAL)
    assert stale.value.latest is not None
    assert stale.value.latest.actor == OMAR
    assert state(newsroom) == before
    newsroom.decisions.undo(by=OMAR)
    newsroom.decisions.undo(by=AMAL)
    assert newsroom.happenings() == {frozenset(sirte), frozenset(misrata)}


@pytest.mark.usefixtures("told")
def test_one_person_takes_back_the_act_of_another_and_undoes_that(newsroom: Newsroom) -> None:
    before = state(newsroom)
    conflict = next(newsroom.store.all_conflicts()).id
    entry = newsroom.decisions.judge([conflict], Judgement.CONFIRMED, by=AMAL)
    assert entry is not None
    newsroom.decisions.take_back(entry.id, by=OMAR, reason="not so clear")
    assert state(newsroom) == before
    with pytest.raises(NothingToUndoError):
        newsroom.decisions.undo(by=AMAL)
    newsroom.decisions.undo(by=OMAR)
    assert state(newsroom)["conflicts"][conflict][-1] is Judgement.CONFIRMED
    newsroom.decisions.undo(by=AMAL)
    assert state(newsroom) == before


@pytest.mark.usefixtures("told")
def test_what_was_taken_back_already_is_not_taken_back_twice(newsroom: Newsroom) -> None:
    conflict = next(newsroom.store.all_conflicts()).id
    entry = newsroom.decisions.judge([conflict], Judgement.CONFIRMED, by=AMAL)
    assert entry is not None
    newsroom.decisions.undo(by=AMAL)
    newsroom.decisions.judge([conflict], Judgement.CONFIRMED, by=OMAR)
    with pytest.raises(StaleError):
        newsroom.decisions.take_back(entry.id, by=AMAL)
    assert state(newsroom)["conflicts"][conflict][-1] is Judgement.CONFIRMED


@pytest.mark.usefixtures("told")
def test_a_new_act_forgets_what_could_have_been_made_again(newsroom: Newsroom) -> None:
    one, other, *_ = (conflict.id for conflict in newsroom.store.all_conflicts())
    newsroom.decisions.judge([one], Judgement.CONFIRMED, by=AMAL)
    newsroom.decisions.undo(by=AMAL)
    newsroom.decisions.judge([other], Judgement.CONFIRMED, by=AMAL)
    with pytest.raises(NothingToUndoError):
        newsroom.decisions.redo(by=AMAL)


def test_a_decision_made_while_a_machine_links_is_not_overwritten(
    newsroom: Newsroom, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    sirte, misrata = told
    target = event_of(newsroom, misrata[0])
    compare = type(newsroom.linking)._compare
    waiting: list[Callable[[], object]] = [lambda: newsroom.decisions.move([sirte[0]], target, by=AMAL)]

    def compare_slowly(service: Any, events: Any) -> Any:
        if waiting:
            waiting.pop()()
        return compare(service, events)

    newsroom.file("Sirte is told of again.")
    monkeypatch.setattr(type(newsroom.linking), "_compare", compare_slowly)
    newsroom.link()
    assert event_of(newsroom, sirte[0]) == target
    assert newsroom.store.unlinked() == []
    assert sound(newsroom)


@pytest.mark.usefixtures("told")
def test_the_trail_is_whole_and_knows_its_head(newsroom: Newsroom) -> None:
    decisions = newsroom.decisions.decisions
    conflict = next(newsroom.store.all_conflicts()).id
    newsroom.decisions.judge([conflict], Judgement.CONFIRMED, by=AMAL)
    newsroom.decisions.undo(by=AMAL)
    count, head = decisions.head()
    latest = decisions.history(size=1)[0]
    assert (latest.sha256, latest.id) == (head, count)
    assert decisions.broken_entry() is None
    about = decisions.history(subject=("conflict", conflict))
    assert [entry.action for entry in about] == ["undo", "judge"]
    assert decisions.answered([about[1].id])[about[1].id].action == "undo"


@pytest.mark.usefixtures("told")
def test_of_five_hundred_races_each_has_one_winner(newsroom: Newsroom) -> None:
    conflict = next(newsroom.store.all_conflicts()).id
    key = judgement_key(conflict)
    outcomes: list[tuple[int, str]] = []
    rounds = 500

    def decide(barrier: threading.Barrier, number: int, person: str, judgement: Judgement, seen: str) -> None:
        barrier.wait()
        try:
            newsroom.decisions.judge([conflict], judgement, by=person, seen=seen)
        except StaleError:
            outcomes.append((number, "told"))
        else:
            outcomes.append((number, "won"))

    # Each round is a race of two; what one of them wants is never what stands.
    standing = Judgement.SUGGESTED
    for number in range(rounds):
        one, other = [judgement for judgement in Judgement if judgement is not standing][:2]
        seen = newsroom.decisions.stamp([key])
        barrier = threading.Barrier(2)
        racers = [
            threading.Thread(target=decide, args=(barrier, number, person, judgement, seen))
            for person, judgement in ((AMAL, one), (OMAR, other))
        ]
        for racer in racers:
            racer.start()
        for racer in racers:
            racer.join()
        standing = Judgement(str(newsroom.decisions.decisions.values([key])[key]))
    assert sorted(outcomes) == sorted(
        (number, outcome) for number in range(rounds) for outcome in ("told", "won")
    )


def test_a_stamp_is_of_what_a_person_sees() -> None:
    key = membership_key("s1")
    one = {key: {"event": "e1", "score": 0.5, "reason": "alike"}}
    other = {key: {"event": "e1", "score": 0.9, "reason": "more alike"}}
    elsewhere = {key: {"event": "e2", "score": 0.5, "reason": "alike"}}
    assert stamp(one) == stamp(other) != stamp(elsewhere)
    with pytest.raises(ValueError, match="no key"):
        Key.parse("event")
