from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from aspect_examples import ALLIES, AS_ALIKE, ASPECTS
from conflict_examples import SIRTE, TRIPOLI, denied, figure, said, toll
from hypothesis import given, settings

from tracker.conflicts.aspects import Aspects, Control, Telling
from tracker.conflicts.counted import Toll
from tracker.conflicts.features import FEATURES, Pair, clashing_control, features
from tracker.domain.conflicts import ConflictType
from tracker.domain.documents import DateFound, DatePrecision, Span
from tracker.domain.statements import (
    EventDate,
    FigureKind,
    Place,
    PlaceFound,
    PlaceMention,
    Polarity,
    Statement,
)
from tracker.language.counting import Group

Read = Callable[[Statement], Aspects]

HERE = Telling("words", Span(0, 5))
HERE_TOLD = PlaceMention(SIRTE, PlaceFound.SENTENCE)


def pair(one: Aspects, other: Aspects, *, allied: bool = False) -> Pair:
    found = Pair.of(one, other, AS_ALIKE, ALLIES)
    return replace(found, allied=True) if allied else found


def counting(*tolls: Toll, party: str = "LNA") -> Aspects:
    """A statement of which only its tolls are looked at."""
    counted = [one.figure for one in tolls]
    return Aspects(said(party, "words", *counted), {}, {}, frozenset(), None, tolls)


def named(found: Pair) -> dict[str, float]:
    return dict(zip(FEATURES, features(found), strict=True))


@settings(max_examples=60)
@given(one=ASPECTS, other=ASPECTS)
def test_features_are_the_same_for_both_orders_of_a_pair(one: Aspects, other: Aspects) -> None:
    there, back = features(pair(one, other)), features(pair(other, one))
    np.testing.assert_allclose(there, back, rtol=1e-12)
    assert there.shape == (len(FEATURES),)
    assert np.isfinite(there).all()


@settings(max_examples=60)
@given(one=ASPECTS, other=ASPECTS)
def test_only_how_surely_people_are_the_same_is_ever_below_nothing(one: Aspects, other: Aspects) -> None:
    found = named(pair(one, other))
    below = {name for name, value in found.items() if value < 0}
    assert below <= {"toll_clash_of_the_same_people", "toll_agreement_on_the_same_people"}


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        (toll(3), toll(7), True),
        (toll(3), toll(3), False),
        (toll(10, None), toll(14), False),
        (toll(10, None), toll(9), True),
        (toll(2, 9), toll(9, 12), False),
        (toll(2, 8), toll(9, 12), True),
        (toll(3), toll(7, kind=FigureKind.INJURED), False),
    ],
)
def test_tolls_of_one_fate_clash_where_no_number_is_in_both(one: Toll, other: Toll, *, clash: bool) -> None:
    for found in (pair(counting(one), counting(other)), pair(counting(other), counting(one))):
        assert (found.toll_clash is not None) is clash
        assert named(found)["toll_clash"] == clash
        assert bool(named(found)["toll_clash_ratio"] > 0) is clash


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        (toll(7), toll(7), True),
        (toll(5, None), toll(7), True),
        (toll(3), toll(7), False),
        (toll(7), toll(7, kind=FigureKind.INJURED), False),
    ],
)
def test_tolls_of_one_fate_agree_where_one_number_can_be_both(one: Toll, other: Toll, *, agree: bool) -> None:
    assert named(pair(counting(one), counting(other)))["toll_agreement"] == agree


def test_things_that_are_counted_neither_clash_nor_agree(read: Read) -> None:
    shot_down = [figure(count, kind=FigureKind.AIRCRAFT) for count in (3, 7)]
    found = pair(read(said("LNA", "words", shot_down[0])), read(said("GNA", "words", shot_down[1])))
    assert found.tolls is None
    assert {named(found)[name] for name in FEATURES if "toll" in name} == {0.0}


def test_tolls_of_another_fate_do_not_hide_a_clash() -> None:
    hurt = FigureKind.INJURED
    found = pair(counting(toll(4, kind=hurt), toll(3)), counting(toll(4, kind=hurt), toll(7)))
    clash = found.toll_clash
    assert clash is not None
    assert (clash.one.figure.low, clash.other.figure.low) == (3, 7)


def test_tolls_that_plainly_count_other_people_are_no_clash() -> None:
    killed = toll(3, group=Group.CIVILIANS)
    assert pair(counting(killed), counting(toll(7, group=Group.COMBATANTS))).toll_clash is None
    assert pair(counting(killed), counting(toll(7))).toll_clash is not None
    assert pair(counting(toll(3, party="LNA")), counting(toll(7, party="GNA"))).toll_clash is None


def test_how_surely_people_are_the_same_is_a_feature_of_its_own() -> None:
    ours, theirs = (
        toll(3, party="GNA", group=Group.COMBATANTS),
        toll(7, against="LNA", group=Group.COMBATANTS),
    )
    found = named(pair(counting(ours), counting(theirs)))
    assert (found["toll_clash"], found["toll_clash_of_the_same_people"]) == (1, 1.0)
    found = named(pair(counting(ours), counting(replace(theirs, figure=figure(3)))))
    assert (found["toll_agreement"], found["toll_agreement_on_the_same_people"]) == (1, 1.0)
    assert found["toll_clash_of_the_same_people"] == 0


def test_a_toll_many_times_the_other_counts_no_more_than_one_twenty_times_it() -> None:
    found = [
        named(pair(counting(toll(1)), counting(toll(many))))["toll_clash_ratio"] for many in (10, 50, 5000)
    ]
    assert found[0] < found[1] == found[2] == 3.0


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
    found = pair(replace(bare[0], control={one: HERE}), replace(bare[1], control={other: HERE}))
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


OASIS = Place("gn:12", "Oasis", "airport", 31.1, 16.5, within="gn:10")


def test_a_place_within_the_other_is_no_other_place(read: Read) -> None:
    city, airport = read(said("LNA", "words")), read(said("GNA", "words", place=OASIS))
    for found in (pair(city, airport), pair(airport, city)):
        assert (named(found)["same_place"], named(found)["other_place"]) == (0, 0)


def on_day(
    day: int, found: DateFound = DateFound.EXPLICIT, precision: DatePrecision = DatePrecision.DAY
) -> EventDate:
    return EventDate(date(2020, 3, day), precision, found)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (on_day(3), on_day(4), True),
        (on_day(3), on_day(4, DateFound.RELATIVE), True),
        (on_day(3), on_day(3), False),
        (on_day(3), None, False),
        (None, None, False),
        (on_day(3), on_day(4, DateFound.PUBLICATION), False),
        (on_day(3, precision=DatePrecision.MONTH), on_day(4), False),
    ],
)
def test_days_are_others_only_where_both_statements_name_one(
    read: Read, one: EventDate | None, other: EventDate | None, *, apart: bool
) -> None:
    first, second = read(said("LNA", "words", day=one)), read(said("GNA", "words", day=other))
    assert named(pair(first, second))["other_day"] == apart
    assert named(pair(second, first))["other_day"] == apart


def test_a_denial_right_behind_a_claim_of_the_same_story_answers_it(read: Read) -> None:
    claim = replace(said("LNA", "The port was shelled."), document="d1")
    denial = replace(denied("GNA", "This was denied."), document="d1", span=Span(30, 46))
    later = replace(denial, span=Span(430, 446))
    near, far = named(pair(read(claim), read(denial))), named(pair(read(claim), read(later)))
    assert 0 < far["answers"] < near["answers"] < 1
    for stranger in (
        replace(denial, document="d2"),
        replace(denial, story=1),
        replace(denial, polarity=Polarity.ASSERTS),
    ):
        assert named(pair(read(claim), read(stranger)))["answers"] == 0


def test_what_only_one_of_both_speaks_of_is_counted(read: Read) -> None:
    shelled = read(said("LNA", "The port was shelled."))
    killed = read(said("GNA", "Three men were killed when the port was shelled."))
    bare = read(said("GNA", "The weather was fine."))
    only = len(set(killed.topics) - set(shelled.topics))
    assert only > 0
    assert named(pair(shelled, killed))["topics_of_one"] == only
    assert named(pair(shelled, bare))["topics_of_one"] == len(shelled.topics)
    assert named(pair(shelled, shelled))["topics_of_one"] == 0


WAR = {
    "LNA": frozenset({"RUS", "UAE"}),
    "RUS": frozenset({"LNA"}),
    "UAE": frozenset({"LNA"}),
    "GNA": frozenset({"TUR"}),
    "TUR": frozenset({"GNA"}),
}


@pytest.mark.parametrize(
    ("one", "other", "opposed"),
    [
        ("LNA", "GNA", True),
        ("LNA", "TUR", True),
        ("RUS", "TUR", True),
        ("LNA", "RUS", False),
        ("RUS", "UAE", False),
        ("LNA", "UN", False),
        ("CIV", "MEDIA", False),
    ],
)
def test_parties_with_allies_and_none_in_common_are_opposed(
    read: Read, one: str, other: str, *, opposed: bool
) -> None:
    first, second = read(said(one, "words")), read(said(other, "words"))
    for sides in ((first, second), (second, first)):
        found = Pair.of(*sides, AS_ALIKE, WAR)
        assert found.opposed is opposed
        assert named(found)["opposed"] == opposed


def test_a_party_that_has_no_code_of_its_own_is_a_feature(read: Read) -> None:
    listed, unlisted = read(said("LNA", "words")), read(said("OTHER", "words"))
    assert named(pair(listed, unlisted))["unlisted"] == named(pair(unlisted, listed))["unlisted"] == 1
    assert named(pair(listed, read(said("CIV", "words"))))["unlisted"] == 0


def test_place_and_naming_count_apart_where_one_denies_what_the_other_asserts(read: Read) -> None:
    claim = read(said("LNA", "The Government of National Accord shelled the port."))
    for answer, differs in ((said, False), (denied, True)):
        here = read(answer("GNA", "The port burned."))
        there = read(replace(answer("GNA", "The port burned."), place=replace(HERE_TOLD, place=TRIPOLI)))
        near, far = named(pair(claim, here)), named(pair(claim, there))
        assert (near["same_place"], near["same_place_if_polarity_differs"]) == (1, differs)
        assert (far["other_place"], far["other_place_if_polarity_differs"]) == (1, differs)
        assert near["names_the_other"] == 0.5
        assert near["names_the_other_if_polarity_differs"] == 0.5 * differs


@settings(max_examples=60)
@given(one=ASPECTS, other=ASPECTS)
def test_a_matter_is_denied_where_they_share_it_and_one_denies_what_the_other_asserts(
    one: Aspects, other: Aspects
) -> None:
    between = pair(one, other)
    found = named(between)
    for kind, name in (
        (ConflictType.INVOLVEMENT, "involvement_denied"),
        (ConflictType.AGREEMENT, "agreement_denied"),
        (ConflictType.CONTROL, "control_denied"),
    ):
        assert found[name] == (one.denies != other.denies and kind in between.shared_topics)


def test_what_two_languages_lie_apart_is_made_up_for(read: Read) -> None:
    claim, english, arabic = (
        read(said(party, "words", language=language))
        for party, language in (("LNA", "en"), ("GNA", "en"), ("GNA", "ar"))
    )
    one, other = pair(claim, english).likeness, pair(claim, arabic).likeness
    assert one < other < one + 0.05


def test_likeness_counts_twice_where_one_denies_what_the_other_asserts(read: Read) -> None:
    claim, denial = read(said("LNA", "words")), read(denied("GNA", "words"))
    assert named(pair(claim, claim))["same_question_if_polarity_differs"] == 0
    found = named(pair(claim, denial))
    assert found["same_question"] == found["same_question_if_polarity_differs"] == 0.5


def test_what_one_gained_and_the_other_left_is_one_outcome(read: Read) -> None:
    def taking(party: str, *control: Control) -> Aspects:
        return replace(read(said(party, "words")), control=dict.fromkeys(control, HERE))

    gained, lost = taking("LNA", Control.GAINED), taking("GNA", Control.LOST)
    for found in (pair(gained, lost), pair(lost, gained)):
        assert named(found)["one_outcome"] == 1
    for other in (
        taking("GNA", Control.HELD),
        taking("GNA", Control.LOST, Control.HELD),
        taking("GNA", Control.GAINED),
        taking("GNA"),
    ):
        assert named(pair(gained, other))["one_outcome"] == 0


def test_people_counted_for_other_fates_alone_are_a_feature() -> None:
    killed, hurt = toll(3), toll(11, kind=FigureKind.INJURED, at=1)
    assert named(pair(counting(killed), counting(hurt)))["other_fate"] == 1
    assert named(pair(counting(hurt), counting(killed)))["other_fate"] == 1
    assert named(pair(counting(killed), counting(hurt, killed)))["other_fate"] == 0
    assert named(pair(counting(killed), counting()))["other_fate"] == 0
    assert named(pair(counting(), counting()))["other_fate"] == 0
