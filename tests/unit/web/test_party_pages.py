"""The list of parties and their dossiers."""

from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from lxml import html
from room_stories import BridgeStory, bridge_story
from rooms import TOWN, Reader, Shelf, application_of

from tracker.domain.conflicts import ConflictType
from tracker.domain.statements import FigureKind
from tracker.web.month_charts import HEIGHT, draw_months
from tracker.web.parties import PAGE_SIZE
from tracker.web.scripts import Script, by_script, script_of


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


def section(page: html.HtmlElement, name: str) -> html.HtmlElement:
    [found] = page.xpath(f"//section[@id='{name}']")
    return found


def test_parties_stand_in_the_order_of_the_registry_with_what_they_put_forward(read: Reader) -> None:
    rows = read("/parties").xpath("//ul[@class='overview']/li")
    assert len(rows) == 14
    first, second = words(rows[0]), words(rows[1])
    assert first.startswith("Libyan National Army LNA Allied with RUS UAE 3 statements 1 event 3 conflicts")
    assert "4 statements; 2 deny" in second
    assert "English 3 Arabic 1" in second
    assert "Last statement: 7 June 2020" in second
    assert "Nothing is stored of it yet." in words(rows[5])


def test_an_alliance_counts_whichever_side_names_it(read: Reader) -> None:
    [row] = read("/parties").xpath("//article[@aria-labelledby='party-EGY']")
    assert "Allied with UAE" in words(row)


def test_a_party_that_left_the_registry_is_shown_by_its_code() -> None:
    shelf = Shelf()
    text = "The harbour guard said the pier was open."
    document = shelf.document(title="Pier", outlet="Gulf Wire", language="en", text=text)
    shelf.statement(document, text, "SHG")
    client = application_of(shelf.room()).test_client()
    listed, dossier = client.get("/parties"), client.get("/parties/SHG")
    assert "No longer in the registry; statements still name it." in listed.get_data(as_text=True)
    assert dossier.status_code == 200
    assert "1 statement" in dossier.get_data(as_text=True)


def test_a_dossier_tells_what_was_put_forward(read: Reader, story: BridgeStory) -> None:
    told = section(read("/parties/GNA"), "forward")
    assert "4 statements; 5 June 2020 to 7 June 2020" in words(told)
    assert told.xpath(".//a/@href") == [f"/events/{story.event.id}", "/places/p1"]


def test_a_dossier_says_from_which_day_on_there_is_such_a_party(read: Reader) -> None:
    assert "A party from 17 December 2015 on" in words(read("/parties/GNA"))
    assert "A party from" not in words(read("/parties/LNA"))


def test_a_dossier_shows_denials_revisions_and_admissions(read: Reader, story: BridgeStory) -> None:
    page = read("/parties/GNA")
    denied = section(page, "denied")
    assert "2 statements deny something" in words(denied)
    assert len(denied.find_class("quote")) == 2
    revised = section(page, "revised")
    assert "2 → became 31" in words(revised)
    assert revised.xpath(".//ol[@class='trail']//a/@href")[1].endswith(f"#{story.recount.id}")
    conceded = section(page, "conceded")
    assert [words(mark) for mark in conceded.find_class("admission")] == [
        "its own: 31 killed (our men; of GNA)",
        "its own: 2 killed",
    ]
    assert len(conceded.find_class("by-reading")) == 2


def test_people_who_fell_are_no_place_that_was_left(read: Reader) -> None:
    assert "left or lost a place" not in words(section(read("/parties/GNA"), "conceded"))


def test_a_place_given_up_is_an_admission() -> None:
    shelf = Shelf()
    text = "Our forces withdrew from the town, the army said."
    document = shelf.document(title="Withdrawal", outlet="Gulf Wire", language="en", text=text)
    statement = shelf.statement(document, text, "LNA", place=TOWN)
    denial = "The government denied that they withdrew from the town."
    other = shelf.document(title="Denial", outlet="Gulf Wire", language="en", text=denial)
    against = shelf.statement(other, denial, "GNA", denies=True, place=TOWN)
    event = shelf.event("Withdrawal", (statement, against))
    shelf.conflict(event, statement, against, ConflictType.CONTROL, "One says left, the other denies it.")
    client = application_of(shelf.room()).test_client()
    page = html.document_fromstring(client.get("/parties/LNA").get_data(as_text=True))
    assert "left or lost a place" in words(section(page, "conceded"))
    other_page = html.document_fromstring(client.get("/parties/GNA").get_data(as_text=True))
    assert "No admission was found" in words(section(other_page, "conceded"))


def test_clashes_are_counted_by_party_and_kind_and_lead_to_the_conflicts(read: Reader) -> None:
    clashes = section(read("/parties/GNA"), "clashes")
    [row] = clashes.xpath(".//tbody/tr")
    assert words(row) == "LNA 3 Control 2Casualties 1"
    assert "/conflicts?party=GNA&type=control" in clashes.xpath(".//a/@href")


def test_a_dossier_can_be_held_to_days_and_a_place(client: FlaskClient) -> None:
    def total(query: str) -> int:
        return int(client.get(f"/parties/GNA.json?{query}").json["statements"]["total"])  # type: ignore[index]

    assert total("") == 4
    assert total("from=2020-06-07") == 1
    assert total("to=2020-06-06") == 3
    assert total("place=p1") == 4
    # The bridge lies in the town.
    assert total("place=p2") == 4
    assert total("place=p3") == 0
    assert total("show=denials") == 2


@pytest.mark.parametrize(
    ("query", "field", "told"),
    [
        ("from=yesterday", "from", "Please write the day as year-month-day"),
        ("from=2020-06-07&to=2020-06-05", "to", "The last day lies before the first."),
        ("place=atlantis", "place", "Nothing is known by that name."),
    ],
)
def test_a_filter_at_fault_is_told_beside_its_field(read: Reader, query: str, field: str, told: str) -> None:
    page = read(f"/parties/GNA?{query}", 400)
    [fault] = page.find_class("fault")
    assert (fault.get("id"), told in words(fault)) == (f"{field}-fault", True)
    [control] = page.xpath(f"//*[@aria-describedby='{field}-fault']")
    assert control.get("name") == field


def test_what_was_typed_stays_in_the_form(read: Reader) -> None:
    page = read("/parties/GNA?from=yesterday", 400)
    assert page.xpath("//input[@name='from']/@value") == ["yesterday"]


def test_a_party_that_says_nothing_gets_an_answer_in_words(read: Reader) -> None:
    assert "Nothing is stored of it yet." in words(read("/parties/ITA"))
    empty = words(read("/parties/GNA?from=2021-01-01"))
    assert "Nothing is stored of it for these days and this place." in empty


@pytest.mark.parametrize("path", ["/parties/NOBODY", "/parties/GNA?after=nothing", "/parties/NOBODY.json"])
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_statements_are_paged_the_newest_first() -> None:
    shelf = Shelf()
    count = PAGE_SIZE + 3
    for number in range(count):
        text = f"District {number} said that its well had been repaired."
        moment = datetime(2020, 1, 1 + number, tzinfo=UTC)
        document = shelf.document(
            title="Well", outlet="Gulf Wire", language="en", text=text, published=moment
        )
        shelf.statement(document, text, "CIV")
    client = application_of(shelf.room()).test_client()
    first = html.document_fromstring(client.get("/parties/CIV").get_data(as_text=True))
    [following] = first.xpath("//nav[@class='paging']/a[@rel='next']/@href")
    second = html.document_fromstring(client.get(following).get_data(as_text=True))
    quotes = [words(q) for page in (first, second) for q in section(page, "statements").find_class("quote")]
    assert quotes == [f"District {n} said that its well had been repaired." for n in reversed(range(count))]
    assert second.xpath("//nav[@class='paging']/a[@rel='next']") == []


def test_only_administrators_are_led_to_the_registry(story: BridgeStory) -> None:
    for role, offered in (("viewer", False), ("analyst", False), ("admin", True)):
        client = application_of(story.shelf.room(), role=role).test_client()  # type: ignore[arg-type]
        for path in ("/parties", "/parties/GNA"):
            assert ("/parties/registry" in client.get(path).get_data(as_text=True)) is offered


def test_the_twin_holds_what_the_page_shows(client: FlaskClient) -> None:
    twin = client.get("/parties/GNA.json").json
    assert twin is not None
    assert twin["label"]["code"] == "GNA"
    assert twin["dossier"]["numbers"]["statements"] == 4
    assert twin["dossier"]["revised"][0]["revision"]["kind"] == str(FigureKind.KILLED)
    assert twin["clashes"] == [{"party": "LNA", "conflicts": 3, "types": [["control", 2], ["casualties", 1]]}]


def test_months_without_a_word_stand_empty_in_the_chart() -> None:
    chart = draw_months([(date(2019, 11, 1), 2), (date(2020, 2, 1), 8)])
    assert chart is not None
    assert [(bar.month.isoformat()[:7], bar.count, bar.height) for bar in chart.bars] == [
        ("2019-11", 2, HEIGHT // 4),
        ("2019-12", 0, 0),
        ("2020-01", 0, 0),
        ("2020-02", 8, HEIGHT),
    ]
    assert all(bar.y + bar.height == HEIGHT for bar in chart.bars)


def test_one_month_alone_is_no_chart() -> None:
    assert draw_months([(date(2020, 2, 1), 8)]) is None
    assert draw_months([]) is None


def test_a_little_beside_much_is_still_seen() -> None:
    chart = draw_months([(date(2020, 1, 1), 1), (date(2020, 2, 1), 10_000)])
    assert chart is not None
    assert chart.bars[0].height > 0


def test_a_very_long_time_is_cut_at_its_beginning() -> None:
    chart = draw_months([(date(1911, 1, 1), 1), (date(2020, 1, 1), 3), (date(2020, 2, 1), 6)])
    assert chart is not None
    assert len(chart.bars) == 240
    assert chart.bars[-1].month == date(2020, 2, 1)


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("LNA", Script.LATIN),
        ("Türkiye", Script.LATIN),
        ("106 Brigade", Script.LATIN),
        ("الجيش الوطني", Script.ARABIC),
        ("ЛНА", Script.CYRILLIC),
        ("Ελλάδα", Script.OTHER),
        ("17", Script.OTHER),
    ],
)
def test_the_script_of_a_name_is_that_of_its_letters(name: str, script: Script) -> None:
    assert script_of(name) is script


def test_names_are_told_by_script_each_once() -> None:
    groups = by_script({"ru": ("Сирт",), "en": ("Sirte", "Sirt"), "tr": ("Sirte",), "ar": ("سرت",), "de": ()})
    assert [(group.script, [one.name for one in group.names]) for group in groups] == [
        (Script.LATIN, ["Sirte", "Sirt"]),
        (Script.ARABIC, ["سرت"]),
        (Script.CYRILLIC, ["Сирт"]),
    ]
