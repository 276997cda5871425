"""Handing documents in: files, a pasted text, or the source of a feed or page. Each becomes a job."""

import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from tracker.domain.addresses import web_address
from tracker.domain.jobs import MOST_FILES, Defaults
from tracker.services.jobs import OfferedFile
from tracker.web.forms import LARGEST_FORM, LARGEST_UPLOAD
from tracker.web.languages import gettext as _
from tracker.web.pages import add_page, show_page
from tracker.web.reading_room import ReadingRoom

_TEMPLATE: Final = "uploads/upload.html"
_LANGUAGES: Final = ("en", "ar", "tr", "ru")
"""Languages with data of their own; of others the text itself must tell."""

_LARGEST_FILE_MB: Final = 20
_LONGEST_LINE = 500  # code points of a title, an outlet or an address
_LONGEST_NAME = 60
_MOST_DRAINED = 1 << 30  # bytes
_FORMS: Final = {"pages.add_files": "files", "pages.add_text": "text", "pages.add_source": "source"}
"""The form behind each endpoint."""

_ADDRESS = re.compile(r"\w+://\S+|www\.\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class UploadPage:
    """What templates/uploads/upload.html shows.

    `faults` maps a field to one of the faults that the template has words for, of the form that is named by
    `form`; `typed` is what was typed into it.
    """

    formats: tuple[str, ...]
    languages: tuple[str, ...] = _LANGUAGES
    most_files: int = MOST_FILES
    largest_file: int = _LARGEST_FILE_MB
    largest_upload: int = LARGEST_UPLOAD // (1024 * 1024)
    largest_text: int = LARGEST_FORM // (1024 * 1024)
    form: str = "files"
    typed: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)


_Offered = tuple[list[OfferedFile], Defaults]
"""What is handed in, and what stands in where it names nothing itself."""


class _FaultyFormError(Exception):
    """A form has faults; the status says of what kind."""

    def __init__(self, faults: Mapping[str, str], status: int = 400) -> None:
        super().__init__(str(faults))
        self.faults = faults
        self.status = status


def add_uploads(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer `/upload`, and what its three forms send."""

    def page(**changes: object) -> UploadPage:
        return UploadPage(formats=tuple(room.jobs.readable), **changes)  # type: ignore[arg-type]

    add_page(blueprint, "/upload", "upload", _TEMPLATE, page)

    def answer(form: str, take: Callable[[ReadingRoom], _Offered]) -> AnyResponse:
        try:
            offered, defaults = take(room)
        except _FaultyFormError as error:
            typed = {name: value for name, value in request.form.items() if name != "csrf_token"}
            shown = page(form=form, typed=typed, faults=error.faults)
            return show_page(_TEMPLATE, shown, error.status)
        job_id = room.jobs.add(offered, defaults, actor=g.person.name)
        flash(_("Handed in. What becomes of it is shown here."), "message")
        return redirect(url_for("pages.job", job_id=job_id), code=303)

    @blueprint.post("/upload/files")
    def add_files() -> AnyResponse:
        return answer("files", _files)

    @blueprint.post("/upload/text")
    def add_text() -> AnyResponse:
        return answer("text", _text)

    @blueprint.post("/upload/source")
    def add_source() -> AnyResponse:
        return answer("source", _source)

    @blueprint.errorhandler(RequestEntityTooLarge)
    def too_large(error: RequestEntityTooLarge) -> Response:
        _drain()
        form = _FORMS.get(request.endpoint or "")
        if form is not None:
            return show_page(_TEMPLATE, page(form=form, faults={form: "large"}), 413)
        body = render_template("errors/error.html", error=error, message=None, request_id=g.request_id)
        return Response(body, status=413, mimetype="text/html")


def _files(_room: ReadingRoom) -> _Offered:
    """The files that were chosen."""
    defaults, faults = _defaults()
    files = [file for file in request.files.getlist("files") if file.filename]
    if not files:
        faults["files"] = "none"
    if faults:
        raise _FaultyFormError(faults)
    if len(files) > MOST_FILES:
        raise _FaultyFormError({"files": "many"}, 413)
    return [OfferedFile(file.filename or "", file.stream) for file in files], defaults


def _text(_room: ReadingRoom) -> _Offered:
    """A text that was pasted, as the one record of a file of JSON Lines."""
    defaults, faults = _defaults()
    # Browsers send lines as CR LF, whatever was pasted.
    text = request.form.get("text", "").replace("\r\n", "\n")
    title, address = _line("title", faults), _line("url", faults)
    if not text.strip():
        faults["text"] = "empty"
    if address and web_address(address) is None:
        faults["url"] = "address"
    if faults:
        raise _FaultyFormError(faults)
    record = {
        "text": text,
        "title": title,
        "url": address,
        "outlet": defaults.outlet,
        "published": defaults.published and defaults.published.isoformat(),
        "lang": defaults.language,
    }
    written = json.dumps({name: value for name, value in record.items() if value}, ensure_ascii=False)
    name = _name_after(title or text)
    return [OfferedFile(name, io.BytesIO(written.encode()), ".jsonl")], Defaults()


def _source(room: ReadingRoom) -> _Offered:
    """The source of a feed or of a page, told apart by how it begins."""
    defaults, faults = _defaults()
    source = request.form.get("source", "").strip()
    if not source:
        faults["source"] = "empty"
    elif _ADDRESS.fullmatch(source):
        faults["source"] = "address"
    written = source.encode()
    suffix = room.jobs.sniff(io.BytesIO(written))
    if source and suffix not in {".xml", ".html"}:
        faults.setdefault("source", "neither")
    if faults:
        raise _FaultyFormError(faults)
    return [OfferedFile(_name_after(defaults.outlet or source), io.BytesIO(written), suffix)], defaults


def _defaults() -> tuple[Defaults, dict[str, str]]:
    """What stands in where a document names none, and the faults of these fields."""
    faults: dict[str, str] = {}
    language = request.form.get("language") or None
    if language not in (None, *_LANGUAGES):
        faults["language"] = "unknown"
    published = None
    if written := request.form.get("published", "").strip():
        try:
            published = date.fromisoformat(written)
        except ValueError:
            faults["published"] = "date"
    return Defaults(_line("outlet", faults) or None, published, language), faults


def _line(name: str, faults: dict[str, str]) -> str:
    """What was typed into a field of one line; a fault where it is none."""
    written = request.form.get(name, "").strip()
    if len(written) > _LONGEST_LINE:
        faults[name] = "long"
    elif any(not (letter.isprintable() or letter in "\u200c\u200d") for letter in written):
        faults[name] = "unseen"
    return written


def _name_after(words: str) -> str:
    """What a text without a file is called in the job: its first line, or the first words of that."""
    line = words.lstrip()[: 4 * _LONGEST_NAME].partition("\n")[0]
    first = " ".join(line.split()).replace("/", "\u2215").replace("\\", "\u2216")
    return first if len(first) <= _LONGEST_NAME else f"{first[:_LONGEST_NAME]}…"


def _drain() -> None:
    """Read what is still being sent, so that the browser gets to hear the answer."""
    left = min(request.content_length or 0, _MOST_DRAINED)
    stream = request.environ["wsgi.input"]
    while left > 0 and (block := stream.read(min(left, 1 << 20))):
        left -= len(block)
