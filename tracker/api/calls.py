"""The calls of the API: each reads its request, asks the desk, and answers."""

from flask import Response, redirect, request
from pydantic import BaseModel
from werkzeug.wrappers import Response as BaseResponse

from tracker.api.answers import ModelObject, SearchAnswer
from tracker.api.comparisons import represent_comparison
from tracker.api.desk import ApiDesk
from tracker.api.openapi import describe
from tracker.api.representation import (
    API,
    represent_document,
    represent_event,
    represent_result,
    represent_statement_view,
)
from tracker.api.requests import RANGE, SearchRequest, read_body, read_policy
from tracker.domain.errors import NotFoundError
from tracker.domain.views import StatementView


class Calls:
    """One method a call. Errors of the domain pass through; the blueprint turns them into problems."""

    def __init__(self, desk: ApiDesk) -> None:
        self._desk = desk

    def search(self) -> Response:
        """Statements similar to a text."""
        wanted = read_body(request, SearchRequest)
        found = self._desk.search(wanted.text, wanted.k, wanted.wanted)
        return answer(
            SearchAnswer(
                query=wanted.text,
                mode=wanted.mode,
                model=ModelObject(name=self._desk.model_name, revision=self._desk.model_revision),
                results=[represent_result(view) for view in found],
            )
        )

    def statement(self, statement_id: str) -> Response:
        """One statement."""
        return answer(represent_statement_view(self._desk.library.statement(statement_id)))

    def event(self, event_id: str) -> BaseResponse:
        """One event; the id of one that was merged away leads to the event that took it in."""
        try:
            detail = self._desk.library.event(event_id)
        except NotFoundError as missing:
            return redirect(self._moved(event_id, missing), code=301)
        return answer(represent_event(detail))

    def comparison(self, event_id: str) -> BaseResponse:
        """What is contested in an event; the id of one that was merged away leads on, as for the event."""
        policy = read_policy(request)
        try:
            detail = self._desk.library.event(event_id)
        except NotFoundError as missing:
            asked = f"?{RANGE}={policy}" if RANGE in request.args else ""
            return redirect(f"{self._moved(event_id, missing)}/comparison{asked}", code=301)
        views = {view.statement.id: view for view in detail.statements}

        def find(statement: str) -> StatementView:
            # An event that grew between the two readings may name one that was not there at the first.
            return views.get(statement) or self._desk.library.statement(statement)

        dispute = self._desk.dispute(event_id, policy)
        return answer(represent_comparison(detail.summary.event, dispute, policy, find))

    def _moved(self, event_id: str, missing: NotFoundError) -> str:
        """The path of the event that took this one in. Raises what was raised where there is none."""
        successor = self._desk.library.redirect_of(event_id)
        if successor is None:
            raise missing
        return f"{API}/events/{successor}"

    def document(self, document_id: str) -> Response:
        """One document, by our id or the caller's."""
        return answer(represent_document(self._desk.library.document(document_id)))

    def openapi(self) -> Response:
        """The description of this API."""
        return Response(describe(), content_type="application/json")


def answer(body: BaseModel) -> Response:
    """A model as JSON in UTF-8."""
    return Response(body.model_dump_json(), content_type="application/json")
