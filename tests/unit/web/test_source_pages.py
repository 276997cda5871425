"""Sources: the list, the page of one, and the letter that people give it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from room_stories import BridgeStory
from rooms import Shelf, application_of

from tracker.domain.decisions import Reliability
from tracker.domain.people import Role
from tracker.web.sources import DOCUMENTS, PAGE_SIZE


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def parsed(client: FlaskClient, path: str) -> html.HtmlElement:
    return html.document_fromstring(client.get(path).get_data(as_text=True))


def number_of(client: FlaskClient, name: str) -> str:
    [address] = parsed(client, "/sources").xpath(f"//h2/a[normalize-space()='{name}']/@href")
    return str(address).rpartition("/")[2]


def stamp_on(client: FlaskClient, number: str) -> str:
    [seen] = parsed(client, f"/sources/{number}").xpath("//input[@name='seen']/@value")
    return str(seen)


def rate(client: FlaskClient, number: str, letter: str, reason: str = "Checked against pictures.") -> int:
    form = {"letter": letter, "reason": reason, "seen": stamp_on(client, number)}
    return client.post(f"/sources/{number}/reliability", data=form).status_code


@pytest.fixture
def application(story: BridgeStory) -> Flask:
    story.shelf.document(title="Leaflet", outlet="", language="ar", text="بيان")
    return application_of(story.shelf.room())


def test_every_letter_has_words(application: Flask) -> None:
    module = application.jinja_env.get_template("sources/_words.html").module
    for name in ("letters", "meanings"):
        assert set(getattr(module, name)) == {letter.value for letter in Reliability}


def test_outlets_are_counted_those_with_most_documents_first(application: Flask) -> None:
    page = parsed(application.test_client(), "/sources")
    rows = [words(row) for row in page.xpath("//ul[@class='overview']/li")]
    assert rows[0].startswith("Sidra Courier not rated")
    assert "1 document names no outlet." in words(page)
    assert all("not rated" in row for row in rows)
    [gulf] = [row for row in rows if row.startswith("Gulf Wire")]
    assert "1 document 7 June 2020 1 statement; 0% in its own voice" in gulf


def test_the_share_of_its_own_voice_is_told() -> None:
    shelf = Shelf()
    text = "One. Two. Three. Four."
    document = shelf.document(title="Four", outlet="Gulf Wire", language="en", text=text)
    for quote, party in (("One.", "MEDIA"), ("Two.", "GNA"), ("Three.", "GNA"), ("Four.", "LNA")):
        shelf.statement(document, quote, party)
    page = parsed(application_of(shelf.room()).test_client(), "/sources/1")
    assert "4 statements; 25% in its own voice" in words(page)
    quoted = page.xpath("//section[@id='quotes']//li")
    assert [words(row) for row in quoted] == ["GNA 2", "LNA 1"]


def test_a_letter_is_given_with_a_reason_and_stays_in_the_history(application: Flask) -> None:
    client = application.test_client()
    number = number_of(client, "Gulf Wire")
    assert rate(client, number, "B") == 303
    page = parsed(client, f"/sources/{number}")
    assert words(page.find_class("reliability")[0]) == "✓ B usually reliable"
    history = words(page.xpath("//section[@id='history']")[0])
    assert "amal" in history
    assert "Checked against pictures." in history
    assert "B usually reliable" in words(parsed(client, "/sources"))
    assert rate(client, number, "none") == 303
    assert parsed(client, f"/sources/{number}").find_class("unrated")


def test_the_machine_gives_no_letter_so_none_stands_at_first(application: Flask) -> None:
    page = parsed(application.test_client(), "/sources/1")
    assert page.xpath("//input[@name='letter'][@checked]/@value") == ["none"]


@pytest.mark.parametrize(("reason", "told"), [("  ", "Please say why"), ("x" * 2_001, "That is too long")])
def test_a_letter_without_a_fit_reason_is_not_kept_and_the_form_shows_why(
    application: Flask, reason: str, told: str
) -> None:
    client = application.test_client()
    form = {"letter": "D", "reason": reason, "seen": stamp_on(client, "1")}
    answer = client.post("/sources/1/reliability", data=form)
    assert answer.status_code == 400
    page = html.document_fromstring(answer.get_data(as_text=True))
    assert told in words(page.get_element_by_id("reason-fault"))
    assert page.xpath("//input[@name='letter'][@checked]/@value") == ["D"]
    assert parsed(client, "/sources/1").find_class("unrated")


def test_a_letter_that_does_not_exist_is_refused(application: Flask) -> None:
    client = application.test_client()
    assert client.post("/sources/1/reliability", data={"letter": "G", "reason": "x"}).status_code == 400


def test_whoever_comes_too_late_is_shown_both_letters(application: Flask) -> None:
    client = application.test_client()
    seen = stamp_on(client, "1")
    assert rate(client, "1", "C") == 303
    form = {"letter": "E", "reason": "It is often wrong.", "seen": seen}
    answer = client.post("/sources/1/reliability", data=form)
    assert answer.status_code == 409
    assert "It is often wrong." in answer.get_data(as_text=True)
    assert "C fairly reliable" in words(parsed(client, "/sources/1"))


def test_viewers_read_what_the_letters_mean_but_give_none(story: BridgeStory) -> None:
    client = application_of(story.shelf.room(), role=Role.VIEWER).test_client()
    page = parsed(client, "/sources/1")
    assert page.xpath("//form[contains(@action, 'reliability')]") == []
    assert "Time and again it was not borne out." in words(page)
    assert client.post("/sources/1/reliability", data={"letter": "A", "reason": "x"}).status_code == 403


def test_the_list_can_be_held_to_a_name_and_a_letter(application: Flask) -> None:
    client = application.test_client()
    rate(client, number_of(client, "Gulf Wire"), "B")

    def names(query: str) -> list[str]:
        return [words(name) for name in parsed(client, f"/sources?{query}").xpath("//article//h2")]

    assert names("q=gulf") == ["Gulf Wire"]
    assert names("letter=B") == ["Gulf Wire"]
    assert "Gulf Wire" not in names("letter=none")
    assert names("letter=A") == []
    assert "No source is like that." in words(parsed(client, "/sources?letter=A"))
    assert client.get("/sources?letter=G").status_code == 404


@pytest.mark.parametrize(
    "path", ["/sources/99", "/sources/x", "/sources/١", "/sources?after=99", "/sources/1?after=x"]
)
def test_what_is_not_there_is_not_found(application: Flask, path: str) -> None:
    assert application.test_client().get(path).status_code == 404


def test_long_lists_are_paged() -> None:
    shelf = Shelf()
    for number in range(PAGE_SIZE + 2):
        shelf.document(title="Day", outlet=f"Outlet {number:03}", language="en", text=f"Day {number}.")
    for number in range(DOCUMENTS + 1):
        shelf.document(title=f"Story {number}", outlet="Outlet 000", language="en", text=f"Story {number}.")
    client = application_of(shelf.room()).test_client()
    first = parsed(client, "/sources")
    second = parsed(client, first.xpath("//a[@rel='next']/@href")[0])
    assert [len(page.xpath("//article//h2")) for page in (first, second)] == [PAGE_SIZE, 2]
    one = parsed(client, "/sources/1")
    other = parsed(client, one.xpath("//a[@rel='next']/@href")[0])
    listed = [page.xpath("//ol[@class='documents']/li") for page in (one, other)]
    assert [len(rows) for rows in listed] == [DOCUMENTS, 2]


def test_an_empty_list_says_how_sources_come() -> None:
    page = parsed(application_of(Shelf().room()).test_client(), "/sources")
    assert "they come with documents that name one" in words(page)
