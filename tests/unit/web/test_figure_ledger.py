from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from lxml import html
from room_stories import BridgeStory
from rooms import Reader

from tracker.domain.questions import RangePolicy

COURIER = "Sidra Courier, 5 June 2020 Constructed for demonstration"


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.fixture
def page(story: BridgeStory, read: Reader) -> html.HtmlElement:
    return read(f"/events/{story.event.id}")


def rows(table: html.HtmlElement) -> list[list[str]]:
    return [[words(cell) for cell in row] for row in table.iterfind("tbody/tr")]


def test_every_figure_stands_in_a_table_for_the_thing_it_counts(page: html.HtmlElement) -> None:
    tables = page.find_class("ledger")
    assert [words(table.find("caption/h3")) for table in tables] == [
        "Killed: combatants of GNA",
        "Killed (who is not said)",
    ]
    assert rows(tables[0]) == [
        [
            "LNA",
            "31",
            "fighters of the other side",
            "Sidra Courier, 5 June 2020 Constructed for demonstration",
        ],
        ["GNA", "2 superseded", "not said", COURIER],
        ["GNA", "31", "our men", "Gulf Wire, 7 June 2020"],
    ]
    assert rows(tables[1])[0][:3] == ["CIV", "at least 9", "bodies"]
    assert "date unknown" in rows(tables[1])[0][3]


def test_figures_lead_to_their_sentence(story: BridgeStory, page: html.HtmlElement) -> None:
    links = page.xpath("//*[@id='figures']//td/a/@href")
    recount = story.recount
    assert len(links) == 4
    assert links[2] == f"/documents/{recount.document}#{recount.id}"


def test_cells_are_told_what_they_stand_for(page: html.HtmlElement) -> None:
    for table in page.find_class("ledger"):
        assert [cell.get("scope") for cell in table.iterfind("thead/tr/th")] == ["col"] * 4
        assert {cell.get("scope") for cell in table.iterfind("tbody/tr/th")} == {"row"}


def test_who_is_counted_stands_in_the_language_of_the_text(page: html.HtmlElement) -> None:
    (counted, *_) = page.xpath("//*[@id='figures']//td/bdi")
    assert (counted.get("lang"), counted.get("dir")) == ("en", "ltr")


def test_low_and_high_name_their_policy_and_what_it_means(page: html.HtmlElement) -> None:
    assert [words(span) for span in page.find_class("range")] == [
        "low 2, high 31 of every figure",
        "low 9, high open of every figure",
    ]
    (meaning,) = page.find_class("meaning")
    assert "the least and the greatest figure that anyone gave" in words(meaning)
    assert "UCDP" in words(meaning)


def test_the_other_policy_is_a_plain_link_away(
    story: BridgeStory, page: html.HtmlElement, read: Reader
) -> None:
    (this, other) = page.get_element_by_id("figures").xpath(".//nav//a")
    assert (this.get("aria-current"), other.get("aria-current")) == ("true", None)
    address = other.get("href")
    assert address == f"/events/{story.event.id}?range=latest_of_each#figures"
    changed = read(address.partition("#")[0])
    assert words(changed.find_class("range")[0]) == "low 31, high 31 of the last figure of each party"
    assert "Airwars" in words(changed.find_class("meaning")[0])
    (this, other) = changed.get_element_by_id("figures").xpath(".//nav//a")
    assert (this.get("aria-current"), other.get("aria-current")) == (None, "true")
    assert words(read(this.get("href").partition("#")[0]).find_class("range")[0]).startswith("low 2, high 31")


@pytest.mark.parametrize("unknown", ["", "truth", "EVERY_FIGURE"])
def test_an_unknown_policy_is_refused(story: BridgeStory, read: Reader, unknown: str) -> None:
    page = read(f"/events/{story.event.id}?range={unknown}", status=400)
    assert words(page.find(".//h1")) == "The request could not be understood"


def test_a_merged_event_leads_on_with_the_policy_asked_for(story: BridgeStory, client: FlaskClient) -> None:
    response = client.get(f"/events/{story.merged}?range=latest_of_each")
    assert response.location == f"/events/{story.event.id}?merged={story.merged}&range=latest_of_each"


def test_a_revision_shows_first_and_last_with_dates_and_whose_figure_was_reached(
    page: html.HtmlElement,
) -> None:
    (revision,) = page.find_class("revisions")[0].findall("li")
    assert words(revision.find("p")) == "GNA Killed: combatants of GNA towards LNA"
    assert [words(step) for step in revision.find("ol")] == [
        f"2 {COURIER}",
        "31 Gulf Wire, 7 June 2020",
    ]


def test_a_revision_towards_nobody_says_nothing_of_it(story: BridgeStory, read: Reader) -> None:
    told = story.shelf.disputes[story.event.id]
    (revision,) = told(RangePolicy.EVERY_FIGURE).revisions
    story.shelf.disputes[story.event.id] = lambda policy: replace(
        told(policy), revisions=(replace(revision, towards=()),)
    )
    assert "towards" not in words(read(f"/events/{story.event.id}").get_element_by_id("revisions"))


@pytest.mark.parametrize(
    ("group", "side", "expected"),
    [
        ("civilians", None, "Killed: civilians"),
        (None, "LNA", "Killed: side of LNA"),
        ("combatants", "LNA", "Killed: combatants of LNA"),
    ],
)
def test_a_table_says_who_is_counted_and_whose(
    story: BridgeStory, read: Reader, group: str | None, side: str | None, expected: str
) -> None:
    told = story.shelf.disputes[story.event.id]

    def changed(policy: RangePolicy) -> object:
        dispute = told(policy)
        return replace(dispute, ledger=(replace(dispute.ledger[0], group=group, side=side),))

    story.shelf.disputes[story.event.id] = changed
    (table,) = read(f"/events/{story.event.id}").find_class("ledger")
    assert words(table.find("caption/h3")) == expected


def test_an_event_without_figures_has_neither_section_nor_link(story: BridgeStory, read: Reader) -> None:
    page = read(f"/events/{story.quiet_event.id}")
    assert not page.xpath("//*[@id='figures' or @id='revisions']")
    assert page.xpath("//nav[@class='contents']//a/@href") == [
        "#questions",
        "#timeline",
        "#coverage",
        "#map",
        "#comparison",
    ]
