"""Pages: each an HTML page and its JSON twin, which is the same dataclass written out.

A page lives at a rule such as `/events/<event_id>`, its twin at the same rule with `.json` after it, so that
whatever an analyst sees, a program can read.
"""

import json
from collections.abc import Callable, Mapping, Set
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote

from flask import Blueprint, Response, current_app, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

from tracker.domain.documents import Document
from tracker.domain.errors import NotFoundError
from tracker.domain.views import DocumentView

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

SUFFIX = ".json"
TWIN = "_json"
"""What the endpoint of a twin has after that of its page."""

View = Callable[..., object]
"""Answers a request: a page's dataclass, that and a status, or a response (a redirect, say)."""


def add_page(blueprint: Blueprint, rule: str, endpoint: str, template: str, view: View) -> None:
    """Answer GET at `rule` with the page that `view` gives, and at its twin with the page as JSON.

    The view takes the rule's arguments by name. The template gets the dataclass as `page`. Errors are raised
    and become error pages, or problem details on the twin. The twin of "/" is named after the endpoint. Where
    the rule ends in a path converter, whose values may themselves end in .json, a page with that very value
    comes first.
    """
    swallows = rule.rpartition("<")[2].startswith("path:")

    def page(**arguments: str) -> AnyResponse:
        return _as_html(template, view(**arguments))

    def twin(**arguments: str) -> AnyResponse:
        if swallows:
            name, value = next(reversed(arguments.items()))
            try:
                return _as_html(template, view(**{**arguments, name: value + SUFFIX}))
            except NotFoundError:
                pass  # The usual case: nothing has this id, so that the twin is meant.
        return _as_json(view(**arguments))

    blueprint.add_url_rule(rule, endpoint, page, methods=["GET"])
    twin_rule = f"/{endpoint}{SUFFIX}" if rule == "/" else rule + SUFFIX
    blueprint.add_url_rule(twin_rule, endpoint + TWIN, twin, methods=["GET"])


def show_page(template: str, page: object, status: int = 200) -> Response:
    """A page as HTML: what a form's handler answers with where it has faults to show."""
    return Response(render_template(template, page=page), status=status, mimetype="text/html")


def twin_address() -> str | None:
    """The address of the JSON twin of the page being shown, with its query; None where it has none."""
    if request.endpoint is None or request.endpoint + TWIN not in current_app.view_functions:
        return None
    return _with_query(url_for(request.endpoint + TWIN, **(request.view_args or {})), request.query_string)


def wants_json() -> bool:
    """Whether this request asks for a JSON twin, so that an error must not be a page."""
    return request.path.endswith(SUFFIX)


def as_json(value: object) -> object:
    """A value as JSON has it: enums by value, dates in ISO 8601, dataclasses and mappings by key.

    Fields marked `field(metadata={"json": False})` are left out. The text of a document is written with the
    document itself only, not with each statement in it. Raises TypeError for what is no page's to hold, such
    as an array.
    """
    if isinstance(value, (Enum, str, date)):
        return _word(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return {str(as_json(key)): as_json(part) for key, part in value.items()}
    if isinstance(value, (tuple, list, Set)):
        parts = [as_json(part) for part in value]
        return sorted(parts, key=str) if isinstance(value, Set) else parts
    if is_dataclass(value) and not isinstance(value, type):
        return _fields_of(value)
    raise TypeError(f"a page holds a {type(value).__name__}, which has no form in JSON")


def _word(value: Enum | str | date) -> object:
    if isinstance(value, Enum):
        return as_json(value.value)
    # Text that is marked as safe for HTML is plain text here.
    return value.isoformat() if isinstance(value, date) else str(value)


def _fields_of(value: "DataclassInstance") -> dict[str, object]:
    written = {name: as_json(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, DocumentView):
        cast("dict[str, object]", written["document"])["text"] = value.document.text
    return written


@cache
def _names(kind: "type[DataclassInstance]") -> tuple[str, ...]:
    """The fields that are written."""
    return tuple(
        field.name
        for field in fields(kind)
        if field.metadata.get("json", True) and not (kind is Document and field.name == "text")
    )


def _as_html(template: str, answer: object) -> AnyResponse:
    if isinstance(answer, AnyResponse):
        return answer
    page, status = _page_and_status(answer)
    return show_page(template, page, status)


def _as_json(answer: object) -> AnyResponse:
    if isinstance(answer, AnyResponse):
        return _lead_to_twin(answer)
    page, status = _page_and_status(answer)
    text = json.dumps(as_json(page), ensure_ascii=False, allow_nan=False)
    return Response(
        text, status=status, mimetype="application/json", headers={"Cache-Control": "private, no-cache"}
    )


def _page_and_status(answer: object) -> tuple[object, int]:
    if isinstance(answer, tuple):
        page, status = answer
        return page, status
    return answer, 200


def _lead_to_twin(response: AnyResponse) -> AnyResponse:
    """Where a page sends its reader on to another page, its twin sends on to that page's twin."""
    location = response.headers.get("Location")
    if location is None:
        return response
    path, _, query = location.partition("?")
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return response
    try:
        endpoint, arguments = adapter.match(unquote(path), method="GET")
    except (HTTPException, RequestRedirect):
        return response
    if endpoint + TWIN in current_app.view_functions:
        response.location = _with_query(url_for(endpoint + TWIN, **arguments), query.encode())
    return response


def _with_query(address: str, query: bytes) -> str:
    return f"{address}?{query.decode('ascii', 'replace')}" if query else address
