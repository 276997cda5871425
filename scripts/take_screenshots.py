"""Take pictures of a running Counterclaim for its documentation.

    COUNTERCLAIM_PASSWORD=... python scripts/take_screenshots.py --user admin --out docs/screenshots

Pictures are named after page, language, screen and colour scheme: `event-ar-phone-dark.png`. They are taken
of the newest event that has conflicts, the first of these, one of its statements, its document, and a search
for its first quotation; of the other pages as they stand. `--every` takes each page in each language, on each
screen, in each scheme, to be looked at rather than kept.
"""

import argparse
import os
import shutil
import sys
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, StorageState, sync_playwright

PASSWORD_VARIABLE = "COUNTERCLAIM_PASSWORD"  # noqa: S105 # the name of a variable
CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Screen:
    """A size of screen, in CSS pixels."""

    name: str
    width: int
    height: int


SCREENS = (Screen("desktop", 1280, 1000), Screen("phone", 390, 844))


LANGUAGES = ("en", "ar", "tr")

KEPT = frozenset(
    {
        ("event", "en", "desktop", "light"),
        ("event", "ar", "desktop", "dark"),
        ("review", "en", "desktop", "light"),
        ("review", "ar", "phone", "dark"),
        ("today", "en", "desktop", "light"),
        ("today", "tr", "phone", "light"),
        ("conflict", "ar", "desktop", "light"),
        ("statement", "en", "desktop", "dark"),
        ("document", "en", "desktop", "light"),
        ("party", "en", "phone", "dark"),
        ("search", "ar", "phone", "light"),
    }
)
"""The pictures that the documentation keeps: page, language, screen, scheme."""


class NothingToShowError(Exception):
    """The running program holds no event with conflicts, or none at all."""


class NotSignedInError(Exception):
    """The running program does not let this user in."""


def sign_in(browser: Browser, url: str, user: str, password: str) -> StorageState:
    """Sign in; the cookies with which further pages are signed in."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{url}/sign-in")
    page.locator("#name").fill(user)
    page.locator("#password").fill(password)
    page.locator("#password").press("Enter")
    page.wait_for_load_state()
    if page.locator("#sign-in-fault").count():
        raise NotSignedInError(f"{url}: {user}: {page.locator('#sign-in-fault').inner_text()}")
    state = context.storage_state()
    context.close()
    return state


def find_pages(page: Page, url: str, query: str | None) -> dict[str, str]:
    """The addresses to take pictures of, by the name of the picture."""
    page.goto(f"{url}/events")
    link = page.locator(".events a.clashes").first
    if not link.count():
        raise NothingToShowError(f"{url}/events: no event with conflicts on the first page")
    event = f"{url}{link.get_attribute('href')}".partition("#")[0]
    page.goto(event)
    sentence = page.locator(".card .source a").first.get_attribute("href")
    conflict = page.locator(".conflict h4 a, .conflict h3 a").first.get_attribute("href")
    statement = page.locator(".card a[href*='/statements/']").first.get_attribute("href")
    wanted = query or page.locator(".position .quote").first.inner_text()
    fixed = {"today": "/", "review": "/review", "events": "/events", "party": "/parties/LNA"}
    fixed |= {
        name: f"/{name}" for name in ("sources", "places", "history", "upload", "jobs", "reports", "help")
    }
    return {
        "event": event,
        "conflict": f"{url}{conflict}",
        "statement": f"{url}{statement}",
        "document": f"{url}{sentence}",
        "search": f"{url}/search?{urlencode({'q': wanted})}",
        **{name: f"{url}{path}" for name, path in fixed.items()},
    }


def take(
    browser: Browser,
    signed_in: StorageState,
    addresses: dict[str, str],
    folder: Path,
    *,
    whole: bool,
    every: bool,
) -> list[Path]:
    """Take pages in the reader's languages, on screens, in colour schemes; the files written."""
    written = []
    for language, screen, scheme in product(LANGUAGES, SCREENS, SCHEMES):
        chosen = {
            name: address
            for name, address in addresses.items()
            if every or (name, language, screen.name, scheme) in KEPT
        }
        if not chosen:
            continue
        context = browser.new_context(
            viewport={"width": screen.width, "height": screen.height},
            color_scheme=scheme,
            storage_state=signed_in,
            locale=language,
        )
        page = context.new_page()
        for name, address in chosen.items():
            page.goto(address)
            path = folder / f"{name}-{language}-{screen.name}-{scheme}.png"
            page.screenshot(path=path, full_page=whole)
            written.append(path)
        context.close()
    return written


def main() -> int:
    """Read the command line, take the pictures, and name each on standard output."""
    parser = argparse.ArgumentParser(description="Take pictures of a running Counterclaim.")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="where it runs (%(default)s)")
    parser.add_argument("--out", type=Path, default=Path("docs/screenshots"), help="folder (%(default)s)")
    parser.add_argument("--user", default="admin", help="whom to sign in as (%(default)s)")
    parser.add_argument(
        "--password",
        default=os.environ.get(PASSWORD_VARIABLE, ""),
        help=f"their password; better given in the variable {PASSWORD_VARIABLE}",
    )
    parser.add_argument("--query", help="what to search for (the first quotation of a conflict)")
    parser.add_argument("--whole", action="store_true", help="whole pages rather than the first screen")
    parser.add_argument("--every", action="store_true", help="every page in every way, not only those kept")
    wanted = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        print("Chromium is needed: install the system package `chromium`.", file=sys.stderr)
        return 3
    wanted.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        try:
            url = wanted.url.rstrip("/")
            signed_in = sign_in(browser, url, wanted.user, wanted.password)
            page = browser.new_context(storage_state=signed_in).new_page()
            addresses = find_pages(page, url, wanted.query)
            written = take(browser, signed_in, addresses, wanted.out, whole=wanted.whole, every=wanted.every)
            for path in written:
                print(path)
        except (NothingToShowError, NotSignedInError) as error:
            print(error, file=sys.stderr)
            return 4
        finally:
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
