"""What holds of the questions of any event, whatever its statements and conflicts."""

from dataclasses import dataclass
from itertools import combinations
from random import Random

from conflict_examples import toll
from dispute_examples import agreement, clash, clash_of_tolls, in_event, voice
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.conflicts.aspects import Aspects, Control
from tracker.conflicts.questions import Said, contested_questions
from tracker.domain.conflicts import Comparison, Conflict, ConflictType
from tracker.domain.questions import Question

PARTIES = st.sampled_from(["LNA", "GNA", "TUR", "MEDIA"])
STANCES = st.lists(st.sampled_from(Control), max_size=2, unique=True)
TYPES = st.sampled_from([ConflictType.CONTROL, ConflictType.OCCURRENCE])


@dataclass(frozen=True)
class Contest:
    """An event as it may come: its statements, conflicts and comparisons in any order."""

    voices: list[Aspects]
    conflicts: list[Conflict]
    comparisons: list[Comparison]

    def said(self, shuffled: int | None = None) -> Said:
        voices, conflicts, comparisons = list(self.voices), list(self.conflicts), list(self.comparisons)
        if shuffled is not None:
            for listed in (voices, conflicts, comparisons):
                Random(shuffled).shuffle(listed)  # noqa: S311 - no secret
        return in_event(voices, conflicts, comparisons)


def pairs_of(
    draw: st.DrawFn, voices: list[Aspects]
) -> tuple[list[tuple[Aspects, Aspects]], list[Comparison]]:
    """Pairs of different parties that clash, and comparisons of others that agree."""
    clashing, agreeing = [], []
    for one, other in combinations(voices, 2):
        if one.statement.party == other.statement.party:
            continue
        relation = draw(st.sampled_from(["clash", "agree", "clash", "nothing"]))
        if relation == "clash":
            clashing.append((one, other))
        elif relation == "agree":
            agreeing.append(agreement(one.statement.id, other.statement.id))
    return clashing, agreeing


@st.composite
def contests(draw: st.DrawFn) -> Contest:
    """Over anything but numbers."""
    size = draw(st.integers(2, 8))
    voices = [
        voice(f"s{number}", draw(PARTIES), denies=draw(st.booleans()), control=draw(STANCES))
        for number in range(size)
    ]
    clashing, agreeing = pairs_of(draw, voices)
    conflicts = [clash(one.statement.id, other.statement.id, draw(TYPES)) for one, other in clashing]
    return Contest(voices, conflicts, agreeing)


@st.composite
def counts(draw: st.DrawFn) -> Contest:
    """Over numbers: each statement gives one or two, and conflicts are over two that cannot both be so."""
    intervals = st.tuples(st.integers(0, 3), st.sampled_from([0, 0, 1, None]))
    voices = []
    for number in range(draw(st.integers(3, 7))):
        given_ones = draw(st.lists(intervals, min_size=1, max_size=2))
        tolls = [
            toll(low, None if more is None else low + more, at=10 * number + place)
            for place, (low, more) in enumerate(given_ones)
        ]
        voices.append(voice(f"s{number}", draw(PARTIES), *tolls))
    conflicts = []
    clashing, agreeing = pairs_of(draw, voices)
    for one, other in clashing:
        first = draw(st.integers(0, len(one.tolls) - 1))
        second = draw(st.integers(0, len(other.tolls) - 1))
        if one.tolls[first].figure.disjoint(other.tolls[second].figure):
            conflicts.append(clash_of_tolls(one, other, first, second))
    return Contest(voices, conflicts, agreeing)


def found_in(contest: Contest) -> tuple[Question, ...]:
    return contested_questions(contest.said())


def check_conflicts_stand_between_positions(contest: Contest) -> None:
    found = found_in(contest)
    assert sorted(one for question in found for one in question.conflicts) == sorted(
        one.id for one in contest.conflicts
    )
    by_id = {one.id: one for one in contest.conflicts}
    for question in found:
        for conflict in map(by_id.__getitem__, question.conflicts):
            standing = [
                {conflict.one, conflict.other} & set(position.statements) for position in question.positions
            ]
            assert sorted(map(len, standing), reverse=True)[:2] == [1, 1], "not between two positions"
            assert sum(map(len, standing)) == 2, "in more positions than one"


def check_parties_speak_or_are_silent(contest: Contest) -> None:
    party = {one.statement.id: one.statement.party for one in contest.voices}
    for question in found_in(contest):
        speaking = {one for position in question.positions for one in position.parties}
        assert speaking | set(question.silent) == set(party.values())
        assert not speaking & set(question.silent)
        for position in question.positions:
            assert position.statements
            assert len(set(position.statements)) == len(position.statements)
            assert set(position.parties) == {party[one] for one in position.statements}
            assert set(position.admitted_by) <= set(position.parties)


@given(contests())
def test_each_conflict_stands_between_two_positions_of_one_question(contest: Contest) -> None:
    check_conflicts_stand_between_positions(contest)


@given(contests())
def test_no_two_statements_of_a_position_are_in_conflict_about_it(contest: Contest) -> None:
    for question in found_in(contest):
        pairs = {
            frozenset({one.one, one.other}) for one in contest.conflicts if one.verdict.type is question.type
        }
        for position in question.positions:
            assert not pairs & set(map(frozenset, combinations(position.statements, 2)))


@given(contests())
def test_every_party_of_the_event_takes_a_position_or_is_silent(contest: Contest) -> None:
    check_parties_speak_or_are_silent(contest)


@given(contests())
def test_whoever_supports_an_answer_agrees_with_it_and_with_no_other(contest: Contest) -> None:
    agreed = {frozenset({one.one, one.other}) for one in contest.comparisons}
    denies = {one.statement.id: one.denies for one in contest.voices}
    by_id = {one.id: one for one in contest.conflicts}
    for question in found_in(contest):
        conflicts = [by_id[one] for one in question.conflicts]
        contested = {name for one in conflicts for name in (one.one, one.other)}
        for position in question.positions:
            core = contested & set(position.statements)
            for name in set(position.statements) - contested:
                agreeing = {other for other in denies if frozenset({name, other}) in agreed}
                assert agreeing & set(position.statements)
                assert not agreeing & contested - core
                # A denial supports no answer that nobody gives by denying.
                assert denies[name] in {denies[other] for other in core}


@given(contests(), st.integers(0, 10**6))
def test_questions_are_the_same_in_whatever_order_all_comes(contest: Contest, seed: int) -> None:
    assert contested_questions(contest.said(shuffled=seed)) == found_in(contest)


@settings(max_examples=300)
@given(counts())
def test_each_conflict_over_numbers_stands_between_two_positions_of_one_question(contest: Contest) -> None:
    check_conflicts_stand_between_positions(contest)


@settings(max_examples=300)
@given(counts())
def test_every_party_counts_or_is_silent(contest: Contest) -> None:
    check_parties_speak_or_are_silent(contest)


@settings(max_examples=300)
@given(counts())
def test_equal_numbers_share_a_position_and_all_of_it_give_that_number(contest: Contest) -> None:
    intervals = {
        one.statement.id: {(each.figure.low, each.figure.high) for each in one.tolls}
        for one in contest.voices
    }
    for question in found_in(contest):
        given_ones = [position.interval for position in question.positions if position.interval is not None]
        assert len(set(given_ones)) == len(given_ones)
        assert [low for low, _ in given_ones] == sorted(low for low, _ in given_ones)
        # Numbers that no single one of each statement tells apart are laid out by side instead.
        assert len(given_ones) in {0, len(question.positions)}
        for position in question.positions:
            if position.interval is not None:
                assert all(position.interval in intervals[one] for one in position.statements)


@settings(max_examples=300)
@given(counts(), st.integers(0, 10**6))
def test_numbers_are_the_same_in_whatever_order_all_comes(contest: Contest, seed: int) -> None:
    assert contested_questions(contest.said(shuffled=seed)) == found_in(contest)
