"""A morning at the desk in a real browser, over the real program: from a pasted text to an exported conflict.

Once in English and once in Arabic, both by keyboard alone; then two analysts who decide on one conflict at
once, with scripts and without.
"""

import csv
import json
import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from keyboard_hand import Hand
from playwright.sync_api import Browser, BrowserContext, Page, expect
from real_desk import PASSWORD, RealDesk, real_desk
from tracker_shell import Shell
from visitors import DESKTOP, Visitor

from tracker.bootstrap import SystemClock, installation, job_queue
from tracker.cli.bench import Bench
from tracker.cli.working import holder_name, is_gone
from tracker.domain.conflicts import Judgement
from tracker.services.job_worker import JobWorker
from tracker.settings import load_settings
from tracker.web.signing_in import SESSION_COOKIE

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.allow_hosts(["127.0.0.1"])]

TEXTS = {
    "en": (
        "Two accounts of the harbour at Zuwara\n\n"
        "The Government of National Accord said on 14 September 2020 that its forces had taken the harbour "
        "at Zuwara and that nineteen fighters of the Libyan National Army had been killed there.\n\n"
        "The Libyan National Army denied on 14 September 2020 that the harbour at Zuwara had been taken. "
        "Its spokesman said that four of its fighters had been killed there."
    ),
    "ar": (
        "روايتان عن مطار غات\n\n"
        "قالت حكومة الوفاق الوطني يوم 21 سبتمبر 2020 إن قواتها سيطرت على مطار غات وإن سبعة عشر مقاتلا من "
        "الجيش الوطني الليبي قتلوا هناك.\n\n"
        "ونفى الجيش الوطني الليبي يوم 21 سبتمبر 2020 سيطرة قوات الوفاق على مطار غات، وقال إن ثلاثة من "
        "مقاتليه قتلوا هناك."
    ),
}
"""Our own, of two sides about a place that the demonstration does not speak of."""

WORDS = {
    "en": ("Four say so alike.", "Ask the harbour master."),
    "ar": ("أربعة يقولون ذلك.", "اسأل مدير المطار."),
}
"""Why an event gets its grade, and a note."""


@contextmanager
def working() -> Iterator[None]:
    """A worker beside the server, in a thread of its own over an installation of its own."""
    stop = threading.Event()

    def work() -> None:
        settings = load_settings()
        with (
            installation(settings, lambda _: None) as installed,
            job_queue(settings, is_gone) as (queue, files),
        ):
            bench = Bench(installed)
            worker = JobWorker(queue, files, lambda: bench, SystemClock(), holder_name(), stop.is_set)
            while not stop.is_set():
                if not worker.work_once():
                    stop.wait(0.2)

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.fixture(scope="module")
def desk(demonstration_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealDesk]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    home = shutil.copytree(demonstration_home, tmp_path_factory.mktemp("morning") / "home")
    with real_desk(Shell(home)) as desk, working():
        yield desk
        assert list(desk.application.extensions["csp_reports"]) == []


@pytest.fixture
def open_page(chromium: Browser, desk: RealDesk) -> Iterator[Callable[..., Visitor]]:
    """Opens a page in a context of its own, in a language; signed in where a name is given."""
    contexts: list[BrowserContext] = []

    def open_page(language: str = "en", name: str = "", *, scripts: bool = True) -> Visitor:
        context = chromium.new_context(
            viewport={"width": DESKTOP[0], "height": DESKTOP[1]}, locale=language, java_script_enabled=scripts
        )
        contexts.append(context)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=desk.address)
        context.add_cookies([{"name": "language", "value": language, "url": desk.address}])
        if name:
            token = desk.token_of(name)
            context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": desk.address}])
        return Visitor(context.new_page(), desk.address)

    yield open_page
    for context in contexts:
        context.close()


def judgement(desk: RealDesk, conflict: str) -> str:
    return str(desk.installed.conflict_lists.conflict(conflict).conflict.judgement)


def shown(page: Page) -> str:
    """The conflict that stands in the queue."""
    return str(page.locator("#item article").get_attribute("id"))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_morning_from_a_pasted_text_to_an_exported_conflict_by_keyboard_alone(
    desk: RealDesk, open_page: Callable[..., Visitor], language: str
) -> None:
    guest = open_page(language)
    hand = Hand(guest.page)
    guest.visit("/")
    sign_in(hand)
    assert guest.page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
    confirmed = hand_in(desk, hand, language)
    review(desk, hand)
    work_on_an_event(desk, hand, confirmed, language)
    take_along(hand, confirmed)
    cite(desk, hand)
    sign_out(hand)
    assert guest.complaints == []


def sign_in(hand: Hand) -> None:
    expect(hand.page.locator("#name")).to_be_focused()
    hand.type("amal")
    hand.press("Tab")
    hand.type(PASSWORD)
    hand.press("Enter")
    expect(hand.page.locator(".person")).to_contain_text("amal")


def hand_in(desk: RealDesk, hand: Hand, language: str) -> str:
    """Paste a text, follow its job to the end, and confirm a conflict that it brought."""
    page = hand.page
    hand.follow_to(".main-menu a[href='/upload']", "**/upload")
    hand.go_to("#text-text")
    hand.paste(TEXTS[language])
    hand.go_to("#text-outlet")
    hand.type("Sidra Courier")
    hand.follow("#text button[type=submit]")
    page.wait_for_url("**/jobs/j*")
    expect(page.locator("#job-status .state-done")).to_be_visible()
    hand.press("j", "Enter")
    page.wait_for_url("**/conflicts/c*")
    confirmed = page.url.rpartition("/")[2]
    hand.act("c")
    assert judgement(desk, confirmed) == Judgement.CONFIRMED
    expect(page.locator("#content .decided-confirmed")).to_contain_text("amal")
    return confirmed


def review(desk: RealDesk, hand: Hand) -> None:
    """From today to the queue: reject one, take that back, leave it as unsure, and reject the next."""
    page = hand.page
    hand.follow_to(".main-menu a[href='/']", f"{desk.address}/")
    hand.follow_to(".waiting p a[href^='/review']", "**/review?*")
    first = shown(page)
    hand.act("x")
    expect(page.locator(".conflict-heading")).to_be_focused()
    assert judgement(desk, first) == Judgement.REJECTED
    second = shown(page)
    assert second != first
    hand.act("z")
    assert judgement(desk, first) == Judgement.SUGGESTED
    assert shown(page) == second
    hand.press("k")
    expect(page.locator("#item article")).to_have_id(first)
    page.wait_for_load_state()
    hand.act("u")
    assert judgement(desk, first) == Judgement.UNSURE
    hand.act("x")
    assert judgement(desk, second) == Judgement.REJECTED


def work_on_an_event(desk: RealDesk, hand: Hand, confirmed: str, language: str) -> None:
    """Find the event; part or move a statement and take it back; grade the event, and write a note."""
    page, library = hand.page, desk.installed.library
    hand.follow_to(".main-menu a[href='/events']", "**/events")
    event = desk.installed.conflict_lists.conflict(confirmed).conflict.event
    for _ in range(25):
        hand.press("j")
        if page.evaluate("document.activeElement.querySelector('a').pathname").endswith(event):
            break
    hand.press("Enter")
    page.wait_for_url(f"**/events/{event}")
    page.wait_for_load_state()
    hand.press("j", "j")
    card = page.locator(".card").nth(1)
    expect(card).to_be_focused()
    statement = str(card.get_attribute("id"))
    if language == "en":
        hand.act("s")
        page.wait_for_url(f"**/events/{library.statement(statement).event_id}")
    else:
        other = next(one.id for one in desk.installed.store.all_events() if one.id != event)
        hand.press("m")
        hand.go_to("#move-event")
        hand.type(f"{desk.address}/events/{other}")
        hand.go_to("#move button[value=event]")
        hand.act("Enter")
        page.wait_for_url(f"**/events/{other}")
    assert library.statement(statement).event_id != event
    expect(page.locator(f"[id='{statement}']")).to_be_visible()
    hand.act("z")
    assert library.statement(statement).event_id == event
    hand.follow_to("#messages a", f"**/statements/{statement}")
    hand.follow_to(f".breadcrumbs a[href='/events/{event}']", f"**/events/{event}")
    expect(page.locator(f"[id='{statement}']")).to_be_visible()
    reason, note = WORDS[language]
    hand.press("g", "ArrowDown", "ArrowDown")
    hand.go_to("#grade-reason")
    hand.type(reason)
    hand.act("Enter")
    expect(page.locator(".standing-line .decided")).to_be_visible()
    hand.press("n")
    hand.type(note)
    hand.press("Tab")
    hand.act("Enter")
    expect(page.locator(".note")).to_have_text(note)


def take_along(hand: Hand, confirmed: str) -> None:
    """Export the confirmed conflicts as a table, and one as ClaimReview."""
    page = hand.page
    hand.follow_to(".main-menu a[href='/review']", "**/review")
    hand.follow_to(".tabs a[href='/conflicts']", "**/conflicts")
    hand.follow_to("a[href$='judgement=confirmed']", "**/conflicts?judgement=confirmed")
    hand.go_to(".take-along a[href*='.csv']")
    with page.expect_download() as download:
        hand.press("Enter")
    rows = list(csv.DictReader(download.value.path().read_text(encoding="utf-8-sig").splitlines()))
    assert [row["status"] for row in rows] == ["confirmed"] * len(rows)
    assert confirmed in {row["id"] for row in rows}
    hand.press("j", "o")
    page.wait_for_url("**/conflicts/c*")
    hand.go_to("a[href$='.jsonld']")
    with page.expect_download() as download:
        hand.press("Enter")
    assert "ClaimReview" in json.dumps(json.loads(download.value.path().read_text(encoding="utf-8")))


def cite(desk: RealDesk, hand: Hand) -> None:
    """From the conflict to one of its statements, and take its citation along."""
    page = hand.page
    hand.follow_to(".side a[href^='/statements/']", "**/statements/s*")
    quote = desk.installed.library.statement(page.url.rpartition("/")[2]).statement.quote
    hand.follow_to(".single a[href$='/citation']", "**/citation")
    plain = hand.go_to("#citation-plain")
    hand.press("ControlOrMeta+A", "ControlOrMeta+C")
    assert hand.copied() == plain.input_value()
    assert quote in hand.copied()
    hand.follow("[data-copy=citation-bibtex]")
    expect(page.locator("[data-copy=citation-bibtex] ~ .copy-outcome")).not_to_be_empty()
    assert hand.copied() == page.locator("#citation-bibtex").input_value()
    assert hand.copied().startswith("@")


def sign_out(hand: Hand) -> None:
    hand.follow(".person summary")
    hand.follow(".person button")
    hand.page.wait_for_url("**/sign-in*")
    expect(hand.page.locator(".person")).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
@pytest.mark.parametrize("choice", ["theirs", "mine"])
def test_of_two_analysts_at_once_one_wins_and_the_other_chooses(
    desk: RealDesk, open_page: Callable[..., Visitor], choice: str, *, scripts: bool
) -> None:
    conflict = next(
        one.id for one in desk.installed.store.all_conflicts() if one.judgement is Judgement.SUGGESTED
    )
    early, late = open_page("en", "omar", scripts=scripts), open_page("en", "amal", scripts=scripts)
    for guest in (early, late):
        guest.visit(f"/conflicts/{conflict}")
    Hand(early.page).follow("#decide button[value=rejected]")
    expect(early.page.locator("#messages")).to_contain_text("The conflict was rejected.")
    hand = Hand(late.page)
    hand.go_to("#reason")
    hand.type("both name the bridge")
    hand.follow("#decide button[value=confirmed]", backwards=True)
    stale = late.page.locator("#stale")
    expect(stale).to_contain_text("omar decided on it")
    expect(stale.locator("tbody td")).to_have_text(["confirmed", "rejected"])
    expect(stale).to_contain_text("both name the bridge")
    assert judgement(desk, conflict) == Judgement.REJECTED
    hand.follow("#stale .choices a" if choice == "theirs" else "#stale .choices button")
    late.page.wait_for_url(f"**/conflicts/{conflict}")
    expected = Judgement.REJECTED if choice == "theirs" else Judgement.CONFIRMED
    expect(late.page.locator(f"#content .decided-{expected}")).to_be_visible()
    assert judgement(desk, conflict) == expected
    complaints = [one for one in early.complaints + late.complaints if "409 (CONFLICT)" not in one]
    assert complaints == []
