from flask.testing import FlaskClient
from lxml import html
from room_stories import BridgeStory
from rooms import Reader, Shelf, application_of, crowded_shelf

from tracker.web.events import PAGE_SIZE


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_the_home_page_leads_to_the_events(client: FlaskClient) -> None:
    response = client.get("/")
    assert (response.status_code, response.location) == (302, "/events")


def test_a_row_counts_parties_languages_documents_and_conflicts(story: BridgeStory, read: Reader) -> None:
    page = read("/events")
    (row,) = page.xpath(f"//article[@aria-labelledby='{story.event.id}']")
    tallies = [words(item) for item in row.xpath(".//ul[contains(@class, 'tally')]/li")]
    assert tallies == [
        "LNA 3",
        "GNA 4",
        "TUR 1",
        "UN 1",
        "RUS 2",
        "CIV 1",
        "English 7",
        "Arabic 2",
        "Turkish 1",
        "Russian 2",
    ]
    assert [words(item) for item in row.find_class("amounts")[0]] == [
        "12 statements in 5 documents",
        "4 conflicts",
    ]
    assert "3–4 June 2020" in words(row)
    assert "Wadi Sidra bridge" in words(row)
    assert "Constructed for demonstration" in words(row)


def test_the_newest_event_stands_first_and_one_without_a_day_last(story: BridgeStory, read: Reader) -> None:
    ids = read("/events").xpath("//ol[@class='events']//h2/@id")
    assert ids == [story.event.id, story.quiet_event.id]


def test_a_title_carries_its_language_and_direction(story: BridgeStory, read: Reader) -> None:
    (title,) = read("/events").xpath(f"//h2[@id='{story.quiet_event.id}']//bdi")
    assert (title.get("lang"), title.get("dir")) == ("ar", "rtl")


def test_the_list_can_be_held_to_one_party(story: BridgeStory, read: Reader) -> None:
    assert read("/events?party=RUS").xpath("//ol[@class='events']//h2/@id") == [story.event.id]


def test_a_party_that_says_nothing_gets_an_answer_in_words(read: Reader) -> None:
    assert "No event holds a statement by Italy" in words(read("/events?party=ITA"))


def test_a_party_that_the_registry_lacks_is_not_found(read: Reader) -> None:
    assert "the party registry has no party XXX" in words(read("/events?party=XXX", status=404))


def test_pages_follow_one_another_and_keep_the_party() -> None:
    client = application_of(crowded_shelf(2 * PAGE_SIZE + 6).room()).test_client()
    seen: list[str] = []
    address = "/events?party=CIV"
    while address:
        page = html.document_fromstring(client.get(address).get_data(as_text=True))
        seen += page.xpath("//ol[@class='events']//h2/@id")
        address = next(iter(page.xpath("//a[@rel='next']/@href")), "")
        assert not address or "party=CIV" in address
    assert len(seen) == len(set(seen)) == PAGE_SIZE + 3


def test_an_empty_library_says_how_to_fill_it() -> None:
    text = application_of(Shelf().room()).test_client().get("/events").get_data(as_text=True)
    assert "tracker ingest" in text
