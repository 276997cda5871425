"""Questions of how many: a position for each interval that is given."""

import pytest
from conflict_examples import toll
from dispute_examples import (
    agreement,
    clash,
    clash_of_tolls,
    only_question,
    position_of,
    questions_of,
    sides,
    voice,
)

from tracker.domain.conflicts import ConflictType
from tracker.domain.statements import FigureKind
from tracker.language.counting import Group

INJURED = FigureKind.INJURED

FEW = voice("s1", "LNA", toll(3))
MANY = voice("s2", "GNA", toll(11))
MORE = voice("s3", "TUR", toll(12, None))


def test_each_interval_is_a_position_the_least_first() -> None:
    question = only_question([MANY, MORE, FEW], [clash_of_tolls(FEW, MANY), clash_of_tolls(FEW, MORE)])
    assert (question.type, question.counts) == (ConflictType.CASUALTIES, FigureKind.KILLED)
    assert [(one.interval, one.statements) for one in question.positions] == [
        ((3, 3), ("s1",)),
        ((11, 11), ("s2",)),
        ((12, None), ("s3",)),
    ]


def test_of_intervals_that_begin_alike_the_narrower_comes_first() -> None:
    others = [voice("s4", "TUR", toll(11, None)), voice("s5", "UN", toll(11, 20)), MANY]
    question = only_question([FEW, *others], [clash_of_tolls(FEW, other) for other in others])
    assert [one.interval for one in question.positions] == [(3, 3), (11, 11), (11, 20), (11, None)]


def test_equal_intervals_share_a_position() -> None:
    echo = voice("s4", "UN", toll(3))
    question = only_question([FEW, MANY, echo], [clash_of_tolls(FEW, MANY), clash_of_tolls(echo, MANY)])
    assert sides(question) == {frozenset({"s1", "s4"}), frozenset({"s2"})}
    assert position_of(question, "s4").parties == ("LNA", "UN")


def test_other_fates_are_other_questions() -> None:
    few = voice("s1", "LNA", toll(3), toll(4, kind=INJURED, at=1))
    many = voice("s2", "GNA", toll(11))
    hurt = voice("s3", "TUR", toll(9, kind=INJURED))
    found = questions_of([few, many, hurt], [clash_of_tolls(few, many), clash_of_tolls(few, hurt, 1)])
    assert {one.counts: [each.interval for each in one.positions] for one in found} == {
        FigureKind.KILLED: [(3, 3), (11, 11)],
        INJURED: [(4, 4), (9, 9)],
    }


def test_a_conflict_over_casualties_without_figures_has_sides() -> None:
    denial = voice("s4", "UN", denies=True)
    question = only_question([FEW, denial], [clash("s1", "s4", ConflictType.CASUALTIES)])
    assert question.counts is None
    assert sides(question) == {frozenset({"s1"}), frozenset({"s4"})}
    assert all(position.interval is None for position in question.positions)


def test_the_question_is_about_whom_most_of_them_count() -> None:
    few = voice("s1", "LNA", toll(3, group=Group.CIVILIANS))
    found = only_question([few, MANY], [clash_of_tolls(few, MANY)])
    assert found.about == "civilians"
    assert only_question([FEW, MANY], [clash_of_tolls(FEW, MANY)]).about is None


def test_who_counts_its_own_dead_admits_them() -> None:
    own = voice("s1", "LNA", toll(3, party="LNA"))
    theirs = voice("s2", "GNA", toll(11, party="LNA"))
    question = only_question([own, theirs], [clash_of_tolls(own, theirs)])
    assert position_of(question, "s1").admitted_by == ("LNA",)
    assert position_of(question, "s2").admitted_by == ()


def test_who_counts_none_of_its_own_dead_admits_nothing() -> None:
    none = voice("s1", "LNA", toll(0, party="LNA"))
    theirs = voice("s2", "GNA", toll(11, party="LNA"))
    question = only_question([none, theirs], [clash_of_tolls(none, theirs)])
    assert position_of(question, "s1").admitted_by == ()


def test_who_agrees_and_gives_the_number_supports_it() -> None:
    voices = [FEW, MANY, voice("s4", "UN", toll(11)), voice("s5", "RUS", toll(10)), voice("s6", "EGY")]
    agreeing = [agreement("s2", name) for name in ("s4", "s5", "s6")]
    question = only_question(voices, [clash_of_tolls(FEW, MANY)], agreeing)
    assert sides(question) == {frozenset({"s1"}), frozenset({"s2", "s4"})}
    assert question.silent == ("EGY", "RUS")


def test_who_agrees_with_two_of_a_position_stands_in_it_once() -> None:
    echo = voice("s3", "TUR", toll(11))
    voices = [FEW, MANY, echo, voice("s4", "UN", toll(11))]
    conflicts = [clash_of_tolls(FEW, MANY), clash_of_tolls(FEW, echo)]
    question = only_question(voices, conflicts, [agreement("s2", "s4"), agreement("s3", "s4")])
    assert sorted(position_of(question, "s4").statements) == ["s2", "s3", "s4"]


def test_who_gives_both_numbers_supports_neither() -> None:
    both = voice("s4", "UN", toll(3), toll(11, at=1))
    agreeing = [agreement("s1", "s4"), agreement("s2", "s4")]
    question = only_question([FEW, MANY, both], [clash_of_tolls(FEW, MANY)], agreeing)
    assert sides(question) == {frozenset({"s1"}), frozenset({"s2"})}


def test_the_number_of_another_fate_supports_nothing() -> None:
    hurt = voice("s4", "UN", toll(11, kind=INJURED))
    question = only_question([FEW, MANY, hurt], [clash_of_tolls(FEW, MANY)], [agreement("s2", "s4")])
    assert sides(question) == {frozenset({"s1"}), frozenset({"s2"})}


@pytest.mark.parametrize("number", range(6))
def test_who_gives_two_numbers_stands_apart_from_whoever_contests_either(number: int) -> None:
    """Three residents and ten soldiers, says one; one contests the residents, another the soldiers."""
    residents, soldiers = toll(3, group=Group.CIVILIANS), toll(10, at=1, group=Group.COMBATANTS)
    two = voice(f"s{number}", "LNA", residents, soldiers)  # by the ids, either conflict comes first
    others = [
        voice("t1", "GNA", toll(5, group=Group.CIVILIANS)),
        voice("t2", "TUR", toll(3, group=Group.COMBATANTS)),
    ]
    conflicts = [clash_of_tolls(two, other, which) for which, other in enumerate(others)]
    found = questions_of([two, *others], conflicts)
    assert sorted(one for question in found for one in question.conflicts) == sorted(
        one.id for one in conflicts
    )
    positions = [set(position.statements) for question in found for position in question.positions]
    for conflict in conflicts:
        assert not any({conflict.one, conflict.other} <= position for position in positions)


def test_a_number_is_the_statements_own_though_another_text_gives_one_at_the_same_place() -> None:
    few = voice("s1", "LNA", toll(3))
    both = voice("s2", "GNA", toll(3), toll(7, at=1))
    question = only_question([few, both], [clash_of_tolls(few, both, 0, 1)])
    assert [(one.interval, one.statements) for one in question.positions] == [
        ((3, 3), ("s1",)),
        ((7, 7), ("s2",)),
    ]
