"""Every page there is, over the demonstration corpus: accessible in both directions and themes, and quiet."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from addresses import pages, states
from looks import Looks
from playwright.sync_api import Browser, BrowserContext
from real_desk import RealDesk, real_desk, work_a_little
from tracker_shell import Shell
from visitors import THOROUGH, Visitor

from tracker.web.signing_in import SESSION_COOKIE

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.allow_hosts(["127.0.0.1"])]


@pytest.fixture(scope="module")
def desk(demonstration_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealDesk]:
    home = shutil.copytree(demonstration_home, tmp_path_factory.mktemp("desk") / "home")
    with real_desk(Shell(home)) as desk:
        work_a_little(desk)
        yield desk


@pytest.fixture
def context(chromium: Browser, desk: RealDesk, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    language: str = request.param
    context = chromium.new_context(locale=language)
    context.add_cookies(
        [
            {"name": SESSION_COOKIE, "value": desk.token_of("dina"), "url": desk.address},
            {"name": "language", "value": language, "url": desk.address},
        ]
    )
    yield context
    context.close()
    reports = list(desk.application.extensions["csp_reports"])
    assert reports == []


@pytest.mark.parametrize("context", ["en", "ar"], indirect=True)
def test_every_page_is_accessible_fits_its_screen_and_says_nothing_to_the_console(
    desk: RealDesk, context: BrowserContext, request: pytest.FixtureRequest
) -> None:
    guest = Visitor(context.new_page(), desk.address)
    looks = Looks(guest.page, in_turn=not THOROUGH)
    expected = dict.fromkeys(pages(desk).values(), 200) | states(desk)
    direction = "rtl" if request.node.callspec.params["context"] == "ar" else "ltr"
    for address, status in expected.items():
        response = guest.visit(address)
        assert response.status == status, address
        assert guest.page.evaluate("document.documentElement.dir") == direction, address
        looks.at(address)
    assert looks.flaws == {}
    # An answer that is meant to be no success is itself reported; nothing else may be.
    refused = {address for address, status in expected.items() if status >= 400}
    assert [one for one in guest.complaints if one.partition(": ")[0] not in refused] == []
