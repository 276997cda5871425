"""What people do with an event: merge it, part it, move its statements, grade it."""

from collections.abc import Callable, Mapping, Sequence

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.domain.audit import AuditEntry
from tracker.domain.decisions import EventGrade, StaleError, stamp
from tracker.domain.errors import NotFoundError
from tracker.services.acts import membership_key, redirect_key
from tracker.web.event_desks import Fault, event_named
from tracker.web.languages import gettext as _
from tracker.web.languages import ngettext
from tracker.web.pages import show_page
from tracker.web.reading_room import ReadingRoom
from tracker.web.stale import SEEN, show_stale
from tracker.web.undoing import say_done

Again = Callable[[str, Fault], object]
"""The page of an event by its id once more, with a fault in one of its forms."""

NEW = "new"
"""What the form for moving statements asks for where they are to stand in an event of their own."""

_TEMPLATE = "events/comparison.html"


def add_event_acts(blueprint: Blueprint, room: ReadingRoom, again: Again) -> None:
    """Answer POST `/events/<id>/merge`, `/events/<id>/move` and `/events/<id>/grade`."""

    def answer(event_id: str, form: str, act: Callable[[str], Response]) -> Response:
        try:
            return act(event_id)
        except StaleError as error:
            return show_stale(error, action=request.path, form=request.form)
        except FormError as error:
            ticked = frozenset(request.form.getlist("statement"))
            fault = Fault(form, error.field, error.message, typed_so_far(), ticked)
            return show_page(_TEMPLATE, again(event_id, fault), 400)

    @blueprint.post("/events/<event_id>/merge")
    def merge_event(event_id: str) -> Response:
        return answer(event_id, "merge", lambda event: _merge(event, room))

    @blueprint.post("/events/<event_id>/move")
    def move_statements(event_id: str) -> Response:
        return answer(event_id, "move", lambda event: _move(event, room))

    @blueprint.post("/events/<event_id>/grade")
    def grade_event(event_id: str) -> Response:
        return answer(event_id, "grade", lambda event: _grade(event, room))


class FormError(Exception):
    """A form cannot be carried out as it is: beside which field to say so, and what."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def _merge(event: str, room: ReadingRoom) -> Response:
    into = chosen_event(room)
    if into == _existing(event, room):
        raise FormError("event", _("That is this very event. Please choose another one."))
    # Statements stood in both when they were chosen.
    seen = _seen() or stamp({redirect_key(event): None, redirect_key(into): None})
    entry = room.decisions.merge(event, into, by=g.person.name, reason=reason(), seen=seen)
    say_done(_("The event was merged into this one."), entry)
    return redirect(url_for("pages.event", event_id=into), code=303)


def _move(event: str, room: ReadingRoom) -> Response:
    statements = list(dict.fromkeys(request.form.getlist("statement")))
    if not statements:
        raise FormError("statement", _("Please tick the statements first, in the columns below."))
    if request.form.get("to") == NEW:
        return _part(event, statements, room)
    target = chosen_event(room)
    if target == event:
        raise FormError("event", _("That is this very event. Please choose another one."))
    entry = move(statements, target, stood_in=event, room=room)
    said = ngettext(
        "%(num)s statement stands in this event now.",
        "%(num)s statements stand in this event now.",
        len(statements),
    )
    say_done(said, entry)
    return redirect(url_for("pages.event", event_id=target), code=303)


def _part(event: str, statements: list[str], room: ReadingRoom) -> Response:
    standing = {view.statement.id for view in room.library.event(_existing(event, room)).statements}
    if standing <= set(statements):
        message = _("These are all the statements of the event: there is nothing to part.")
        raise FormError("statement", message)
    entry = move(statements, None, stood_in=event, room=room)
    said = ngettext(
        "%(num)s statement stands in an event of its own now.",
        "%(num)s statements stand in an event of their own now.",
        len(statements),
    )
    say_done(said, entry)
    parted = room.library.statement(statements[0]).event_id
    return redirect(url_for("pages.event", event_id=parted or event), code=303)


def move(
    statements: Sequence[str], target: str | None, *, stood_in: str, room: ReadingRoom
) -> AuditEntry | None:
    """Put statements into another event, or a new one; `stood_in` is where whoever asks saw them."""
    # The page they were seen on says where they stood, whichever of them were chosen.
    seen = _seen() or stamp({membership_key(one): {"event": stood_in} for one in statements})
    return room.decisions.move(statements, target, by=g.person.name, reason=reason(), seen=seen)


def _grade(event: str, room: ReadingRoom) -> Response:
    written = request.form.get("grade", "")
    if written and written not in set(EventGrade):
        raise FormError("grade", _("Please choose one of the grades."))
    if written and not reason():
        raise FormError("reason", _("Please say why: a grade without a reason tells nobody anything."))
    grade = EventGrade(written) if written else None
    entry = room.decisions.grade(event, grade, by=g.person.name, reason=reason(), seen=_seen())
    say_done(_("The event was graded.") if grade else _("The grade was taken away."), entry)
    return redirect(url_for("pages.event", event_id=event, _anchor="desk"), code=303)


def _asked_event() -> str:
    """The event that a form names: one of its list, or as an id or address that was typed."""
    typed = request.form.get("event", "").strip()
    chosen = request.form.get("candidate", "").strip()
    if not typed and not chosen:
        raise FormError("event", _("Please choose an event, or paste the address of its page."))
    found = event_named(typed or chosen)
    if found is None:
        raise FormError("event", _("There is no id of an event in that. It looks like e0123456789abcde."))
    return found


def _existing(event: str, room: ReadingRoom) -> str:
    """An event in which statements stand, under the id that leads there now."""
    known = event
    while (successor := room.library.redirect_of(known)) is not None:
        known = successor
    try:
        return room.library.event(known).summary.event.id
    except NotFoundError:
        raise FormError("event", _("No event is stored under %(id)s.", id=event)) from None


def chosen_event(room: ReadingRoom) -> str:
    """The event that a form names. Raises FormError where it names none that is stored."""
    return _existing(_asked_event(), room)


def reason() -> str:
    """Why, as the form says; empty where nothing is said."""
    return request.form.get("reason", "").strip()


def _seen() -> str | None:
    return request.form.get(SEEN) or None


def typed_so_far() -> Mapping[str, str]:
    """What a form holds, to be shown in it once more."""
    return {name: value for name, value in request.form.items() if name not in {"csrf_token", SEEN}}
