from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from statement_examples import ARMY, CIVILIANS, PARTIES, SPEAKERS, WORLD, document, heard, who

from tracker.domain.parties import Party, Speaker
from tracker.language.pack import language_pack
from tracker.language.phrases import Words
from tracker.statements.extraction import extract_statements
from tracker.statements.mentions import MentionKind, PartyFinder, skeleton


def mentioned(
    text: str, language: str = "en", finder: PartyFinder = WORLD.parties
) -> list[tuple[str, MentionKind, str]]:
    words, pack = Words.of(text), language_pack(language)
    found = finder.find(words, pack, pack.offices.find(words))
    return [(mention.party, mention.kind, mention.span.of(text)) for mention in found]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "men of the Libyan National Army", [("LNA", MentionKind.NAME, "Libyan National Army")]),
        ("en", "Khalifa Haftar left", [("LNA", MentionKind.PERSON, "Khalifa Haftar")]),
        ("en", "talks in Ankara", [("TUR", MentionKind.METONYM, "Ankara")]),
        ("en", "Turkish lorries", [("TUR", MentionKind.QUALIFIER, "Turkish")]),
        ("en", "a Turkish official", [("TUR", MentionKind.OFFICE, "Turkish official")]),
        ("ar", "وقوات الجيش الوطني", [("LNA", MentionKind.NAME, "الجيش الوطني")]),
        ("ar", "للجيش الوطني", [("LNA", MentionKind.NAME, "للجيش الوطني")]),
        ("ar", "المسؤول التركي", [("TUR", MentionKind.OFFICE, "المسؤول التركي")]),
        ("tr", "UMH'nin limanı", [("GNA", MentionKind.NAME, "UMH")]),
        ("tr", "Libya Ulusal Ordusunun", [("LNA", MentionKind.NAME, "Libya Ulusal Ordusunun")]),
        (
            "ru",
            "войска Ливийской национальной армии",
            [("LNA", MentionKind.NAME, "Ливийской национальной армии")],
        ),
        ("ru", "встреча с Халифой Хафтаром", [("LNA", MentionKind.PERSON, "Халифой Хафтаром")]),
        ("en", "lorries on the bridge", []),
    ],
)
def test_a_party_is_found_by_name_person_seat_or_adjective(
    language: str, text: str, expected: list[tuple[str, MentionKind, str]]
) -> None:
    assert mentioned(text, language) == expected


@pytest.mark.parametrize("spelling", ["Haftar", "Hafter", "Hifter", "Heftar", "HAFTAR"])
def test_a_name_spelled_as_nobody_listed_it_is_known_by_its_consonants(spelling: str) -> None:
    assert mentioned(f"{spelling} left the hall") == [("LNA", MentionKind.PERSON, spelling)]


@pytest.mark.parametrize("spelling", ["Mismari", "Mesmari", "Mosmari", "Mismary", "Mesmary"])
def test_so_is_a_name_that_was_listed_with_its_article(spelling: str) -> None:
    assert [party for party, _, _ in mentioned(f"{spelling} left the hall")] == ["LNA"]


def test_a_common_word_with_the_same_consonants_is_nobody() -> None:
    assert mentioned("they hafter to go") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("haftar", "hifter"), ("mesmari", "mosmari"), ("tarhuni", "tarhouny"), ("хафтар", "хифтер")],
)
def test_a_skeleton_keeps_the_first_letter_and_the_consonants(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other) is not None


@pytest.mark.parametrize("word", ["salah", "ali", "saeed", "12345", "سرت", ""])
def test_a_word_with_few_consonants_or_of_another_script_has_no_skeleton(word: str) -> None:
    assert skeleton(word) is None


def test_an_everyday_word_is_not_taken_for_initials() -> None:
    finder = PartyFinder([Party("USA", {}, names={"en": ("US",)})], [])
    assert mentioned("they told us so", finder=finder) == []
    assert mentioned("the US said so", finder=finder) == [("USA", MentionKind.NAME, "US")]


def test_a_party_added_to_the_registry_speaks_in_the_next_sentence_read() -> None:
    sentence = "The Sabratha Harbour Guard said the pier was closed."
    guard = Party("SHG", {"en": "Harbour Guard"}, names={"en": ("Sabratha Harbour Guard",)})
    before, after = PartyFinder(PARTIES, SPEAKERS), PartyFinder((*PARTIES, guard), SPEAKERS)
    parties = [heard(sentence, parties=finder)[0].party for finder in (before, after)]
    assert parties[0] != "SHG"
    assert parties[1] == "SHG"


def test_a_speaker_added_to_the_registry_is_known_in_every_language_he_is_named_in() -> None:
    speaker = Speaker("CIV", {"en": "Samira Zlitni", "ar": "سميرة الزليطني", "ru": "Самира Злитни"})
    finder = PartyFinder(PARTIES, (*SPEAKERS, speaker))
    assert mentioned("Samira Zlitni spoke", finder=finder) == [("CIV", MentionKind.PERSON, "Samira Zlitni")]
    assert [party for party, _, _ in mentioned("قالت سميرة الزليطني ذلك", "ar", finder)] == ["CIV"]
    assert [party for party, _, _ in mentioned("по словам Самиры Злитни", "ru", finder)] == ["CIV"]


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "the Libyan National Army"), ("en", "an eastern-based official"), ("ru", "войска ЛНА")],
)
def test_before_a_party_was_founded_its_names_are_of_no_side(language: str, text: str) -> None:
    finder = PartyFinder([replace(ARMY, since=date(2014, 2, 14)), CIVILIANS], SPEAKERS)
    words, pack = Words.of(text), language_pack(language)

    def parties_on(day: date | None) -> list[str]:
        return [one.party for one in finder.find(words, pack, pack.offices.find(words), day)]

    assert parties_on(date(2014, 2, 13)) == ["OTHER"]
    assert parties_on(date(2014, 2, 14)) == parties_on(None) == ["LNA"]


def test_a_person_stays_with_the_side_that_they_were_to_found() -> None:
    finder = PartyFinder([replace(ARMY, since=date(2014, 2, 14))], SPEAKERS)
    words, pack = Words.of("Khalifa Haftar left"), language_pack("en")
    assert [one.party for one in finder.find(words, pack, (), date(2011, 3, 1))] == ["LNA"]


def test_an_outlet_is_at_home_with_nobody_that_there_was_not_yet() -> None:
    finder = PartyFinder([replace(ARMY, since=date(2014, 2, 14))], SPEAKERS)
    assert finder.home("LNA media office", date(2011, 3, 1)) == ("OTHER", True)
    assert finder.home("LNA media office", date(2019, 3, 1)) == ("LNA", True)


def test_an_organ_of_an_older_day_speaks_for_no_side() -> None:
    finder = PartyFinder([replace(ARMY, since=date(2014, 2, 14))], SPEAKERS)
    knowledge = replace(WORLD.taking_all(), parties=finder)
    page = replace(document("The pier is open.", published=None), outlet="LNA media office")

    def parties_on(year: int) -> list[str]:
        dated = replace(page, published=datetime(year, 3, 1, tzinfo=UTC))
        return [one.party for one in extract_statements(dated, knowledge)]

    assert (parties_on(2011), parties_on(2019)) == (["OTHER"], ["LNA"])


def test_a_party_without_names_in_a_language_is_simply_not_found_in_it() -> None:
    nameless = replace(ARMY, names={}, qualifiers={})
    assert mentioned("The Libyan National Army", finder=PartyFinder([nameless, CIVILIANS], [])) == []


@pytest.mark.parametrize(
    ("outlet", "home"),
    [
        ("Turkish state agency", ("TUR", False)),
        ("GNA media office", ("GNA", True)),
        ("Turkish ministry press office", ("TUR", True)),
        ("Example Wire", (None, False)),
        ("LNA and GNA joint agency", (None, False)),
        ("", (None, False)),
    ],
)
def test_an_outlet_named_after_one_party_is_at_home_with_it_and_may_be_its_organ(
    outlet: str, home: tuple[str | None, bool]
) -> None:
    assert WORLD.parties.home(outlet) == home


def test_an_adjective_beside_its_office_only_counts_without_a_mark_between() -> None:
    assert mentioned("Turkish, officials left") == [("TUR", MentionKind.QUALIFIER, "Turkish")]
    assert mentioned("officials, Turkish ones") == [("TUR", MentionKind.QUALIFIER, "Turkish")]
    assert mentioned("officials of Turkish stock") == [("TUR", MentionKind.OFFICE, "officials of Turkish")]


def test_a_seat_after_a_preposition_is_a_place_and_does_not_speak() -> None:
    assert who("Ankara said the pier was closed.").party == "TUR"
    assert who("The UN envoy to Ankara said the pier was closed.").party == "UN"
