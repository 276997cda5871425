"""What browsers report of pages that broke their Content-Security-Policy: a line of the log each."""

import json
import threading
import time
from collections import deque
from typing import Final

from flask import Blueprint, Response, current_app, request

PATH: Final = "/csp-reports"

_KEPT: Final = 100
_A_MINUTE: Final = 60  # reports that are logged in a minute: anybody may send them
_MEMBERS: Final = (
    "document-uri",
    "effective-directive",
    "blocked-uri",
    "source-file",
    "line-number",
    "sample",
)
_LONGEST: Final = 300  # characters of each member


def add_policy_reports(blueprint: Blueprint) -> None:
    """Answer POST `/csp-reports`. The last reports of a process are kept in `extensions["csp_reports"]`."""
    reports: deque[dict[str, str]] = deque(maxlen=_KEPT)
    logged: deque[float] = deque(maxlen=_A_MINUTE)
    lock = threading.Lock()

    def log(report: dict[str, str]) -> None:
        with lock:
            reports.append(report)
            now = time.monotonic()
            if len(logged) == _A_MINUTE and now - logged[0] < 60:  # noqa: PLR2004 # seconds
                return
            logged.append(now)
        # As JSON in ASCII, so that no report can forge a line of the log.
        current_app.logger.warning("content security policy: %s", json.dumps(report))

    @blueprint.post(PATH)
    def policy_report() -> Response:
        try:
            sent = json.loads(request.get_data())
        except (ValueError, RecursionError):
            return Response(status=400)
        body = sent.get("csp-report") if isinstance(sent, dict) else None
        if not isinstance(body, dict):
            return Response(status=400)
        log({name: str(body[name])[:_LONGEST] for name in _MEMBERS if name in body})
        return Response(status=204)

    @blueprint.record_once
    def keep(state: object) -> None:
        state.app.extensions["csp_reports"] = reports  # type: ignore[attr-defined]
