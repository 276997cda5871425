"""The analyst's pages: one module a page, one context dataclass a template, no script."""

from flask import Blueprint

from tracker.services.people import PeopleService
from tracker.web.accounts import add_account, add_people
from tracker.web.citations import add_citations
from tracker.web.conflict_acts import add_conflict_acts
from tracker.web.conflicts import add_conflicts
from tracker.web.desks import add_desks
from tracker.web.documents import add_capture, add_document
from tracker.web.event_lists import add_event_list
from tracker.web.explanations import explanations
from tracker.web.exports import add_exports
from tracker.web.fragments import Fragments
from tracker.web.help import add_help
from tracker.web.histories_pages import add_history
from tracker.web.jobs import add_jobs
from tracker.web.languages import add_language_switch
from tracker.web.navigation import ask_for_frame
from tracker.web.parties import add_parties
from tracker.web.party_labels import labels_by_code
from tracker.web.party_registry import add_party_registry
from tracker.web.place_names import place_names
from tracker.web.places import add_places
from tracker.web.policy_reports import add_policy_reports
from tracker.web.presentation import FILTERS, TESTS
from tracker.web.queue import add_queue
from tracker.web.reading_room import ReadingRoom
from tracker.web.searches import add_search
from tracker.web.signing_in import add_sign_in, guard
from tracker.web.sources import add_sources
from tracker.web.today import add_today
from tracker.web.token_pages import add_token_pages
from tracker.web.undoing import add_undoing
from tracker.web.uploads import add_uploads
from tracker.web.weeks import add_reports

__all__ = ["ReadingRoom", "guard", "make_blueprint"]


def make_blueprint(reading_room: ReadingRoom, people: PeopleService) -> Blueprint:
    """All pages, reading from one room. Templates are the application's; the style sheet comes along."""
    blueprint = Blueprint("pages", __name__, static_folder="static", static_url_path="/static")

    add_today(blueprint, reading_room)
    add_event_list(blueprint, reading_room)
    add_history(blueprint, reading_room)
    add_help(blueprint)
    add_desks(blueprint, reading_room, people)
    add_conflicts(blueprint, reading_room, people)
    add_conflict_acts(blueprint, reading_room, people)
    add_queue(blueprint, reading_room)
    add_undoing(blueprint, reading_room)
    add_document(blueprint, reading_room)
    add_capture(blueprint, reading_room)
    add_search(blueprint, reading_room)
    add_reports(blueprint, reading_room)
    add_citations(blueprint, reading_room)
    add_exports(blueprint, reading_room)
    add_uploads(blueprint, reading_room)
    add_jobs(blueprint, reading_room)
    add_parties(blueprint, reading_room)
    add_party_registry(blueprint, reading_room)
    add_sources(blueprint, reading_room)
    add_places(blueprint, reading_room)
    add_language_switch(blueprint)
    add_sign_in(blueprint, people)
    add_account(blueprint, people)
    add_people(blueprint, people)
    add_token_pages(blueprint, reading_room)
    add_policy_reports(blueprint)

    for name, function in FILTERS.items():
        blueprint.add_app_template_filter(function, name)
    for name, test in TESTS.items():
        blueprint.add_app_template_test(test, name)
    blueprint.add_app_template_filter(place_names(reading_room.places), "place_name")
    blueprint.add_app_template_global(labels_by_code(reading_room.parties), "party_label")
    blueprint.add_app_template_global(explanations(reading_room.places), "explained")

    blueprint.add_app_template_global(Fragments(reading_room.parties), "fragment")

    blueprint.app_context_processor(ask_for_frame)

    # For error pages too, which belong to no blueprint. `notices` is asked for by the template that shows
    # it, so that a page about a failure can leave it out.
    @blueprint.app_context_processor
    def room() -> dict[str, object]:
        return {"room": reading_room}

    return blueprint
