"""Notes on events and statements, and who looks after them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, g, redirect, request
from werkzeug.wrappers import Response

from tracker.domain.decisions import Aspect, StaleError, SubjectKind
from tracker.services.decisions import LONGEST_NOTE
from tracker.web.event_acts import FormError, reason, typed_so_far
from tracker.web.event_desks import Colleagues, Fault
from tracker.web.languages import gettext as _
from tracker.web.pages import show_page
from tracker.web.reading_room import ReadingRoom
from tracker.web.stale import SEEN, address_of, show_stale
from tracker.web.undoing import say_done


@dataclass(frozen=True, slots=True)
class Subject:
    """What can be remarked on: the template of its page, and its page once more with a fault in it."""

    template: str
    again: Callable[[str, Fault], object]


def add_remarks(
    blueprint: Blueprint, room: ReadingRoom, colleagues: Colleagues, subjects: Mapping[SubjectKind, Subject]
) -> None:
    """Answer POST `/remarks/<kind>/<id>/note`, `…/withdraw` and `…/assign`."""

    def answer(kind: str, subject: str, form: str, act: Callable[[SubjectKind, str], Response]) -> Response:
        if kind not in set(subjects):
            abort(404)
        about = SubjectKind(kind)
        try:
            return act(about, subject)
        except StaleError as error:
            return show_stale(error, action=request.path, form=request.form)
        except FormError as error:
            page = subjects[about].again(subject, Fault(form, error.field, error.message, typed_so_far()))
            return show_page(subjects[about].template, page, 400)

    @blueprint.post("/remarks/<kind>/<subject>/note")
    def add_note(kind: str, subject: str) -> Response:
        return answer(kind, subject, "note", lambda about, key: _note(about, key, room))

    @blueprint.post("/remarks/<kind>/<subject>/withdraw")
    def withdraw_note(kind: str, subject: str) -> Response:
        return answer(kind, subject, "note", lambda about, key: _withdraw(about, key, room))

    @blueprint.post("/remarks/<kind>/<subject>/assign")
    def assign(kind: str, subject: str) -> Response:
        return answer(kind, subject, "assign", lambda about, key: _assign(about, key, room, colleagues))


def _note(kind: SubjectKind, subject: str, room: ReadingRoom) -> Response:
    text = request.form.get("text", "").strip()
    if not text:
        raise FormError("text", _("Please write something first."))
    if len(text) > LONGEST_NOTE:
        said = _(
            "A note has at most %(most)s characters, this one has %(number)s.",
            most=LONGEST_NOTE,
            number=len(text),
        )
        raise FormError("text", said)
    say_done(_("The note was kept."), room.decisions.note(kind, subject, text, by=g.person.name))
    return _back(kind, subject)


def _withdraw(kind: SubjectKind, subject: str, room: ReadingRoom) -> Response:
    aspect = request.form.get("aspect", "")
    if aspect.partition(":")[0] != Aspect.NOTE:
        abort(400)
    entry = room.decisions.withdraw_note(kind, subject, aspect, by=g.person.name, reason=reason())
    say_done(_("The note was taken away."), entry)
    return _back(kind, subject)


def _assign(kind: SubjectKind, subject: str, room: ReadingRoom, colleagues: Colleagues) -> Response:
    name = request.form.get("person", "")
    if name and name not in set(colleagues()):
        raise FormError("person", _("Please choose somebody of the list."))
    seen = request.form.get(SEEN) or None
    entry = room.decisions.assign(kind, subject, name or None, by=g.person.name, reason=reason(), seen=seen)
    said = _("%(name)s looks after it now.", name=name) if name else _("Nobody looks after it any more.")
    say_done(said, entry)
    return _back(kind, subject)


def _back(kind: SubjectKind, subject: str) -> Response:
    return redirect(f"{address_of(str(kind), subject)}#desk", code=303)
