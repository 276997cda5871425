"""Reviewing in a real browser: by keyboard alone, without scripts, and two people at once."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from flask import Flask
from looks import Looks
from people_doubles import NAMES, Office
from playwright.sync_api import Browser, Page, expect
from room_stories import BridgeStory, bridge_story
from rooms import Shelf
from visitors import PATIENCE, Open, Visitor

from tracker.domain.conflicts import ConflictType, Evidence, Judgement
from tracker.domain.decisions import SubjectKind
from tracker.domain.documents import Span
from tracker.domain.events import Event
from tracker.domain.people import Role
from tracker.services.acts import judgement_key
from tracker.web.signing_in import SESSION_COOKIE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

pytestmark = [pytest.mark.browser, pytest.mark.allow_hosts(["127.0.0.1"])]

AMAL, ADIL = NAMES[Role.ANALYST], NAMES[Role.ADMIN]


def contested_well(shelf: Shelf, name: str, conflicts: int) -> Event:
    """An event in which two sides tell as many things differently, the first the most surely."""
    pairs = []
    for number in range(conflicts):
        said = f"The well {number} at {name} is in our hands and guarded by {number + 3} men."
        denied = f"The well {number} at {name} is not in their hands and was never guarded."
        text, title = f"{said}\n{denied}", f"Well {number} at {name}"
        document = shelf.document(title=title, outlet="Sidra Courier", language="en", text=text)
        answer = shelf.statement(document, denied, "GNA", denies=True)
        pairs.append((shelf.statement(document, said, "LNA"), answer))
    event = shelf.event(f"The wells at {name}", [side for pair in pairs for side in pair])
    for number, (one, other) in enumerate(pairs):
        explanation = f"LNA says that it holds well {number}; GNA denies it."
        shelf.conflict(event, one, other, ConflictType.CONTROL, explanation, score=0.9 - number / 100)
    return event


class Wells:
    """Events of this module's own tests, so that none disturbs another."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        names = {"keys": 12, "plain": 10, "races": 4, "lists": 5, "offline": 2, "ahead": 2, "looks": 2}
        self.events = {name: contested_well(shelf, name, count) for name, count in names.items()}

    def conflicts(self, name: str) -> list[str]:
        return [row.id for row in self.shelf.library.conflicts if row.event == self.events[name].id]

    def queue(self, name: str) -> str:
        return f"/review?event={self.events[name].id}"

    def judged(self, name: str) -> list[str]:
        decided = self.shelf.decided
        return [str(decided.value(judgement_key(conflict))) for conflict in self.conflicts(name)]


@pytest.fixture(scope="module")
def told() -> BridgeStory:
    return bridge_story()


@pytest.fixture(scope="module")
def wells(told: BridgeStory) -> Wells:
    return Wells(told.shelf)


@pytest.fixture(autouse=True)
def _dug(wells: Wells) -> None:
    """The wells are there before any page is opened."""


def position(page: Page, words: str) -> None:
    expect(page.locator("#position")).to_have_text(words)


def loaded(page: Page, message: str) -> None:
    """The page with this message is there, and its script, which comes after its words."""
    expect(page.locator("#messages")).to_contain_text(message)
    page.wait_for_load_state()


def kept_of(visitor: Visitor) -> list[str]:
    """Complaints but those about answers that are meant to be no success."""
    return [complaint for complaint in visitor.complaints if "409 (CONFLICT)" not in complaint]


def test_ten_conflicts_are_reviewed_by_keyboard_alone(visitor: Open, wells: Wells) -> None:
    guest = visitor()
    guest.visit(wells.queue("keys"))
    page = guest.page
    page.evaluate("window.sameDocument = true")
    position(page, "1 of 12")
    left = 12
    for letter in "cxcxcxcxcx":
        page.keyboard.press(letter)
        left -= 1
        position(page, f"1 of {left}")
        expect(page.locator(".conflict-heading")).to_be_focused()
        expect(page.locator("#messages")).to_contain_text("The conflict was")
    # Nothing was loaded anew, and the address is that of what is shown.
    assert page.evaluate("window.sameDocument") is True
    assert wells.conflicts("keys")[10] in page.url
    assert wells.judged("keys")[:10] == ["confirmed", "rejected"] * 5
    page.keyboard.press("z")
    loaded(page, "Taken back.")
    position(page, "2 of 3")
    assert wells.judged("keys")[9] == "suggested"
    page.keyboard.press("k")
    position(page, "1 of 3")
    page.wait_for_load_state()
    page.keyboard.press("u")
    loaded(page, "The conflict was left as unsure.")
    position(page, "1 of 3")
    assert wells.judged("keys")[9] == "unsure"
    page.keyboard.press("z")
    loaded(page, "Taken back.")
    page.keyboard.press("Shift+Z")
    loaded(page, "Made again.")
    assert wells.judged("keys")[9:] == ["unsure", "suggested", "suggested"]
    assert guest.complaints == []


def test_the_other_keys_lead_where_they_say(visitor: Open, wells: Wells) -> None:
    guest = visitor()
    page = guest.page
    guest.visit(wells.queue("looks"))
    page.keyboard.press("n")
    expect(page.locator("#note")).to_be_focused()
    # In a field, letters are letters.
    page.keyboard.type("cx? jk")
    expect(page.locator("#note")).to_have_value("cx? jk")
    assert wells.judged("looks") == ["suggested", "suggested"]
    page.locator(".conflict-heading").focus()
    page.keyboard.press("o")
    page.wait_for_url(f"**/conflicts/{wells.conflicts('looks')[0]}")
    page.keyboard.press("/")
    page.wait_for_url("**/search")
    page.keyboard.press("Control+c")
    page.keyboard.press("Escape")
    assert guest.complaints == []


def test_the_keys_are_explained_and_can_be_turned_off(visitor: Open, wells: Wells) -> None:
    guest = visitor()
    page = guest.page
    guest.visit(wells.queue("looks"))
    dialog = page.locator("#keys")
    page.keyboard.press("?")
    expect(dialog).to_be_visible()
    page.keyboard.press("c")
    page.locator("#keys-on").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    for letter in "cxu?":
        page.keyboard.press(letter)
    guest.visit(wells.queue("looks"))
    page.keyboard.press("c")
    expect(dialog).to_be_hidden()
    assert wells.judged("looks") == ["suggested", "suggested"]
    # The button is still there, and turns them on again.
    page.locator(".desk-keys-open button").click()
    page.locator("#keys-on").check()
    dialog.get_by_role("button").click()
    page.keyboard.press("j")
    position(page, "2 of 2")
    assert guest.complaints == []


def test_an_arabic_keyboard_has_the_same_keys_at_the_same_places(visitor: Open, wells: Wells) -> None:
    page = visitor()
    page.visit(wells.queue("looks"))
    press = "key => document.body.dispatchEvent(new KeyboardEvent('keydown', {...key, bubbles: true}))"
    page.page.evaluate(press, {"key": "ت", "code": "KeyJ"})
    position(page.page, "2 of 2")
    page.page.wait_for_load_state()  # a key that is pressed before the scripts have run is lost
    page.page.evaluate(press, {"key": "ظ", "code": "Slash", "shiftKey": True})
    expect(page.page.locator("#keys")).to_be_visible()


def test_the_list_is_walked_and_judged_by_keyboard(visitor: Open, wells: Wells) -> None:
    guest = visitor()
    page = guest.page
    guest.visit(f"/conflicts?event={wells.events['lists'].id}")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("[data-row] >> nth=1")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("[data-row] >> nth=0")).to_be_focused()
    page.keyboard.press("x")
    loaded(page, "1 conflict was rejected.")
    assert wells.judged("lists") == ["rejected", *["suggested"] * 4]
    page.keyboard.press("j")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("j")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("u")
    loaded(page, "2 conflicts were left as unsure.")
    assert wells.judged("lists")[:3] == ["rejected", "unsure", "unsure"]
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/conflicts/c*")
    assert guest.complaints == []


def test_all_of_it_works_without_scripts(
    chromium: Browser, address: str, office: Office, wells: Wells
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies([{"name": SESSION_COOKIE, "value": office.token_of(ADIL), "url": address}])
    page = context.new_page()
    page.goto(address + wells.queue("plain"))
    for left in range(9, 0, -1):
        page.get_by_role("button", name="Reject" if left % 2 else "Confirm", exact=True).click()
        position(page, f"1 of {left}")
    page.locator(".message button").click()
    expect(page.locator("#messages")).to_contain_text("Taken back.")
    page.locator(".recent form button").first.click()
    expect(page.locator("#messages")).to_contain_text("Taken back.")
    assert wells.judged("plain") == [*["rejected", "confirmed"] * 3, "rejected", *["suggested"] * 3]
    page.locator("#reason").fill("seen from the air")
    page.get_by_role("button", name="Unsure").click()
    assert "unsure" in wells.judged("plain")
    expect(page.locator(".desk-keys-open")).to_be_hidden()
    context.close()


@pytest.mark.parametrize("place", ["the queue", "its page"])
def test_of_two_people_the_later_is_shown_both_and_may_apply_theirs(
    visitor: Open, wells: Wells, place: str
) -> None:
    number = 0 if place == "the queue" else 2
    conflict = wells.conflicts("races")[number]
    path = f"/review?item={conflict}" if place == "the queue" else f"/conflicts/{conflict}"
    late, early = visitor(), visitor(role=Role.ADMIN)
    late.visit(path)
    early.visit(path)
    early.page.keyboard.press("x")
    expect(early.page.locator("#messages")).to_contain_text("The conflict was rejected.")
    late.page.locator("#reason").fill("it is the same well")
    late.page.locator(".conflict-heading").focus()
    late.page.keyboard.press("c")
    stale = late.page.locator("#stale")
    expect(stale).to_contain_text(f"{ADIL} decided on it")
    expect(stale).to_contain_text("it is the same well")
    assert wells.judged("races")[number] == "rejected"
    if place == "the queue":
        # A reload leads back to a page, not to the address of a form.
        assert urlsplit(late.page.url).path == "/review"
    late.page.get_by_role("button", name="Apply mine all the same").focus()
    late.page.keyboard.press("Enter")
    expect(late.page.locator("#messages")).to_contain_text("The conflict was confirmed.")
    assert wells.judged("races")[number] == "confirmed"
    assert wells.shelf.decided.entries[-1].reason == "it is the same well"
    assert kept_of(late) == kept_of(early) == []


def test_a_decision_that_cannot_be_sent_is_given_back(visitor: Open, wells: Wells) -> None:
    guest = visitor()
    page = guest.page
    guest.visit(wells.queue("offline"))
    shown = page.locator("#item article").get_attribute("id")
    page.context.set_offline(offline=True)
    page.keyboard.press("c")
    expect(page.locator("#messages")).to_contain_text("That could not be sent.")
    assert page.locator("#item article").get_attribute("id") == shown
    page.context.set_offline(offline=False)
    page.keyboard.press("c")
    position(page, "1 of 1")
    assert wells.judged("offline") == ["confirmed", "suggested"]


class Gate:
    """Before a server: decisions that are sent wait in front of it until it is opened."""

    def __init__(self, behind: "WSGIApplication") -> None:
        self.behind = behind
        self.came = threading.Semaphore(0)
        self.open = threading.Event()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"].endswith("/judge"):
            self.came.release()
            self.open.wait(PATIENCE / 1_000)
        return self.behind(environ, start_response)


@pytest.fixture
def gate(application: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate(application.wsgi_app)
    monkeypatch.setattr(application, "wsgi_app", gate)
    yield gate
    gate.open.set()


def test_the_next_one_is_there_before_the_answer(visitor: Open, wells: Wells, gate: Gate) -> None:
    # The server holds what is sent: held in the browser, it was not seen at times, on a busy machine.
    guest = visitor()
    page = guest.page
    guest.visit(wells.queue("ahead"))
    first, second = wells.conflicts("ahead")
    item = page.locator("#item article")
    expect(item).to_have_id(first)
    page.keyboard.press("c")
    expect(item).to_have_id(second)
    # Until the answer is there, nothing can be decided, by a key or otherwise.
    expect(page.locator("#decide")).to_have_js_property("inert", value=True)
    page.keyboard.press("x")
    assert gate.came.acquire(timeout=PATIENCE / 1_000)
    assert wells.judged("ahead") == ["suggested", "suggested"]
    gate.open.set()
    expect(page.locator("#messages")).to_contain_text("The conflict was confirmed.")
    assert not gate.came.acquire(blocking=False)
    expect(item).to_have_id(second)
    assert wells.judged("ahead") == ["confirmed", "suggested"]


@pytest.fixture(scope="module")
def _looked_at(told: BridgeStory, wells: Wells) -> None:
    """A conflict with evidence, a note, somebody who looks after it, and a history."""
    library, decisions = told.shelf.library, told.shelf.room().decisions
    name = wells.conflicts("looks")[0]
    for place, row in enumerate(library.conflicts):
        if row.id == name:
            span = library.statements[row.one].span
            evidence = (Evidence(row.one, Span(span.start + 4, span.start + 10)),)
            library.conflicts[place] = replace(row, verdict=replace(row.verdict, evidence=evidence))
    decisions.note(SubjectKind.CONFLICT, name, "اسأل المراسل عن البئر", by=AMAL)
    decisions.assign(SubjectKind.CONFLICT, name, ADIL, by=AMAL)
    decisions.judge([name], Judgement.CONFIRMED, by=ADIL, reason="seen from the air")
    decisions.judge([name], Judgement.SUGGESTED, by=AMAL, reason="the film shows another well")


@pytest.mark.usefixtures("_looked_at")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_the_review_shows_at_times_breaks_no_rule_of_accessibility(
    told: BridgeStory, wells: Wells, visitor: Open, language: str
) -> None:
    guest = visitor(language=language)
    looks = Looks(guest.page, in_turn=True)
    for name in (wells.conflicts("looks")[0], told.conflicts["involvement"].id, told.conflicts["entry"].id):
        guest.visit(f"/conflicts/{name}")
        looks.at(name)
    guest.visit(wells.queue("looks"))
    guest.page.keyboard.press("?")
    looks.at("keys")
    guest.visit(f"/conflicts/{wells.conflicts('looks')[1]}")
    told.shelf.room().decisions.judge([wells.conflicts("looks")[1]], Judgement.UNSURE, by=ADIL)
    guest.page.keyboard.press("x")
    guest.page.locator("#stale").wait_for()
    looks.at("stale")
    told.shelf.room().decisions.undo(by=ADIL)
    assert looks.flaws == {}
    assert kept_of(guest) == []
