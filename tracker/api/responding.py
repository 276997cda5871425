"""From what a handler says to the answer on the wire: ETag, conditions, caching, compression."""

import gzip
from http import HTTPStatus
from typing import Final

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from tracker.api.entity_tags import GZIP, tag_of
from tracker.api.operation import Operation, Reply

_WORTH_COMPRESSING: Final = 1_000
"""Bytes; below that, the headers outweigh what is saved."""

_LEVEL: Final = 4
_TEXTUAL: Final = ("application/json", "application/problem+json", "text/", "application/x-ndjson")


def respond(operation: Operation, replied: Reply | BaseResponse) -> BaseResponse:
    """The answer to the present request. A whole Response is passed on as it is, to be streamed for one."""
    if isinstance(replied, BaseResponse):
        return replied
    body = replied.body if isinstance(replied.body, bytes) else replied.body.model_dump_json().encode()
    response = Response(body, status=replied.status, content_type=replied.media_type)
    response.headers.update(replied.headers)
    if operation.has_tag and replied.status == HTTPStatus.OK:
        response.set_etag(tag_of(body))
    return response


def finish(response: Response) -> Response:
    """Settle caching, compression and conditions of an answer. For every answer of the API, problems too."""
    tag, _ = response.get_etag()
    # Only what bears a tag may be kept, and is asked after each time; it is nobody else's to see.
    response.headers.setdefault("Cache-Control", "no-store" if tag is None else "private, no-cache")
    response.vary.update(("Authorization", "Accept-Encoding"))
    if response.is_streamed:
        return response
    if tag is not None and request.if_none_match.contains_weak(tag):
        return _not_modified(response, tag)
    if not _is_to_be_compressed(response):
        return response
    if tag is not None:
        tag += GZIP
        if request.if_none_match.contains_weak(tag):
            return _not_modified(response, tag)
        response.set_etag(tag)
    # Without a time in it, the same words always make the same bytes.
    response.set_data(gzip.compress(response.get_data(), compresslevel=_LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response


def _is_to_be_compressed(response: Response) -> bool:
    return (
        (response.content_length or 0) >= _WORTH_COMPRESSING
        and "Content-Encoding" not in response.headers
        and (response.mimetype or "").startswith(_TEXTUAL)
        and request.accept_encodings.best_match(("gzip", "identity"), default="identity") == "gzip"
        and request.accept_encodings["gzip"] > 0
    )


def _not_modified(response: Response, tag: str) -> Response:
    response.set_data(b"")
    response.status_code = HTTPStatus.NOT_MODIFIED
    response.set_etag(tag)
    for name in ("Content-Type", "Content-Length"):
        response.headers.pop(name, None)
    return response
