"""The reference of the API: for everybody, at every width, in light and dark, without script."""

from collections.abc import Iterator
from secrets import token_hex
from typing import cast

import pytest
from flask import Flask
from looks import Looks
from people_doubles import Office
from playwright.sync_api import Browser, Page
from room_stories import BridgeStory
from visitors import DESKTOP, PHONE, Open

from tracker.api import ApiDesk, make_blueprint
from tracker.application import create_application
from tracker.resources import TEMPLATES

pytestmark = [pytest.mark.browser, pytest.mark.allow_hosts(["127.0.0.1"])]


@pytest.fixture(scope="module")
def application(told: BridgeStory, office: Office) -> Flask:
    # The page asks nothing of the desk.
    api = make_blueprint(cast("ApiDesk", None))
    return create_application(
        told.shelf.room(),
        people=office.people,
        api_blueprint=api,
        templates=TEMPLATES,
        secret_key=token_hex(),
    )


@pytest.fixture(params=[(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"])
def page(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[Page]:
    size, scheme = request.param
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        locale="ar",
        java_script_enabled=False,
    )
    opened = context.new_page()
    answer = opened.goto(f"{address}/api/v1/docs")
    assert answer is not None
    assert answer.status == 200
    yield opened
    context.close()


def test_the_page_is_read_without_script_and_never_wider_than_the_screen(page: Page) -> None:
    assert page.locator("article.call").count() > 15
    assert page.locator("html").get_attribute("lang") == "en"
    # The ways back are in the reader's language.
    back = page.get_by_role("link", name="إلى المكتب")
    assert back.get_attribute("href") == "/"
    width = page.viewport_size["width"] if page.viewport_size else 0
    box = page.locator("body").bounding_box()
    assert box is not None
    assert box["width"] <= width
    for name in ("pre", ".scrolled"):
        inside = page.locator(f".reference {name}").first.bounding_box()
        assert inside is not None
        assert inside["x"] + inside["width"] <= width


def test_nothing_on_the_page_shuts_anybody_out(visitor: Open) -> None:
    guest = visitor(role=None)
    guest.visit("/api/v1/docs")
    whole = Looks(guest.page, in_turn=True)
    whole.at("reference")
    assert whole.flaws == {}
    # A call more has the colours of those before: in the light and on a desk, the first few show them.
    guest.page.evaluate(
        "[...document.querySelectorAll('article.call')].slice(4).forEach(call => call.remove())"
    )
    few = Looks(guest.page)
    few.at("its first calls")
    assert few.flaws == {}
    assert guest.complaints == []


def test_it_is_found_from_the_foot_of_every_page(chromium: Browser, address: str) -> None:
    context = chromium.new_context(locale="tr")
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.get_by_role("link", name="API başvurusu").click()
    # Until all of it has come: what is broken off leaves a file open in the server of the tests.
    page.wait_for_url(f"{address}/api/v1/docs")
    context.close()
