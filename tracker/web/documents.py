"""One document: its text as it was stored, with the statements found in it."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template

from tracker.domain.views import DocumentView, StatementView
from tracker.web.highlighting import Paragraph, mark_statements
from tracker.web.reading_room import ReadingRoom


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """What templates/documents/document.html shows. `by_id` finds the statement of a mark."""

    view: DocumentView
    paragraphs: tuple[Paragraph, ...]
    by_id: Mapping[str, StatementView]


def add_document(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer `/documents/<id>` by our id or the caller's, which may hold slashes."""

    @blueprint.get("/documents/<path:document_id>")
    def document(document_id: str) -> str:
        view = room.library.document(document_id)
        page = DocumentPage(
            view=view,
            paragraphs=mark_statements(view.document.text, [row.statement for row in view.statements]),
            by_id={row.statement.id: row for row in view.statements},
        )
        return render_template("documents/document.html", page=page)
