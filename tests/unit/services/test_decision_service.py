"""Random acts of several people, and all of them taken back."""

import contextlib
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from memory_decisions import MemoryDecisions

from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import (
    Aspect,
    EventGrade,
    Key,
    NothingToUndoError,
    StaleError,
    SubjectKind,
    undo_order,
)
from tracker.domain.errors import TrackerError
from tracker.events.arranging import violated
from tracker.services.decisions import DecisionService

EVENTS = {"e1": ("a1", "a2", "a3", "a4"), "e2": ("b1", "b2"), "e3": ("c1",)}
STATEMENTS = [one for statements in EVENTS.values() for one in statements]
CONFLICTS = ["c1", "c2"]
PEOPLE = st.integers(0, 1)


def told() -> MemoryDecisions:
    decisions = MemoryDecisions.of(EVENTS, CONFLICTS)
    for one in STATEMENTS:
        party = {"party": "LNA", "method": "speaker", "confidence": 0.8}
        decisions.add_subject(Key(SubjectKind.STATEMENT, one, Aspect.PARTY), party)
    return decisions


class Desk(RuleBasedStateMachine):
    """Two people at one desk."""

    people: tuple[str, ...] = ("amal", "omar")

    def who(self, number: int) -> str:
        return self.people[number % len(self.people)]

    @initialize()
    def open(self) -> None:
        self.decisions = told()
        self.service = DecisionService(self.decisions, lambda: None)
        self.start = self.state()

    def state(self) -> Any:
        """All that stands; where an id without statements leads is no part of it."""
        standing = set(self.decisions.homes().values())
        return {
            key: value
            for key, value in self.decisions.values_now.items()
            if value is not None and (key.aspect != Aspect.REDIRECT or key.id in standing)
        }

    def attempt(self, act: Any) -> None:
        with contextlib.suppress(TrackerError):
            act()

    @rule(person=PEOPLE, conflict=st.sampled_from(CONFLICTS), judgement=st.sampled_from(Judgement))
    def judge(self, person: int, conflict: str, judgement: Judgement) -> None:
        self.service.judge([conflict], judgement, by=self.who(person))

    @rule(
        person=PEOPLE,
        statements=st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=3, unique=True),
        beside=st.sampled_from(STATEMENTS),
    )
    def move(self, person: int, statements: list[str], beside: str) -> None:
        event = self.decisions.homes()[beside]
        self.attempt(lambda: self.service.move(statements, event, by=self.who(person)))

    @rule(
        person=PEOPLE,
        statements=st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=2, unique=True),
    )
    def split(self, person: int, statements: list[str]) -> None:
        self.attempt(lambda: self.service.move(statements, None, by=self.who(person)))

    @rule(person=PEOPLE, one=st.sampled_from(STATEMENTS), other=st.sampled_from(STATEMENTS))
    def merge(self, person: int, one: str, other: str) -> None:
        homes = self.decisions.homes()
        self.attempt(lambda: self.service.merge(homes[one], homes[other], by=self.who(person)))

    @rule(person=PEOPLE, statement=st.sampled_from(STATEMENTS), party=st.sampled_from(["GNA", "TUR"]))
    def correct(self, person: int, statement: str, party: str) -> None:
        value = {"party": party, "method": "review", "confidence": 1.0}
        self.service.correct(statement, Aspect.PARTY, value, by=self.who(person))

    @rule(person=PEOPLE, grade=st.none() | st.sampled_from(EventGrade))
    def grade(self, person: int, grade: EventGrade | None) -> None:
        self.service.grade("e1", grade, by=self.who(person))

    @rule(person=PEOPLE)
    def note(self, person: int) -> None:
        self.service.note(SubjectKind.EVENT, "e1", "Ask again.", by=self.who(person))

    @rule(person=PEOPLE)
    def undo(self, person: int) -> None:
        self.attempt(lambda: self.service.undo(by=self.who(person)))

    @rule(person=PEOPLE)
    def redo(self, person: int) -> None:
        self.attempt(lambda: self.service.redo(by=self.who(person)))

    @precondition(lambda self: bool(self.decisions.entries))
    @rule(person=PEOPLE, data=st.data())
    def take_back(self, person: int, data: st.DataObject) -> None:
        number = data.draw(st.integers(1, len(self.decisions.entries)))
        self.attempt(lambda: self.service.take_back(number, by=self.who(person)))

    @invariant()
    def every_statement_stands_as_people_decided(self) -> None:
        homes = self.decisions.homes()
        assert set(homes) == set(STATEMENTS)
        assert violated(homes, self.decisions.all_verdicts()) is None

    @invariant()
    def every_id_leads_to_statements(self) -> None:
        standing = set(self.decisions.homes().values())
        leads = {
            key.id: value for key, value in self.decisions.values_now.items() if key.aspect == Aspect.REDIRECT
        }
        for event in self.decisions.known_events:
            seen = [event]
            while leads[seen[-1]] is not None:
                seen.append(leads[seen[-1]])
                assert len(seen) == len(set(seen)), "round in a circle"
            assert seen[-1] in standing

    def teardown(self) -> None:
        """Two people may stand in each other's way; whatever they can take back leaves the desk sound."""
        if not hasattr(self, "decisions"):
            return
        while any(self.undone(person) for person in ("amal", "omar")):
            self.every_statement_stands_as_people_decided()
            self.every_id_leads_to_statements()
        if not any(undo_order(self.decisions.acts_of(one), one)[0] for one in ("amal", "omar")):
            assert self.state() == self.start
        assert self.decisions.broken_entry() is None

    def undone(self, person: str) -> bool:
        try:
            self.service.undo(by=person)
        except (NothingToUndoError, StaleError):
            return False
        return True


class OnePersonsDesk(Desk):
    """A desk at which one person works alone: all that was done can be taken back, to the last act."""

    people = ("amal",)

    def teardown(self) -> None:
        if not hasattr(self, "decisions"):
            return
        standing, _ = undo_order(self.decisions.acts_of("amal"), "amal")
        for _ in standing:
            self.service.undo(by="amal")
        with pytest.raises(NothingToUndoError):
            self.service.undo(by="amal")
        assert self.state() == self.start


Desk.TestCase.settings = settings(stateful_step_count=12)
OnePersonsDesk.TestCase.settings = settings(stateful_step_count=12)
TestDesk = Desk.TestCase
TestOnePersonsDesk = OnePersonsDesk.TestCase
