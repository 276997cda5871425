"""Judging conflicts, one or several at once; notes on them, and who looks after them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import StaleError, SubjectKind, stamp
from tracker.services.acts import judgement_key
from tracker.services.decisions import LONGEST_NOTE
from tracker.services.people import PeopleService
from tracker.web.conflicts import (
    LIST,
    LONGEST_REASON,
    PAGE,
    conflict_page,
    conflicts_page,
    reviewers,
)
from tracker.web.languages import gettext as _
from tracker.web.languages import marked, ngettext
from tracker.web.pages import show_page
from tracker.web.reading_room import ReadingRoom
from tracker.web.stale import local_next, show_stale, without_history
from tracker.web.undoing import say_done

_JUDGED: Final[Mapping[Judgement, str]] = {
    Judgement.CONFIRMED: marked("The conflict was confirmed."),
    Judgement.REJECTED: marked("The conflict was rejected."),
    Judgement.UNSURE: marked("The conflict was left as unsure."),
    Judgement.SUGGESTED: marked("The conflict was given back to the machine."),
}
MOST_AT_ONCE = 500
"""How many conflicts can be judged by one form."""

Faulty = Callable[[str, dict[str, str]], Response]
"""Shows the page of a conflict with what is wrong in a form, by field."""


def add_conflict_acts(blueprint: Blueprint, room: ReadingRoom, people: PeopleService) -> None:
    """Answer POST `/conflicts/judge`, `/conflicts/<id>/judge`, `…/assign`, `…/note` and `…/note/withdraw`."""

    def faulty(conflict_id: str, faults: dict[str, str]) -> Response:
        page = conflict_page(conflict_id, room, people, faults=faults, typed=request.form.to_dict())
        return without_history(show_page(PAGE, page, 400))

    _add_judging(blueprint, room, faulty)
    _add_judging_several(blueprint, room)
    _add_assigning(blueprint, room, people, faulty)
    _add_notes(blueprint, room, faulty)


def _add_judging(blueprint: Blueprint, room: ReadingRoom, faulty: Faulty) -> None:
    @blueprint.post("/conflicts/<conflict_id>/judge")
    def judge_conflict(conflict_id: str) -> Response:
        judgement, reason, seen = _judgement(), _reason(), request.form.get("seen")
        if len(reason) > LONGEST_REASON:
            return faulty(conflict_id, {"reason": "long"})
        try:
            entry = room.decisions.judge([conflict_id], judgement, by=g.person.name, reason=reason, seen=seen)
        except StaleError as error:
            return show_stale(error, action=request.path, form=request.form)
        say_done(_(_JUDGED[judgement]), entry)
        return _on(conflict_id)


def _add_assigning(blueprint: Blueprint, room: ReadingRoom, people: PeopleService, faulty: Faulty) -> None:
    @blueprint.post("/conflicts/<conflict_id>/assign")
    def assign_conflict(conflict_id: str) -> Response:
        name, seen = request.form.get("person", ""), request.form.get("seen")
        if name and name not in reviewers(people):
            return faulty(conflict_id, {"person": "unknown"})
        kind = SubjectKind.CONFLICT
        try:
            entry = room.decisions.assign(kind, conflict_id, name or None, by=g.person.name, seen=seen)
        except StaleError as error:
            return show_stale(error, action=request.path, form=request.form)
        message = _("It was assigned to %(name)s.", name=name) if name else _("It is assigned to nobody now.")
        say_done(message, entry)
        return _on(conflict_id)


def _add_notes(blueprint: Blueprint, room: ReadingRoom, faulty: Faulty) -> None:
    @blueprint.post("/conflicts/<conflict_id>/note")
    def note_conflict(conflict_id: str) -> Response:
        text = request.form.get("text", "").strip()
        if not 0 < len(text) <= LONGEST_NOTE:
            return faulty(conflict_id, {"text": "long" if text else "empty"})
        entry = room.decisions.note(SubjectKind.CONFLICT, conflict_id, text, by=g.person.name)
        say_done(_("The note was added."), entry)
        return _on(conflict_id)

    @blueprint.post("/conflicts/<conflict_id>/note/withdraw")
    def withdraw_conflict_note(conflict_id: str) -> Response:
        aspect = request.form.get("aspect", "")
        if not aspect.startswith("note:") or " " in aspect:
            raise BadRequest("a note is withdrawn by its aspect")
        entry = room.decisions.withdraw_note(SubjectKind.CONFLICT, conflict_id, aspect, by=g.person.name)
        say_done(_("The note was withdrawn. It stays in the history."), entry)
        return _on(conflict_id)


def _add_judging_several(blueprint: Blueprint, room: ReadingRoom) -> None:
    @blueprint.post("/conflicts/judge")
    def judge_conflicts() -> Response:
        """Judge all conflicts that were chosen, or none; what was seen of each stands in `seen:<id>`."""
        chosen = list(dict.fromkeys(request.form.getlist("conflict")))
        judgement, reason = _judgement(), _reason()
        fault = "empty" if not chosen else "many" if len(chosen) > MOST_AT_ONCE else ""
        if not fault and len(reason) > LONGEST_REASON:
            fault = "long"
        if fault:
            page = conflicts_page(room, fault=fault, chosen=tuple(chosen), reason=reason)
            return without_history(show_page(LIST, page, 400))
        seen = _seen_of(chosen, room)
        try:
            entry = room.decisions.judge(chosen, judgement, by=g.person.name, reason=reason, seen=seen)
        except StaleError as error:
            return show_stale(error, action=request.path, form=request.form)
        say_done(_told(judgement, len(chosen)), entry)
        return redirect(local_next(request.form) or url_for("pages.conflicts"), code=303)


def _told(judgement: Judgement, count: int) -> str:
    match judgement:
        case Judgement.CONFIRMED:
            return ngettext("%(num)s conflict was confirmed.", "%(num)s conflicts were confirmed.", count)
        case Judgement.REJECTED:
            return ngettext("%(num)s conflict was rejected.", "%(num)s conflicts were rejected.", count)
        case Judgement.UNSURE:
            return ngettext(
                "%(num)s conflict was left as unsure.", "%(num)s conflicts were left as unsure.", count
            )
    return ngettext(
        "%(num)s conflict was given back to the machine.",
        "%(num)s conflicts were given back to the machine.",
        count,
    )


def _seen_of(chosen: Sequence[str], room: ReadingRoom) -> str | None:
    """One stamp for all that was chosen: the present one where each is as it was seen."""
    if "seen" in request.form:
        return request.form["seen"]
    values = room.decisions.decisions.values([judgement_key(one) for one in chosen])
    as_seen = all(
        request.form.get(f"seen:{key.id}", stamp({key: value})) == stamp({key: value})
        for key, value in values.items()
    )
    # Should one have changed, no stamp fits, so that the service says which and by whom.
    return stamp(values) if as_seen else ""


def _judgement() -> Judgement:
    try:
        return Judgement(request.form.get("judgement", ""))
    except ValueError as error:
        raise BadRequest("there is no such judgement") from error


def _reason() -> str:
    return request.form.get("reason", "").strip()


def _on(conflict_id: str) -> Response:
    return redirect(local_next(request.form) or url_for("pages.conflict", conflict_id=conflict_id), code=303)
