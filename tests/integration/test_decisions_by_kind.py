"""Each kind of act: what it leaves on record, and that whoever saw something else is told first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from newsroom import Newsroom

from tracker.domain.audit import AuditEntry
from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import Aspect, EventGrade, Key, StaleError, SubjectKind, changes_of
from tracker.domain.errors import TrackerError
from tracker.domain.statements import Place
from tracker.services.acts import judgement_key, membership_key, redirect_key
from tracker.services.decisions import LONGEST_NOTE, DecisionService

AMAL, OMAR = "amal", "omar"
QUAY = Place("own:test-quay", "Sidra quay", "port", 31.2, 17.3)


@dataclass(frozen=True)
class Told:
    """What there is to decide on."""

    statement: str
    event: str
    other_event: str
    conflict: str


@pytest.fixture
def told(newsroom: Newsroom) -> Told:
    sirte = newsroom.file("Sirte fell.", party="LNA") + newsroom.file("Sirte holds.")
    misrata = newsroom.file("Misrata is quiet.", "Misrata is calm.", party="UN")
    newsroom.link()
    homes = newsroom.store.events_of([*sirte, *misrata])
    (conflict,) = newsroom.store.all_conflicts()
    return Told(sirte[0], homes[sirte[0]], homes[misrata[0]], conflict.id)


Do = Callable[..., AuditEntry | None]


@dataclass(frozen=True)
class Act:
    """A kind of act in two forms, what a person looks at before, and what it is called on record."""

    keys: Callable[[Told], list[Key]]
    one: Callable[[DecisionService, Told], Do]
    other: Callable[[DecisionService, Told], Do]
    action: str
    subject: Callable[[Told], tuple[str, str]]


def _bound(method: Callable[..., Any], *given: Any) -> Do:
    return lambda **named: method(*given, **named)


def _statement_key(aspect: Aspect) -> Callable[[Told], list[Key]]:
    return lambda told: [Key(SubjectKind.STATEMENT, told.statement, aspect)]


ACTS = {
    "judge": Act(
        lambda told: [judgement_key(told.conflict)],
        lambda desk, told: _bound(desk.judge, [told.conflict], Judgement.CONFIRMED),
        lambda desk, told: _bound(desk.judge, [told.conflict], Judgement.REJECTED),
        "judge",
        lambda told: ("conflict", told.conflict),
    ),
    "correct": Act(
        _statement_key(Aspect.POLARITY),
        lambda desk, told: _bound(desk.correct, told.statement, Aspect.POLARITY, "denies"),
        lambda desk, told: _bound(desk.correct, told.statement, Aspect.POLARITY, "asserts"),
        "correct",
        lambda told: ("statement", told.statement),
    ),
    "locate": Act(
        _statement_key(Aspect.PLACE),
        lambda desk, told: _bound(desk.locate, told.statement, QUAY),
        lambda desk, told: _bound(desk.locate, told.statement, None),
        "correct",
        lambda told: ("statement", told.statement),
    ),
    "move": Act(
        lambda told: [membership_key(told.statement)],
        lambda desk, told: _bound(desk.move, [told.statement], told.other_event),
        lambda desk, told: _bound(desk.move, [told.statement], told.event),
        "move",
        lambda told: ("statement", told.statement),
    ),
    "split": Act(
        lambda told: [membership_key(told.statement)],
        lambda desk, told: _bound(desk.move, [told.statement], None),
        lambda desk, told: _bound(desk.move, [told.statement], told.event),
        "split",
        lambda told: ("statement", told.statement),
    ),
    "merge": Act(
        lambda told: [redirect_key(told.event), redirect_key(told.other_event)],
        lambda desk, told: _bound(desk.merge, told.event, told.other_event),
        lambda desk, told: _bound(desk.move, [told.statement], None),
        "merge",
        lambda told: ("event", told.event),
    ),
    "grade": Act(
        lambda told: [Key(SubjectKind.EVENT, told.event, Aspect.GRADE)],
        lambda desk, told: _bound(desk.grade, told.event, EventGrade.FAIR),
        lambda desk, told: _bound(desk.grade, told.event, None),
        "grade",
        lambda told: ("event", told.event),
    ),
    "assign": Act(
        lambda told: [Key(SubjectKind.EVENT, told.event, Aspect.ASSIGNEE)],
        lambda desk, told: _bound(desk.assign, SubjectKind.EVENT, told.event, OMAR),
        lambda desk, told: _bound(desk.assign, SubjectKind.EVENT, told.event, None),
        "assign",
        lambda told: ("event", told.event),
    ),
}


@pytest.mark.parametrize("kind", ACTS)
def test_an_act_is_on_record_with_who_why_and_what(newsroom: Newsroom, told: Told, kind: str) -> None:
    act, desk = ACTS[kind], newsroom.decisions
    seen = desk.stamp(act.keys(told))
    entry = act.one(desk, told)(by=AMAL, reason="as the harbour master wrote", seen=seen)
    assert entry is not None
    assert (entry.actor, entry.action, entry.reason) == (AMAL, act.action, "as the harbour master wrote")
    assert (entry.subject_kind, entry.subject_id) == act.subject(told)
    assert changes_of(entry)
    assert desk.decisions.entry(entry.id) == entry


@pytest.mark.parametrize("kind", ACTS)
def test_an_act_needs_no_reason_and_done_twice_leaves_one_entry(
    newsroom: Newsroom, told: Told, kind: str
) -> None:
    act, desk = ACTS[kind], newsroom.decisions
    entry = act.one(desk, told)(by=AMAL)
    assert entry is not None
    assert entry.reason == ""
    if kind not in {"split", "merge"}:  # of a new event, and of one that is gone, there is no second time
        assert act.one(desk, told)(by=OMAR) is None
    assert desk.decisions.head()[0] == entry.id


@pytest.mark.parametrize("kind", sorted(set(ACTS) - {"merge"}))
def test_who_saw_something_else_is_told_and_nothing_is_done(
    newsroom: Newsroom, told: Told, kind: str
) -> None:
    act, desk = ACTS[kind], newsroom.decisions
    seen = desk.stamp(act.keys(told))
    first = act.one(desk, told)(by=AMAL)
    with pytest.raises(StaleError, match="changed by someone else") as stale:
        act.other(desk, told)(by=OMAR, seen=seen)
    assert stale.value.latest == first
    assert desk.decisions.head()[0] == desk.decisions.history(actor=AMAL)[0].id


def test_who_merges_an_event_that_was_merged_meanwhile_is_told(newsroom: Newsroom, told: Told) -> None:
    elsewhere, _ = newsroom.file("Derna is quiet.", "Derna is calm.", party="UN")
    newsroom.link()
    third = newsroom.store.events_of([elsewhere])[elsewhere]
    seen = newsroom.decisions.stamp([redirect_key(told.event), redirect_key(third)])
    newsroom.decisions.merge(told.event, told.other_event, by=AMAL)
    with pytest.raises(StaleError):
        newsroom.decisions.merge(told.event, third, by=OMAR, seen=seen)


def test_a_note_tells_who_wrote_it_and_when_and_is_withdrawn_with_a_reason(
    newsroom: Newsroom, told: Told
) -> None:
    desk = newsroom.decisions
    entry = desk.note(SubjectKind.EVENT, told.event, "  Ask the hospital. ", by=AMAL)
    assert entry is not None
    (change,) = changes_of(entry)
    assert change.after == {"text": "Ask the hospital.", "author": AMAL, "at": entry.at.isoformat()}
    assert (entry.action, entry.subject_kind, entry.subject_id) == ("note", "event", told.event)
    gone = desk.withdraw_note(SubjectKind.EVENT, told.event, change.key.aspect, by=OMAR, reason="answered")
    assert gone is not None
    assert (gone.actor, gone.action, gone.reason) == (OMAR, "note", "answered")
    assert (gone.subject_kind, gone.subject_id) == ("event", told.event)
    assert changes_of(gone) == (change.reversed(),)


def test_a_note_may_be_as_long_as_is_said_and_no_longer(newsroom: Newsroom, told: Told) -> None:
    desk = newsroom.decisions
    assert desk.note(SubjectKind.EVENT, told.event, "x" * LONGEST_NOTE, by=AMAL) is not None
    with pytest.raises(TrackerError, match=r"^a note has 1 to 10,000 characters, this one 10,001$"):
        desk.note(SubjectKind.EVENT, told.event, "x" * (LONGEST_NOTE + 1), by=AMAL)


def test_a_party_that_is_set_right_keeps_the_words_that_showed_who_spoke(
    newsroom: Newsroom, told: Told
) -> None:
    key = Key(SubjectKind.STATEMENT, told.statement, Aspect.PARTY)
    before: Any = newsroom.decisions.decisions.values([key])[key]
    newsroom.decisions.correct(told.statement, Aspect.PARTY, {"party": "GNA", "method": "review"}, by=AMAL)
    after: Any = newsroom.decisions.decisions.values([key])[key]
    assert after == {**before, "party": "GNA", "method": "review"}


def test_what_of_a_statement_no_person_can_set_right_is_refused(newsroom: Newsroom, told: Told) -> None:
    with pytest.raises(ValueError, match="event of a statement cannot be set right"):
        newsroom.decisions.correct(told.statement, Aspect.EVENT, {}, by=AMAL)
