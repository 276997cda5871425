"""One document: its text as it was stored, with the statements found in it.

A document that is one story of a page shows the whole page, but marks its own statements only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, Response

from tracker.domain.documents import Document
from tracker.domain.views import DocumentView, StatementView
from tracker.services.ports import Library
from tracker.web.highlighting import Paragraph, mark_statements
from tracker.web.live_links import live_address
from tracker.web.pages import add_page
from tracker.web.reading_room import ReadingRoom


@dataclass(frozen=True, slots=True)
class StoryLink:
    """A story of the page. `number` counts from 1; `here` is true for the one that is shown."""

    number: int
    document: str
    title: str
    here: bool


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """What templates/documents/document.html shows. `by_id` finds the statement of a mark.

    `stories` are those of the page that the document is one story of; empty where it is the only one. `story`
    is the document's own among them. `live` leads from a statement to its words on the live page.
    """

    view: DocumentView
    # Both say anew what the view holds.
    paragraphs: tuple[Paragraph, ...] = field(metadata={"json": False})
    by_id: Mapping[str, StatementView] = field(metadata={"json": False})
    stories: tuple[StoryLink, ...]
    story: StoryLink | None
    live: Mapping[str, str]


def add_document(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer `/documents/<id>` by our id or the caller's, which may hold slashes."""

    def document(document_id: str) -> DocumentPage:
        view = room.library.document(document_id)
        stories = _stories(view.document, room.library)
        return DocumentPage(
            view=view,
            paragraphs=mark_statements(view.document.text, [row.statement for row in view.statements]),
            by_id={row.statement.id: row for row in view.statements},
            stories=stories,
            story=next((story for story in stories if story.here), None),
            live={
                row.statement.id: address
                for row in view.statements
                if (address := live_address(view.document, row.statement)) is not None
            },
        )

    add_page(blueprint, "/documents/<path:document_id>", "document", "documents/document.html", document)


def add_capture(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer `/captures/<id>`: the bytes of a document as they were captured, to be saved, never shown."""

    @blueprint.get("/captures/<document_id>")
    def capture(document_id: str) -> Response:
        response = Response(room.library.original(document_id), content_type="application/octet-stream")
        response.headers["Content-Disposition"] = f'attachment; filename="counterclaim-{document_id}.bin"'
        # Whatever stands in a page of somebody else's, nothing of it may run under our address.
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response


def _stories(document: Document, library: Library) -> tuple[StoryLink, ...]:
    """The stories of its page, counted as a reader counts them: numbers of parts may have gaps."""
    if document.part is None:
        return ()
    return tuple(
        StoryLink(number=number, document=key, title=title, here=key == document.id)
        for number, (key, title) in enumerate(library.parts_of(document.id), 1)
    )
