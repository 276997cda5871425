"""Who visits the pages: a browser's page that remembers every complaint."""

import os
from collections.abc import Callable

from flask import Flask
from playwright.sync_api import ConsoleMessage, Page, Response

DESKTOP = (1280, 900)
PHONE = (390, 844)
PATIENCE = 60_000
"""Milliseconds: a page that waits for its turn on a busy machine answers late, but it does answer."""

THOROUGH = os.environ.get("PAGES") == "all"
"""Whether pages are looked at and attacked in every way, as `make pages` does, rather than in turn."""

POLL_SECONDS = 0.05
"""How often a server looks whether it is to end."""

CLEARED = "Clear-Site-Data header on"
"""How Chromium tells that signing out has cleared what it kept: no complaint."""
OPEN_DISCLOSURES = "document.querySelectorAll('details').forEach(part => part.open = true)"


class Visitor:
    """A page in a fresh context, and everything it complained about."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def visit(self, path: str) -> Response:
        response = self.page.goto(self.address + path)
        assert response is not None
        return response

    def _note(self, message: ConsoleMessage) -> None:
        if message.text.startswith(CLEARED):
            return
        self.complaints.append(f"{message.location['url'].removeprefix(self.address)}: {message.text}")


def keep_what_all_pages_share(application: Flask) -> None:
    """Let browsers ask for styles and scripts once, and not on every page whether there are newer ones."""
    application.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3_600


Open = Callable[..., Visitor]
"""Opens a page: the size of its screen, its colour scheme; `role` of who is signed in, `language`."""
