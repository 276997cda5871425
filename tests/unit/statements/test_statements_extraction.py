from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from statement_examples import (
    AIRPORT,
    GHARYAN,
    GULLIBLE,
    TRIPOLI,
    WORLD,
    day,
    document,
    only,
    sentences,
    statements,
)

from tracker.domain.documents import DateFound, DatePrecision, Document
from tracker.domain.identifiers import statement_id
from tracker.domain.statements import FigureKind, PlaceFound, Polarity
from tracker.statements.extraction import documents_of, extract_statements, with_evident_head


def day_of(read: Document) -> date | None:
    return read.published.date() if read.published else None


def test_one_sentence_is_read_for_who_what_where_when_and_how_many() -> None:
    text = "The LNA denied on Monday that 12 of its fighters had been killed in Gharyan."
    statement = only(text)
    assert statement.quote == text
    assert statement.party == "LNA"
    assert statement.polarity is Polarity.DENIES
    assert statement.place is not None
    assert (statement.place.place, statement.place.found) == (GHARYAN, PlaceFound.SENTENCE)
    assert [(one.kind, one.low, one.high) for one in statement.figures] == [(FigureKind.KILLED, 12, 12)]
    assert statement.date is not None
    assert (statement.date.day, statement.date.found) == (date(2020, 1, 6), DateFound.RELATIVE)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "نفى الجيش الوطني يوم الاثنين مقتل ١٢ من مقاتليه في غريان."),
        ("tr", "LUO, Garyan'da pazartesi günü 12 askerinin öldüğü iddiasını yalanladı."),
        ("ru", "ЛНА опровергла гибель 12 своих бойцов в Гарьяне в понедельник."),
    ],
)
def test_the_same_is_read_in_the_other_languages(language: str, text: str) -> None:
    statement = only(text, language)
    assert (statement.party, statement.polarity) == ("LNA", Polarity.DENIES)
    assert statement.language == language
    assert statement.place is not None
    assert statement.place.place == GHARYAN
    assert [(one.kind, one.low, one.high) for one in statement.figures] == [(FigureKind.KILLED, 12, 12)]
    assert day(statement) == date(2020, 1, 6)


def test_spans_point_into_the_text_exactly_as_given() -> None:
    said = "🚢 Rockets hit Gharyan on 6 January 2020, the GNA said; two men died."
    text = f"  \u200fHead line of page\r\n\r\n{said}\r\n"
    [statement] = statements(text)
    assert statement.span.of(text) == statement.quote
    assert statement.quote == said
    assert statement.place is not None
    assert statement.place.span is not None
    assert statement.place.span.of(text) == "Gharyan"
    assert statement.date is not None
    assert statement.date.span is not None
    assert statement.date.span.of(text) == "6 January 2020"
    assert [one.span.of(text) for one in statement.figures] == ["two"]
    assert statement.attribution.speaker_span is not None
    assert statement.attribution.speaker_span.of(text) == "GNA"


def test_the_same_document_always_gives_the_same_statements() -> None:
    one = document("The LNA said its men took Gharyan. Two men died.")
    assert extract_statements(one, WORLD) == extract_statements(one, WORLD)


def test_a_statements_id_is_made_of_its_document_and_span() -> None:
    statement = only("The LNA said its men took the pier.")
    assert statement.id == statement_id(statement.document, statement.span.start, statement.span.end)


def test_the_place_is_carried_to_the_next_sentences_until_another_is_named() -> None:
    found = sentences("Rockets hit Gharyan. Two men died. Rockets hit Mitiga airport. Two men died there.")
    assert [(one.place.place, one.place.found) for one in found if one.place] == [
        (GHARYAN, PlaceFound.SENTENCE),
        (GHARYAN, PlaceFound.NEIGHBOUR),
        (AIRPORT, PlaceFound.SENTENCE),
        (AIRPORT, PlaceFound.NEIGHBOUR),
    ]


def test_a_story_without_a_place_takes_the_one_in_its_title() -> None:
    [statement] = sentences("Two men died at dawn.", title="Blast in Tripoli")
    assert statement.place is not None
    assert (statement.place.place, statement.place.found) == (TRIPOLI, PlaceFound.TITLE)


def test_a_document_without_a_date_gets_no_relative_dates() -> None:
    relative, full = sentences(
        "The LNA said on Monday that rockets hit the pier. Rockets hit it again on 6 January 2020.",
        published=None,
    )
    assert relative.date is None
    assert day(full) == date(2020, 1, 6)


def test_a_document_without_a_date_takes_the_one_in_its_dateline() -> None:
    [statement] = statements("TUNIS, 8 January 2020 - The LNA said it left on Monday.", published=None)
    assert day(statement) == date(2020, 1, 6)


def test_the_date_given_beside_the_text_goes_before_its_dateline() -> None:
    given = datetime(2020, 1, 15, tzinfo=UTC)
    [statement] = statements("TUNIS, 8 January 2020 - The LNA said it left on Monday.", published=given)
    assert day(statement) == date(2020, 1, 13)


def test_a_document_that_came_without_title_and_date_takes_those_of_its_own_head() -> None:
    text = "Harbour talks stall\nTUNIS, 8 January 2020 - The mayor left the room. No date was set."
    headed = with_evident_head(document(text, published=None))
    assert headed.title == "Harbour talks stall"
    assert headed.published is not None
    assert (headed.published.date(), headed.published_found) == (date(2020, 1, 8), DateFound.DATELINE)
    assert headed.text == text


def test_a_document_that_bears_neither_is_named_after_its_first_words_and_stays_undated() -> None:
    headed = with_evident_head(document("The mayor left the room.", published=None))
    assert (headed.title, headed.published) == ("The mayor left the room.", None)


def test_a_title_and_date_given_beside_the_text_stay() -> None:
    given = document("Harbour talks stall\nTUNIS, 8 January 2020 - The mayor left.", title="Given title")
    assert with_evident_head(given) == given
    undated = with_evident_head(document(given.text, title="Given title", published=None))
    assert (undated.title, day_of(undated)) == ("Given title", date(2020, 1, 8))


def test_a_statement_without_a_date_of_its_own_has_none() -> None:
    assert only("The LNA said its men took the pier.").date is None


def test_of_several_dates_the_most_exact_is_the_statements() -> None:
    statement = only("The LNA said its men took the pier last week, on 2 January 2020.")
    assert statement.date is not None
    assert (statement.date.day, statement.date.precision) == (date(2020, 1, 2), DatePrecision.DAY)


def test_a_document_of_unknown_language_is_read_and_marked_as_english() -> None:
    [statement] = statements("The LNA said its men took the pier.", "und")
    assert (statement.language, statement.party) == ("en", "LNA")


@pytest.mark.parametrize("text", ["", "   \n \n", "A heading only", ".", "\u200f", "\ufffd\ufffd"])
def test_a_text_with_nothing_in_it_gives_no_statement(text: str) -> None:
    assert statements(text) == []


def test_a_document_dated_on_the_calendars_first_day_is_read_all_the_same() -> None:
    first = datetime(1, 1, 1, tzinfo=UTC)
    assert len(statements("The LNA said yesterday that its men took the pier.", published=first)) == 1


def page_of(stories: int) -> str:
    return "".join(
        f"Headline number {n} here\n\nHeadline number {n} here\n\nThe LNA said it took pier {n}.\n\n"
        for n in range(stories)
    )


def test_a_page_of_several_stories_is_several_documents_with_the_whole_pages_text() -> None:
    page = document(page_of(3))
    parts = documents_of(page)
    assert [part.title for part in parts] == [f"Headline number {n} here" for n in range(3)]
    assert len({part.id for part in parts}) == 3
    assert {part.text for part in parts} == {page.text}
    found = [one for part in parts for one in extract_statements(part, GULLIBLE)]
    assert [one.quote for one in found] == [f"The LNA said it took pier {n}." for n in range(3)]
    assert all(one.span.of(page.text) == one.quote for one in found)


def test_a_page_of_one_story_or_of_a_hundred_or_with_the_callers_id_stays_one_document() -> None:
    named = replace(document(page_of(3)), external_id="mine")
    for page in (document(page_of(1)), document(page_of(100)), named):
        assert documents_of(page) == (page,)


def test_the_time_of_an_entry_and_the_day_of_a_page_without_a_year_count_nobody() -> None:
    for text in (
        "13.05 Fighters of the LNA entered the town.",
        "On 26 May fighters of the LNA entered the town.",
    ):
        [statement] = extract_statements(document(text, published=None), GULLIBLE)
        assert statement.figures == ()
