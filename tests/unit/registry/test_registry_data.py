"""What the registry that ships must hold, whoever edits it."""

from collections import Counter
from datetime import date

import pytest

from tracker.domain.parties import Speaker
from tracker.domain.statements import NamedPlace
from tracker.language.folding import fold
from tracker.language.pack import LANGUAGES, language_pack
from tracker.language.phrases import Words
from tracker.registry.loading import Registry, load_places, load_registry
from tracker.statements.mentions import PartyFinder
from tracker.statements.places import PlaceFinder

CODES = "LNA GNA TUR UN RUS EGY UAE USA FRA ITA EU CIV MEDIA OTHER"


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry()


@pytest.fixture(scope="module")
def places() -> tuple[NamedPlace, ...]:
    return load_places()


@pytest.fixture(scope="module")
def finder(registry: Registry) -> PartyFinder:
    return PartyFinder(registry.parties, registry.speakers)


def mentioned(finder: PartyFinder, text: str, language: str, on: date | None = None) -> set[str]:
    words, pack = Words.of(text), language_pack(language)
    return {mention.party for mention in finder.find(words, pack, pack.offices.find(words), on)}


def test_every_party_of_the_contract_is_there_once(registry: Registry) -> None:
    codes = Counter(party.code for party in registry.parties)
    assert set(CODES.split()) <= set(codes)
    assert max(codes.values()) == 1


def test_every_party_is_labelled_in_every_language(registry: Registry) -> None:
    assert all(set(LANGUAGES) <= set(party.label) for party in registry.parties)


def test_allies_are_parties_of_the_registry(registry: Registry) -> None:
    codes = {party.code for party in registry.parties}
    assert all(set(party.allies) <= codes - {party.code} for party in registry.parties)


def test_nobody_stops_speaking_for_a_party_before_he_began(registry: Registry) -> None:
    bounded = [one for one in registry.speakers if one.since and one.until]
    assert bounded
    assert all(one.since < one.until for one in bounded if one.since and one.until)


def test_no_name_of_a_party_belongs_to_another_one_too(registry: Registry) -> None:
    owners: dict[tuple[str, str], set[str]] = {}
    for party in registry.parties:
        for language, names in party.names.items():
            for name in names:
                owners.setdefault((language, fold(name)), set()).add(party.code)
    assert [key for key, codes in owners.items() if len(codes) > 1] == []


def test_every_person_is_found_under_his_full_name_in_every_language(
    registry: Registry, finder: PartyFinder
) -> None:
    missed = [
        (language, name)
        for speaker in registry.speakers
        for language, name in speaker.name.items()
        if speaker.party not in mentioned(finder, name, language, speaker.since or speaker.until)
    ]
    assert missed == []


def test_who_is_listed_twice_speaks_for_another_party_at_another_time(registry: Registry) -> None:
    entries: dict[str, list[Speaker]] = {}
    for speaker in registry.speakers:
        entries.setdefault(speaker.name["en"], []).append(speaker)
    twice = [listed for listed in entries.values() if len(listed) > 1]
    assert twice
    for earlier, later in (sorted(listed, key=lambda one: one.since or date.min) for listed in twice):
        assert earlier.party != later.party
        assert (earlier.until or date.max) < (later.since or date.min)


@pytest.mark.parametrize(
    ("language", "text", "party"),
    [
        ("en", "authorities in the east", "LNA"),
        ("en", "the eastern health ministry", "LNA"),
        ("en", "the Russian-backed forces", "LNA"),
        ("en", "the Turkish-backed government", "GNA"),
        ("en", "the coast guard", "GNA"),
        ("en", "the Turkish coast guard", "TUR"),
        ("en", "Tripoli residents", "CIV"),
        ("en", "the Petroleum Facilities Guard", "OTHER"),
        ("ar", "سلطات الشرق", "LNA"),
        ("ar", "القوات المدعومة من تركيا", "GNA"),
        ("ar", "خفر السواحل اليوناني", "OTHER"),
        ("ar", "مدير مستشفى البلدة", "CIV"),
        ("tr", "doğudaki yetkililer", "LNA"),
        ("tr", "Türkiye destekli hükümet", "GNA"),
        ("tr", "Bingazi Belediyesi", "CIV"),
        ("tr", "Bingazi Savunma Tugayları", "OTHER"),
        ("ru", "власти на востоке страны", "LNA"),
        ("ru", "поддерживаемое Турцией правительство", "GNA"),
        ("ru", "старейшины племен", "CIV"),
        ("ru", "бригады обороны Бенгази", "OTHER"),
    ],
)
def test_a_party_is_known_by_what_news_calls_it(
    finder: PartyFinder, language: str, text: str, party: str
) -> None:
    assert mentioned(finder, text, language) == {party}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Numerous men brought materials, but neither of the former shared a fortune."),
        ("ar", "لكنه أفاد بأن المنفى بعيد."),
        ("tr", "Komşu köyde çalışan usta gününü altın ve çelik işleriyle geçirdi."),
        ("ru", "В соседней станции материалы поисков появились в октябре словно сами."),
    ],
)
def test_words_that_sound_like_names_name_no_party(finder: PartyFinder, language: str, text: str) -> None:
    assert mentioned(finder, text.title() if language in {"en", "ru"} else text, language) == set()


@pytest.mark.parametrize("spelling", ["Haftar", "Hifter", "Hafter", "Mismari", "Mesmari", "Mosmari"])
def test_the_armys_people_are_known_in_every_spelling(finder: PartyFinder, spelling: str) -> None:
    assert mentioned(finder, f"{spelling} left the hall.", "en") == {"LNA"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The baker opened his shop at seven and sold bread to all who came until noon."),
        ("ar", "فتح الخباز دكانه في السابعة وباع الخبز لكل من جاء حتى الظهر."),
        ("tr", "Fırıncı dükkanını yedide açtı ve öğlene kadar gelenlere ekmek sattı."),
        ("ru", "Пекарь открыл лавку в семь и до полудня продавал всем хлеб."),
    ],
)
def test_everyday_words_name_no_party_and_no_place(
    finder: PartyFinder, places: tuple[NamedPlace, ...], language: str, text: str
) -> None:
    assert mentioned(finder, text, language) == set()
    assert PlaceFinder(places).find(Words.of(text), language_pack(language)) == []


def test_every_place_has_an_id_of_its_own_and_lies_in_a_place_that_is_there(
    places: tuple[NamedPlace, ...],
) -> None:
    ids = Counter(entry.place.id for entry in places)
    assert max(ids.values()) == 1
    assert {entry.place.within for entry in places if entry.place.within} <= set(ids)


def test_no_place_lies_in_itself_however_many_steps_up(places: tuple[NamedPlace, ...]) -> None:
    within = {entry.place.id: entry.place.within for entry in places}
    for place, first in within.items():
        seen, above = {place}, first
        while above:
            assert above not in seen
            seen.add(above)
            above = within[above]


def test_every_place_lies_on_the_globe(places: tuple[NamedPlace, ...]) -> None:
    assert all(abs(one.place.latitude) <= 90 and abs(one.place.longitude) <= 180 for one in places)


def test_most_places_are_named_in_every_language(places: tuple[NamedPlace, ...]) -> None:
    for language in LANGUAGES:
        named = sum(language in entry.names for entry in places)
        assert named >= 0.8 * len(places), language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "in Tarhuna"),
        ("ar", "في ترهونة"),
        ("tr", "Terhune'de"),
        ("ru", "в Тархуне"),
    ],
)
def test_one_town_is_the_same_place_in_every_language(
    places: tuple[NamedPlace, ...], language: str, text: str
) -> None:
    found = PlaceFinder(places).find(Words.of(text), language_pack(language))
    assert [match.meaning.name for match in found] == ["Tarhuna"]
