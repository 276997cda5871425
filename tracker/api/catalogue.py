"""Every call there is, in the order in which they are described."""

from functools import cache
from typing import Final

from flask import render_template

from tracker.api.conflict_calls import CONFLICTS
from tracker.api.desk import ApiDesk
from tracker.api.document_calls import DOCUMENTS
from tracker.api.event_calls import EVENTS
from tracker.api.exporting import EXPORTING
from tracker.api.ingesting import INGESTING
from tracker.api.openapi import description_as_json
from tracker.api.operation import Answered, Call, Operation, Reply, Tag
from tracker.api.party_calls import PARTIES
from tracker.api.probes import PROBES
from tracker.api.reference import Reference, reference
from tracker.api.reviewing import REVIEWING
from tracker.api.search_calls import SEARCHING
from tracker.api.statement_calls import STATEMENTS


def describe_all(desk: ApiDesk, call: Call) -> Reply:
    """The description of this API."""
    del desk, call
    return Reply(_description())


@cache
def _description() -> bytes:
    return description_as_json(OPERATIONS)


def show_all(desk: ApiDesk, call: Call) -> Reply:
    """The page that describes this API."""
    del desk, call
    page = render_template("api/reference.html", page=_reference())
    # The ways back are in the reader's language.
    headers = {"Vary": "Accept-Language, Cookie"}
    return Reply(page.encode(), headers=headers, media_type="text/html; charset=utf-8")


@cache
def _reference() -> Reference:
    return reference(OPERATIONS)


DESCRIPTION: Final = (
    Operation(
        name="openapi",
        method="GET",
        path="/openapi.json",
        tag=Tag.DESCRIPTION,
        summary="This description",
        handler=describe_all,
        answers={200: Answered("An OpenAPI 3.1 document")},
        scope=None,
    ),
    Operation(
        name="reference",
        method="GET",
        path="/docs",
        tag=Tag.DESCRIPTION,
        summary="This description as a page for people",
        handler=show_all,
        answers={200: Answered("A page of HTML", media_type="text/html")},
        scope=None,
    ),
)

OPERATIONS: Final[tuple[Operation, ...]] = (
    *SEARCHING,
    *STATEMENTS,
    *EVENTS,
    *CONFLICTS,
    *REVIEWING,
    *DOCUMENTS,
    *INGESTING,
    *PARTIES,
    *EXPORTING,
    *DESCRIPTION,
    *PROBES,
)
