"""Parting, merging and setting right in a browser, over a real database; undone at the end."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from desk_story import DeskStory, desk_story
from flask import Flask
from looks import Looks
from people_doubles import Office
from visitors import DESKTOP, POLL_SECONDS, Open, keep_what_all_pages_share
from werkzeug.serving import make_server

pytestmark = [pytest.mark.browser, pytest.mark.allow_hosts(["127.0.0.1"])]


@pytest.fixture
def desk(tmp_path: Path) -> DeskStory:
    return desk_story(tmp_path)


@pytest.fixture
def application(desk: DeskStory) -> Flask:
    return desk.application


@pytest.fixture
def office(application: Flask) -> Office:
    found: Office = application.extensions["office"]
    return found


@pytest.fixture
def address(application: Flask) -> Iterator[str]:
    keep_what_all_pages_share(application)
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def homes(desk: DeskStory) -> dict[str, str | None]:
    """Where each statement stands."""
    return {name: desk.library.statement(key).event_id for name, key in desk.statements.items()}


def test_statements_are_parted_and_it_is_undone(desk: DeskStory, visitor: Open) -> None:
    before = homes(desk)
    guest = visitor()
    guest.visit(f"/events/{desk.bridge}")
    for name in ("talks", "clinic"):
        guest.page.locator(f"input[name=statement][value={desk.statements[name]}]").check()
    guest.page.locator("#move-reason").fill("they speak of the town, not of the bridge")
    guest.page.locator("#move button[value=new]").click()
    guest.page.wait_for_load_state()
    after = homes(desk)
    assert after["talks"] == after["clinic"]
    assert after["talks"] not in {desk.bridge, desk.well}
    assert {after[name] for name in ("holds", "denial", "fall")} == {desk.bridge}
    assert guest.page.url.endswith(f"/events/{after['talks']}")
    assert guest.page.locator(".card").count() == 2
    guest.page.locator(".message form button").first.click()
    guest.page.wait_for_load_state()
    assert homes(desk) == before
    assert guest.complaints == []


def test_an_event_is_merged_into_one_of_those_near_and_it_is_undone(desk: DeskStory, visitor: Open) -> None:
    before = homes(desk)
    guest = visitor()
    guest.visit(f"/events/{desk.well}")
    form = guest.page.locator(f"form[action$='/events/{desk.well}/merge']")
    form.locator(f"input[name=candidate][value={desk.bridge}]").check()
    form.locator("button[type=submit]").click()
    guest.page.wait_for_url(f"**/events/{desk.bridge}")
    assert set(homes(desk).values()) == {desk.bridge}
    assert guest.page.locator(f"[id='{desk.statements['well']}']").count() == 1
    # The old address leads here and says so.
    guest.visit(f"/events/{desk.well}")
    assert desk.well in guest.page.locator(".aside-note").first.inner_text()
    guest.page.goto(f"{guest.address}/events/{desk.bridge}")
    desk.decisions.undo(by="amal")
    assert homes(desk) == before
    assert guest.complaints == []


def test_a_pasted_address_takes_a_statement_there_by_keyboard_alone(desk: DeskStory, visitor: Open) -> None:
    guest = visitor()
    guest.visit(f"/events/{desk.bridge}")
    tick = guest.page.locator(f"input[name=statement][value={desk.statements['talks']}]")
    tick.focus()
    guest.page.keyboard.press("Space")
    guest.page.locator("#move summary").focus()
    guest.page.keyboard.press("Enter")
    field = guest.page.locator("#move-event")
    field.focus()
    guest.page.keyboard.type(f"{guest.address}/events/{desk.well}")
    guest.page.keyboard.press("Tab")  # past the link to a search for its title
    guest.page.keyboard.press("Tab")
    assert guest.page.evaluate("document.activeElement.value") == "event"
    guest.page.keyboard.press("Enter")
    guest.page.wait_for_url(f"**/events/{desk.well}")
    assert homes(desk)["talks"] == desk.well


def test_a_place_is_set_right_and_the_map_follows(desk: DeskStory, visitor: Open) -> None:
    guest = visitor()
    guest.visit(f"/statements/{desk.statements['well']}")
    guest.page.get_by_text("Set the place right").click()
    guest.page.locator("#place-place").fill("Misrata")
    guest.page.locator("form[action$='/correct/place'] button").click()
    guest.page.wait_for_load_state()
    row = guest.page.locator(".readings tr").filter(has_text="Set the place right")
    assert row.locator(".read-decided").inner_text().strip() == "Misrata"
    border = "element => getComputedStyle(element).borderTopStyle"
    assert row.locator(".read-decided").evaluate(border) == "solid"
    assert guest.page.locator(".read-suggested").first.evaluate(border) == "dashed"
    guest.visit(f"/events/{desk.well}")
    assert guest.page.locator(".map .spot-name").text_content() == "Misrata"


def test_a_faulty_form_comes_back_open_with_its_fault(desk: DeskStory, visitor: Open) -> None:
    guest = visitor()
    guest.visit(f"/statements/{desk.statements['killed']}")
    guest.page.get_by_text("Set the figures right").click()
    guest.page.locator("#figures-low-0").fill("many")
    guest.page.locator("form[action$='/correct/figures'] button").click()
    guest.page.wait_for_load_state()
    field = guest.page.locator("#figures-low-0")
    assert field.is_visible()
    assert field.input_value() == "many"
    assert guest.page.locator("#figures-low-0-fault").is_visible()
    looks = Looks(guest.page)
    looks.at("faulty figures")
    assert looks.flaws == {}


def test_drawings_lie_within_their_page_and_mirror_with_it(desk: DeskStory, visitor: Open) -> None:
    shares: dict[str, list[float]] = {}
    for language in ("en", "ar"):
        guest = visitor(language=language)
        guest.visit(f"/events/{desk.bridge}")
        boxes: Any = guest.page.locator("#timeline .lane >> nth=0").locator(".assertion").all()
        shares[language] = [mark.bounding_box()["x"] for mark in boxes]
        for part in guest.page.locator("main svg").all():
            box = part.bounding_box()
            assert box is None or (box["x"] >= 0 and box["x"] + box["width"] <= DESKTOP[0])
    assert shares["en"] == sorted(shares["en"])
    assert len(shares["en"]) > 1
    assert shares["ar"] == sorted(shares["ar"], reverse=True)
