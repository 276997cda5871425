"""Sources: the list of outlets, and the page of one with the letter that people gave it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, flash, g, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from tracker.domain.decisions import Aspect, Key, Reliability, StaleError, SubjectKind
from tracker.domain.dossiers import SourceDocument, SourceSummary
from tracker.domain.errors import NotFoundError
from tracker.domain.views import Page
from tracker.web.histories import EntryView
from tracker.web.histories_pages import describe_entries
from tracker.web.languages import gettext as _
from tracker.web.pages import add_page, show_page
from tracker.web.reading_room import ReadingRoom
from tracker.web.stale import SEEN, show_stale

PAGE_SIZE = 30
DOCUMENTS = 25
LONGEST_REASON = 2_000  # code points
_HISTORY = 50
_SOURCE = "sources/source.html"
UNRATED = "none"
"""In the filter and the form: no letter."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """An outlet and the letter that a person gave it, None until someone does."""

    source: SourceSummary
    letter: Reliability | None


@dataclass(frozen=True, slots=True)
class SourcesPage:
    """What templates/sources/list.html shows. `nameless` counts the documents that name no outlet.

    `words` and `letter` are the filters, empty where they do not restrict; `all_sources` is how many there
    are without them.
    """

    rows: tuple[SourceRow, ...]
    total: int
    all_sources: int
    nameless: int
    words: str
    letter: str
    letters: tuple[Reliability, ...]
    after: str | None
    following: str | None


@dataclass(frozen=True, slots=True)
class SourcePage:
    """What templates/sources/source.html shows. `seen` is the stamp of the letter that stands.

    `faults` maps a field of the form to a word that the template knows; `typed` is what stood in it.
    """

    source: SourceSummary
    letter: Reliability | None
    documents: Page[SourceDocument]
    after: str | None
    letters: tuple[Reliability, ...]
    history: tuple[EntryView, ...]
    seen: str = field(metadata={"json": False})
    faults: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)


def add_sources(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer `/sources?q=…&letter=…&after=…`, `/sources/<id>?after=…`, and take letters."""

    def source(source_id: str) -> SourcePage:
        return _source_page(_number(source_id), room)

    add_page(blueprint, "/sources", "sources", "sources/list.html", lambda: _sources_page(room))
    add_page(blueprint, "/sources/<source_id>", "source", _SOURCE, source)

    @blueprint.post("/sources/<source_id>/reliability")
    def rate_source(source_id: str) -> Response:
        number = _number(source_id)
        letter, reason = _letter(request.form.get("letter", "")), request.form.get("reason", "").strip()
        fault = "empty" if not reason else "long" if len(reason) > LONGEST_REASON else ""
        if fault:
            page = _source_page(number, room, faults={"reason": fault}, typed=request.form.to_dict())
            return show_page(_SOURCE, page, 400)
        try:
            entry = room.decisions.rate(
                source_id, letter, by=g.person.name, reason=reason, seen=request.form.get(SEEN)
            )
        except StaleError as error:
            return show_stale(error, action=request.path, form=request.form)
        flash(_("Your rating has been kept.") if entry else _("That letter stands already."), "message")
        return redirect(url_for("pages.source", source_id=source_id), code=303)


def sources_asked_for(room: ReadingRoom) -> list[SourceRow]:
    """The rows of all pages of the list that this request asks for; NotFoundError for no such letter."""
    words, letter = _asked()
    letters_of = room.sources.letters()
    return [
        SourceRow(source, letters_of.get(source.id))
        for source in room.sources.sources()
        if words.casefold() in source.name.casefold() and letter in {"", letters_of.get(source.id) or UNRATED}
    ]


def source_asked_for(source_id: str, room: ReadingRoom) -> SourceSummary:
    """The outlet that an address names. Raises NotFoundError."""
    return room.sources.source(_number(source_id))


def _asked() -> tuple[str, str]:
    words, letter = request.args.get("q", "").strip(), request.args.get("letter", "")
    if letter not in {"", UNRATED, *Reliability}:
        raise NotFoundError(f"there is no letter {letter}")
    return words, letter


def _sources_page(room: ReadingRoom) -> SourcesPage:
    words, letter = _asked()
    rows = sources_asked_for(room)
    after = request.args.get("after") or None
    start = 0
    if after is not None:
        places = {str(row.source.id): place for place, row in enumerate(rows)}
        if after not in places:
            raise NotFoundError(f"the list of sources has no page after {after!r}")
        start = places[after] + 1
    shown = rows[start : start + PAGE_SIZE]
    return SourcesPage(
        rows=tuple(shown),
        total=len(rows),
        all_sources=len(room.sources.sources()),
        nameless=room.sources.nameless_documents(),
        words=words,
        letter=letter,
        letters=tuple(Reliability),
        after=after,
        following=str(shown[-1].source.id) if start + PAGE_SIZE < len(rows) else None,
    )


def _source_page(
    number: int,
    room: ReadingRoom,
    *,
    faults: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> SourcePage:
    source = room.sources.source(number)
    after = request.args.get("after") or None
    entries = room.decisions.decisions.history(subject=(str(SubjectKind.SOURCE), str(number)), size=_HISTORY)
    return SourcePage(
        source=source,
        letter=room.sources.letters().get(number),
        documents=room.sources.documents(number, after, DOCUMENTS),
        after=after,
        letters=tuple(Reliability),
        history=describe_entries(room, entries),
        seen=room.decisions.stamp([Key(SubjectKind.SOURCE, str(number), Aspect.RELIABILITY)]),
        faults=faults or {},
        typed=typed or {},
    )


def _number(source_id: str) -> int:
    if not (source_id.isascii() and source_id.isdigit()):
        raise NotFoundError(f"no source is stored under {source_id}")
    return int(source_id)


def _letter(written: str) -> Reliability | None:
    if written == UNRATED:
        return None
    try:
        return Reliability(written)
    except ValueError as error:
        raise BadRequest("there is no such letter") from error
