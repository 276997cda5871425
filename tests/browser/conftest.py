"""A real Chromium against a real server on the loopback, with the story of the pages' unit tests."""

import logging
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

# The rooms stand beside the unit tests of the pages.
sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "web"))

from room_stories import BridgeStory, bridge_story
from rooms import application_of
from visitors import DESKTOP, Open, Visitor

CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
def told() -> BridgeStory:
    return bridge_story()


@pytest.fixture(scope="module")
def address(told: BridgeStory) -> Iterator[str]:
    """Where the pages are served, on a free port."""
    room = told.shelf.room(notices=lambda: ["The index is older than the database."])
    server = make_server("127.0.0.1", 0, application_of(room), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    executable: Any = shutil.which("chromium")
    if executable is None:
        pytest.skip("no Chromium on this machine: install the system package `chromium`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser, address: str) -> Iterator[Open]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    contexts = []

    def open_page(size: tuple[int, int] = DESKTOP, scheme: str = "light") -> Visitor:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        contexts.append(context)
        return Visitor(context.new_page(), address)

    yield open_page
    for context in contexts:
        context.close()
