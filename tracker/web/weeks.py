"""Reports: which weeks there are, what a report comes to, and the report itself as it goes on paper."""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from urllib.parse import urlencode

from flask import Blueprint, Response, g, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from tracker.domain.errors import BusyError, SettingsError
from tracker.domain.report_orders import ReportOrder
from tracker.web.languages import LANGUAGES, current_language
from tracker.web.languages import gettext as _
from tracker.web.pages import add_page, show_page
from tracker.web.reading_room import ReadingRoom
from tracker.web.report_desk import FORMATS, ReportSummary, WeekRow

T = TypeVar("T")

WEEKS_SHOWN = 104
"""How many weeks the list holds; older reports are had by their address."""

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_WEEK = re.compile(r"[0-9]{4}-W[0-9]{2}", re.ASCII)
_RETRY_AFTER = 30  # seconds


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that may be chosen, and what it is called in the reader's language."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class ReportsPage:
    """What templates/weeks/list.html shows. `further` counts the weeks that are not.

    `fields` holds what was typed into the form, `faults` by field which of its faults it has.
    """

    weeks: tuple[WeekRow, ...]
    further: int
    parties: tuple[Choice, ...]
    fields: dict[str, str]
    faults: dict[str, str]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """What templates/weeks/report.html shows: what was ordered, what it comes to, and by format where it is.

    `languages` gives the address of the same report in each language it can be written in, `order_address`
    where it is ordered of a worker.
    """

    order: ReportOrder
    summary: ReportSummary
    addresses: dict[str, str]
    languages: dict[str, str]
    order_address: str


def add_reports(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer `/reports`, `/reports/new`, `/reports/<name>` and its files `/reports/<name>.<ending>`."""

    def reports() -> ReportsPage:
        return _list_of(room, {}, {})

    def made(name: str) -> ReportPage | Response:
        order = _order(name)
        try:
            summary = _carried_out(room.reports.summary, order)
        except BusyError:
            return _come_back_later(order)
        return ReportPage(
            order=order,
            summary=summary,
            addresses={ending: _file_address(order, ending) for ending in FORMATS},
            languages={code: _address(order, language=code) for code in LANGUAGES},
            order_address=_order_address(order),
        )

    # Before the pages of the reports, one of which would otherwise be called "new".
    @blueprint.get("/reports/new")
    def new_report() -> AnyResponse:
        fields = {name: request.args.get(name, "").strip() for name in _FIELDS}
        faults, name = _read_days(fields)
        if fields["as_of"] and _day(fields["as_of"]) is None:
            faults["as_of"] = "date"
        if faults:
            return show_page("weeks/list.html", _list_of(room, fields, faults), 400)
        kept = {key: fields[key] for key in ("language", "party", "place", "as_of") if fields[key]}
        return redirect(_with_query(url_for("pages.made_report", name=name), kept), code=303)

    add_page(blueprint, "/reports", "reports", "weeks/list.html", reports)
    add_page(blueprint, "/reports/<name>", "made_report", "weeks/report.html", made)

    @blueprint.get("/reports/<name>.<any(html, pdf, xlsx, md):ending>")
    def report(name: str, ending: str) -> Response:
        order = _order(name)
        try:
            file = _carried_out(lambda wanted: room.reports.render(wanted, ending), order)
        except BusyError:
            return _come_back_later(order)
        response = Response(file.content, content_type=FORMATS[ending])
        if ending == "html":
            # A report opens from disk as well, so its style stands in it; no other style is let in.
            response.headers["Content-Security-Policy"] = _policy_of(file.content.decode())
        else:
            response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
        response.headers["Cache-Control"] = "private, no-cache"
        return response

    _add_order(blueprint, room)


def _add_order(blueprint: Blueprint, room: ReadingRoom) -> None:
    @blueprint.post("/reports/<name>/order")
    def order_report(name: str) -> AnyResponse:
        if not _names_days(name):
            raise NotFound
        job = room.jobs.report(_order(name), tuple(FORMATS), actor=g.person.name)
        return redirect(url_for("pages.job", job_id=job), code=303)


_FIELDS = ("week", "from", "to", "language", "party", "place", "as_of")


def _list_of(room: ReadingRoom, fields: dict[str, str], faults: dict[str, str]) -> ReportsPage:
    weeks = tuple(room.reports.weeks())
    language = current_language().code
    parties = tuple(
        Choice(code, party.label.get(language) or party.label.get("en") or code)
        for code, party in room.parties.items()
    )
    shown = {name: fields.get(name, "") for name in _FIELDS}
    shown["language"] = shown["language"] or language
    return ReportsPage(weeks[:WEEKS_SHOWN], max(0, len(weeks) - WEEKS_SHOWN), parties, shown, faults)


def _read_days(fields: dict[str, str]) -> tuple[dict[str, str], str]:
    """The faults of the days that were typed, and the name of the report of these days."""
    if fields["week"]:
        return ({}, fields["week"]) if _WEEK.fullmatch(fields["week"]) else ({"week": "week"}, "")
    first, last = _day(fields["from"]), _day(fields["to"])
    faults = {name: "date" for name, day in (("from", first), ("to", last)) if day is None}
    if first is None or last is None:
        return faults, ""
    return ({"to": "reversed"}, "") if last < first else ({}, f"{first}--{last}")


def _names_days(name: str) -> bool:
    """Whether it is a week, or two days with "--" between."""
    first, _between, last = name.partition("--")
    return bool(_WEEK.fullmatch(name)) or bool(_day(first) and _day(last))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _order(name: str) -> ReportOrder:
    """The report that the address asks for; what it does not say is as the reader would have it."""
    asked = request.args
    language = asked.get("language", "")
    as_of = asked.get("as_of", "")
    if as_of and _day(as_of) is None:
        raise NotFound(_("There is no such day: %(day)s.", day=as_of))
    return ReportOrder(
        name=name,
        language=language if language in LANGUAGES else current_language().code,
        parties=tuple(dict.fromkeys(party for party in asked.getlist("party") if party)),
        place=asked.get("place") or None,
        as_of=_day(as_of),
        base=request.url_root.rstrip("/"),
    )


def _carried_out(make: Callable[[ReportOrder], T], order: ReportOrder) -> T:
    try:
        return make(order)
    except SettingsError as error:
        raise NotFound(str(error)) from error


def _come_back_later(order: ReportOrder) -> Response:
    response = show_page("weeks/busy.html", _order_address(order), 503)
    response.headers["Retry-After"] = str(_RETRY_AFTER)
    return response


def _address(order: ReportOrder, **changed: str) -> str:
    return _with_query(url_for("pages.made_report", name=order.name), _query(order, **changed))


def _order_address(order: ReportOrder) -> str:
    return _with_query(url_for("pages.order_report", name=order.name), _query(order))


def report_address(order: ReportOrder) -> str:
    """Where the page of a report is."""
    return _address(order)


def _file_address(order: ReportOrder, ending: str) -> str:
    return _with_query(url_for("pages.report", name=order.name, ending=ending), _query(order))


def _query(order: ReportOrder, **changed: str) -> dict[str, str | tuple[str, ...]]:
    query: dict[str, str | tuple[str, ...]] = {"language": changed.get("language", order.language)}
    if order.parties:
        query["party"] = order.parties
    if order.place:
        query["place"] = order.place
    if order.as_of:
        query["as_of"] = order.as_of.isoformat()
    return query


def _with_query(address: str, query: dict[str, str] | dict[str, str | tuple[str, ...]]) -> str:
    written = urlencode(list(query.items()), doseq=True)
    return f"{address}?{written}" if written else address


def _policy_of(text: str) -> str:
    hashes = [
        base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in _STYLE.findall(text)
    ]
    styles = " ".join(f"'sha256-{one}'" for one in hashes) or "'none'"
    return (
        f"default-src 'none'; style-src {styles}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
