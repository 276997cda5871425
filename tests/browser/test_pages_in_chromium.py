"""What only a browser can tell: accessibility, overflow, direction, targets, keyboard and print."""

from collections.abc import Callable

import pytest
from looks import Looks
from room_stories import BridgeStory
from visitors import DESKTOP, PHONE, Open

pytestmark = [pytest.mark.browser, pytest.mark.allow_hosts(["127.0.0.1"])]

PAGES: dict[str, Callable[[BridgeStory], str]] = {
    "events": lambda _: "/events",
    "events of a party": lambda _: "/events?party=GNA",
    "event": lambda told: f"/events/{told.event.id}",
    "event of no such policy": lambda told: f"/events/{told.event.id}?range=truth",
    "quiet event": lambda told: f"/events/{told.quiet_event.id}",
    "document": lambda told: f"/documents/{told.english.document.id}",
    "Arabic document": lambda told: f"/documents/{told.arabic.document.id}",
    "statement": lambda told: f"/statements/{told.english['holds'].id}",
    "Arabic statement": lambda told: f"/statements/{told.arabic['fall'].id}",
    "doubtful statement": lambda told: f"/statements/{told.english['bodies'].id}",
    "story of a page": lambda told: f"/documents/{told.page[1].id}",
    "search form": lambda _: "/search",
    "search results": lambda _: "/search?q=bridge",
    "search with faults": lambda _: "/search?q=bridge&party=NOBODY&from=then",
    "not found": lambda _: "/nowhere",
}


def test_what_few_pages_show_breaks_no_rule_of_accessibility_and_fits_its_screen(
    told: BridgeStory, visitor: Open
) -> None:
    guest = visitor()
    looks = Looks(guest.page)
    for name in ("event", "quiet event", "Arabic statement", "doubtful statement", "story of a page"):
        guest.visit(PAGES[name](told))
        looks.at(name)
    assert looks.flaws == {}


def test_no_page_complains_on_the_console(told: BridgeStory, visitor: Open) -> None:
    guest = visitor()
    refused = set()
    for path in PAGES.values():
        if guest.visit(path(told)).status >= 400:
            refused.add(path(told))
    # A page that answers with an error is itself reported; nothing else may be.
    found = [
        complaint
        for complaint in guest.complaints
        if not ("status of 4" in complaint and complaint.partition(": ")[0] in refused)
    ]
    assert found == []
    assert len(refused) == 3


def test_the_address_of_a_page_needs_nothing_from_elsewhere(told: BridgeStory, visitor: Open) -> None:
    guest = visitor()
    hosts = set()
    guest.page.on("request", lambda request: hosts.add(request.url.split("/")[2].split(":")[0]))
    for path in PAGES.values():
        guest.visit(path(told))
    assert hosts == {"127.0.0.1"}


def test_arabic_runs_from_right_to_left(told: BridgeStory, visitor: Open) -> None:
    guest = visitor()
    guest.visit(f"/events/{told.event.id}")
    arabic = guest.page.locator(f"#{told.arabic['entry'].id} blockquote")
    assert arabic.evaluate("element => getComputedStyle(element).direction") == "rtl"
    starts = arabic.evaluate(
        """element => {
            const words = document.createRange();
            words.selectNodeContents(element.querySelector('p'));
            const first = words.getClientRects()[0];
            const frame = element.getBoundingClientRect();
            return Math.round(frame.right - first.right);
        }"""
    )
    assert starts <= 1
    english = guest.page.locator(f"#{told.english['holds'].id} blockquote")
    assert english.evaluate("element => getComputedStyle(element).direction") == "ltr"


def test_the_path_of_the_words_is_drawn_the_way_its_language_runs(told: BridgeStory, visitor: Open) -> None:
    guest = visitor(PHONE)
    wells = told.shelf.library.document(told.page[1].id).statements[0].statement
    for statement, order in ((told.arabic["fall"], -1), (wells, 1)):
        guest.visit(f"/statements/{statement.id}")
        path = guest.page.locator(".single .path")
        boxes = [path.locator(part).first.bounding_box() for part in ("bdi", ".arrow", ".speaker")]
        lefts = [box["x"] for box in boxes if box]
        assert lefts == sorted(lefts, reverse=order < 0)
        assert len(set(lefts)) == 3


def test_marks_leave_arabic_letters_joined(told: BridgeStory, visitor: Open) -> None:
    guest = visitor()
    guest.visit(f"/statements/{told.arabic['fall'].id}")
    # The cue begins inside a word. Letters that no longer joined would take up another width.
    marked, plain = guest.page.locator(".single .quote p").evaluate(
        """words => {
            const width = () => {
                const range = document.createRange();
                range.selectNodeContents(words);
                return range.getBoundingClientRect().width;
            };
            words.style.whiteSpace = 'nowrap';
            const marked = width();
            words.textContent = words.textContent;
            return [marked, width()];
        }"""
    )
    assert marked == pytest.approx(plain, abs=0.5)


def test_the_link_of_a_statement_lands_on_its_sentence(told: BridgeStory, visitor: Open) -> None:
    guest = visitor(PHONE)
    guest.visit(f"/events/{told.event.id}")
    statement = told.english["losses"]
    guest.page.locator(f"#{statement.id} .source a").click()
    guest.page.wait_for_url(f"**/documents/{told.english.document.id}#{statement.id}")
    target = guest.page.locator("mark:target")
    assert target.inner_text() == statement.quote
    box = target.bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= PHONE[1] - box["height"]
    other = guest.page.locator(f"[id='{told.english['holds'].id}']")
    colour = "element => getComputedStyle(element).backgroundColor"
    assert target.evaluate(colour) != other.evaluate(colour)


def test_columns_stand_side_by_side_and_on_a_phone_below_one_another(
    told: BridgeStory, visitor: Open
) -> None:
    for size, across in ((DESKTOP, True), (PHONE, False)):
        guest = visitor(size)
        guest.visit(f"/events/{told.event.id}")
        boxes = [column.bounding_box() for column in guest.page.locator(".column").all()]
        lefts = [box["x"] for box in boxes if box]
        assert (len(set(lefts)) == len(boxes)) is across


def test_the_comparison_can_be_scrolled_by_keyboard(told: BridgeStory, visitor: Open) -> None:
    guest = visitor()
    guest.visit(f"/events/{told.event.id}")
    comparison = guest.page.locator(".comparison")
    assert comparison.evaluate("element => element.scrollWidth > element.clientWidth")
    comparison.focus()
    guest.page.keyboard.press("ArrowRight")
    # The policy of the pages forbids eval, and with it Playwright's own waiting for a condition.
    guest.page.evaluate(
        """() => new Promise(resolve => {
            const comparison = document.querySelector('.comparison');
            const look = () => comparison.scrollLeft > 0 ? resolve() : requestAnimationFrame(look);
            look();
        })"""
    )


def test_the_first_press_of_tab_offers_to_skip_to_the_content(told: BridgeStory, visitor: Open) -> None:
    guest = visitor()
    guest.visit(f"/events/{told.event.id}")
    guest.page.keyboard.press("Tab")
    skip = guest.page.locator(".skip")
    box = skip.bounding_box()
    assert box is not None
    assert box["y"] >= 0
    guest.page.keyboard.press("Enter")
    assert guest.page.evaluate("document.activeElement.id") == "content"


def test_the_mark_of_a_conflict_leads_to_it(told: BridgeStory, visitor: Open) -> None:
    guest = visitor()
    guest.visit(f"/events/{told.event.id}")
    conflict = told.conflicts["entry"]
    guest.page.locator(f"#{told.arabic['fall'].id} .marks a").click()
    target = guest.page.locator(".conflict:target")
    assert target.get_attribute("id") == conflict.id
    assert target.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
    # It waits behind the disclosure of its question, which the link opens.
    assert target.is_visible()


def test_suggested_and_confirmed_differ_without_colour(told: BridgeStory, visitor: Open) -> None:
    guest = visitor()
    guest.visit(f"/events/{told.event.id}")
    looks = []
    for name in ("control", "casualties", "involvement"):
        conflict = guest.page.locator(f"[id='{told.conflicts[name].id}']")
        border = conflict.evaluate(
            "element => [getComputedStyle(element).borderTopStyle, getComputedStyle(element).borderTopWidth]"
        )
        looks.append((*border, conflict.locator(".judgement").first.text_content()))
    assert len({look[:2] for look in looks}) == len({look[2] for look in looks}) == 3


def test_doubtful_and_sure_and_the_two_marks_differ_without_colour(told: BridgeStory, visitor: Open) -> None:
    guest = visitor()
    guest.visit(f"/events/{told.event.id}")
    edge = "element => getComputedStyle(element).borderInlineStartStyle"
    cards = [guest.page.locator(f".card[id='{told.english[name].id}']") for name in ("bodies", "holds")]
    assert [card.evaluate(edge) for card in cards] == ["dashed", "none"]
    assert [card.locator(".doubt").count() for card in cards] == [1, 0]
    line = "element => getComputedStyle(element).textDecorationStyle"
    lines = [guest.page.locator(f".legend .{mark}").evaluate(line) for mark in ("of-speaker", "of-cue")]
    assert lines == ["solid", "dotted"]


def test_paper_shows_what_disclosures_hide_and_leaves_navigation_out(
    told: BridgeStory, visitor: Open
) -> None:
    guest = visitor()
    guest.visit(f"/events/{told.event.id}")
    why = guest.page.locator(".why dd").first
    navigation = guest.page.locator(".main-menu")
    assert (why.is_visible(), navigation.is_visible()) == (False, True)
    guest.page.emulate_media(media="print")
    assert (why.is_visible(), navigation.is_visible()) == (True, False)
