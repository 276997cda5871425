from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from lxml import html
from room_stories import BridgeStory
from rooms import Reader, Shelf, application_of

from tracker.domain.documents import Retrieval
from tracker.domain.views import DocumentView


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def marked(page: html.HtmlElement, statement: str) -> str:
    """The words in all parts of a statement's mark, without the labels set between them."""
    for label in page.find_class("whose"):
        label.drop_tree()
    return "".join(mark.text_content() for mark in page.xpath(f"//mark[@data-statement='{statement}']"))


def test_every_statement_is_marked_with_exactly_its_words(story: BridgeStory, read: Reader) -> None:
    for told in (story.english, story.arabic, story.turkish, story.russian):
        page = read(f"/documents/{told.document.id}")
        for statement in told.statements.values():
            assert page.xpath(f"//mark[@id='{statement.id}']")
            assert marked(page, statement.id) == statement.quote


def test_the_text_is_shown_whole_in_its_paragraphs(story: BridgeStory, read: Reader) -> None:
    page = read(f"/documents/{story.english.document.id}")
    (stored,) = page.find_class("stored")
    for label in stored.find_class("whose"):
        label.drop_tree()
    lines = [line for line in story.english.document.text.split("\n") if line]
    assert [paragraph.text_content() for paragraph in stored.iter("p")] == lines
    assert [paragraph.get("class") for paragraph in stored.iter("p")] == [None, "apart", None, "apart", None]


def test_each_mark_is_followed_by_the_label_of_its_party(story: BridgeStory, read: Reader) -> None:
    page = read(f"/documents/{story.english.document.id}")
    denial = story.english["denial"]
    (label,) = page.xpath(f"//mark[@id='{denial.id}']/following-sibling::*[1]")
    assert words(label) == "GNA denies"
    assert label.get("href") == f"/statements/{denial.id}"


def test_marks_that_overlap_keep_their_words_and_anchors() -> None:
    shelf = Shelf()
    text = "The convoy left. It carried fuel, he said, and\nno arms at all."
    document = shelf.document(title="Convoy", outlet="o", language="en", text=text)
    rows = [
        shelf.statement(document, quote, "ITA")
        for quote in (
            "The convoy left. It carried fuel",
            "It carried fuel, he said, and\nno arms",
            "fuel",
            "arms at all",
        )
    ]
    response = application_of(shelf.room()).test_client().get(f"/documents/{document.id}")
    page = html.document_fromstring(response.get_data(as_text=True))
    assert len(page.find_class("whose")) == len(rows)
    for row in rows:
        assert len(page.xpath(f"//*[@id='{row.id}']")) == 1
        assert marked(page, row.id) == row.quote.replace("\n", "")


def test_a_story_of_a_page_says_which_it_is_and_leads_to_the_others(story: BridgeStory, read: Reader) -> None:
    ferry, wells, school = story.page
    page = read(f"/documents/{wells.id}")
    (stories,) = page.find_class("stories")
    assert words(stories.find("p")) == "Story 2 of 3 on this page"
    assert [(link.get("href"), words(link)) for link in stories.find("ol").iter("a")] == [
        (f"/documents/{ferry.id}", "1. Ferry sails again"),
        (f"/documents/{wells.id}", "2. Wells run dry"),
        (f"/documents/{school.id}", "3. Untitled"),
    ]
    assert stories.xpath(".//a[@aria-current='page']/@href") == [f"/documents/{wells.id}"]
    assert "Wells run dry · Story 2 ·" in page.findtext(".//title")


def test_a_story_shows_the_whole_page_and_marks_only_its_own_statements(
    story: BridgeStory, read: Reader
) -> None:
    wells = story.page[1]
    own = [row for row in story.shelf.library.statements.values() if row.document == wells.id]
    page = read(f"/documents/{wells.id}")
    assert page.xpath("//mark/@data-statement") == [row.id for row in own]
    assert page.xpath("//nav[@class='stories']/p/a/@href") == [f"#{own[0].id}"]
    (stored,) = page.find_class("stored")
    assert "The ferry sailed again" in words(stored)
    assert "Teachers will not work" in words(stored)


def test_a_story_without_statements_has_nowhere_to_go_to(story: BridgeStory, read: Reader) -> None:
    page = read(f"/documents/{story.page[2].id}")
    assert "Story 3 of 3" in words(page.find_class("stories")[0])
    assert not page.xpath("//nav[@class='stories']/p/a")


def test_a_page_of_one_story_speaks_of_no_others(story: BridgeStory, read: Reader) -> None:
    assert not read(f"/documents/{story.english.document.id}").find_class("stories")


def test_a_doubtful_attribution_is_marked_in_text_and_list(story: BridgeStory, read: Reader) -> None:
    page = read(f"/documents/{story.page[1].id}")
    doubtful, sure = page.find_class("whose")
    assert words(doubtful) == "CIV? (doubtful)"
    assert "doubtful – check" in doubtful.get("title")
    assert words(sure) == "MEDIA"
    assert [len(item.find_class("doubt")) for item in page.find_class("found")[0]] == [1, 0]


def test_language_and_direction_are_those_of_the_document(story: BridgeStory, read: Reader) -> None:
    for told, expected in ((story.arabic, ("ar", "rtl")), (story.turkish, ("tr", "ltr"))):
        (stored,) = read(f"/documents/{told.document.id}").find_class("stored")
        assert (stored.get("lang"), stored.get("dir")) == expected


def test_the_source_is_described_in_full(story: BridgeStory, read: Reader) -> None:
    document = story.arabic.document
    text = words(read(f"/documents/{document.id}").find_class("facts")[0])
    for expected in (
        document.outlet,
        document.sha256,
        "5 June 2020, 14:20 UTC, read from the page’s metadata",
        "8 June 2020, 09:30 UTC",
        f"{len(document.text.encode()):,} bytes, text/plain",
        "Arabic",
    ):
        assert expected in text


def test_a_day_of_publication_without_a_time_shows_none(story: BridgeStory, read: Reader) -> None:
    text = words(read(f"/documents/{story.turkish.document.id}").find_class("facts")[0])
    assert "Published 6 June 2020, read from" in text


def test_a_document_is_found_by_the_callers_id_too(story: BridgeStory, read: Reader) -> None:
    assert story.english.document.sha256 in words(read("/documents/courier/17"))


def test_only_constructed_documents_are_marked_as_such(story: BridgeStory, read: Reader) -> None:
    assert "Constructed for demonstration" in words(read(f"/documents/{story.english.document.id}"))
    assert "Constructed" not in words(read(f"/documents/{story.russian.document.id}"))


def test_a_text_that_does_not_hold_its_quote_is_not_shown(story: BridgeStory, client: FlaskClient) -> None:
    library = story.shelf.library
    statement = story.english["holds"]
    object.__setattr__(library.statements[statement.id], "quote", "The bridge is in their hands")
    response = client.get(f"/documents/{statement.document}")
    assert response.status_code == 503
    assert "their hands" not in response.get_data(as_text=True)


def test_an_unknown_document_is_not_found(read: Reader) -> None:
    assert "no document nowhere/1" in words(read("/documents/nowhere/1", status=404))


def test_the_bytes_as_captured_can_be_saved_and_nothing_of_them_runs(
    story: BridgeStory, read: Reader
) -> None:
    document = story.english.document
    (address,) = read(f"/documents/{document.id}").xpath('//a[contains(@href, "/captures/")]/@href')
    assert address == f"/captures/{document.id}"
    response = application_of(story.shelf.room()).test_client().get(address)
    assert response.data == document.text.encode()
    assert response.mimetype == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert application_of(story.shelf.room()).test_client().get("/captures/d0").status_code == 404


def test_a_document_that_was_fetched_says_from_where_and_when(
    story: BridgeStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = story.shelf.library.document
    retrieval = Retrieval("https://courier.example/feed.xml", datetime(2020, 6, 6, 7, 30, tzinfo=UTC))

    def fetched(key: str) -> DocumentView:
        return replace(known(key), retrieval=retrieval)

    monkeypatch.setattr(story.shelf.library, "document", fetched)
    client = application_of(story.shelf.room()).test_client()
    address = f"/documents/{story.arabic.document.id}"
    page = html.document_fromstring(client.get(address).get_data(as_text=True))
    (told,) = page.xpath("//dt[.='Fetched from']/following-sibling::dd[1]")
    assert told.findtext("code") == "https://courier.example/feed.xml"
    assert told.find("time").get("datetime") == "2020-06-06T07:30:00+00:00"
    # It is where bytes came from, not where a reader should go.
    assert not told.xpath(".//a")
    assert client.get(f"{address}.json").get_json()["view"]["retrieval"]["address"] == retrieval.address
