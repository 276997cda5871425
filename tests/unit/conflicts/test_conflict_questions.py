"""From conflicts to questions: which answers there are, who gives each, and who is silent."""

from dataclasses import replace

import pytest
from conflict_examples import SIRTE, TRIPOLI
from dispute_examples import (
    EVENT,
    agreement,
    clash,
    only_question,
    position_of,
    questions_of,
    sides,
    voice,
)

from tracker.conflicts.aspects import Aspects, Control, Telling
from tracker.domain.conflicts import Comparison, ConflictType, Relation
from tracker.domain.documents import Span
from tracker.domain.identifiers import question_id

TAKEN = voice("s1", "LNA", control=[Control.GAINED])
HELD = voice("s2", "GNA", control=[Control.HELD])
DENIAL = voice("s3", "TUR", denies=True)
OTHERS = voice("s4", "UN")


def test_without_conflicts_there_is_no_question() -> None:
    assert questions_of([TAKEN, HELD], []) == ()
    assert questions_of([], []) == ()


def test_a_conflict_makes_a_question_of_two_positions() -> None:
    conflict = clash("s1", "s2")
    question = only_question([TAKEN, HELD, OTHERS], [conflict])
    assert question.id == question_id(EVENT, ConflictType.CONTROL, conflict.id)
    assert (question.event, question.type, question.counts) == (EVENT, ConflictType.CONTROL, None)
    assert question.conflicts == (conflict.id,)
    assert sides(question) == {frozenset({"s1"}), frozenset({"s2"})}
    assert position_of(question, "s1").parties == ("LNA",)
    assert all(position.interval is None for position in question.positions)
    assert question.silent == ("UN",)


def test_conflicts_that_share_a_statement_are_one_question() -> None:
    conflicts = [clash("s1", "s2"), clash("s1", "s3")]
    question = only_question([TAKEN, HELD, DENIAL], conflicts)
    assert question.conflicts == tuple(sorted(one.id for one in conflicts))
    assert sides(question) == {frozenset({"s1"}), frozenset({"s2", "s3"})}


def test_conflicts_that_share_none_are_two() -> None:
    conflicts = [clash("s1", "s2"), clash("s3", "s4")]
    found = questions_of([TAKEN, HELD, DENIAL, OTHERS], conflicts)
    assert {one.conflicts for one in found} == {(conflict.id,) for conflict in conflicts}
    assert len({one.id for one in found}) == 2


def test_conflicts_of_other_types_are_other_questions() -> None:
    conflicts = [clash("s1", "s2"), clash("s1", "s3", ConflictType.OCCURRENCE)]
    found = questions_of([TAKEN, HELD, DENIAL], conflicts)
    assert {one.type: one.conflicts for one in found} == {
        ConflictType.CONTROL: (conflicts[0].id,),
        ConflictType.OCCURRENCE: (conflicts[1].id,),
    }
    assert {one.type: one.silent for one in found} == {
        ConflictType.CONTROL: ("TUR",),
        ConflictType.OCCURRENCE: ("GNA",),
    }


def test_the_question_with_most_conflicts_comes_first() -> None:
    fifth = voice("s5", "RUS")
    conflicts = [clash("s1", "s2"), clash("s3", "s4"), clash("s3", "s5")]
    found = questions_of([TAKEN, HELD, DENIAL, OTHERS, fifth], conflicts)
    assert [len(one.conflicts) for one in found] == [2, 1]


def test_three_that_exclude_each_other_take_three_positions() -> None:
    conflicts = [clash("s1", "s2"), clash("s2", "s3"), clash("s1", "s3")]
    question = only_question([TAKEN, HELD, DENIAL], conflicts)
    assert sides(question) == {frozenset({"s1"}), frozenset({"s2"}), frozenset({"s3"})}


def test_a_ring_of_four_takes_two_positions_and_no_more() -> None:
    conflicts = [clash("s1", "s2"), clash("s2", "s3"), clash("s3", "s4"), clash("s1", "s4")]
    question = only_question([TAKEN, HELD, DENIAL, OTHERS], conflicts)
    assert sides(question) == {frozenset({"s1", "s3"}), frozenset({"s2", "s4"})}


def test_parties_of_a_position_come_by_how_often_they_speak() -> None:
    voices = [voice("s1", "GNA"), voice("s2", "TUR"), voice("s3", "TUR"), voice("s4", "LNA")]
    question = only_question(voices, [clash("s4", name) for name in ("s1", "s2", "s3")])
    assert position_of(question, "s1").parties == ("TUR", "GNA")


def test_a_party_may_stand_on_both_sides() -> None:
    voices = [voice("s1", "LNA"), voice("s2", "GNA"), voice("s3", "LNA"), voice("s4", "GNA")]
    question = only_question(voices, [clash("s1", "s2"), clash("s2", "s3"), clash("s3", "s4")])
    assert question.silent == ()
    assert {position.parties for position in question.positions} == {("LNA",), ("GNA",)}


def test_a_position_says_whether_it_denies() -> None:
    question = only_question([TAKEN, DENIAL], [clash("s1", "s3")])
    assert position_of(question, "s3").denies
    assert not position_of(question, "s1").denies


def test_who_agrees_with_one_answer_alone_supports_it() -> None:
    question = only_question([TAKEN, HELD, OTHERS], [clash("s1", "s2")], [agreement("s4", "s2")])
    assert sides(question) == {frozenset({"s1"}), frozenset({"s2", "s4"})}
    assert question.silent == ()
    # The first speaks for the rest: of statements as apt, one that stands in the conflict itself.
    assert position_of(question, "s4").statements == ("s2", "s4")


def test_who_agrees_with_two_answers_supports_none() -> None:
    agreeing = [agreement("s4", "s1"), agreement("s4", "s2")]
    question = only_question([TAKEN, HELD, OTHERS], [clash("s1", "s2")], agreeing)
    assert sides(question) == {frozenset({"s1"}), frozenset({"s2"})}
    assert question.silent == ("UN",)


@pytest.mark.parametrize("relation", [Relation.UNRELATED, Relation.CANNOT_TELL, Relation.CONTRADICTS])
def test_whoever_does_not_agree_supports_nothing(relation: Relation) -> None:
    compared = Comparison("s2", "s4", relation, 0.9)
    question = only_question([TAKEN, HELD, OTHERS], [clash("s1", "s2")], [compared])
    assert sides(question) == {frozenset({"s1"}), frozenset({"s2"})}


def test_who_denies_does_not_support_who_asserts() -> None:
    question = only_question([TAKEN, HELD, DENIAL], [clash("s1", "s2")], [agreement("s3", "s2")])
    assert sides(question) == {frozenset({"s1"}), frozenset({"s2"})}


def test_whether_a_supporter_is_found_does_not_hang_on_its_id() -> None:
    """A friend of a friend: it joins, or it does not, whichever of the two comes first by id."""
    joined = []
    for near, far in (("s5", "s6"), ("s6", "s5")):
        voices = [TAKEN, HELD, voice(near, "TUR"), voice(far, "UN")]
        question = only_question(voices, [clash("s1", "s2")], [agreement(near, "s2"), agreement(far, near)])
        assert near in position_of(question, "s2").statements
        joined.append(far in position_of(question, "s2").statements)
    assert joined[0] == joined[1]


def test_who_gives_a_place_up_beside_the_other_side_admits_it() -> None:
    left = voice("s4", "GNA", control=[Control.LOST])
    question = only_question(
        [TAKEN, voice("s2", "TUR", control=[Control.HELD]), left], [clash("s1", "s2"), clash("s2", "s4")]
    )
    assert position_of(question, "s4").admitted_by == ("GNA",)
    assert position_of(question, "s2").admitted_by == ()


@pytest.mark.parametrize(
    "other",
    [
        voice("s4", "GNA", control=[Control.LOST], denies=True),
        voice("s4", "GNA", control=[Control.LOST, Control.HELD]),
        voice("s4", "GNA", control=[Control.LOST], named=["LNA"]),
        voice("s4", "GNA", control=[Control.GAINED]),
    ],
    ids=["denies", "holds too", "speaks of another", "took it"],
)
def test_nothing_else_is_an_admission(other: Aspects) -> None:
    voices = [TAKEN, voice("s2", "TUR", control=[Control.HELD]), other]
    question = only_question(voices, [clash("s1", "s2"), clash("s2", "s4")])
    assert position_of(question, "s4").admitted_by == ()


def test_who_alone_says_that_it_left_admits_nothing() -> None:
    """An admission is what the other side says too."""
    left = voice("s4", "GNA", control=[Control.LOST])
    question = only_question([left, voice("s2", "TUR", control=[Control.HELD])], [clash("s2", "s4")])
    assert position_of(question, "s4").admitted_by == ()


def test_the_question_is_about_the_place_that_most_of_them_name() -> None:
    voices = [
        voice("s1", "LNA", place=TRIPOLI),
        voice("s2", "GNA", place=SIRTE),
        voice("s3", "TUR", place=SIRTE),
        voice("s4", "UN", place=TRIPOLI),
    ]
    conflicts = [clash("s1", "s2"), clash("s1", "s3")]
    assert only_question(voices, conflicts).about == "Sirte"
    assert only_question(voices, conflicts[:1]).about == "Sirte"  # of as many, the first by name
    nowhere = [voice("s1", "LNA", place=None), voice("s2", "GNA", place=None)]
    assert only_question(nowhere, conflicts[:1]).about is None


def test_two_that_contradict_each_other_do_not_support_one_answer() -> None:
    voices = [TAKEN, HELD, voice("s5", "TUR"), voice("s6", "UN")]
    agreeing = [agreement("s1", "s5"), agreement("s1", "s6")]
    for question in questions_of(voices, [clash("s1", "s2"), clash("s5", "s6")], agreeing):
        for position in question.positions:
            assert not {"s5", "s6"} <= set(position.statements)


def test_first_stands_who_speaks_of_the_matter_then_who_is_contested_most() -> None:
    bare, apt, echo = voice("s1", "LNA"), voice("s2", "RUS"), voice("s3", "EGY")
    here = Telling("captured", Span(0, 8))
    apt, echo = (replace(one, topics={ConflictType.CONTROL: here}) for one in (apt, echo))
    others = [voice("s4", "GNA"), voice("s5", "TUR")]
    conflicts = [
        clash("s1", "s4"),
        clash("s1", "s5"),
        clash("s2", "s4"),
        clash("s3", "s4"),
        clash("s3", "s5"),
    ]
    question = only_question([bare, apt, echo, *others], conflicts)
    assert position_of(question, "s1").statements == ("s3", "s2", "s1")
