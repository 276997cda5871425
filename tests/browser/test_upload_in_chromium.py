"""Handing documents in with a browser: a worker reads them meanwhile, over a real database."""

import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from looks import Looks
from people_doubles import NAMES, Office
from playwright.sync_api import Browser, Page, expect
from room_stories import BridgeStory
from rooms import application_of
from visitors import Open

# The office of jobs stands beside the integration tests.
sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

from job_office import JobOffice, Watch, registry

from tracker.domain.jobs import JobState
from tracker.domain.people import Role
from tracker.resources import MIGRATIONS
from tracker.storage.engine import make_engine
from tracker.storage.library import SqlLibrary
from tracker.storage.migration import upgrade
from tracker.storage.registry import sync_registry
from tracker.web import forms
from tracker.web.signing_in import SESSION_COOKIE

pytestmark = [pytest.mark.browser, pytest.mark.allow_hosts(["127.0.0.1"])]

ARABIC = "قال المجلس البلدي في قصر سدرة يوم الاثنين إن ثلاثة أشخاص قتلوا عند الجسر."


def report(number: int) -> bytes:
    return (
        f"Bridge of Wadi Sidra, day {number}\n\n"
        f"The Government of National Accord said on Monday that {number + 3} people were killed there. "
        f"The Libyan National Army denied on Monday that {number + 3} people were killed there."
    ).encode()


class RealWatch(Watch):
    """The clock on the wall."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Workshop:
    """An office of jobs with a worker that goes on only as far as it is let."""

    office: JobOffice
    gate: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    closing: threading.Event = field(default_factory=threading.Event)

    def let(self, pages: int = 1000) -> None:
        """Let so many pages be taken in."""
        self.gate.release(pages)

    def work(self) -> None:
        worker = self.office.worker(disturb=self._wait, stopping=self.closing.is_set)
        while not self.closing.is_set():
            if not worker.work_once():
                self.closing.wait(0.1)

    def _wait(self, _one: object) -> None:
        while not self.closing.is_set() and not self.gate.acquire(timeout=0.1):
            pass

    def only_job(self) -> str:
        (job,) = self.office.jobs.jobs_page(None, 5).rows
        return job.id


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("empty") / "tracker.sqlite3"
    upgrade(f"sqlite:///{path}", MIGRATIONS)
    engine = make_engine(f"sqlite:///{path}")
    sync_registry(engine, registry().parties, registry().speakers)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path.read_bytes()


class Swapped:
    """Jobs and documents of the workshop that is open just now."""

    workshop: Workshop

    def __getattr__(self, name: str) -> object:
        return getattr(self.workshop.office.jobs, name)


class SwappedLibrary(Swapped):
    def __getattr__(self, name: str) -> object:
        return getattr(SqlLibrary(self.workshop.office.engine), name)


@pytest.fixture(scope="module")
def application(told: BridgeStory, office: Office) -> Flask:
    room = replace(told.shelf.room(), jobs=Swapped(), library=SwappedLibrary())  # type: ignore[arg-type]
    return application_of(room, role=None, office=office)


@pytest.fixture(autouse=True)
def workshop(tmp_path: Path, database: bytes) -> Iterator[Workshop]:
    home = tmp_path / "home"
    home.mkdir()
    (home / "tracker.sqlite3").write_bytes(database)
    engine = make_engine(f"sqlite:///{home / 'tracker.sqlite3'}")
    Swapped.workshop = made = Workshop(JobOffice(home, engine, RealWatch()))
    thread = threading.Thread(target=made.work)
    thread.start()
    yield made
    made.closing.set()
    thread.join()
    engine.dispose()


@pytest.fixture
def three(tmp_path: Path) -> list[Path]:
    """Three files, of which one is no text."""
    files = {"one.txt": report(1), "broken.txt": b"\x00\x01" * 500, "<b>two</b>.txt": report(2)}
    for name, data in files.items():
        (tmp_path / name.replace("/", "∕")).write_bytes(data)
    return [tmp_path / name.replace("/", "∕") for name in files]


def hand_in(page: Page, files: list[Path]) -> None:
    page.locator("#files-files").set_input_files(files)
    page.locator("#files button[type=submit]").click()
    page.wait_for_url("**/jobs/j*")


def test_three_files_of_which_one_is_bad_are_followed_to_their_end_without_a_reload(
    visitor: Open, workshop: Workshop, three: list[Path]
) -> None:
    guest = visitor()
    page = guest.page
    guest.visit("/upload")
    hand_in(page, three)
    page.evaluate("window.isTheSamePage = true")
    status = page.locator("#job-status")
    assert status.get_attribute("role") == "status"
    workshop.let(1)
    expect(page.locator("[data-count=over]")).to_have_text("1")
    expect(page.locator("[data-count=new]")).to_have_text("1")
    expect(status).to_contain_text("1 of 3 files gone through.")
    workshop.let()
    expect(status).to_contain_text("2 new documents, 1 could not be taken in")
    assert page.evaluate("window.isTheSamePage")
    rows = [" ".join(row.inner_text().split()) for row in page.locator(".files > li").all()]
    assert rows[0].startswith("one.txt read")
    assert "broken.txt could not be read" in rows[1]
    assert "broken.txt: not a text file" in rows[1]
    assert "<b>two<∕b>.txt read" in rows[2]
    assert page.locator("#job-acts button").all_inner_texts() == ["Try 1 file once more"]
    assert page.locator("#job-found .fresh").count() >= 1
    page.locator(".made a").first.click()
    expect(page.locator("h1")).to_contain_text("Bridge of Wadi Sidra, day 1")
    assert guest.complaints == []


def test_a_job_is_stopped_and_resumed_by_keyboard(
    visitor: Open, workshop: Workshop, three: list[Path]
) -> None:
    guest = visitor()
    page, keyboard = guest.page, guest.page.keyboard
    guest.visit("/upload")
    hand_in(page, three)
    page.locator("#cancel_job").focus()
    keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("The job is being stopped")
    job = workshop.only_job()
    if workshop.office.job(job).job.state is JobState.RUNNING:
        # The keyboard's place must outlive the changes of the page, of which there is one meanwhile.
        with page.expect_response("**/jobs/j*"):
            page.locator("#job-renewal a").focus()
    workshop.let(1)
    resume = page.locator("#resume_job")
    expect(resume).to_be_visible()
    expect(page.locator("#job-status")).to_contain_text("stopped on the way")
    resume.focus()
    keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("The job goes on where it stopped")
    workshop.let()
    expect(page.locator("#job-status")).to_contain_text("2 new documents")
    assert guest.complaints == []


def test_an_arabic_text_is_pasted_in_arabic(visitor: Open, workshop: Workshop) -> None:
    workshop.let()
    guest = visitor(language="ar")
    page = guest.page
    guest.visit("/upload")
    assert page.evaluate("document.documentElement.dir") == "rtl"
    field = page.locator("#text-text")
    field.fill(ARABIC)
    assert field.evaluate("field => getComputedStyle(field).direction") == "rtl"
    page.locator("#text-title").fill("قتلى عند الجسر")
    page.locator("#text-published").fill("2020-06-05")
    page.locator("#text button[type=submit]").click()
    page.wait_for_url("**/jobs/j*")
    expect(page.locator(".file-done")).to_be_visible()
    page.locator(".made a").click()
    expect(page.locator("h1")).to_have_text("قتلى عند الجسر")
    expect(page.locator(".stored")).to_contain_text(ARABIC)
    assert guest.complaints == []


def test_without_a_script_the_page_renews_itself_until_the_job_is_over(
    chromium: Browser, address: str, office: Office, workshop: Workshop, three: list[Path]
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    token = office.token_of(NAMES[Role.ANALYST])
    context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": address}])
    page = context.new_page()
    page.goto(f"{address}/upload")
    hand_in(page, three)
    expect(page.locator("#job-renewal")).to_contain_text("keeps itself up to date")
    workshop.let()
    expect(page.locator("#job-status")).to_contain_text("2 new documents")
    page.goto(f"{address}/jobs")
    assert page.locator(".job-list > li").count() == 1
    context.close()


def test_too_much_at_once_is_said_by_the_browser_and_by_the_server(
    visitor: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = tmp_path / "large.txt"
    large.write_bytes(b"x" * 3_000_000)
    guest = visitor()
    page = guest.page
    guest.visit("/upload")
    expect(page.locator("[data-fault=large]")).to_be_hidden()
    page.evaluate("document.querySelector('[data-most-bytes]').dataset.mostBytes = '1000'")
    page.locator("#files-files").set_input_files([large])
    expect(page.locator("[data-fault=large]")).to_be_visible()
    page.locator("#files button[type=submit]").click()
    assert page.url.endswith("/upload")
    assert guest.complaints == []
    monkeypatch.setitem(forms.LARGEST_BODIES, "pages.add_files", 100_000)
    guest.visit("/upload")
    page.locator("#files-files").set_input_files([large])
    page.locator("#files button[type=submit]").click()
    expect(page.locator("#files-files-fault")).to_contain_text("more than 256 MB at once")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_running_job_its_end_and_a_faulty_form_are_accessible_and_fit_every_screen(
    visitor: Open, workshop: Workshop, three: list[Path], language: str
) -> None:
    guest = visitor(language=language)
    page, looks = guest.page, Looks(guest.page, in_turn=True)
    guest.visit("/upload")
    hand_in(page, three)
    running = page.url.removeprefix(guest.address)
    looks.at("running")
    workshop.let()
    expect(page.locator(".file-failed")).to_be_visible()
    expect(page.locator("#retry_job")).to_be_visible()
    guest.visit(running)
    looks.at("done")
    guest.visit("/upload")
    page.locator("#source-source").fill("https://courier.example/feed")
    page.locator("#source button[type=submit]").click()
    expect(page.locator("#source-source-fault")).to_be_visible()
    looks.at("form with faults")
    assert looks.flaws == {}
    assert [text for text in guest.complaints if "status of 400" not in text] == []
