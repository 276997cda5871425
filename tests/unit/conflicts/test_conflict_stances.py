"""Which side two statements take, heard beside their words."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from conflict_examples import model_of_shares, said
from hypothesis import given
from hypothesis import strategies as st

from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.conflicts.members import Member
from tracker.conflicts.shares import RELATIONS, Numbers
from tracker.conflicts.stances import Pooling, StanceModel
from tracker.domain.conflicts import Relation

Comparing = Callable[[ConflictModel], Comparator]

QUESTION = np.array([1.0, 0.0], dtype=np.float32)
FOR, AGAINST = (np.array(numbers, dtype=np.float32) for numbers in ([1.0, 0.0], [-1.0, 0.0]))
HOLD = said("LNA", "The spokesman said that our units hold the northern half.")
QUIET = said("GNA", "The ministry said that the town is quiet.")
CALM = said("TUR", "The minister said that the coast is calm.")


def told_apart(pooling: Pooling, threshold: float = 0.5) -> ConflictModel:
    """Knows nothing by words; of two stances only whether both point the same way."""
    stances = StanceModel(np.eye(2), np.array([[-4.0, 0.0], [4.0, 0.0], [0.0, 0.0]]), np.zeros(3))
    return replace(model_of_shares(threshold=threshold), stances=stances, pooling=pooling)


EVENLY = Pooling(1.0, 1.0)


def relations(comparator: Comparator, *members: Member) -> dict[frozenset[str], Relation]:
    read = comparator.aspects([one.statement for one in members])
    return {
        frozenset((one.one, one.other)): one.relation for one in comparator.comparisons(read, list(members))
    }


def test_two_sides_of_one_question_clash_though_no_word_says_so(comparing: Comparing) -> None:
    found = relations(
        comparing(told_apart(EVENLY)),
        Member(HOLD, QUESTION, stance=FOR),
        Member(QUIET, QUESTION, stance=AGAINST),
        Member(CALM, QUESTION, stance=AGAINST),
    )
    assert found[frozenset(("sLNA", "sGNA"))] is Relation.CONTRADICTS
    assert found[frozenset(("sLNA", "sTUR"))] is Relation.CONTRADICTS
    assert found[frozenset(("sGNA", "sTUR"))] is Relation.AGREES


def test_of_two_who_are_alone_in_their_event_the_words_decide(comparing: Comparing) -> None:
    comparator = comparing(told_apart(EVENLY))
    two = Member(HOLD, QUESTION, stance=FOR), Member(QUIET, QUESTION, stance=AGAINST)
    assert set(relations(comparator, *two).values()) == {Relation.CANNOT_TELL}
    assert comparator.compare("e1", two) == []
    assert next(iter(comparator.pairs(two))).stances is None
    # With a third statement they are heard, though the two were compared before.
    grown = comparator.compare("e1", [*two, Member(CALM, QUESTION, stance=AGAINST)])
    assert {(one.one, one.other) for one in grown} == {("sGNA", "sLNA"), ("sLNA", "sTUR")}


def test_without_a_stance_the_words_decide(comparing: Comparing) -> None:
    members = [Member(one, QUESTION) for one in (HOLD, QUIET, CALM)]
    found = relations(comparing(told_apart(EVENLY)), *members)
    assert set(found.values()) == {Relation.CANNOT_TELL}


def test_another_stance_is_compared_anew(comparing: Comparing) -> None:
    comparator = comparing(told_apart(EVENLY))
    members = [Member(one, QUESTION, stance=FOR) for one in (HOLD, QUIET, CALM)]
    assert comparator.compare("e1", members) == []
    turned = [members[0]._replace(stance=AGAINST), *members[1:]]
    assert len(comparator.compare("e1", turned)) == 2


def test_a_conflict_says_that_it_rests_on_stances_and_on_no_word(comparing: Comparing) -> None:
    found = comparing(told_apart(EVENLY)).compare(
        "e1",
        [
            Member(HOLD, QUESTION, stance=FOR),
            Member(QUIET, QUESTION, stance=AGAINST),
            Member(CALM, QUESTION, stance=AGAINST),
        ],
    )
    assert {one.verdict.comparator for one in found} == {"stance"}
    assert "seem to take different sides" in found[0].verdict.explanation
    # Where the words would do, they are what is told.
    plain = replace(told_apart(EVENLY), threshold=0.2)
    told = comparing(plain).compare("e1", [Member(one, QUESTION, stance=FOR) for one in (HOLD, QUIET, CALM)])
    assert told == []
    model = replace(plain, intercepts=np.array([9.0, 0.0, 0.0]))
    words = comparing(model).compare(
        "e1", [Member(one, QUESTION, stance=AGAINST) for one in (HOLD, QUIET, CALM)]
    )
    assert {one.verdict.comparator for one in words} == {"difference"}


@pytest.mark.parametrize(("pooling", "half"), [(Pooling(1.0, 0.0), True), (Pooling(0.5, 0.5), False)])
def test_stances_count_as_much_as_the_pooling_says(pooling: Pooling, *, half: bool) -> None:
    by_words, by_stances = np.array([0.2, 0.3, 0.5]), np.array([0.8, 0.1, 0.1])
    shares = pooling.shares(by_words, by_stances)
    assert shares.sum() == pytest.approx(1.0)
    assert (shares == pytest.approx(by_words)) is half


def test_what_is_added_at_the_start_lifts_a_relation() -> None:
    plain, lifted = (Pooling(1.0, 1.0, (start, 0.0, 0.0)) for start in (0.0, 1.0))
    even = np.full(3, 1 / 3)
    assert lifted.shares(even, even)[0] > plain.shares(even, even)[0]
    many = lifted.shares(np.tile(even, (4, 1)), np.tile(even, (4, 1)))
    assert many.shape == (4, len(RELATIONS))
    np.testing.assert_allclose(many[0], lifted.shares(even, even))


@pytest.fixture(scope="module")
def shipped() -> StanceModel:
    return StanceModel.shipped()


def unit(seed: int) -> Numbers:
    vector = np.random.default_rng(seed).normal(size=384)
    found: Numbers = vector / np.linalg.norm(vector)
    return found


@given(one=st.integers(0, 10**6), other=st.integers(0, 10**6))
def test_the_shipped_stances_give_shares_whichever_comes_first(
    shipped: StanceModel, one: int, other: int
) -> None:
    left, right = (shipped.stance_of(unit(seed).astype(np.float32)) for seed in (one, other))
    shares = shipped.shares(left, right)
    assert shares.shape == (len(RELATIONS),)
    assert (shares >= 0).all()
    assert shares.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(shares, shipped.shares(right, left))


def test_the_cosine_is_one_direction_after_another(shipped: StanceModel) -> None:
    one, other = unit(1), unit(2)
    numbers, width = len(shipped.directions) - 384, 384
    assert (shipped.directions[numbers:] == np.eye(width)).all()
    weights = shipped.weights[:, numbers:]
    assert (weights == weights[:, :1]).all()
    tail = shipped.weights[:, numbers:] @ (one * other)
    np.testing.assert_allclose(tail, weights[:, 0] * (one @ other))


def test_the_shipped_stances_are_heard() -> None:
    model = ConflictModel.shipped()
    assert model.stances is not None
    assert 0 < model.pooling.stances < model.pooling.words
