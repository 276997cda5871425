from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from conflict_examples import KILLED, SIRTE, TRIPOLI, denied, figure, said
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.conflicts.aspects import Aspects, Control
from tracker.conflicts.features import (
    FEATURES,
    Pair,
    agreeing_figures,
    clashing_control,
    clashing_figures,
    features,
)
from tracker.domain.conflicts import ConflictType
from tracker.domain.statements import FigureKind, Polarity, Statement

Read = Callable[[Statement], Aspects]


def pair(one: Aspects, other: Aspects, *, allied: bool = False) -> Pair:
    return Pair(one, other, likeness=0.5, allied=allied)


def named(found: Pair) -> dict[str, float]:
    return dict(zip(FEATURES, features(found), strict=True))


COUNTED = st.sampled_from(
    [FigureKind.KILLED, FigureKind.INJURED, FigureKind.CAPTURED, FigureKind.DISPLACED, FigureKind.AIRCRAFT]
)
FIGURES = st.lists(
    st.builds(
        lambda kind, low, more: figure(low, None if more is None else low + more, kind),
        COUNTED,
        st.integers(0, 50),
        st.none() | st.integers(0, 20),
    ),
    max_size=3,
)
ASPECTS = st.builds(
    lambda party, polarity, figures, place, topics, control, spoken_of: Aspects(
        statement=replace(said(party, "words", *figures, place=place), polarity=polarity),
        topics=dict.fromkeys(topics, "words"),
        control=dict.fromkeys(control, "words"),
        named=frozenset(spoken_of),
        denial=None,
    ),
    party=st.sampled_from(["LNA", "GNA", "TUR", "MEDIA"]),
    polarity=st.sampled_from(Polarity),
    figures=FIGURES,
    place=st.sampled_from([None, SIRTE, TRIPOLI]),
    topics=st.lists(st.sampled_from(ConflictType), unique=True),
    control=st.lists(st.sampled_from(Control), unique=True),
    spoken_of=st.sets(st.sampled_from(["LNA", "GNA", "TUR"])),
)


@settings(max_examples=60)
@given(one=ASPECTS, other=ASPECTS, allied=st.booleans())
def test_features_are_the_same_for_both_orders_of_a_pair(
    one: Aspects, other: Aspects, *, allied: bool
) -> None:
    there, back = features(pair(one, other, allied=allied)), features(pair(other, one, allied=allied))
    np.testing.assert_array_equal(there, back)
    assert there.shape == (len(FEATURES),)
    assert np.isfinite(there).all()
    assert (there >= 0).all()


@settings(max_examples=60)
@given(ASPECTS, ASPECTS)
def test_figures_that_clash_share_no_number(one: Aspects, other: Aspects) -> None:
    clash = clashing_figures(pair(one, other))
    if clash is not None:
        first, second = clash
        assert first.kind is second.kind
        assert first in one.statement.figures
        assert second in other.statement.figures
        assert first.disjoint(second)


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        (figure(3), figure(7), True),
        (figure(3), figure(3), False),
        (figure(10, None), figure(14), False),
        (figure(10, None), figure(9), True),
        (figure(2, 9), figure(9, 12), False),
        (figure(2, 8), figure(9, 12), True),
        (figure(3), figure(7, kind=FigureKind.INJURED), False),
        (figure(3, kind=FigureKind.AIRCRAFT), figure(7, kind=FigureKind.AIRCRAFT), False),
    ],
)
def test_figures_of_one_kind_of_casualty_clash_where_no_number_is_in_both(
    read: Read, one: object, other: object, *, clash: bool
) -> None:
    found = pair(read(said("LNA", "words", one)), read(said("GNA", "words", other)))  # type: ignore[arg-type]
    assert (clashing_figures(found) is not None) is clash
    assert named(found)["figure_clash"] == clash


def test_one_figure_that_agrees_takes_the_clash_of_the_others_away(read: Read) -> None:
    found = pair(read(said("LNA", "words", figure(3), figure(7))), read(said("GNA", "words", figure(7))))
    assert clashing_figures(found) is None
    assert agreeing_figures(found)


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        (figure(7), figure(7), True),
        (figure(5, None), figure(7), True),
        (figure(3), figure(7), False),
        (figure(7), figure(7, kind=FigureKind.INJURED), False),
        (figure(7, kind=FigureKind.AIRCRAFT), figure(7, kind=FigureKind.AIRCRAFT), False),
    ],
)
def test_figures_of_one_kind_of_casualty_agree_where_one_number_can_be_both(
    read: Read, one: object, other: object, *, agree: bool
) -> None:
    found = pair(read(said("LNA", "words", one)), read(said("GNA", "words", other)))  # type: ignore[arg-type]
    assert agreeing_figures(found) is agree
    assert named(found)["figure_agreement"] == agree


def test_figures_of_another_kind_do_not_hide_a_clash(read: Read) -> None:
    hurt = FigureKind.INJURED
    found = pair(
        read(said("LNA", "words", figure(4, kind=hurt), figure(3))),
        read(said("GNA", "words", figure(4, kind=hurt), figure(7))),
    )
    clash = clashing_figures(found)
    assert clash is not None
    assert (clash[0].kind, clash[0].low, clash[1].low) == (KILLED, 3, 7)


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        (Control.GAINED, Control.HELD, (Control.GAINED, Control.HELD)),
        (Control.HELD, Control.LOST, (Control.HELD, Control.LOST)),
        (Control.HELD, Control.GAINED, (Control.HELD, Control.GAINED)),
        (Control.GAINED, Control.DENIED, (Control.GAINED, Control.DENIED)),
        (Control.DENIED, Control.LOST, (Control.DENIED, Control.LOST)),
        (Control.LOST, Control.GAINED, None),
        (Control.HELD, Control.DENIED, None),
        (Control.HELD, Control.HELD, None),
    ],
)
def test_stances_that_exclude_each_other_come_in_the_order_of_the_pair(
    read: Read, one: Control, other: Control, clash: object
) -> None:
    bare = read(said("LNA", "words")), read(said("GNA", "words"))
    found = pair(replace(bare[0], control={one: "words"}), replace(bare[1], control={other: "words"}))
    assert clashing_control(found) == clash


def test_naming_the_other_side_which_denies_is_a_feature_of_its_own(read: Read) -> None:
    accuser = read(said("LNA", "The Government of National Accord shelled the port."))
    accused = read(denied("GNA", "The ministry denied that it shelled the port."))
    found = named(pair(accuser, accused))
    assert (found["named_and_denies"], found["names_the_other"], found["polarity_differs"]) == (1, 0.5, 1)
    assert named(pair(accuser, read(said("GNA", "The port burned."))))["named_and_denies"] == 0


def test_places_are_the_same_or_others_only_where_both_are_known(read: Read) -> None:
    here, there = read(said("LNA", "words")), read(said("GNA", "words", place=TRIPOLI))
    nowhere = read(said("TUR", "words", place=None))
    assert (named(pair(here, here))["same_place"], named(pair(here, here))["other_place"]) == (1, 0)
    assert (named(pair(here, there))["same_place"], named(pair(here, there))["other_place"]) == (0, 1)
    assert (named(pair(here, nowhere))["same_place"], named(pair(here, nowhere))["other_place"]) == (0, 0)


def test_the_outlets_own_voice_and_alliances_are_features(read: Read) -> None:
    outlet, side = read(said("MEDIA", "words")), read(said("LNA", "words"))
    assert named(pair(outlet, side))["outlet"] == 1
    assert named(pair(side, side, allied=True))["allied"] == 1
    assert named(pair(side, side))["outlet"] == named(pair(side, side))["allied"] == 0
