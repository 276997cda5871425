import json
from datetime import UTC, datetime

import pytest

from tracker.domain.audit import AuditEntry
from tracker.domain.decisions import (
    Aspect,
    Change,
    Key,
    SubjectKind,
    acts_standing,
    changes_between,
    changes_of,
    is_same,
    stamp,
    undo_order,
)
from tracker.domain.errors import TrackerError

GRADE = Key(SubjectKind.EVENT, "e1", Aspect.GRADE)
PLACE_IN_EVENT = Key(SubjectKind.STATEMENT, "s1", Aspect.EVENT)


def entry(
    number: int,
    actor: str = "amal",
    *,
    before: str | None = None,
    after: str | None = None,
    undoes: int | None = None,
    redoes: int | None = None,
) -> AuditEntry:
    moment = datetime(2026, 11, 25, tzinfo=UTC)
    what = ("grade", "event", "e1")
    return AuditEntry(number, actor, *what, moment, before, after, "", undoes, redoes, "", "")


def test_an_entry_tells_what_it_changed() -> None:
    before, after = json.dumps({str(GRADE): None}), json.dumps({str(GRADE): "fair"})
    assert changes_of(entry(1, before=before, after=after)) == (Change(GRADE, None, "fair"),)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, None),
        (None, json.dumps({str(GRADE): "fair"})),
        (json.dumps({str(GRADE): "fair"}), None),
        ("{}", json.dumps({str(GRADE): "fair"})),
        ("no JSON", "{}"),
        ("{}", '{"event e1": 1}'),
    ],
)
def test_an_entry_that_changed_no_values_cannot_be_taken_back(before: str | None, after: str | None) -> None:
    with pytest.raises(TrackerError, match=r"^entry 7 of the audit trail cannot be taken back$"):
        changes_of(entry(7, before=before, after=after))


def test_only_what_differs_is_a_change_and_reversed_it_leads_back() -> None:
    (change,) = changes_between({GRADE: "fair", PLACE_IN_EVENT: None}, {GRADE: "weak", PLACE_IN_EVENT: None})
    assert change == Change(GRADE, "fair", "weak")
    assert change.reversed() == Change(GRADE, "weak", "fair")


def test_where_a_statement_stands_is_the_same_however_well_it_fits() -> None:
    one, closer = {"event": "e1", "score": 0.5}, {"event": "e1", "score": 0.9}
    elsewhere = {"event": "e2", "score": 0.5}
    assert is_same(PLACE_IN_EVENT, one, closer)
    assert not is_same(PLACE_IN_EVENT, one, elsewhere)
    assert not is_same(PLACE_IN_EVENT, one, None)
    assert is_same(PLACE_IN_EVENT, None, None)
    assert not is_same(GRADE, one, closer), "of anything else all of it counts"


def test_a_stamp_does_not_depend_on_order_and_counts_each_value() -> None:
    one, other = {GRADE: "fair", PLACE_IN_EVENT: None}, {PLACE_IN_EVENT: None, GRADE: "fair"}
    assert stamp(one) == stamp(other)
    assert len(stamp(one)) == 16
    assert stamp(one) != stamp({GRADE: "weak", PLACE_IN_EVENT: None})
    assert stamp({GRADE: {"event": "e1", "score": 1}}) != stamp({GRADE: {"event": "e1", "score": 2}})


@pytest.mark.parametrize("written", ["event", "event e1", "", "house e1 grade"])
def test_what_is_no_key_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"no key of a decision|is not a valid SubjectKind"):
        Key.parse(written)


def test_a_key_of_a_pair_is_read_as_it_was_written() -> None:
    key = Key(SubjectKind.PAIR, "s1 s2", Aspect.LINK)
    assert str(key) == "pair s1 s2 link"
    assert Key.parse("pair s1 s2 link") == key


def test_acts_stand_until_they_are_taken_back_and_last_once_made_again() -> None:
    trail = [entry(1), entry(2), entry(3, undoes=1), entry(4, undoes=1), entry(5, redoes=1)]
    assert acts_standing(trail[:2]) == [1, 2]
    assert acts_standing(trail[:4]) == [2]
    assert acts_standing(trail) == [2, 1]


def test_what_one_took_back_can_be_made_again_by_oneself_until_a_new_act() -> None:
    trail = [entry(1), entry(2), entry(3, undoes=2), entry(4, undoes=1)]
    assert undo_order(trail, "amal") == ([], [2, 1])
    assert undo_order([*trail, entry(5, redoes=1)], "amal") == ([1], [2])
    assert undo_order([*trail, entry(5)], "amal") == ([5], [])


def test_what_another_took_back_stands_no_more_and_is_not_mine_to_make_again() -> None:
    trail = [entry(1), entry(2, "omar", undoes=1)]
    assert undo_order(trail, "amal") == ([], [])
    assert undo_order(trail, "omar") == ([2], []), "to have taken it back is an act of omar's"


def test_taking_back_what_another_did_ends_when_it_is_made_again() -> None:
    trail = [entry(1), entry(2, "omar", undoes=1), entry(3, "amal", redoes=1)]
    assert undo_order(trail, "amal") == ([1], [])
    assert undo_order(trail, "omar") == ([], [])


def test_the_act_of_another_is_none_of_mine() -> None:
    assert undo_order([entry(1, "omar"), entry(2, "omar", undoes=1)], "amal") == ([], [])
