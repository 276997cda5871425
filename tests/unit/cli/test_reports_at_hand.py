"""Reports for the pages: which days an address names, and what is kept of what was made."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tracker.bootstrap import Installation
from tracker.cli import reports_at_hand
from tracker.cli.reports_at_hand import period_named, report_desk
from tracker.domain.errors import SettingsError
from tracker.domain.report_orders import ReportOrder
from tracker.reports import Period, ReportRequest
from tracker.web.report_desk import FORMATS

ORDER = ReportOrder(
    "2020-06-01--2020-06-10", "tr", ("LNA",), "Marsa", date(2020, 7, 2), base="https://desk.example"
)


@dataclass
class Days:
    def days(self) -> Iterator[tuple[date, int, int]]:
        yield date(2020, 6, 7), 2, 9
        yield date(2020, 6, 1), 1, 3
        yield date(2020, 5, 31), 4, 0


@pytest.fixture
def installed(tmp_path: Path) -> Installation:
    return cast("Installation", SimpleNamespace(settings=SimpleNamespace(home=tmp_path), weeks=Days()))


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2020-W23", date(2020, 6, 1), date(2020, 6, 7)),
        ("2020-06-01--2020-06-10", date(2020, 6, 1), date(2020, 6, 10)),
        ("2020-06-01--2020-06-01", date(2020, 6, 1), date(2020, 6, 1)),
    ],
)
def test_an_address_names_a_week_or_two_days(name: str, first: date, last: date) -> None:
    assert period_named(name) == Period(first, last)


@pytest.mark.parametrize(
    "name", ["", "2020", "2020-W54", "2020-06-01--", "2020-06-10--2020-06-01", "a--b", "--"]
)
def test_anything_else_names_nothing(name: str) -> None:
    with pytest.raises(SettingsError):
        period_named(name)


def test_weeks_are_counted_up_from_days(installed: Installation) -> None:
    weeks = report_desk(installed).weeks()
    assert [(row.week, row.documents, row.statements) for row in weeks] == [
        ("2020-W23", 3, 12),
        ("2020-W22", 4, 0),
    ]


def test_every_format_is_made_from_what_was_ordered(
    installed: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[ReportRequest] = []

    def make(_: object, request: ReportRequest) -> Any:
        asked.append(request)
        return SimpleNamespace(name="the report")

    def printed(_report: object, _templates: Path, *, kept: Any) -> bytes:
        return cast("bytes", kept.get("digest", "pdf", lambda: b"printed"))

    monkeypatch.setattr(reports_at_hand, "make_report", make)
    monkeypatch.setattr(reports_at_hand, "render_pdf", printed)
    monkeypatch.setattr(reports_at_hand, "report_name", lambda report: f"counterclaim-{report.name}")
    monkeypatch.setattr(reports_at_hand, "FORMATS", dict.fromkeys(FORMATS, lambda *_: b"rendered"))
    desk = report_desk(installed)
    files = {ending: desk.render(ORDER, ending) for ending in FORMATS}
    assert files["pdf"].content == b"printed"
    assert {files[ending].content for ending in FORMATS if ending != "pdf"} == {b"rendered"}
    assert files["md"].name == "counterclaim-the report.md"
    assert (tmp_path / "reports" / "digest.pdf").read_bytes() == b"printed"
    assert asked == [
        ReportRequest(
            period=Period(date(2020, 6, 1), date(2020, 6, 10)),
            as_of=date(2020, 7, 2),
            parties=("LNA",),
            place="Marsa",
            language="tr",
            base_url="https://desk.example",
        )
    ] * len(FORMATS)
