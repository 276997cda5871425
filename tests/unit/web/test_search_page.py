from datetime import date

import pytest
from flask.testing import FlaskClient
from lxml import html
from room_stories import BridgeStory
from rooms import Reader, application_of

from tracker.domain.errors import ModelMismatchError
from tracker.domain.search import SearchMode
from tracker.domain.views import StatementFilter, StatementView
from tracker.web.searches import LONGEST_QUERY, RESULTS


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_the_form_alone_searches_for_nothing(read: Reader) -> None:
    page = read("/search")
    assert not page.find_class("result")
    assert not page.find_class("empty")


def test_results_stand_best_first_with_score_event_and_conflicts(story: BridgeStory, read: Reader) -> None:
    page = read("/search?q=31+fighters+of+the+other+side+were+killed")
    first = page.find_class("result")[0]
    assert first.xpath(".//blockquote")[0].text_content() == story.english["killed"].quote
    assert words(first.find_class("score")[0]) == "1.00"
    assert f"/events/{story.event.id}#{story.english['killed'].id}" in first.xpath(".//a/@href")
    assert "1 conflict" in words(first)
    scores = [float(words(score)) for score in page.find_class("score")]
    assert scores == sorted(scores, reverse=True)


def test_a_statement_in_no_event_says_so(story: BridgeStory, read: Reader) -> None:
    page = read("/search?q=" + story.turkish["apart"].quote.replace(" ", "+"))
    assert "In no event" in words(page.find_class("result")[0])


def test_what_was_asked_is_handed_on_and_kept_in_the_form(story: BridgeStory) -> None:
    asked: list[tuple[str, int, StatementFilter, SearchMode]] = []

    def search(
        text: str, k: int, wanted: StatementFilter, mode: SearchMode = SearchMode.HYBRID
    ) -> list[StatementView]:
        asked.append((text, k, wanted, mode))
        return []

    client = application_of(story.shelf.room(search=search)).test_client()
    response = client.get(
        "/search?q=+köprü+&mode=lexical&party=TUR&language=tr&from=2020-06-01&to=2020-06-30"
    )
    wanted = StatementFilter(
        parties=("TUR",),
        languages=("tr",),
        published_from=date(2020, 6, 1),
        published_to=date(2020, 6, 30),
    )
    assert asked == [("köprü", RESULTS, wanted, SearchMode.LEXICAL)]
    page = html.document_fromstring(response.get_data(as_text=True))
    assert page.xpath("//input[@name='q']/@value") == ["köprü"]
    assert page.xpath("//option[@selected]/@value") == ["lexical", "TUR", "tr"]
    assert page.xpath("//input[@type='date']/@value") == ["2020-06-01", "2020-06-30"]
    assert "No statement was found within these limits" in words(page)


def test_limits_take_statements_away(read: Reader) -> None:
    page = read("/search?q=bridge&party=RUS")
    assert {words(tag) for tag in page.xpath("//article//abbr")} == {"RUS"}


@pytest.mark.parametrize(
    ("query", "field", "words_of_it"),
    [
        ("from=yesterday", "from", "year-month-day"),
        ("to=2020-13-01", "to", "year-month-day"),
        ("from=2020-06-02&to=2020-06-01", "to", "before the first"),
        ("party=NOBODY", "party", "Nothing is known by that name"),
        ("mode=guess", "mode", "Nothing is known by that name"),
        ("language=<b>", "language", "Nothing is known by that name"),
        (f"q={'a' * (LONGEST_QUERY + 1)}", "q", "too long"),
    ],
)
def test_a_field_at_fault_is_named_and_nothing_is_searched(
    read: Reader, query: str, field: str, words_of_it: str
) -> None:
    page = read(f"/search?{'' if query.startswith('q=') else 'q=bridge&'}{query}", status=400)
    (control,) = page.xpath(f"//form[@role='search']//*[@name='{field}']")
    assert control.get("aria-invalid") == "true"
    assert words_of_it in words(page.get_element_by_id(control.get("aria-describedby")))
    assert not page.find_class("result")


def test_a_search_that_cannot_be_answered_says_why(story: BridgeStory) -> None:
    def search(*_: object) -> list[StatementView]:
        raise ModelMismatchError("old/model", "new/model")

    client = application_of(story.shelf.room(search=search)).test_client()
    response = client.get("/search?q=bridge")
    assert response.status_code == 503
    assert "tracker relink" in response.get_data(as_text=True)


def test_the_longest_query_is_still_answered(client: FlaskClient) -> None:
    assert client.get(f"/search?q={'a' * LONGEST_QUERY}").status_code == 200


def test_a_result_says_why_it_is_there_and_marks_the_words(read: Reader) -> None:
    first = read("/search?q=31+fighters+of+the+other+side+were+killed").find_class("result")[0]
    (mark,) = first.find_class("of-found")
    assert len(mark.text_content()) == 3
    assert "By meaning no. 1 of its language" in words(first.find_class("why")[0])
    assert "by words no. 2" in words(first.find_class("why")[0])


def test_the_mode_is_hybrid_until_another_is_chosen(read: Reader) -> None:
    assert read("/search").xpath("//select[@name='mode']/option[@selected]/@value") == ["hybrid"]
    page = read("/search?q=bridge&mode=semantic")
    assert page.xpath("//select[@name='mode']/option[@selected]/@value") == ["semantic"]
    assert not page.find_class("why")
