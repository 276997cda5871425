"""A real Chromium against a real server on the loopback, with the story of the pages' unit tests."""

import logging
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from people_doubles import NAMES, Office, people_of_every_role
from playwright.sync_api import Browser, expect, sync_playwright
from werkzeug.serving import make_server

# The rooms stand beside the unit tests of the pages.
sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "web"))

from room_stories import BridgeStory, bridge_story
from rooms import application_of
from visitors import DESKTOP, PATIENCE, POLL_SECONDS, Open, Visitor, keep_what_all_pages_share

from tracker.domain.people import Role
from tracker.web.signing_in import SESSION_COOKIE

# The first that is there. The shell is the same engine without the windows that nobody sees here, and opens a
# page in half the time; TEST_BROWSER=chromium takes the whole program.
CHROMIUMS = os.environ.get("TEST_BROWSER", "chromium-headless-shell chromium").split()
CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
def told() -> BridgeStory:
    return bridge_story()


@pytest.fixture(scope="module")
def office() -> Office:
    """Who may sign in: one of each role."""
    return people_of_every_role()


@pytest.fixture(scope="module")
def application(told: BridgeStory, office: Office) -> Flask:
    room = told.shelf.room(notices=lambda: ["The index is older than the database."])
    return application_of(room, role=None, office=office)


@pytest.fixture(scope="module")
def address(application: Flask) -> Iterator[str]:
    """Where the pages are served, on a free port."""
    keep_what_all_pages_share(application)
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Not for longer than a module: while Playwright is open, no other test may run an event loop."""
    executable: Any = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if executable is None:
        pytest.skip(f"no Chromium on this machine: install the system package `{CHROMIUMS[-1]}`")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser, address: str, application: Flask, office: Office) -> Iterator[Open]:
    """Opens pages, signed in as an analyst unless another role, or None, is asked for.

    No page may break its Content-Security-Policy: browsers would report it.
    """
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    contexts = []

    def open_page(
        size: tuple[int, int] = DESKTOP,
        scheme: str = "light",
        *,
        role: Role | None = Role.ANALYST,
        language: str = "en",
    ) -> Visitor:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,  # type: ignore[arg-type]
            locale=language,
        )
        contexts.append(context)
        if role is not None:
            token = office.token_of(NAMES[role])
            context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": address}])
        return Visitor(context.new_page(), address)

    yield open_page
    for context in contexts:
        context.close()
    reports = application.extensions["csp_reports"]
    found = list(reports)
    reports.clear()
    assert found == []
