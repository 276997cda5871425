"""What is shown where somebody else was quicker: what was wanted beside what stands now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Response, has_request_context, request, url_for
from werkzeug.datastructures import MultiDict

from tracker.domain.audit import AuditEntry
from tracker.domain.decisions import Aspect, Key, StaleError, SubjectKind, Value, is_same, stamp
from tracker.web.forms import FIELD, Typed
from tracker.web.histories import Mention
from tracker.web.languages import is_local_path
from tracker.web.navigation import has_page
from tracker.web.pages import show_page

SEEN = "seen"
"""The field of a deciding form that holds the stamp of what its reader looked at."""

_PAGES = {
    SubjectKind.CONFLICT: ("pages.conflict", "conflict_id"),
    SubjectKind.STATEMENT: ("pages.statement", "statement_id"),
    SubjectKind.EVENT: ("pages.event", "event_id"),
    SubjectKind.SOURCE: ("pages.source", "source_id"),
}
"""Endpoint of the page of each kind of subject, and the name of its argument."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One value on which the reader and what stands differ. `address` is the page of its subject, if any.

    Where a value names something (an event, a place), it stands beside it as a mention.
    """

    kind: SubjectKind
    id: str
    aspect: str
    address: str | None
    yours: Value
    theirs: Value
    yours_mention: Mention | None
    theirs_mention: Mention | None


@dataclass(frozen=True, slots=True)
class StalePage:
    """What templates/stale/stale.html shows.

    `latest` is who last changed it, None for the machine. `action` is where the form goes, None where the
    same cannot be asked for once more; `fields` are what it holds, `back` is where keeping theirs leads.
    """

    rows: tuple[Disagreement, ...]
    latest: AuditEntry | None
    reason: str
    action: str | None
    fields: tuple[Typed, ...]
    back: str


def show_stale(
    error: StaleError, *, action: str | None, form: Mapping[str, str], back: str | None = None
) -> Response:
    """The page that answers a deciding form which came too late, with status 409.

    `action` is the address that the form was sent to (usually `request.path`) and `form` what it held
    (usually `request.form`, whose repeated fields are all kept). Sent once more from there it carries a fresh
    stamp in `seen`. `action` None: it cannot be sent again, as an undo cannot. `back` is where "keep theirs"
    leads: by default the form's `next`, else the page of what was decided on.
    """
    differing = [key for key in error.yours if not is_same(key, error.yours[key], error.theirs.get(key))]
    keys = differing or list(error.yours)
    rows = tuple(
        Disagreement(
            kind=key.kind,
            id=key.id,
            aspect=key.aspect.partition(":")[0],
            address=address_of(str(key.kind), key.id),
            yours=error.yours[key],
            theirs=error.theirs.get(key),
            yours_mention=_mention(key, error.yours[key]),
            theirs_mention=_mention(key, error.theirs.get(key)),
        )
        for key in keys
    )
    kept = tuple(Typed(name, value) for name, value in _items(form) if name not in {FIELD, SEEN})
    page = StalePage(
        rows=rows,
        latest=error.latest,
        reason=form.get("reason", ""),
        action=action,
        fields=(*kept, Typed(SEEN, stamp(error.theirs))),
        back=back or _back(form, keys),
    )
    return without_history(show_page("stale/stale.html", page, 409))


def without_history(response: Response) -> Response:
    """Keep the address of a form, which takes no GET, out of the history that htmx writes."""
    response.headers["HX-Push-Url"] = "false"
    return response


def address_of(kind: str, subject: str) -> str | None:
    """The page of something that can be decided on; None where there is none."""
    found = _PAGES.get(SubjectKind(kind)) if kind in set(SubjectKind) else None
    if found is None or not has_page(found[0]):
        return None
    endpoint, argument = found
    build: Callable[..., str] = url_for
    return build(endpoint, **{argument: subject})


def local_next(form: Mapping[str, str]) -> str | None:
    """Where a form asks to go on to, if it leads nowhere but to this site."""
    wanted = form.get("next", "")
    return wanted if is_local_path(wanted) else None


def _mention(key: Key, value: Value) -> Mention | None:
    """What a value names: an event that a statement stands in or an id leads to."""
    if key.aspect == Aspect.EVENT and isinstance(value, dict):
        value = value.get("event")
    elif key.aspect != Aspect.REDIRECT:
        return None
    if not isinstance(value, str):
        return None
    return Mention(SubjectKind.EVENT, value, address=address_of(SubjectKind.EVENT, value))


def _items(form: Mapping[str, str]) -> list[tuple[str, str]]:
    return list(form.items(multi=True) if isinstance(form, MultiDict) else form.items())


def _back(form: Mapping[str, str], keys: list[Key]) -> str:
    pages = (address_of(str(key.kind), key.id) for key in keys)
    root = request.script_root if has_request_context() else ""
    return local_next(form) or next((page for page in pages if page is not None), f"{root}/")
