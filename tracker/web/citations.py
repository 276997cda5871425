"""How to cite a statement, to be read, copied or taken along; and what was judged, as ClaimReview."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import NotFound

from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import Action, SubjectKind
from tracker.domain.views import StatementView
from tracker.services.citing import Citation, CitationFormat
from tracker.services.claim_reviews import claim_reviews
from tracker.web.languages import gettext as _
from tracker.web.pages import add_page
from tracker.web.reading_room import ReadingRoom

DESK = "Counterclaim"
"""Who reviews, for those who collect reviews: the desk, not the person."""

_FILES = {
    CitationFormat.PLAIN: ("text/plain", "txt"),
    CitationFormat.MARKDOWN: ("text/markdown", "md"),
    CitationFormat.BIBTEX: ("application/x-bibtex", "bib"),
    CitationFormat.CSL: ("application/vnd.citationstyles.csl+json", "json"),
}


@dataclass(frozen=True, slots=True)
class WrittenCitation:
    """A citation in one format. `file` is the address under which it can be had alone."""

    format: str
    text: str
    file: str


@dataclass(frozen=True, slots=True)
class CitationPage:
    """What templates/citations/citation.html shows."""

    view: StatementView
    written: tuple[WrittenCitation, ...]


def add_citations(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer `/statements/<id>/citation`, one file for each format, and a judged conflict as JSON-LD."""

    def citation(statement_id: str) -> CitationPage:
        view = room.library.statement(statement_id)
        cited = _cite(view)
        written = tuple(
            WrittenCitation(
                format=how.value,
                text=cited.write(how),
                file=url_for("pages.citation_file", statement_id=view.statement.id, how=how.value),
            )
            for how in CitationFormat
        )
        return CitationPage(view, written)

    add_page(
        blueprint, "/statements/<statement_id>/citation", "citation", "citations/citation.html", citation
    )

    @blueprint.get("/statements/<statement_id>/citation/<how>")
    def citation_file(statement_id: str, how: str) -> Response:
        if how not in set(CitationFormat):
            raise NotFound(_("There is no such format of a citation."))
        view = room.library.statement(statement_id)
        media_type, ending = _FILES[CitationFormat(how)]
        response = Response(
            _cite(view).write(CitationFormat(how)), content_type=f"{media_type}; charset=utf-8"
        )
        name = f"counterclaim-{view.statement.id}.{ending}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    @blueprint.get("/conflicts/<conflict_id>/claimreview.jsonld")
    def claim_review(conflict_id: str) -> Response:
        view = room.conflict_lists.conflict(conflict_id)
        entries = room.decisions.decisions.history(subject=(str(SubjectKind.CONFLICT), view.conflict.id))
        judged = next((entry for entry in entries if entry.action in {Action.JUDGE, Action.REDO}), None)
        if view.conflict.judgement is Judgement.SUGGESTED or judged is None:
            raise NotFound(_("Nobody has judged this conflict yet, so there is no review of it."))
        document = claim_reviews(
            view,
            room.parties,
            decided_at=judged.at,
            reason=judged.reason,
            link=_permalink,
            desk=DESK,
        )
        text = json.dumps(document, ensure_ascii=False, indent=2)
        response = Response(text, content_type="application/ld+json; charset=utf-8")
        name = f"counterclaim-{view.conflict.id}.jsonld"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def _cite(view: StatementView) -> Citation:
    return Citation.of(view, _permalink("statement", view.statement.id))


def _permalink(kind: str, key: str) -> str:
    arguments: dict[str, Any] = {f"{kind}_id": key}
    return request.url_root.rstrip("/") + url_for(f"pages.{kind}", **arguments)
