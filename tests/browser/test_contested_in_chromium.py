"""The contested questions and figures of an event, as a browser lays them out and a keyboard works them."""

import pytest
from room_stories import BridgeStory
from visitors import DESKTOP, OPEN_DISCLOSURES, PHONE, Open

pytestmark = [pytest.mark.browser, pytest.mark.allow_hosts(["127.0.0.1"])]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_questions_come_first_and_fit_the_screen(
    told: BridgeStory, visitor: Open, size: tuple[int, int], scheme: str
) -> None:
    guest = visitor(size, scheme)
    guest.visit(f"/events/{told.event.id}")
    tops = [
        box["y"]
        for part in ("#questions", ".question >> nth=0", "#figures", "#revisions", "#comparison")
        if (box := guest.page.locator(part).bounding_box())
    ]
    assert len(tops) == 5
    assert tops == sorted(tops)
    # The first position can be read without scrolling.
    assert tops[1] < size[1] * 2 / 3
    for state in ("closed", "open"):
        assert guest.page.evaluate("document.documentElement.scrollWidth") <= size[0], state
        guest.page.evaluate(OPEN_DISCLOSURES)


@pytest.mark.parametrize(("size", "across"), [(DESKTOP, True), (PHONE, False)], ids=["desktop", "phone"])
def test_positions_stand_side_by_side_and_on_a_phone_below_one_another(
    told: BridgeStory, visitor: Open, size: tuple[int, int], *, across: bool
) -> None:
    guest = visitor(size)
    guest.visit(f"/events/{told.event.id}")
    one, other = (part.bounding_box() for part in guest.page.locator("#q-control .position").all())
    assert one is not None
    assert other is not None
    assert (one["y"] == other["y"]) is across
    assert (one["x"] == other["x"]) is not across


def test_a_disclosure_is_opened_and_closed_by_keyboard(told: BridgeStory, visitor: Open) -> None:
    guest = visitor()
    guest.visit(f"/events/{told.event.id}")
    waiting = guest.page.locator("#q-casualties .further .quote").first
    conflict = guest.page.locator("#q-casualties .conflict")
    assert (waiting.is_visible(), conflict.is_visible()) == (False, False)
    guest.page.locator("#q-casualties .further summary").focus()
    guest.page.keyboard.press("Enter")
    assert waiting.is_visible()
    guest.page.keyboard.press("Space")
    assert not waiting.is_visible()
    # From there the way to the conflicts leads past no dead end.
    for _ in range(6):
        guest.page.keyboard.press("Tab")
        if guest.page.evaluate("document.activeElement.matches('#q-casualties > .more > summary')"):
            break
    guest.page.keyboard.press("Enter")
    assert conflict.is_visible()


def test_arabic_in_a_position_runs_from_right_to_left(told: BridgeStory, visitor: Open) -> None:
    guest = visitor()
    guest.visit(f"/events/{told.event.id}")
    quotations = guest.page.locator("#q-control .quote[lang=ar]")
    assert quotations.count() == 4  # one behind each position, two in the conflict of these
    for quotation in quotations.all():
        assert quotation.get_attribute("dir") == "rtl"
        assert quotation.evaluate("element => getComputedStyle(element).direction") == "rtl"


def test_the_range_is_switched_by_a_link(told: BridgeStory, visitor: Open) -> None:
    guest = visitor()
    guest.visit(f"/events/{told.event.id}")
    guest.page.locator("#figures nav a:not([aria-current])").click()
    guest.page.wait_for_url("**?range=latest_of_each#figures")
    assert guest.page.locator(".range").first.inner_text().startswith("low 31, high 31")
    assert guest.page.locator("#figures").evaluate("part => part.getBoundingClientRect().top") < 100


def test_superseded_figures_and_admissions_differ_without_colour(told: BridgeStory, visitor: Open) -> None:
    guest = visitor()
    guest.visit(f"/events/{told.event.id}")
    line = "element => getComputedStyle(element).textDecorationLine"
    figures = guest.page.locator(".ledger >> nth=0").locator(".figure").all()
    assert [figure.evaluate(line) for figure in figures] == ["none", "line-through", "none"]
    admission = guest.page.locator(".admission")
    assert admission.inner_text().split() == ["admission", "by", "GNA"]
    assert admission.evaluate("element => getComputedStyle(element).borderTopStyle") == "solid"
