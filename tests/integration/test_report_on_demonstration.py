"""Reports on the demonstration corpus: every line leads to its sentence, numbers are the same anywhere."""

import hashlib
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from people_doubles import PASSWORD, SignedInClient
from tracker_shell import Shell

from tracker.bootstrap import Installation, installation
from tracker.cli.serving import application
from tracker.domain.conflicts import Judgement
from tracker.domain.people import Role
from tracker.reports import Period, ReportRequest, Week, WeeklyReport, make_report, render_html
from tracker.reports.quoting import visible
from tracker.resources import TEMPLATES

WEEKS = ("2020-W01", "2020-W02", "2020-W23")
FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"parties": ("GNA",)},
    {"parties": ("GNA", "LNA")},
    {"parties": ("TUR",)},
    {"place": "Sirte"},
)


@dataclass
class Newsdesk:
    """The demonstration with pages, API and export; a conflict is confirmed, another one rejected."""

    installed: Installation
    client: SignedInClient
    token: str
    export: dict[str, list[dict[str, Any]]]

    def report(self, week: str, **given: Any) -> WeeklyReport:
        return make_report(self.installed, ReportRequest(Period.of_week(Week.parse(week)), **given))

    def places(self, name: str | None) -> dict[str, str]:
        """The ids and names of a place and of all inside it that anybody speaks of."""
        if name is None:
            return {}
        (place,) = (named.place for named in self.installed.places if named.place.name == name)
        inside = self.installed.gazetteer.within(place.id)
        return {
            row.place.id: row.place.name
            for row in self.installed.gazetteer.places()
            if row.place.id in inside
        }

    def page(self, address: str, **query: Any) -> Any:
        answer = self.client.get(address, query_string=query)
        assert answer.status_code == 200, answer.text
        return answer.json

    def call(self, address: str, **query: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.client.get(f"/api/v1{address}", query_string=query, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json


@pytest.fixture
def newsdesk(demonstration: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Newsdesk]:
    demonstration.use_what_was_read_once(monkeypatch)
    token = demonstration.ok("token", "create", "--name", "tests", "--scope", "read").out.strip()
    with installation(demonstration.read_settings(), print) as installed:
        contested = make_report(installed, ReportRequest(Period.of_week(Week.parse(WEEKS[0])))).contested[0]
        first, other, *_ = (one.conflict.id for asked in contested.questions for one in asked.conflicts)
        installed.decisions.judge([first], Judgement.CONFIRMED, by="amal")
        installed.decisions.judge([other], Judgement.REJECTED, by="amal")
        export = demonstration.rows(tmp_path / "export")
        flask = application(installed)
        flask.test_client_class = SignedInClient
        installed.accounts.add_user("vera", PASSWORD, Role.VIEWER, actor="tests")
        client = flask.test_client()
        assert isinstance(client, SignedInClient)
        client.sign_in(installed.accounts.sign_in("vera", PASSWORD, "198.51.100.1", "tests"))
        yield Newsdesk(installed, client, token, export)


class Lines(HTMLParser):
    """The lines of a report: rows of tables, entries of lists, quotes, each with what it links to.

    Charts draw what the tables and lists beside them tell.
    """

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[tuple[str, str, str, list[str]]] = []
        self._open: list[tuple[str, list[str], list[str], str]] = []
        self._sections: list[str] = []
        self._charts = 0
        self._in_head = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in_head = tag == "thead" or (self._in_head and tag != "tbody")
        if tag == "section" and given.get("id"):
            self._sections.append(str(given["id"]))
        elif tag == "section":
            self._sections.append("")
        if tag == "figure" and (self._charts or "chart" in str(given.get("class"))):
            self._charts += 1
        if tag in {"tr", "li", "figure"} and not self._in_head:
            self._open.append((tag, [], [], str(given.get("id") or "")))
        href = str(given.get("href") or "")
        if tag == "a" and href.startswith("#source-"):
            for _, _, links, _ in self._open:
                links.append(href.removeprefix("#source-"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "section":
            self._sections.pop()
        if tag in {"tr", "li", "figure"} and not self._in_head:
            name, text, links, key = self._open.pop()
            within = self._sections[0] if self._sections else ""
            if not self._charts:
                self.lines.append((within, name + ("#" + key if key else ""), "".join(text), links))
            self._charts -= bool(self._charts) and tag == "figure"

        self._in_head = self._in_head and tag != "thead"

    def handle_data(self, data: str) -> None:
        for _, text, _, _ in self._open:
            text.append(data)


def sources_of(page: str) -> dict[str, dict[str, str]]:
    """The footnotes of a report as they are written, by number."""
    found = {}
    for number, body in re.findall(r'<li id="source-(\d+)">(.*?)</li>', page, flags=re.DOTALL):
        quote = re.search(r"<blockquote[^>]*><p>(.*?)</p></blockquote>", body, flags=re.DOTALL)
        statement = re.search(r"Statement <code>(s[0-9a-f]+)</code>, code points (\d+) to (\d+) of", body)
        sha256 = re.search(r"SHA-256 <code>([0-9a-f]{64})</code>", body)
        path = re.search(r"Stored sentence: <code>/documents/(d[0-9a-f]+)#(s[0-9a-f]+)</code>", body)
        assert quote
        assert statement
        assert sha256
        assert path
        found[number] = {
            "quote": html.unescape(quote[1]),
            "statement": statement[1],
            "start": statement[2],
            "end": statement[3],
            "sha256": sha256[1],
            "document": path[1],
            "anchor": path[2],
        }
    return found


def test_every_line_leads_back_to_its_sentence_in_a_stored_source(newsdesk: Newsdesk) -> None:
    days = Period.of_week(Week.parse("2020-W01"))
    whole = Period(days.first.replace(year=2019), days.last.replace(year=2021))
    report = make_report(newsdesk.installed, ReportRequest(whole))
    page = render_html(report, TEMPLATES)
    sources = sources_of(page)
    assert len(sources) == len(report.sources) > 200
    library = newsdesk.installed.library
    for source in sources.values():
        view = library.document(source["document"])
        start, end = int(source["start"]), int(source["end"])
        assert visible(view.document.text[start:end]) == source["quote"]
        assert source["statement"] == source["anchor"]
        assert source["statement"] in {one.statement.id for one in view.statements}
        assert hashlib.sha256(library.original(source["document"])).hexdigest() == source["sha256"]
    checked = 0
    for within, name, text, links in Lines(page).lines:
        if within in {"method", "sources", ""}:
            continue
        assert set(links) <= sources.keys(), text
        if within == "glance" and name == "tr":
            continue  # counts of what the sections below tell, line by line
        assert links, (within, name, text)
        checked += 1
        if name == "figure":
            quoted = " ".join(text.split())
            assert any(" ".join(sources[number]["quote"].split()) in quoted for number in links), text
    assert checked > 100


@pytest.mark.parametrize("week", WEEKS)
def test_numbers_are_those_of_the_pages_the_api_and_the_export(week: str, newsdesk: Newsdesk) -> None:
    period = Period.of_week(Week.parse(week))
    first, last = period.first.isoformat(), period.last.isoformat()
    rejected = 0
    for given in FILTERS:
        report = newsdesk.report(week, **given)
        sections = {one.event.id: one for one in (*report.contested, *report.uncontested)}
        in_report = {
            key: {
                "statements": one.statements.count,
                "documents": one.documents,
                "conflicts": one.conflicts,
                "parties": {row.label: row.count for row in one.parties},
            }
            for key, one in sections.items()
            if one.happened
        }
        rejected += sum(one.rejected for one in sections.values())
        parties, places = list(given.get("parties", ())), newsdesk.places(given.get("place"))
        wanted = {"party": parties, "place": list(places)}
        on_page = newsdesk.page("/events.json", **{"from": first, "to": last}, **wanted)
        by_api = newsdesk.call("/events", happened_from=first, happened_to=last, limit=100, **wanted)
        assert rows_of(on_page["rows"]) == in_report
        assert on_page["total"] == len(in_report) == report.glance.happened.now
        assert rows_of(by_api["events"]) == in_report
        assert exported(newsdesk.export, first, last, parties, set(places.values())) == in_report
    if week == "2020-W01":
        assert rejected, "the filter that leaves rejected conflicts out was not tried"


def rows_of(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        row["id"]: {
            "statements": row["statements"],
            "documents": row["documents"],
            "conflicts": row["conflicts"],
            "parties": dict(row["parties"]),
        }
        for row in rows
    }


def exported(
    export: dict[str, list[dict[str, Any]]], first: str, last: str, parties: list[str], places: set[str]
) -> dict[str, dict[str, Any]]:
    statements = {row["id"]: row for row in export["statements"]}
    found = {}
    for event in export["events"]:
        happened = event["start"] and event["start"] <= last and event["end"] >= first
        elsewhere = places and event["place"] not in places
        if not happened or elsewhere or not set(parties) <= set(event["parties"]):
            continue
        inside = [statements[one] for one in event["statements"]]
        said = [row["party"] for row in inside]
        found[event["id"]] = {
            "statements": len(inside),
            "documents": len({row["document"] for row in inside}),
            "conflicts": sum(row["event"] == event["id"] for row in export["conflicts"]),
            "parties": {party: said.count(party) for party in said},
        }
    return found


@pytest.mark.parametrize("week", WEEKS)
def test_what_was_published_in_a_week_is_counted_alike_everywhere(week: str, newsdesk: Newsdesk) -> None:
    glance = newsdesk.report(week).glance
    period = Period.of_week(Week.parse(week))
    published = {row["id"]: row["published"][:10] for row in newsdesk.export["documents"] if row["published"]}
    documents = {
        key for key, day in published.items() if period.first.isoformat() <= day <= period.last.isoformat()
    }
    statements = [row for row in newsdesk.export["statements"] if row["document"] in documents]
    assert (glance.documents.now, glance.published.now) == (len(documents), len(statements))
    (row,) = [row for row in newsdesk.page("/reports.json")["weeks"] if row["week"] == week]
    assert (row["documents"], row["statements"]) == (len(documents), len(statements))
    by_api = newsdesk.call(
        "/statements",
        published_from=period.first.isoformat(),
        published_to=period.last.isoformat(),
        limit=200,
    )
    assert len(by_api["statements"]) == len(statements)


def test_the_same_day_gives_the_same_bytes_in_every_format(demonstration: Shell, tmp_path: Path) -> None:
    options = ("report", "--week", "2020-W01", "--as-of", "2030-01-01", "--format", "html,md")
    for folder in ("one", "other"):
        demonstration.ok(*options, "--out", tmp_path / folder)
    one, other = (
        {path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()}
        for folder in ("one", "other")
    )
    assert one == other
    assert len(one) == 3
    assert all(b"2030" in content for content in one.values())


def test_a_later_decision_is_told_by_comparing_and_leaves_the_report_of_the_day_before(
    newsdesk: Newsdesk, demonstration: Shell, tmp_path: Path
) -> None:
    week = ("report", "--week", "2020-W01", "--format", "md")
    demonstration.ok(*week, "--out", tmp_path / "now")
    earlier = tmp_path / "now" / "counterclaim-2020-W01.json"
    said = json.loads(earlier.read_text("utf-8"))
    confirmed = [key for key, one in said["conflicts"].items() if one["judgement"] == "confirmed"]
    suggested = [key for key, one in said["conflicts"].items() if one["judgement"] == "suggested"]
    if confirmed:
        newsdesk.installed.decisions.judge(confirmed[:1], Judgement.REJECTED, by="omar")
    newsdesk.installed.decisions.judge(suggested[:1], Judgement.REJECTED, by="omar")
    demonstration.ok(*week, "--out", tmp_path / "then", "--compare", earlier)
    text = (tmp_path / "then" / "counterclaim-2020-W01.md").read_text("utf-8")
    assert text.count("**Retraction**") == len(confirmed[:1]) + 1
    assert suggested[0] in text
    # Before the corpus came in there was nothing to tell, whatever is stored now.
    demonstration.ok(*week, "--out", tmp_path / "before", "--as-of", "2020-01-31")
    assert "Nothing to report" in (tmp_path / "before" / "counterclaim-2020-W01.md").read_text("utf-8")
