from lxml import html
from room_stories import BridgeStory
from rooms import Reader, application_of

from tracker.domain.errors import IndexDamagedError
from tracker.domain.views import StatementView


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_a_statement_says_how_everything_about_it_is_known(story: BridgeStory, read: Reader) -> None:
    statement = story.arabic["fall"]
    page = read(f"/statements/{statement.id}")
    (single,) = page.find_class("single")
    (quote,) = single.iter("blockquote")
    assert (quote.get("lang"), quote.get("dir"), quote.text_content()) == ("ar", "rtl", statement.quote)
    facts = words(page.find_class("facts")[0])
    for expected in (
        "the sentence names its speaker; confidence 0.85",
        "نفت",
        "صحيفة الوادي, بيان الحكومة",
        "4 June 2020, to the day; reckoned from words",
        "Wadi Sidra bridge (bridge), named in the sentence",
        "Both sides claim the bridge at Wadi Sidra: same place, one day apart",
        f"code points {statement.span.start} to {statement.span.end}",
    ):
        assert expected in facts


def test_its_conflicts_are_listed_without_the_rejected(story: BridgeStory, read: Reader) -> None:
    page = read(f"/statements/{story.english['holds'].id}")
    assert page.xpath("//article[contains(@class, 'conflict ')]/@id") == [story.conflicts["control"].id]


def test_similar_statements_are_listed_without_itself(story: BridgeStory, read: Reader) -> None:
    statement = story.english["killed"]
    quotes = [quote.text_content() for quote in read(f"/statements/{statement.id}").xpath("//ol//blockquote")]
    assert len(quotes) == 6
    assert statement.quote not in quotes


def test_a_statement_is_shown_although_the_search_is_down(story: BridgeStory) -> None:
    def search(*_: object) -> list[StatementView]:
        raise IndexDamagedError("the index is torn: run `tracker index rebuild`")

    client = application_of(story.shelf.room(search=search)).test_client()
    response = client.get(f"/statements/{story.english['holds'].id}")
    text = response.get_data(as_text=True)
    assert response.status_code == 200
    assert "tracker index rebuild" in text
    assert story.english["holds"].quote in text


def test_a_statement_in_no_event_has_no_link_to_one(story: BridgeStory, read: Reader) -> None:
    page = read(f"/statements/{story.turkish['apart'].id}")
    assert page.xpath("//nav[@aria-label='Breadcrumbs']//a/@href") == ["/events"]


def test_an_unknown_statement_is_not_found(read: Reader) -> None:
    assert "no statement s1" in words(read("/statements/s1", status=404))
