"""The frame of the pages: where a reader can go, who is signed in, and what an act led to."""

import pytest
from flask import Flask, flash, redirect
from flask.testing import FlaskClient
from lxml import html
from room_stories import BridgeStory
from rooms import application_of

from tracker.domain.people import Role
from tracker.web import navigation, permissions
from tracker.web.permissions import PERMISSIONS, Right


def parsed(client: FlaskClient, address: str = "/events") -> html.HtmlElement:
    return html.document_fromstring(client.get(address).get_data(as_text=True))


def menu_of(page: html.HtmlElement) -> list[str]:
    return [link.text_content() for link in page.xpath("//nav[contains(@class, 'main-menu')]//a")]


@pytest.fixture
def with_upload(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of the site that a viewer may not open."""
    monkeypatch.setattr(
        navigation,
        "_ENTRIES",
        (("events", "pages.events", "Events"), ("upload", "pages.people", "Add documents")),
    )
    monkeypatch.setattr(permissions, "PERMISSIONS", {**PERMISSIONS, "pages.people": Right.INGEST})


@pytest.mark.parametrize(
    ("role", "expected"),
    [(Role.VIEWER, ["Events"]), (Role.ANALYST, ["Events", "Add documents"])],
)
@pytest.mark.usefixtures("with_upload")
def test_the_menu_shows_what_the_reader_may_open(story: BridgeStory, role: Role, expected: list[str]) -> None:
    client = application_of(story.shelf.room(), role=role).test_client()
    assert menu_of(parsed(client)) == expected


def test_the_menu_leaves_out_what_does_not_exist(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        navigation, "_ENTRIES", (("events", "pages.events", "Events"), ("x", "pages.nowhere", "Nowhere"))
    )
    assert menu_of(parsed(client)) == ["Events"]


def test_the_menu_marks_where_the_reader_is(client: FlaskClient) -> None:
    for address, expected in (("/events", ["Events"]), ("/search", ["Search"]), ("/nowhere", [])):
        page = parsed(client, address)
        for menu in page.xpath("//nav[@aria-label='Main']"):
            assert [link.text_content() for link in menu.xpath(".//a[@aria-current='true']")] == expected


def test_narrow_screens_get_the_same_menu_folded(client: FlaskClient) -> None:
    page = parsed(client)
    (folded,) = page.find_class("folded-menu")
    assert folded.tag == "details"
    assert folded.xpath("./summary/text()") == ["Menu"]
    assert [link.text_content() for link in folded.xpath(".//a")] == menu_of(page)


def test_the_menu_says_who_is_signed_in_and_lets_them_out(story: BridgeStory) -> None:
    client = application_of(story.shelf.room(), role=Role.ADMIN).test_client()
    (menu,) = parsed(client).find_class("person")
    assert "administrator" in menu.text_content()
    assert [link.get("href") for link in menu.xpath(".//a")] == ["/account", "/people", "/tokens"]
    (form,) = menu.xpath(".//form")
    assert form.get("method") == "post"
    assert form.xpath(".//button/text()") == ["Sign out"]
    (analyst,) = parsed(application_of(story.shelf.room()).test_client()).find_class("person")
    assert [link.get("href") for link in analyst.xpath(".//a")] == ["/account"]


def test_before_signing_in_there_is_a_language_but_no_menu(story: BridgeStory) -> None:
    client = application_of(story.shelf.room(), role=None).test_client()
    page = html.document_fromstring(client.get("/events", follow_redirects=True).get_data(as_text=True))
    assert page.xpath("//nav[@aria-label='Main']") == []
    assert page.find_class("person") == []
    assert len(page.xpath("//form[@class='languages']//button")) == 3


def test_messages_stand_on_the_next_page_once(story: BridgeStory, monkeypatch: pytest.MonkeyPatch) -> None:
    application: Flask = application_of(story.shelf.room())

    def act() -> object:
        flash("Kept <b>it</b>.", "error")
        return redirect("/events")

    monkeypatch.setitem(application.view_functions, "pages.search", act)
    client = application.test_client()
    client.get("/search")
    page = parsed(client)
    (message,) = page.xpath("//*[@role='status']/*[contains(@class, 'message')]")
    assert message.text_content() == "Kept <b>it</b>."
    assert "message-error" in message.get("class")
    assert parsed(client).find_class("message") == []
