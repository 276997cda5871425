"""Whom a figure counts: what kind of people, and whose."""

from collections.abc import Callable

import pytest
from conflict_examples import KILLED, figure, said, written

from tracker.conflicts.aspects import Aspects
from tracker.conflicts.counted import Toll
from tracker.domain.documents import Span
from tracker.domain.statements import FigureKind, Statement
from tracker.language.counting import Group

Read = Callable[[Statement], Aspects]

CIVILIANS, COMBATANTS = Group.CIVILIANS, Group.COMBATANTS


def only_toll(read: Read, party: str, quote: str, words: str, language: str = "en") -> Toll:
    (found,) = read(said(party, quote, written(quote, words, 12), language=language)).tolls
    return found


@pytest.mark.parametrize(
    ("language", "quote", "number"),
    [
        ("en", "The spokesman said that twelve of our soldiers were killed.", "twelve"),
        ("ar", "قال المتحدث إن 12 من جنودنا قتلوا.", "12"),
        ("tr", "Sözcü 12 askerimizin öldüğünü söyledi.", "12"),
        ("ru", "Представитель заявил, что погибли 12 наших солдат.", "12"),
    ],
)
def test_who_counts_our_dead_counts_its_own(read: Read, language: str, quote: str, number: str) -> None:
    found = only_toll(read, "LNA", quote, number, language)
    assert (found.party, found.against) == ("LNA", None)


@pytest.mark.parametrize(
    ("language", "quote", "number"),
    [
        ("en", "The spokesman said that twelve enemy fighters were killed.", "twelve"),
        ("ar", "قال المتحدث إن 12 من عناصر العدو قتلوا.", "12"),
        ("tr", "Sözcü 12 düşman askerinin öldüğünü söyledi.", "12"),
        ("ru", "Представитель заявил, что убиты 12 боевиков.", "12"),
    ],
)
def test_who_counts_dead_enemies_counts_those_of_its_opponents(
    read: Read, language: str, quote: str, number: str
) -> None:
    found = only_toll(read, "LNA", quote, number, language)
    assert (found.party, found.against) == (None, "LNA")


@pytest.mark.parametrize(
    ("language", "civilians", "fighters", "number"),
    [
        ("en", "Twelve residents were killed.", "Twelve soldiers were killed.", "Twelve"),
        ("ar", "قتل 12 مدنيا في القصف.", "قتل 12 جنديا في القصف.", "12"),
        ("tr", "Saldırıda 12 sivil öldü.", "Saldırıda 12 asker öldü.", "12"),
        ("ru", "Погибли 12 мирных жителей.", "Погибли 12 солдат.", "12"),
    ],
)
def test_civilians_are_told_from_fighters(
    read: Read, language: str, civilians: str, fighters: str, number: str
) -> None:
    assert only_toll(read, "UN", civilians, number, language).group is CIVILIANS
    assert only_toll(read, "UN", fighters, number, language).group is COMBATANTS


def test_where_nothing_says_who_is_counted_nothing_is_made_up(read: Read) -> None:
    found = only_toll(read, "UN", "Twelve people were killed.", "Twelve")
    assert (found.group, found.party, found.against) == (None, None, None)


@pytest.mark.parametrize(("number", "group"), [("seven", CIVILIANS), ("twelve", COMBATANTS)])
def test_of_two_words_the_nearer_says_who_is_counted(read: Read, number: str, group: Group) -> None:
    quote = "He counted seven residents and twelve soldiers among the dead."
    assert only_toll(read, "UN", quote, number).group is group


@pytest.mark.parametrize("mark", [".", ";", ":", "!", "?"])
def test_a_break_stands_between_a_figure_and_who_is_counted(read: Read, mark: str) -> None:
    assert only_toll(read, "UN", "Twelve were killed, soldiers among them.", "Twelve").group is COMBATANTS
    assert only_toll(read, "UN", f"Twelve were killed{mark} soldiers fled.", "Twelve").group is None


@pytest.mark.parametrize("mark", ["؛", "؟"])
def test_arabic_marks_are_breaks_too(read: Read, mark: str) -> None:
    assert only_toll(read, "UN", f"قتل 12 شخصا{mark} الجنود انسحبوا.", "12", "ar").group is None


def test_a_word_far_from_the_figure_does_not_say_who_is_counted(read: Read) -> None:
    near, far = "on the road ", "on the long road that leads from the old port up to the "
    assert only_toll(read, "UN", f"Twelve were killed {near}with soldiers.", "Twelve").group is COMBATANTS
    assert only_toll(read, "UN", f"Twelve were killed {far}soldiers.", "Twelve").group is None


def test_the_point_that_parts_thousands_is_no_break(read: Read) -> None:
    quote = "Bakanlık 1.500 sivilin öldüğünü açıkladı."
    (found,) = read(said("GNA", quote, written(quote, "1.500", 1500), language="tr")).tolls
    assert found.group is CIVILIANS


def test_a_side_that_extraction_found_comes_first(read: Read) -> None:
    quote = "Twelve soldiers of the Government of National Accord were killed."
    counted = figure(12, span=Span(0, 6), side="TUR")
    assert [one.party for one in read(said("LNA", quote, counted)).tolls] == ["TUR"]


def test_a_party_named_beside_the_figure_is_whose_they_are(read: Read) -> None:
    quote = "The spokesman said that twelve GNA fighters were killed."
    found = only_toll(read, "LNA", quote, "twelve")
    assert (found.party, found.against) == ("GNA", None)


def test_the_speaker_beside_the_figure_is_not_whose_they_are(read: Read) -> None:
    quote = "The Government of National Accord said twelve people were killed."
    counted, speaker = written(quote, "twelve", 12), Span(0, quote.index(" said"))
    (found,) = read(said("GNA", quote, counted, speaker_span=speaker)).tolls
    assert found.party is None
    (found,) = read(said("UN", quote, counted, speaker_span=speaker)).tolls
    assert found.party is None


def test_who_killed_is_not_whose_the_dead_are(read: Read) -> None:
    quote = "The ministry said that Haftar's forces killed twelve civilians in Tarhuna."
    assert only_toll(read, "GNA", quote, "twelve").party is None
    quote = "The ministry said that twelve civilians were killed by militias."
    assert only_toll(read, "GNA", quote, "twelve").against is None


def test_where_the_enemy_lost_its_fighters_they_are_not_the_speakers(read: Read) -> None:
    quote = "The ministry said that the enemy had lost twelve of its fighters."
    assert only_toll(read, "GNA", quote, "twelve").party != "GNA"


def test_the_outlets_own_voice_has_no_dead_of_its_own(read: Read) -> None:
    assert only_toll(read, "MEDIA", "Our correspondent counted twelve dead.", "twelve").party is None
    assert only_toll(read, "UN", "Twelve of our staff were killed.", "Twelve").party == "UN"


def test_figures_for_things_are_no_tolls(read: Read) -> None:
    kinds = [FigureKind.VEHICLES, FigureKind.AIRCRAFT, FigureKind.FIGHTERS, FigureKind.OTHER]
    things = [figure(12, kind=kind) for kind in kinds]
    assert read(said("LNA", "Twelve were counted.", *things, figure(12, kind=KILLED))).tolls == (
        Toll(figure(12), None, None, None),
    )


def test_a_toll_is_found_wherever_the_statement_begins_in_its_document(read: Read) -> None:
    before = "Nine residents fled. "
    quote = "Twelve of our soldiers were killed."
    counted = figure(12, span=Span(len(before), len(before) + len("Twelve")))
    (found,) = read(said("LNA", quote, counted, start=len(before))).tolls
    assert (found.figure, found.group, found.party) == (counted, COMBATANTS, "LNA")


@pytest.mark.parametrize(
    ("language", "quote", "number"),
    [
        ("en", "The spokesman said that the unit had lost twelve fighters.", "twelve"),
        ("ar", "قال المتحدث إن الوحدة فقدت 12 مقاتلا.", "12"),
        ("tr", "Sözcü birliğin 12 savaşçı kaybettiğini söyledi.", "12"),
        ("ru", "Представитель заявил, что отряд потерял 12 бойцов.", "12"),
    ],
)
def test_who_speaks_of_a_loss_has_lost_them(read: Read, language: str, quote: str, number: str) -> None:
    assert only_toll(read, "LNA", quote, number, language).party == "LNA"
    assert only_toll(read, "MEDIA", quote, number, language).party is None


def test_a_loss_of_another_party_is_its_own(read: Read) -> None:
    quote = "The spokesman said that the GNA had lost twelve fighters."
    assert only_toll(read, "LNA", quote, "twelve").party == "GNA"
    quote = "The spokesman said that the enemy had lost twelve fighters."
    found = only_toll(read, "LNA", quote, "twelve")
    assert (found.party, found.against) == (None, "LNA")


@pytest.mark.parametrize(
    ("language", "quote", "number"),
    [
        ("en", "The mission said that twelve people had lost their lives.", "twelve"),
        ("ar", "قالت البعثة إن 12 مدنيا فقدوا حياتهم.", "12"),
        ("tr", "Bakanlık 12 sivilin hayatını kaybettiğini açıkladı.", "12"),
    ],
)
def test_to_lose_ones_life_is_no_loss_of_the_speakers(
    read: Read, language: str, quote: str, number: str
) -> None:
    assert only_toll(read, "UN", quote, number, language).party is None
