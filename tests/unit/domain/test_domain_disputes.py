"""What is contested: values that nobody can change, equal where all they hold is equal."""

from dataclasses import FrozenInstanceError

import pytest

from tracker.domain.conflicts import Comparison, ConflictType, Evidence, Relation, Verdict
from tracker.domain.documents import Span
from tracker.domain.questions import Position, RangePolicy


def test_a_verdict_without_evidence_is_another_than_one_with() -> None:
    bare = Verdict(ConflictType.CONTROL, 0.7, "Both claim it.", "control")
    assert bare.evidence == ()
    words = (Evidence("s1", Span(0, 5)),)
    assert bare != Verdict(ConflictType.CONTROL, 0.7, "Both claim it.", "control", words)


def test_a_comparison_that_finds_nothing_has_no_verdict() -> None:
    assert Comparison("s1", "s2", Relation.UNRELATED, 0.9).verdict is None


def test_a_position_cannot_be_changed() -> None:
    position = Position(("s1",), ("LNA",), denies=False)
    assert (position.interval, position.admitted_by) == (None, ())
    with pytest.raises(FrozenInstanceError):
        position.denies = True  # type: ignore[misc]


def test_relations_and_policies_are_named_as_answers_name_them() -> None:
    assert [one.value for one in Relation] == ["contradicts", "agrees", "unrelated", "cannot_tell"]
    assert [one.value for one in RangePolicy] == ["every_figure", "latest_of_each"]
