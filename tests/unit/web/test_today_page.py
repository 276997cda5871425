from dataclasses import replace
from datetime import timedelta

from flask.testing import FlaskClient
from lxml import html
from people_doubles import NAMES
from room_lists import CAPTURED
from room_stories import BridgeStory
from rooms import Reader, Shelf, application_of

from tracker.domain.conflicts import Judgement
from tracker.domain.people import Role

AMAL, ADIL = NAMES[Role.ANALYST], NAMES[Role.ADMIN]


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def table(page: html.HtmlElement) -> dict[str, list[str]]:
    (arrivals,) = page.find_class("arrivals")
    return {words(row[0]): [words(cell) for cell in row[1:]] for row in arrivals.xpath(".//tbody/tr")}


def test_what_came_in_is_counted_for_each_span(story: BridgeStory, read: Reader) -> None:
    counts = story.shelf.library.counts()
    story.shelf.day_book.visited = CAPTURED + timedelta(hours=1)
    page = read("/")
    assert table(page)["Documents taken in"] == ["0", str(counts.documents), str(counts.documents)]
    assert table(page)["New events"] == ["0", "2", "2"]
    (heading,) = page.xpath("//thead//th[1]")
    assert words(heading) == "since your last visit 8 June 2020, 10:30 UTC"


def test_a_first_visit_has_no_span_of_its_own(story: BridgeStory, read: Reader) -> None:
    story.shelf.day_book.visited = None
    page = read("/")
    assert "last visit" not in words(page)
    assert len(table(page)["Documents taken in"]) == 2


def test_every_count_leads_to_what_it_counts(client: FlaskClient, read: Reader) -> None:
    page = read("/")
    links = page.xpath("//main//table//td//a/@href | //main//section//a/@href")
    assert len(links) > 10
    for link in dict.fromkeys(links):
        answer = client.get(link)
        assert answer.status_code == 200, link
    assert [cell for cell in page.xpath("//main//table//td[not(a)]") if words(cell) not in {"", "0"}] == []


def test_what_waits_is_counted_by_type_and_parties(story: BridgeStory, read: Reader) -> None:
    suggested = [row for row in story.shelf.library.conflicts if row.judgement is Judgement.SUGGESTED]
    (section,) = read("/").find_class("waiting")
    assert f"{len(suggested)} suggested conflict" in words(section)
    counted = [words(one.find_class("count")[0]) for one in section.xpath(".//dl/dt")]
    assert sum(map(int, counted)) == len(suggested)
    shown = [str(row.verdict.explanation) for row in sorted(suggested, key=lambda row: -row.verdict.score)]
    lines = section.xpath(".//ul[@class='lines']/li")
    assert [next(one for one in shown if one in words(line)) for line in lines] == shown[:5]


def test_nothing_that_waits_is_said_in_words() -> None:
    shelf = Shelf()
    document = shelf.document(title="Well", outlet="Courier", language="en", text="The well is dry.")
    shelf.event("Well", (shelf.statement(document, document.text, "CIV"),))
    text = application_of(shelf.room()).test_client().get("/").get_data(as_text=True)
    assert "Nothing waits" in text
    assert "Nothing is assigned to you" in text
    assert "Nobody else decided anything" in text
    assert "Most contested" not in text


def test_what_is_assigned_to_the_reader_is_shown(story: BridgeStory, read: Reader) -> None:
    story.shelf.lists.assigned[story.event.id] = (AMAL,)
    (section,) = read("/").find_class("mine")
    assert section.xpath(".//li/a/@href") == [f"/events/{story.event.id}"]
    story.shelf.lists.assigned[story.event.id] = (ADIL,)
    (section,) = read("/").find_class("mine")
    assert section.xpath(".//li/a/@href") == []


def test_what_colleagues_decided_is_shown_but_not_what_the_reader_did(story: BridgeStory) -> None:
    room = story.shelf.room()
    story.shelf.day_book.now = story.shelf.decided.now + timedelta(hours=2)
    first, second = list(story.conflicts.values())[:2]
    room.decisions.judge([first.id], Judgement.UNSURE, by=ADIL)
    room.decisions.judge([second.id], Judgement.CONFIRMED, by=AMAL)
    page = html.document_fromstring(application_of(room).test_client().get("/").get_data(as_text=True))
    (acts,) = page.find_class("acts")
    assert len(acts) == 1
    assert words(acts[0]).startswith("adil judged a conflict")
    assert "became unsure" in words(acts[0])


def test_an_empty_installation_says_what_to_do() -> None:
    page = application_of(Shelf().room()).test_client().get("/").get_data(as_text=True)
    assert "Nothing has been handed in yet" in page
    assert "tracker ingest" in page
    assert "tracker demo" in page
    assert "/help" in page


def test_the_twin_is_named_after_the_page(client: FlaskClient, story: BridgeStory) -> None:
    page = client.get("/today.json").get_json()
    assert page["today"]["counts"]["events"] == 2
    assert page["today"]["contested"][0]["id"] == story.event.id


def test_a_hostile_title_stays_text(story: BridgeStory) -> None:
    story.shelf.lists.assigned[story.event.id] = (AMAL,)
    hostile = replace(story.event, title="<script>alert(1)</script>")
    story.shelf.library.all_events[story.event.id] = hostile
    text = application_of(story.shelf.room()).test_client().get("/").get_data(as_text=True)
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
