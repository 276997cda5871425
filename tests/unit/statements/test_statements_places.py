import pytest
from statement_examples import AIRPORT, GHARYAN, SUBURB, TRIPOLI, WORLD

from tracker.domain.statements import Place, PlaceFound
from tracker.language.pack import language_pack
from tracker.language.phrases import Words
from tracker.statements.places import PlaceFinder, choose_place


def places(text: str, language: str = "en") -> list[tuple[str, str]]:
    found = WORLD.places.find(Words.of(text), language_pack(language))
    return [(match.meaning.name, match.span.of(text)) for match in found]


def chosen(text: str, language: str = "en") -> Place | None:
    words, pack = Words.of(text), language_pack(language)
    mentions = WORLD.parties.find(words, pack, pack.offices.find(words))
    mention = choose_place(WORLD.places.find(words, pack), mentions, pack, words)
    if mention is None:
        return None
    assert mention.found is PlaceFound.SENTENCE
    assert mention.span is not None
    return mention.place


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "the road from Gharyan", [("Gharyan", "Gharyan")]),
        ("ar", "في مدينة غريان", [("Gharyan", "غريان")]),
        ("ar", "بغريان", [("Gharyan", "بغريان")]),
        ("tr", "Garyan'da", [("Gharyan", "Garyan")]),
        ("ru", "бои в Гарьяне", [("Gharyan", "Гарьяне")]),
        ("ru", "дорога на Триполи", [("Tripoli", "Триполи")]),
        ("ru", "в Gharyan", [("Gharyan", "Gharyan")]),
        ("en", "near Ayn Zarah", [("Ain Zara", "Ayn Zarah")]),
        ("en", "gharyan carpets", []),
        ("en", "nowhere at all", []),
    ],
)
def test_a_place_is_found_by_its_names_in_the_language_of_the_text(
    language: str, text: str, expected: list[tuple[str, str]]
) -> None:
    assert places(text, language) == expected


def test_of_two_places_the_one_after_a_preposition_is_what_the_sentence_is_about() -> None:
    assert chosen("Tripoli radio played songs while lorries burned in Gharyan.") == GHARYAN


def test_of_two_places_alike_the_more_exact_one_is_what_the_sentence_is_about() -> None:
    assert chosen("A lorry burned at Mitiga airport in Tripoli.") == AIRPORT
    assert chosen("A lorry burned in Tripoli at Ain Zara.") == SUBURB


def test_of_two_places_of_one_kind_the_first_is_what_the_sentence_is_about() -> None:
    assert chosen("Lorries went from Gharyan to Tripoli.") == GHARYAN
    assert chosen("Kamyonlar Trablus ve Garyan yolunda.", "tr") == TRIPOLI


def test_a_country_is_too_vague_to_be_a_statements_place() -> None:
    assert chosen("Lorries burned in Libya.") is None
    assert chosen("Lorries burned in Libya near Gharyan.") == GHARYAN


def test_a_place_inside_a_partys_name_is_not_where_it_happened() -> None:
    assert chosen("The Libyan National Army left Gharyan.") == GHARYAN
    assert chosen("The Libyan National Army left.") is None


def test_a_seat_that_speaks_is_not_where_it_happened() -> None:
    assert chosen("Ankara said the pier was closed.") is None


def test_a_finder_without_places_finds_none() -> None:
    assert PlaceFinder([]).find(Words.of("in Gharyan"), language_pack("en")) == []
