"""What people do with a statement: set right what the machine read, and move it to another event."""

from collections.abc import Callable

from flask import Blueprint, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.domain.audit import AuditEntry
from tracker.domain.decisions import CORRECTIONS, Aspect, StaleError
from tracker.web.corrections import read_correction, read_place
from tracker.web.event_acts import Again, FormError, chosen_event, move, reason, typed_so_far
from tracker.web.event_desks import Fault
from tracker.web.languages import gettext as _
from tracker.web.languages import marked
from tracker.web.pages import show_page
from tracker.web.reading_room import ReadingRoom
from tracker.web.stale import SEEN, show_stale
from tracker.web.undoing import say_done

TEMPLATE = "statements/statement.html"

_DONE = {
    Aspect.PARTY: marked("The party was set right."),
    Aspect.PLACE: marked("The place was set right."),
    Aspect.DATE: marked("The day was set right."),
    Aspect.FIGURES: marked("The figures were set right."),
    Aspect.POLARITY: marked("It was set right whether this asserts or denies."),
}


def add_statement_acts(blueprint: Blueprint, room: ReadingRoom, again: Again) -> None:
    """Answer POST `/statements/<id>/correct/<aspect>` and `/statements/<id>/move`."""

    def answer(statement_id: str, form: str, act: Callable[[], Response]) -> Response:
        try:
            return act()
        except StaleError as error:
            return show_stale(error, action=request.path, form=request.form)
        except FormError as error:
            fault = Fault(form, error.field, error.message, typed_so_far())
            return show_page(TEMPLATE, again(statement_id, fault), 400)

    @blueprint.post("/statements/<statement_id>/correct/<aspect>")
    def correct_statement(statement_id: str, aspect: str) -> Response:
        if aspect not in set(CORRECTIONS):
            abort(404)
        which = Aspect(aspect)

        def act() -> Response:
            say_done(_(_DONE[which]), _correct(statement_id, which, room))
            return redirect(url_for("pages.statement", statement_id=statement_id, _anchor="desk"), code=303)

        return answer(statement_id, aspect, act)

    @blueprint.post("/statements/<statement_id>/move")
    def move_statement(statement_id: str) -> Response:
        def act() -> Response:
            target = chosen_event(room)
            view = room.library.statement(statement_id)
            entry = move([statement_id], target, stood_in=view.event_id or "", room=room)
            say_done(_("The statement stands in another event now."), entry)
            return redirect(url_for("pages.statement", statement_id=statement_id, _anchor="desk"), code=303)

        return answer(statement_id, "event", act)


def _correct(statement_id: str, aspect: Aspect, room: ReadingRoom) -> AuditEntry | None:
    seen = request.form.get(SEEN) or None
    if aspect is Aspect.PLACE:
        place = read_place(request.form, room.places)
        return room.decisions.locate(statement_id, place, by=g.person.name, reason=reason(), seen=seen)
    statement = room.library.statement(statement_id).statement
    value = read_correction(aspect, request.form, statement, room.parties)
    return room.decisions.correct(statement_id, aspect, value, by=g.person.name, reason=reason(), seen=seen)
