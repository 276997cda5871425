"""The analyst's pages: one module a page, one context dataclass a template, no script."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from tracker.web.comparisons import add_event_comparison
from tracker.web.documents import add_document
from tracker.web.events import add_event_list
from tracker.web.party_labels import labels_by_code
from tracker.web.presentation import FILTERS, TESTS
from tracker.web.reading_room import ReadingRoom
from tracker.web.searches import add_search
from tracker.web.statements import add_statement

__all__ = ["ReadingRoom", "make_blueprint"]


def make_blueprint(reading_room: ReadingRoom) -> Blueprint:
    """All pages, reading from one room. Templates are the application's; the style sheet comes along."""
    blueprint = Blueprint("pages", __name__, static_folder="static", static_url_path="/static")

    @blueprint.get("/")
    def home() -> Response:
        return redirect(url_for("pages.events"))

    add_event_list(blueprint, reading_room)
    add_event_comparison(blueprint, reading_room)
    add_document(blueprint, reading_room)
    add_statement(blueprint, reading_room)
    add_search(blueprint, reading_room)

    for name, function in FILTERS.items():
        blueprint.add_app_template_filter(function, name)
    for name, test in TESTS.items():
        blueprint.add_app_template_test(test, name)
    blueprint.add_app_template_global(labels_by_code(reading_room.parties), "party_label")

    # For error pages too, which belong to no blueprint. `notices` is asked for by the template that shows
    # it, so that a page about a failure can leave it out.
    @blueprint.app_context_processor
    def room() -> dict[str, object]:
        return {"room": reading_room}

    return blueprint
