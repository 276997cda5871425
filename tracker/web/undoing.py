"""Taking acts back and making them again: from the message that follows each act, the history, or a key."""

from urllib.parse import unquote, urlsplit

from flask import Blueprint, current_app, flash, g, redirect, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from tracker.domain.audit import AuditEntry
from tracker.domain.decisions import Action, NothingToUndoError, StaleError
from tracker.domain.errors import NotFoundError, TrackerError
from tracker.services.decision_ports import Decisions
from tracker.web.languages import gettext as _
from tracker.web.languages import is_local_path
from tracker.web.reading_room import ReadingRoom
from tracker.web.stale import address_of, local_next, show_stale

_LONGEST_NUMBER = 18  # digits, fewer than the largest whole number that a database keeps


def say_done(message: str, entry: AuditEntry | None) -> None:
    """Tell on the next page what was done, with a button that takes it back and a link to what it was about.

    `message` is a sentence in the reader's language, `entry` what the act gave; None: nothing had to be
    changed, which is said instead.
    """
    if entry is None:
        flash(_("Nothing had to be changed: it stands like that already."), "message")
        return
    flash(_told(message, entry), "message")


def _told(message: str, entry: AuditEntry) -> Markup:
    """The sentence, its link and its button; in the message itself, so that any page can show it."""
    address = address_of(entry.subject_kind, entry.subject_id)
    told = render_template("queue/_done.html", message=message, entry=entry, address=address)
    return Markup(" ".join(told.split()))  # noqa: S704 # a template's, which escapes


def add_undoing(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer POST `/undo`, `/redo` and `/acts/<number>/take-back`; each goes back to where it was asked."""

    @blueprint.post("/undo")
    def undo() -> Response:
        try:
            entry = room.decisions.undo(by=g.person.name)
        except NothingToUndoError:
            return _back_with(_("There is nothing of yours to undo."))
        except StaleError as error:
            return show_stale(error, action=None, form=request.form, back=_came_from())
        return _answered(entry)

    @blueprint.post("/redo")
    def redo() -> Response:
        try:
            entry = room.decisions.redo(by=g.person.name)
        except NothingToUndoError:
            return _back_with(_("There is nothing of yours to make again."))
        except StaleError as error:
            return show_stale(error, action=None, form=request.form, back=_came_from())
        return _answered(entry)

    @blueprint.post("/acts/<number>/take-back")
    def take_back(number: str) -> Response:
        reason = request.form.get("reason", "").strip()
        known = _entry(number, room.decisions.decisions)
        try:
            entry = room.decisions.take_back(known.id, by=g.person.name, reason=reason)
        except StaleError as error:
            return show_stale(error, action=None, form=request.form, back=_came_from())
        except TrackerError:
            # It takes another act back itself, or records what no person decided.
            current_app.logger.info("entry %d of the trail cannot be taken back", known.id)
            return _back_with(_("That entry of the history cannot be taken back."))
        return _answered(entry)


def _entry(number: str, decisions: Decisions) -> AuditEntry:
    """An entry of the trail by its number as an address has it. Raises NotFoundError."""
    if not (number.isascii() and number.isdecimal() and len(number) <= _LONGEST_NUMBER):
        raise NotFoundError(f"the history has no entry {number}")
    return decisions.entry(int(number))


def _answered(entry: AuditEntry) -> Response:
    """Say what was taken back, or made again."""
    is_redone = entry.action == Action.REDO
    flash(_told(_("Made again.") if is_redone else _("Taken back."), entry), "message")
    return redirect(_came_from(), code=303)


def _back_with(message: str) -> Response:
    flash(message, "error")
    return redirect(_came_from(), code=303)


def _came_from() -> str:
    """The page on which the button was pressed: as the form says, or the browser; else the first page."""
    wanted = local_next(request.form)
    if wanted is not None:
        return wanted
    referrer = urlsplit(request.referrer or "")
    path = referrer.path + (f"?{referrer.query}" if referrer.query else "")
    if referrer.netloc == request.host and is_local_path(path) and _can_be_got(referrer.path):
        return path
    return f"{request.script_root}/"


def _can_be_got(path: str) -> bool:
    """Whether a page lives at an address: the answer to a form stands at the form's, which takes no GET."""
    adapter = current_app.create_url_adapter(request)
    try:
        return adapter is not None and bool(adapter.match(unquote(path), method="GET"))
    except (HTTPException, RequestRedirect):
        return False
