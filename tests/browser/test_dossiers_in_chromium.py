"""Parties, the registry, sources and places: in both directions, and by keyboard."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from looks import Looks
from people_doubles import Office
from room_stories import BridgeStory, bridge_story
from rooms import application_of
from visitors import Open

from tracker.domain.people import Role

pytestmark = [pytest.mark.browser, pytest.mark.allow_hosts(["127.0.0.1"])]


@pytest.fixture(scope="module")
def told() -> BridgeStory:
    """The story of the bridge, and a party that spoke of its wells for a year."""
    story = bridge_story()
    for month in range(1, 13, 3):
        text = f"The district council said that well {month} had been repaired."
        moment = datetime(2021, month, 5, tzinfo=UTC)
        document = story.shelf.document(
            title="Well", outlet="Gulf Wire", language="en", text=text, published=moment
        )
        story.shelf.statement(document, text, "CIV", cue="said")
    return story


@pytest.fixture(scope="module")
def application(told: BridgeStory, office: Office) -> Flask:
    return application_of(told.shelf.room(), role=None, office=office)


def test_the_chart_of_months_runs_as_time_does_and_fills_its_room(visitor: Open) -> None:
    for language in ("en", "ar"):
        guest = visitor(language=language)
        guest.visit("/parties/CIV")
        bars = [bar.bounding_box() for bar in guest.page.locator(".months rect").all()]
        lefts = [bar["x"] for bar in bars if bar]
        assert len(lefts) == 5
        assert lefts == sorted(lefts)
        chart = guest.page.locator(".months svg").bounding_box()
        assert chart is not None
        assert chart["width"] > 400


def test_a_source_is_rated_by_keyboard_and_looks_so_without_colour(visitor: Open) -> None:
    guest = visitor()
    guest.visit("/sources/1")
    page = guest.page
    border = "element => getComputedStyle(element).borderTopStyle"
    assert page.locator("#reliability .unrated").evaluate(border) == "dashed"
    page.locator("input[name=letter][value=none]").focus()
    page.keyboard.press("ArrowUp")
    assert page.locator("input[name=letter]:checked").get_attribute("value") == "F"
    page.keyboard.press("Tab")
    page.keyboard.type("Nobody could follow its reports up.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sources/1")
    assert page.locator(".message").inner_text() == "Your rating has been kept."
    letter = page.locator("#reliability .reliability")
    assert letter.inner_text() == "✓ F cannot be judged"
    assert letter.evaluate(border) == "solid"
    assert "Nobody could follow its reports up." in page.locator("#history").inner_text()
    assert guest.complaints == []


def test_a_party_is_added_by_keyboard_and_taken_back(visitor: Open) -> None:
    guest = visitor(role=Role.ADMIN)
    guest.visit("/parties/registry")
    page = guest.page
    page.locator("#party-code").focus()
    for typed in ("GNA", "Harbour Guard"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.locator("#party-names_en").focus()
    page.keyboard.type("harbour guards")
    page.locator("#party-reason").focus()
    page.keyboard.press("Enter")
    fault = page.locator("#party-code-fault")
    assert fault.inner_text() == "There is already a party GNA."
    assert page.locator("#party-names_en").input_value() == "harbour guards"
    looks = Looks(page)
    looks.at("registry with a fault")
    assert looks.flaws == {}
    page.locator("#party-code").fill("SHG")
    page.locator("#party-code").press("Enter")
    page.wait_for_url("**/parties/registry**")
    undo = page.get_by_role("button", name="Take this edit back")
    undo.press("Enter")
    page.wait_for_url("**/parties/registry**")
    assert page.locator(".edits .taken-back").count() == 1
    assert undo.count() == 0


def test_paper_leaves_forms_out(visitor: Open) -> None:
    guest = visitor(role=Role.ADMIN)
    guest.visit("/sources/1")
    guest.page.emulate_media(media="print")
    assert not guest.page.locator(".letters").is_visible()
    assert guest.page.locator("#documents").is_visible()
