"""Weekly reports: which weeks there are, and the report of each as it goes on paper."""

import base64
import hashlib
import re
from dataclasses import dataclass

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from tracker.domain.errors import SettingsError
from tracker.web.languages import gettext as _
from tracker.web.pages import add_page
from tracker.web.reading_room import ReadingRoom
from tracker.web.report_desk import FORMATS, WeekRow

WEEKS_SHOWN = 104
"""How many weeks the list holds; older reports are had by their address."""

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ReportsPage:
    """What templates/weeks/list.html shows. `further` counts the weeks that are not."""

    weeks: tuple[WeekRow, ...]
    further: int


def add_reports(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer `/reports` and `/reports/<week>.html`, `.md`."""

    def reports() -> ReportsPage:
        weeks = tuple(room.reports.weeks())
        return ReportsPage(weeks[:WEEKS_SHOWN], max(0, len(weeks) - WEEKS_SHOWN))

    add_page(blueprint, "/reports", "reports", "weeks/list.html", reports)

    @blueprint.get("/reports/<week>.<ending>")
    def report(week: str, ending: str) -> Response:
        if ending not in FORMATS:
            raise NotFound(_("There is no report in this format."))
        try:
            text = room.reports.render(week, ending)
        except SettingsError as error:
            raise NotFound(str(error)) from error
        response = Response(text, content_type=f"{FORMATS[ending]}; charset=utf-8")
        if ending == "html":
            # A report opens from disk as well, so its style stands in it; no other style is let in.
            response.headers["Content-Security-Policy"] = _policy_of(text)
        else:
            name = f"counterclaim-{week}.{ending}"
            response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def _policy_of(text: str) -> str:
    hashes = [
        base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in _STYLE.findall(text)
    ]
    styles = " ".join(f"'sha256-{one}'" for one in hashes) or "'none'"
    return (
        f"default-src 'none'; style-src {styles}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
