"""Places: the list, and the page of one."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from lxml import html
from room_stories import BridgeStory, bridge_story
from rooms import TOWN, Reader, Shelf, application_of, crowded_shelf

from tracker.conflicts.aspects import Control
from tracker.domain.statements import Place
from tracker.web.places import EVENTS, PAGE_SIZE


@pytest.fixture(scope="module")
def story() -> BridgeStory:
    return bridge_story()


@pytest.fixture(scope="module")
def client(story: BridgeStory) -> FlaskClient:
    """Signed in, over a story that no test changes."""
    return application_of(story.shelf.room()).test_client()


@pytest.fixture
def read(client: FlaskClient) -> Reader:
    def page(path: str, status: int = 200) -> html.HtmlElement:
        answer = client.get(path)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return html.document_fromstring(answer.get_data(as_text=True))

    return page


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def parsed(client: FlaskClient, path: str) -> html.HtmlElement:
    return html.document_fromstring(client.get(path).get_data(as_text=True))


def test_every_stance_has_words(story: BridgeStory) -> None:
    environment = application_of(story.shelf.room()).jinja_env
    module = environment.get_template("places/_words.html").module
    assert set(module.stances) == {stance.value for stance in Control}  # type: ignore[attr-defined]


def test_places_are_counted_with_their_names_in_other_scripts(read: Reader) -> None:
    rows = [words(row) for row in read("/places").xpath("//ul[contains(@class, 'overview')]/li")]
    assert rows[0].startswith("Wadi Sidra bridge bridge; جسر وادي السدرة 12 statements")
    assert "Last day spoken of: 5 June 2020" in rows[0]


def test_the_reader_sees_a_place_in_the_own_language_first(client: FlaskClient) -> None:
    client = client.application.test_client()
    client.set_cookie("language", "ar")
    [first, *_] = parsed(client, "/places").xpath("//article//h2")
    assert words(first) == "جسر وادي السدرة"
    assert words(parsed(client, "/places/p1").xpath("//h1")[0]) == "جسر وادي السدرة"


def test_the_list_can_be_searched_in_any_script_and_held_to_a_kind(client: FlaskClient) -> None:
    def names(query: str) -> list[str]:
        return [words(name) for name in parsed(client, f"/places?{query}").xpath("//article//h2")]

    assert names("q=وادي") == ["Wadi Sidra bridge"]
    assert names("q=WADI") == ["Wadi Sidra bridge"]
    assert names("kind=bridge") == ["Wadi Sidra bridge"]
    assert names("q=atlantis") == []
    assert "No place is called that" in words(parsed(client, "/places?q=atlantis"))


def test_a_place_tells_what_contains_it_and_what_lies_in_it(read: Reader) -> None:
    assert read("/places/p1").xpath("//nav[@class='breadcrumbs']//a/@href") == ["/places", "/places/p2"]
    inside = read("/places/p2").xpath("//section[@id='inside']//li")
    assert [words(row) for row in inside] == ["Wadi Sidra bridge bridge; 12 statements"]


def test_a_place_shows_its_names_by_script(read: Reader) -> None:
    names = read("/places/p1").xpath("//section[@id='names']//dl")[0]
    assert words(names) == "Latin script Wadi Sidra bridge Arabic script جسر وادي السدرة"


def test_who_holds_it_stands_by_day_and_party_the_newest_first(read: Reader) -> None:
    days = read("/places/p1").xpath("//ol[@class='control']/li")
    assert [words(day.xpath("./h3")[0]) for day in days] == ["5 June 2020", "4 June 2020"]
    [mine] = days[0].xpath("./ul/li")
    assert words(mine.xpath("./p")[0]) == "LNA puts forward: taken in conflict"
    assert [party.text for party in days[1].xpath("./ul/li/p[1]/abbr")] == ["LNA", "GNA"]


def test_what_does_not_speak_of_control_is_left_out() -> None:
    shelf = Shelf()
    text = "Four wells are dry, the council said."
    document = shelf.document(title="Wells", outlet="Gulf Wire", language="en", text=text)
    shelf.statement(document, text, "CIV", place=TOWN)
    page = parsed(application_of(shelf.room()).test_client(), "/places/p2")
    assert "No statement says who holds it." in words(page)
    assert "No event is placed there." in words(page)


def test_many_days_wait_to_be_opened() -> None:
    shelf = Shelf()
    for number in range(15):
        text = f"Our forces captured the town on day {number}, the army said."
        document = shelf.document(
            title="Town",
            outlet="Gulf Wire",
            language="en",
            text=text,
            published=datetime(2020, 1, 1 + number, tzinfo=UTC),
        )
        shelf.statement(document, text, "LNA", place=TOWN)
    page = parsed(application_of(shelf.room()).test_client(), "/places/p2")
    assert len(page.xpath("//section[@id='control']/ol/li")) == 12
    assert words(page.xpath("//section[@id='control']/details/summary")[0]) == "3 earlier days"


def test_the_place_is_drawn_on_a_map(read: Reader) -> None:
    assert read("/places/p1").xpath("//*[name()='svg' and @class='map']")


def test_a_place_of_the_gazetteer_that_nobody_speaks_of_is_shown_and_no_other(client: FlaskClient) -> None:
    assert "0 statements" in words(parsed(client, "/places/p3"))
    for path in ("/places/atlantis", "/places/atlantis.json", "/places?after=atlantis"):
        assert client.get(path).status_code == 404


def test_events_and_places_are_paged() -> None:
    shelf = crowded_shelf(EVENTS + 2)
    for number in range(PAGE_SIZE):
        text = f"Well {number} is dry."
        document = shelf.document(title="Well", outlet="Gulf Wire", language="en", text=text)
        shelf.statement(
            document, text, "CIV", place=Place(f"w{number}", f"Well {number:02}", "town", 30.0, 15.0)
        )
    client = application_of(shelf.room()).test_client()
    first = parsed(client, "/places/p1")
    second = parsed(client, first.xpath("//a[@rel='next']/@href")[0])
    assert [len(page.xpath("//ol[@class='there']/li")) for page in (first, second)] == [EVENTS, 2]
    listed = parsed(client, "/places")
    rest = parsed(client, listed.xpath("//a[@rel='next']/@href")[0])
    assert [len(page.xpath("//article//h2")) for page in (listed, rest)] == [PAGE_SIZE, 1]


def test_an_empty_list_says_how_places_come() -> None:
    page = parsed(application_of(Shelf().room()).test_client(), "/places")
    assert "they come with statements that name one" in words(page)


@pytest.mark.parametrize("path", ["/places.json", "/places/p1.json"])
def test_twins_hold_no_paths_of_the_map(client: FlaskClient, path: str) -> None:
    twin = client.get(path)
    assert twin.status_code == 200
    assert "lands" not in twin.get_data(as_text=True)
