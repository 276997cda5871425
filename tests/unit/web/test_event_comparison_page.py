import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from lxml import html
from room_stories import BridgeStory
from rooms import PARTIES, Reader, Shelf, application_of

from tracker.domain.conflicts import ConflictType
from tracker.domain.documents import DatePrecision
from tracker.web.clashes import choose_representative, lay_out_clashes


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.fixture
def page(story: BridgeStory, read: Reader) -> html.HtmlElement:
    return read(f"/events/{story.event.id}")


def card(page: html.HtmlElement, statement: str) -> html.HtmlElement:
    (found,) = page.xpath(f"//article[@id='{statement}']")
    return found


def test_each_party_that_speaks_has_a_column_in_registry_order(page: html.HtmlElement) -> None:
    assert page.xpath("//section[contains(@class, 'column')]/@id") == [
        "party-LNA",
        "party-GNA",
        "party-TUR",
        "party-UN",
        "party-RUS",
        "party-CIV",
    ]


def test_the_columns_can_be_focused_since_they_scroll(page: html.HtmlElement) -> None:
    (columns,) = page.find_class("comparison")
    assert (columns.get("role"), columns.get("tabindex")) == ("region", "0")
    assert columns.get("aria-label")


def test_the_sides_that_are_silent_are_named_and_voices_of_no_side_are_not(page: html.HtmlElement) -> None:
    (silent,) = page.find_class("silent")
    assert [words(item) for item in silent.iter("li")] == ["EGY", "UAE", "USA", "FRA", "ITA", "EU"]


def test_a_party_that_the_registry_lost_still_has_its_column() -> None:
    shelf = Shelf()
    document = shelf.document(title="t", outlet="o", language="en", text="The ferry sank, they said.")
    lost = shelf.statement(document, "The ferry sank", "OLD")
    event = shelf.event("A ferry", (shelf.statement(document, "they said", "EU"), lost))
    text = application_of(shelf.room()).test_client().get(f"/events/{event.id}").get_data(as_text=True)
    assert re.findall(r'id="party-(\w+)"', text) == ["EU", "OLD"]


def test_a_statement_stands_in_its_own_language(story: BridgeStory, page: html.HtmlElement) -> None:
    entry = story.arabic["entry"]
    (quote,) = card(page, entry.id).iter("blockquote")
    assert (quote.get("lang"), quote.get("dir"), quote.text_content()) == ("ar", "rtl", entry.quote)


def test_every_statement_links_to_its_sentence_in_the_document(
    story: BridgeStory, page: html.HtmlElement
) -> None:
    for name in story.event.statements:
        statement = story.shelf.library.statements[name]
        assert f"/documents/{statement.document}#{name}" in card(page, name).xpath(".//a/@href")


def test_a_card_says_who_where_when_and_how_that_is_known(story: BridgeStory, page: html.HtmlElement) -> None:
    text = words(card(page, story.english["holds"].id))
    assert "Nabil Farhat asserts" in text
    assert "Sidra Courier, 5 June 2020; speaks of 5 June 2020 (the day of publication)" in text
    assert "cue said, confidence 0.94, sure" in text
    assert "The model’s probability that LNA puts it forward." in text
    assert "the sentence names its speaker" in text
    assert "same place, one day apart, and similar words (score 0.71)" in text
    assert "Constructed for demonstration" in text


def test_dates_say_on_hover_how_they_were_found(story: BridgeStory, page: html.HtmlElement) -> None:
    titles = card(page, story.english["killed"].id).xpath(".//p[@class='source']//@title")
    assert any("2020-06-05" in title and "metadata" in title for title in titles)
    assert any("2020-06-04, to the day; reckoned from words" in title for title in titles)


def test_a_date_is_no_more_precise_than_it_is_known(story: BridgeStory, page: html.HtmlElement) -> None:
    source = card(page, story.english["bodies"].id).find_class("source")[0]
    assert "speaks of June 2020" in words(source)
    assert source.xpath(".//time/@datetime")[1] == "2020-06"


def test_denials_figures_and_chains_are_shown(story: BridgeStory, page: html.HtmlElement) -> None:
    assert card(page, story.arabic["fall"].id).find_class("polarity-denies")
    byline = words(card(page, story.arabic["fall"].id).find_class("byline")[0])
    assert byline == "قناة الوادي ← passes on the words of حكومة الوفاق denies"
    assert "31 killed (fighters of the other side; of GNA)" in words(card(page, story.english["killed"].id))
    assert "at least 9 killed (bodies)" in words(card(page, story.english["bodies"].id))
    assert words(card(page, story.english["losses"].id).find_class("figures")[0]) == "2 killed"
    assert not card(page, story.english["holds"].id).find_class("polarity-denies")


def test_a_figure_of_a_side_alone_says_so(story: BridgeStory, read: Reader) -> None:
    statement = story.english["killed"]
    (figure,) = statement.figures
    without = replace(statement, figures=(replace(figure, counted=None),))
    story.shelf.library.statements[statement.id] = without
    text = words(card(read(f"/events/{story.event.id}"), statement.id))
    assert "31 killed (of GNA)" in text


def test_who_is_counted_stands_in_the_language_of_the_text(
    story: BridgeStory, page: html.HtmlElement
) -> None:
    (counted,) = card(page, story.english["bodies"].id).xpath(".//span[@class='counted']/bdi")
    assert (counted.get("lang"), counted.get("dir")) == ("en", "ltr")


def test_only_doubtful_cards_are_marked_for_checking(story: BridgeStory, page: html.HtmlElement) -> None:
    doubtful = card(page, story.english["bodies"].id)
    assert words(doubtful.find_class("doubt")[0]) == "doubtful – check"
    assert [one.get("id") for one in page.find_class("card-doubtful")] == [doubtful.get("id")]


def test_a_doubtful_side_of_a_conflict_is_marked_too(story: BridgeStory, read: Reader) -> None:
    statement = story.english["denial"]
    unsure = replace(statement.attribution, confidence=0.3)
    story.shelf.library.statements[statement.id] = replace(statement, attribution=unsure)
    conflict = read(f"/events/{story.event.id}").get_element_by_id(story.conflicts["control"].id)
    assert [len(side.find_class("doubt")) for side in conflict.find_class("side")] == [0, 1]


def test_speaker_and_cue_are_marked_in_the_quote_of_a_card(
    story: BridgeStory, page: html.HtmlElement
) -> None:
    marks = card(page, story.english["bodies"].id).xpath(".//blockquote//mark")
    assert [(mark.get("class"), mark.text) for mark in marks] == [
        ("of-speaker", "A nurse at the field clinic")
    ]


def test_rejected_suggestions_stand_apart_and_belong_to_no_question(
    story: BridgeStory, page: html.HtmlElement
) -> None:
    rejected = page.get_element_by_id(story.conflicts["rejected"].id)
    assert [parent.tag for parent in rejected.iterancestors()].count("details") == 1
    assert not rejected.xpath("ancestor::article[contains(@class, 'question')]")
    assert not card(page, story.english["concern"].id).find_class("marks")


@pytest.mark.parametrize(("name", "against"), [("holds", "GNA"), ("denial", "LNA")])
def test_a_statement_names_its_conflicts_with_their_reason(
    story: BridgeStory, page: html.HtmlElement, name: str, against: str
) -> None:
    (marks,) = card(page, story.english[name].id).find_class("marks")
    conflict = story.conflicts["control"]
    assert marks.xpath(".//a/@href") == [f"#{conflict.id}"]
    assert words(marks) == (f"Control: clashes with {against} suggested {conflict.verdict.explanation}")


def test_a_party_stands_on_the_same_side_of_all_conflicts(story: BridgeStory) -> None:
    (view,) = story.shelf.library.conflicts_of(story.english["denial"].id)
    swapped = replace(view, one=view.other, other=view.one)
    for given in (view, swapped):
        (clash,) = lay_out_clashes([given], PARTIES).standing
        assert (clash.left.statement.party, clash.right.statement.party) == ("LNA", "GNA")


def burning_depots(conflicts: int) -> tuple[Shelf, str, str]:
    """A shelf, an event in which one denial meets many assertions, and the id of the denial."""
    shelf = Shelf()
    text = "".join(f"Depot {number} burned. " for number in range(conflicts))
    document = shelf.document(title="Depots", outlet="o", language="en", text=text + "Nothing burned.")
    burned = [shelf.statement(document, f"Depot {number} burned.", "EGY") for number in range(conflicts)]
    none = shelf.statement(document, "Nothing burned.", "UAE", denies=True)
    event = shelf.event("Depots", (*burned, none))
    for place, row in enumerate(burned):
        kind = ConflictType.OCCURRENCE if place else ConflictType.RESPONSIBILITY
        shelf.conflict(event, row, none, kind, f"It burned, or not: {place}.", score=0.5 + place / 100)
    return shelf, event.id, none.id


def test_a_statement_with_many_conflicts_names_three_of_them_at_once() -> None:
    shelf, event, none = burning_depots(9)
    response = application_of(shelf.room()).test_client().get(f"/events/{event}")
    lists = card(html.document_fromstring(response.get_data(as_text=True)), none).find_class("marks")
    assert [len(marks.findall("li")) for marks in lists] == [3, 6]
    assert lists[1].getparent().tag == "details"


def test_each_question_is_shown_before_any_is_shown_again() -> None:
    shelf, event, _ = burning_depots(4)
    standing = lay_out_clashes(shelf.library.event(event).conflicts, PARTIES).standing
    shown, later = choose_representative(standing, 2)
    assert [clash.conflict.verdict.explanation[-2:] for clash in shown] == ["3.", "0."]
    assert [clash.conflict.verdict.explanation[-2:] for clash in later] == ["2.", "1."]


def test_the_id_of_a_merged_event_leads_on_for_good_and_says_so(
    story: BridgeStory, client: FlaskClient, read: Reader
) -> None:
    response = client.get(f"/events/{story.merged}")
    assert response.status_code == 301
    assert response.location == f"/events/{story.event.id}?merged={story.merged}"
    assert f"The event {story.merged} was merged into this one" in words(read(response.location))


def test_nobody_can_make_a_page_say_that_an_event_was_merged(story: BridgeStory, read: Reader) -> None:
    assert "was merged" not in words(read(f"/events/{story.event.id}?merged=e0123"))


def test_an_event_without_day_or_conflict_says_so(story: BridgeStory, read: Reader) -> None:
    page = read(f"/events/{story.quiet_event.id}")
    assert "day unknown" in words(page)
    assert words(page.get_element_by_id("questions-heading")) == "No contested question"
    assert "No question was found that the parties answer differently" in words(page)
    (heading,) = page.iter("h1")
    assert (heading.get("lang"), heading.get("dir")) == ("ar", "rtl")


@pytest.mark.parametrize(
    ("precision", "expected"),
    [(DatePrecision.MONTH, "June 2020 (to the month)"), (DatePrecision.YEAR, "2020 (to the year)")],
)
def test_days_of_an_event_follow_its_precision(
    story: BridgeStory, read: Reader, precision: DatePrecision, expected: str
) -> None:
    event = replace(story.event, end=story.event.start, precision=precision)
    story.shelf.library.all_events[event.id] = event
    (lead,) = read(f"/events/{event.id}").find_class("lead")
    assert words(lead).startswith(expected)


def test_an_unknown_event_is_not_found(read: Reader) -> None:
    assert "no event e123" in words(read("/events/e123", status=404))
