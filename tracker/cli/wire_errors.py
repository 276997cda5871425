"""What the server itself refuses, before any request exists, as a problem (RFC 9457) instead of as HTML.

A request line or a header that is too long, a request that is no HTTP: gunicorn answers these by itself.
"""

import json
import logging
import socket
import uuid
from http import HTTPStatus
from typing import Final

from gunicorn import util

from tracker.api.problems import MEDIA_TYPE, ProblemKind

LONGEST_REQUEST_LINE: Final = 8_190
"""Bytes of method, path and query: the most that gunicorn can be told."""

_logger = logging.getLogger("gunicorn.error")


def answer_with_problems() -> None:
    """From now on, in this process, gunicorn's own refusals are problems. They name a request id, too."""
    util.write_error = _write_problem


def _write_problem(connection: socket.socket, status: int, reason: str, detail: str) -> None:
    request_id = uuid.uuid4().hex
    kind = next(
        (one for one in ProblemKind if one.status == status and status != HTTPStatus.BAD_REQUEST), None
    )
    problem = {
        "type": "about:blank" if kind is None else kind.uri,
        "title": reason if kind is None else kind.title,
        "status": status,
        "detail": detail,
        "request_id": request_id,
    }
    _logger.warning("request %s: %d %s", request_id, status, reason)
    body = json.dumps(problem).encode()
    head = (
        f"HTTP/1.1 {status} {reason}",
        "Connection: close",
        f"Content-Type: {MEDIA_TYPE}",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        f"X-Request-Id: {request_id}",
        "",
        "",
    )
    util.write_nonblock(connection, "\r\n".join(head).encode("latin-1") + body)
