"""The frame of every page: where a reader can go, and what the page is called elsewhere."""

from dataclasses import dataclass

from flask import current_app, g, request, url_for

from tracker.domain.people import Person
from tracker.web.languages import gettext, marked
from tracker.web.pages import twin_address
from tracker.web.permissions import is_allowed

_ENTRIES = (
    ("today", "pages.today", marked("Today")),
    ("queue", "pages.queue", marked("Review")),
    ("events", "pages.events", marked("Events")),
    ("search", "pages.search", marked("Search")),
    ("parties", "pages.parties", marked("Parties")),
    ("places", "pages.places", marked("Places")),
    ("sources", "pages.sources", marked("Sources")),
    ("reports", "pages.reports", marked("Reports")),
    ("upload", "pages.upload", marked("Add documents")),
    ("history", "pages.history", marked("History")),
    ("help", "pages.help", marked("Help")),
)
"""Section (as a template sets it), endpoint and name of each part of the site, in order."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A part of the site that the reader may open."""

    section: str
    address: str
    name: str


def navigation() -> tuple[Entry, ...]:
    """The parts of the site that exist and that this reader may open: none before signing in."""
    return tuple(
        Entry(section=section, address=url_for(endpoint), name=gettext(name))
        for section, endpoint, name in _ENTRIES
        if may_open(endpoint)
    )


def may_open(endpoint: str) -> bool:
    """Whether an endpoint exists and this reader has the right that it asks for.

    Where nobody can sign in at all, everything may be opened.
    """
    if not has_page(endpoint):
        return False
    return is_allowed(_person(), endpoint) if has_page("pages.sign_in") else True


def has_page(endpoint: str) -> bool:
    """Whether the application has such an endpoint."""
    return endpoint in current_app.view_functions


def _person() -> Person | None:
    person: Person | None = g.get("person")
    return person


def return_path() -> str:
    """Where to come back to after changing the language: this page, or home where it cannot be got again."""
    if request.method != "GET" or request.url_rule is None:
        return f"{request.script_root}/"
    # Without a query, full_path ends in a question mark.
    return request.script_root + request.full_path.removesuffix("?")


def ask_for_frame() -> dict[str, object]:
    """What templates/base.html asks for, given to all templates."""
    return {
        "navigation": navigation,
        "may_open": may_open,
        "has_page": has_page,
        "person": _person(),
        "twin_address": twin_address,
        "return_path": return_path,
    }
