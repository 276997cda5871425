from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from lxml import html
from people_doubles import NAMES
from room_lists import CAPTURED
from room_stories import BridgeStory
from rooms import BRIDGE, Reader, Shelf, application_of, crowded_shelf

from tracker.domain.people import Role
from tracker.web.event_lists import PAGE_SIZE

AMAL = NAMES[Role.ANALYST]

Ids = Callable[[str], list[str]]


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def rows(page: html.HtmlElement) -> list[str]:
    return [str(key) for key in page.xpath("//ol[@class='events']//h2/@id")]


def facet(page: html.HtmlElement, name: str) -> dict[str, int]:
    """The values of a facet, as they are called, with their counts."""
    links = page.xpath(f"//section[@aria-labelledby='facet-{name}']//a")
    return {words(link.find_class("value")[0]): int(words(link.find_class("count")[0])) for link in links}


def chips(page: html.HtmlElement) -> list[str]:
    return [words(chip) for chip in page.find_class("chip")]


@pytest.fixture
def ids(read: Reader) -> Ids:
    return lambda address: rows(read(address))


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
    amounts = [words(item) for item in row.find_class("amounts")[0]]
    assert amounts[:2] == ["12 statements in 5 documents", "4 conflicts"]
    assert "wait" in amounts[2]
    assert "3–4 June 2020" in words(row)
    assert "Wadi Sidra bridge" in words(row)
    assert "Constructed for demonstration" in words(row)


def test_the_newest_event_stands_first_and_one_without_a_day_last(story: BridgeStory, ids: Ids) -> None:
    assert ids("/events") == [story.event.id, story.quiet_event.id]


def test_a_title_carries_its_language_and_direction(story: BridgeStory, read: Reader) -> None:
    (title,) = read("/events").xpath(f"//h2[@id='{story.quiet_event.id}']//bdi")
    assert (title.get("lang"), title.get("dir")) == ("ar", "rtl")


def test_the_list_can_be_held_to_one_party(story: BridgeStory, ids: Ids) -> None:
    assert ids("/events?party=RUS") == [story.event.id]


def test_two_parties_must_both_have_spoken(story: BridgeStory, ids: Ids) -> None:
    assert ids("/events?party=RUS&party=LNA") == [story.event.id]
    assert ids("/events?party=RUS&party=ITA") == []


def test_facets_count_what_is_left_and_lead_there(read: Reader) -> None:
    page = read("/events")
    assert facet(page, "party") == {"LNA": 1, "GNA": 1, "TUR": 1, "UN": 1, "RUS": 1, "CIV": 2}
    assert facet(page, "constructed") == {
        "with constructed documents": 1,
        "published documents only": 1,
    }
    assert facet(page, "review") == {"suggested conflicts wait": 1, "conflicts judged": 1}
    for link in page.xpath("//aside//section//a"):
        held = read(link.get("href"))
        assert len(rows(held)) == int(words(link.find_class("count")[0])), link.get("href")
        assert any(words(link.find_class("value")[0]) in chip for chip in chips(held))


def test_a_chip_takes_its_filter_away(read: Reader) -> None:
    page = read("/events?party=RUS&type=control&sort=contested")
    assert chips(page) == ["Remove: Party: RUS ✕", "Remove: Type of conflict: Control ✕"]
    addresses = [chip.get("href") for chip in page.find_class("chip")]
    assert addresses == ["/events?type=control&sort=contested", "/events?party=RUS&sort=contested"]
    assert page.find_class("chip-all")[0].get("href") == "/events"


def test_another_place_replaces_the_one_chosen() -> None:
    shelf = Shelf()
    for name, place in (("bridge", BRIDGE), ("nowhere", None)):
        document = shelf.document(title=name, outlet="Courier", language="en", text=f"The {name} is quiet.")
        shelf.event(name, (shelf.statement(document, document.text, "CIV"),), place=place)
    client = application_of(shelf.room()).test_client()
    page = html.document_fromstring(client.get("/events?place=p1").get_data(as_text=True))
    assert facet(page, "place") == {BRIDGE.name: 1}
    assert len(rows(page)) == 1
    assert chips(page) == ["Remove: Place: Wadi Sidra bridge ✕"]


def test_what_is_assigned_to_the_reader_is_found_by_the_reader_alone(story: BridgeStory) -> None:
    story.shelf.lists.assigned[story.event.id] = (AMAL,)
    application = application_of(story.shelf.room())
    client = application.test_client()
    mine = html.document_fromstring(client.get("/events?review=mine").get_data(as_text=True))
    assert rows(mine) == [story.event.id]
    assert "assigned to amal" in words(mine)
    client.sign_in(application.extensions["office"].token_of(NAMES[Role.VIEWER]))  # type: ignore[attr-defined]
    theirs = html.document_fromstring(client.get("/events?review=mine").get_data(as_text=True))
    assert rows(theirs) == []


def test_a_grade_is_shown_and_filtered_by(story: BridgeStory, read: Reader) -> None:
    story.shelf.lists.grades[story.event.id] = "weak"
    page = read("/events?review=graded")
    assert rows(page) == [story.event.id]
    assert words(page.find_class("grade")[0]) == "✓ Weak"


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ("from=2020-06-04", 1),
        ("to=2020-06-02", 0),
        ("from=2020-06-05", 0),
        ("from=2020-06-01&to=2020-06-03", 1),
    ],
)
@pytest.mark.usefixtures("story")
def test_the_days_are_those_of_the_event(ids: Ids, days: str, found: int) -> None:
    assert len(ids(f"/events?{days}")) == found


def test_a_day_that_is_none_is_said_beside_its_field(read: Reader) -> None:
    page = read("/events?from=june&party=LNA", status=400)
    (field,) = page.xpath("//input[@id='from']")
    assert (field.get("value"), field.get("aria-invalid"), field.get("type")) == ("june", "true", "text")
    assert "year-month-day" in words(page.get_element_by_id("from-fault"))
    assert page.xpath("//form[@class='days']/input[@name='party']/@value") == ["LNA"]


def test_days_the_wrong_way_round_are_said(read: Reader) -> None:
    assert "lies before" in words(read("/events?from=2020-06-05&to=2020-06-01", status=400))


@pytest.mark.usefixtures("story")
def test_events_with_news_since_a_time(read: Reader) -> None:
    assert len(rows(read(f"/events?came={CAPTURED.isoformat().replace('+', '%2B')}"))) == 2
    page = read("/events?came=2030-01-01T00:00")
    assert rows(page) == []
    assert chips(page) == ["Remove: something came in since 2030-01-01 00:00 ✕"]
    assert len(rows(read("/events?published=2020-06-05"))) == 1, "the other has no date"
    assert rows(read("/events?published=2030-06-05")) == []


def test_nothing_that_matches_is_said_with_a_way_out(read: Reader) -> None:
    page = read("/events?party=ITA&language=tr")
    (empty,) = page.find_class("empty")
    assert "No event matches all of this" in words(empty)
    assert empty.xpath(".//a/@href") == ["/events"]


@pytest.mark.parametrize(
    "address",
    [
        "party=XXX",
        "type=quarrel",
        "review=done",
        "constructed=maybe",
        "language=1!",
        "sort=oldest",
        "after=x!",
    ],
)
def test_what_no_list_could_be_held_to_is_not_found(read: Reader, address: str) -> None:
    read(f"/events?{address}", status=404)


@pytest.mark.parametrize("sort", ["newest", "contested"])
def test_pages_follow_one_another_and_keep_what_is_chosen(sort: str) -> None:
    client = application_of(crowded_shelf(2 * PAGE_SIZE + 6).room()).test_client()
    seen: list[str] = []
    address = f"/events?party=CIV&sort={sort}"
    while address:
        page = html.document_fromstring(client.get(address).get_data(as_text=True))
        seen += rows(page)
        address = next(iter(page.xpath("//a[@rel='next']/@href")), "")
        assert not address or "party=CIV" in address
    assert len(seen) == len(set(seen)) == PAGE_SIZE + 3


def test_the_cursor_of_one_order_is_none_of_the_other() -> None:
    client = application_of(crowded_shelf(PAGE_SIZE + 2).room()).test_client()
    page = html.document_fromstring(client.get("/events").get_data(as_text=True))
    (following,) = page.xpath("//a[@rel='next']/@href")
    assert client.get(f"{following}&sort=contested").status_code == 404


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_an_empty_library_says_how_to_fill_it(role: Role) -> None:
    text = application_of(Shelf().room(), role=role).test_client().get("/events").get_data(as_text=True)
    assert "No events yet" in text
    assert "tracker ingest" in text or "Add documents" in text


def test_the_twin_holds_rows_facets_and_addresses(client: FlaskClient, story: BridgeStory) -> None:
    page = client.get("/events.json?party=LNA").get_json()
    assert [row["id"] for row in page["rows"]] == [story.event.id]
    assert (page["total"], page["everything"]) == (1, 2)
    (parties,) = [one for one in page["facets"] if one["facet"] == "party"]
    assert {"value": "LNA", "name": None, "count": 1, "is_chosen": True, "address": "/events"} in parties[
        "options"
    ]
    assert page["rows"][0]["end"] == date(2020, 6, 4).isoformat()
