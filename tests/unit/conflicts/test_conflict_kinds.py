"""Of which type a conflict is."""

from collections.abc import Callable

import numpy as np
import pytest
from aspect_examples import ALLIES, AS_ALIKE, ASPECTS
from conflict_examples import denied, figure, said
from hypothesis import given, settings

from tracker.conflicts.aspects import Aspects
from tracker.conflicts.features import Pair
from tracker.conflicts.kinds import KIND_FEATURES, TOPICS, KindModel, kind_features
from tracker.domain.conflicts import ConflictType
from tracker.domain.documents import Span
from tracker.domain.statements import Statement

Read = Callable[[Statement], Aspects]


def pair(one: Aspects, other: Aspects) -> Pair:
    return Pair.of(one, other, AS_ALIKE, ALLIES)


def named(one: Aspects, other: Aspects) -> dict[str, float]:
    return dict(zip(KIND_FEATURES, kind_features(pair(one, other)), strict=True))


@settings(max_examples=60)
@given(one=ASPECTS, other=ASPECTS)
def test_features_are_the_same_for_both_orders_of_a_pair(one: Aspects, other: Aspects) -> None:
    there, back = kind_features(pair(one, other)), kind_features(pair(other, one))
    np.testing.assert_array_equal(there, back)
    assert there.shape == (len(KIND_FEATURES),)


def test_a_topic_counts_by_who_speaks_of_it(read: Read) -> None:
    claim, denial = read(said("LNA", "The port was shelled.")), read(denied("GNA", "This is untrue."))
    found = named(claim, denial)
    topic = ConflictType.RESPONSIBILITY
    names = [f"{topic}_{where}" for where in ("in_both", "in_one", "asserted", "denied")]
    assert [found[name] for name in names] == [0, 1, 1, 0]
    both = named(claim, read(denied("GNA", "It denied that the port was shelled.")))
    assert [both[name] for name in names] == [1, 0, 1, 1]
    alike = named(claim, read(said("GNA", "The port was shelled.")))
    assert [alike[name] for name in names] == [1, 0, 0, 0]


def test_stances_towards_a_place_are_told_by_how_many_take_one(read: Read) -> None:
    taken, held = (
        read(said("LNA", "Our units captured the port.")),
        read(said("GNA", "The attack was repelled.")),
    )
    silent = read(said("UN", "The weather was fine."))
    names = ("control_clash", "stance_in_one", "stance_in_both")
    assert [named(taken, held)[name] for name in names] == [1, 0, 1]
    assert [named(taken, silent)[name] for name in names] == [0, 1, 0]
    assert [named(silent, silent)[name] for name in names] == [0, 0, 0]


def test_tolls_are_told_by_how_many_give_one_and_whether_a_denial_does(read: Read) -> None:
    quote = "The spokesman said that three soldiers were killed."
    three = figure(3, span=Span(quote.index("three"), quote.index("three") + 5))
    counts, silent = read(said("LNA", quote, three)), read(denied("GNA", "This is untrue."))
    names = ("tolls_in_one", "tolls_in_both", "tolls_asserted", "tolls_denied")
    assert [named(counts, silent)[name] for name in names] == [1, 0, 1, 0]
    assert [named(counts, read(denied("GNA", quote, three)))[name] for name in names] == [0, 1, 1, 1]
    assert [named(counts, read(said("GNA", quote, three)))[name] for name in names] == [0, 1, 0, 0]
    assert [named(silent, silent)[name] for name in names] == [0, 0, 0, 0]


def test_tolls_that_meet_and_tolls_that_clash_are_told_apart(read: Read) -> None:
    quote = "The spokesman said that three soldiers were killed."
    span = Span(quote.index("three"), quote.index("three") + 5)
    three, nine = figure(3, span=span), figure(9, span=span)
    one = read(said("LNA", quote, three))
    names = ("toll_clash", "toll_agreement")
    assert [named(one, read(said("GNA", quote, three)))[name] for name in names] == [0, 1]
    assert [named(one, read(said("GNA", quote, nine)))[name] for name in names] == [1, 0]
    assert [named(one, read(denied("GNA", "This is untrue.")))[name] for name in names] == [0, 0]


def written(*kinds: ConflictType, seed: int = 3) -> dict[str, dict[str, float]]:
    """Weights as the model file holds them."""
    random = np.random.default_rng(seed)
    names = (*KIND_FEATURES, "intercept")
    return {
        kind.value: dict(zip(names, map(float, random.normal(size=len(names))), strict=True))
        for kind in kinds
    }


def test_a_model_keeps_every_weight_that_is_written() -> None:
    data = written(*ConflictType)
    model = KindModel.of(data)
    assert model.types == tuple(ConflictType)
    assert model.weights.shape == (len(ConflictType), len(KIND_FEATURES))
    read_back = {
        kind.value: {**dict(zip(KIND_FEATURES, row, strict=True)), "intercept": intercept}
        for kind, row, intercept in zip(model.types, model.weights, model.intercepts, strict=True)
    }
    assert read_back == data


def test_a_weight_that_is_missing_is_an_error() -> None:
    data = written(ConflictType.CONTROL)
    del data["control"]["polarity_differs"]
    with pytest.raises(KeyError, match="polarity_differs"):
        KindModel.of(data)


def test_a_type_that_there_is_not_is_an_error() -> None:
    with pytest.raises(ValueError, match="weather"):
        KindModel.of({"weather": written(ConflictType.CONTROL)["control"]})


def test_the_type_with_the_greatest_sum_is_taken(read: Read) -> None:
    weights = dict.fromkeys(KIND_FEATURES, 0.0)
    model = KindModel.of(
        {
            "other": {**weights, "intercept": 1.0},
            "control": {**weights, "control_clash": 3.0, "intercept": 0.0},
        }
    )
    taken, held = (
        read(said("LNA", "Our units captured the port.")),
        read(said("GNA", "The attack was repelled.")),
    )
    assert model.type_of(pair(taken, held)) is ConflictType.CONTROL
    assert model.type_of(pair(taken, taken)) is ConflictType.OTHER


def test_what_both_speak_of_weighs_by_the_mean_of_their_vectors(read: Read) -> None:
    plain = {kind: {**dict.fromkeys(KIND_FEATURES, 0.0), "intercept": 0.0} for kind in ("agreement", "other")}
    both = pair(read(said("LNA", "words")), read(said("GNA", "words")))
    for matters, kind in (
        ({"agreement": [1, 0], "other": [0, 1]}, ConflictType.AGREEMENT),
        ({"agreement": [0, 1], "other": [1, 0]}, ConflictType.OTHER),
    ):
        assert KindModel.of(plain, matters).type_of(both) is kind


def preferring(kind: ConflictType) -> KindModel:
    """Says this type of every pair that can be about it, else that something happened or not."""
    plain = dict.fromkeys(KIND_FEATURES, 0.0)
    return KindModel.of({kind.value: {**plain, "intercept": 1.0}, "occurrence": {**plain, "intercept": 0.0}})


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (ConflictType.CASUALTIES, "Many were killed at the port."),
        (ConflictType.CONTROL, "Our units captured the port."),
        (ConflictType.INVOLVEMENT, "Mercenaries came to the port."),
    ],
)
def test_what_has_words_of_its_own_clashes_only_where_they_are_said(
    read: Read, kind: ConflictType, words: str
) -> None:
    silent, speaks = read(said("LNA", "The port burned.")), read(said("GNA", words))
    model = preferring(kind)
    assert model.type_of(pair(silent, silent)) is ConflictType.OCCURRENCE
    assert model.type_of(pair(silent, speaks)) is kind


def test_what_a_denial_brings_up_is_not_what_it_denies(read: Read) -> None:
    claim = read(said("LNA", "Our units captured the port."))
    denial = read(denied("GNA", "It rejected the rumours of mercenaries."))
    assert preferring(ConflictType.INVOLVEMENT).type_of(pair(claim, denial)) is ConflictType.OCCURRENCE
    assert preferring(ConflictType.CONTROL).type_of(pair(claim, denial)) is ConflictType.CONTROL


def test_a_foreign_state_that_speaks_or_is_named_may_have_taken_part(read: Read) -> None:
    one, other = read(said("LNA", "The port burned.")), read(said("TUR", "The port stands."))
    model = preferring(ConflictType.INVOLVEMENT)
    assert model.type_of(Pair.of(one, other, AS_ALIKE, ALLIES)) is ConflictType.OCCURRENCE
    assert model.type_of(Pair.of(one, other, AS_ALIKE, ALLIES, {"TUR"})) is ConflictType.INVOLVEMENT
    names = read(said("GNA", "Turkish forces stand by the port."))
    assert model.type_of(Pair.of(one, names, AS_ALIKE, ALLIES, {"TUR"})) is ConflictType.INVOLVEMENT


def test_each_topic_is_a_type_of_its_own() -> None:
    assert len(set(TOPICS)) == len(TOPICS)
    assert len(set(KIND_FEATURES)) == len(KIND_FEATURES)
    assert set(TOPICS) < set(ConflictType)
