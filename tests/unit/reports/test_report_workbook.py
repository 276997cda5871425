"""The report as a workbook: no formula whatever the words, and the numbers of the report."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from desks import World
from lxml import etree
from report_world import rest_on

from tracker.reports import WeeklyReport
from tracker.reports.workbook import render_workbook
from tracker.resources import TEMPLATES

Select = Callable[..., WeeklyReport]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
PAYLOADS = (
    '=HYPERLINK("https://evil.example","x")', "=1+1", "+1+1", "-1+1", "@SUM(A1)", "{=1+1}", "\t=1+1",
    "＝1+1", "=cmd|' /C calc'!A0", "https://evil.example/", "internal:Sheet1!A1", "\x00=1+1",
)  # fmt: skip
KEPT = {"id", "language", "title_language", "kind", "document", "sha256", "group", "aspect", "event"}
"""Fields of text that name something, so that another value would be another thing."""


def sheets(content: bytes) -> Iterator[tuple[str, etree._Element]]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names = [
            sheet.get("name") for sheet in etree.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
        ]
        for number, name in enumerate(names, 1):
            yield str(name), etree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))


def rows(content: bytes) -> dict[str, list[list[object]]]:
    """The cells of every sheet, by its name."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        strings = ["".join(item.itertext()) for item in etree.fromstring(book.read("xl/sharedStrings.xml"))]
    return {
        name: [[cell(one, strings) for one in row] for row in sheet.iter(f"{MAIN}row")]
        for name, sheet in sheets(content)
    }


def cell(element: etree._Element, strings: list[str]) -> object:
    value = element.findtext(f"{MAIN}v")
    assert value is not None
    match element.get("t"):
        case "s":
            return strings[int(value)]
        case "b":
            return value == "1"
        case _:
            return float(value)


def poisoned(value: Any, payload: str, field: str = "") -> Any:
    """The same thing with a payload in each of its texts."""
    if type(value) is str:
        return value if field in KEPT else payload
    if isinstance(value, tuple):
        return tuple(poisoned(one, payload, field) for one in value)
    if is_dataclass(value) and not isinstance(value, type) and type(value).__name__ != "Period":
        changed = {one.name: poisoned(getattr(value, one.name), payload, one.name) for one in fields(value)}
        return replace(value, **changed)
    return value


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_word_becomes_a_formula_or_a_link(payload: str, select: Select) -> None:
    report = select()
    content = render_workbook(poisoned(report, payload), TEMPLATES)
    shown = payload.replace("\x00", "[U+0000]").strip()
    assert sum(value == shown for table in rows(content).values() for row in table for value in row) > 50
    for name, sheet in sheets(content):
        assert not list(sheet.iter(f"{MAIN}f")), name
        assert not list(sheet.iter(f"{MAIN}hyperlink")), name
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert not [name for name in book.namelist() if "rels" in name and "sheet" in name]


@pytest.mark.parametrize(
    ("language", "names", "right_to_left"),
    [
        ("en", ["Summary", "Events", "Positions", "Figures", "Conflicts", "Sources"], False),
        ("ar", ["ملخص", "الأحداث", "المواقف", "الأرقام", "التعارضات", "المصادر"], True),
        ("tr", ["Özet", "Olaylar", "Tutumlar", "Rakamlar", "Çelişkiler", "Kaynaklar"], False),
    ],
)
def test_sheets_are_named_and_run_as_the_language_does(
    language: str,
    names: list[str],
    right_to_left: bool,  # noqa: FBT001
    select: Select,
) -> None:
    content = render_workbook(select(language=language), TEMPLATES)
    found = dict(sheets(content))
    assert list(found) == names
    for sheet in found.values():
        (view,) = sheet.iter(f"{MAIN}sheetView")
        assert (view.get("rightToLeft") == "1") is right_to_left
        assert list(view.iter(f"{MAIN}pane"))


def test_the_same_report_gives_the_same_bytes(select: Select) -> None:
    content = render_workbook(select(), TEMPLATES)
    assert content == render_workbook(select(), TEMPLATES)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        # That of the day whose knowledge it tells, and not of its making.
        assert b"2020-07-02T00:00:00Z</dcterms:created>" in book.read("docProps/core.xml")


def test_the_sheets_hold_what_the_report_says(select: Select) -> None:
    report = select(base_url="https://desk.example")
    table = rows(render_workbook(report, TEMPLATES))
    sources = table["Sources"]
    assert sources[0][:3] == ["Source", "Statement", "Party"]
    assert [row[0] for row in sources[1:]] == [source.number for source in report.sources]
    assert [row[1] for row in sources[1:]] == [source.statement.id for source in report.sources]
    for row, source in zip(sources[1:], report.sources, strict=True):
        assert source.document.sha256 in row
        assert source.permalink in row
    summary = {row[0]: row[1] for row in table["Summary"]}
    assert summary["Conflicts"] == report.glance.conflicts.now
    assert summary["Events shown"] == report.glance.events.now
    assert summary["Head of the audit trail"] == report.method.trail.head
    assert len(table["Events"]) - 1 == len(report.contested) + len(report.uncontested)
    entries = [
        entry
        for section in (*report.contested, *report.uncontested)
        for row in section.figures
        for entry in row.entries
    ]
    assert len(table["Figures"]) - 1 == len(entries)
    ids = [row[0] for row in table["Conflicts"][1:]]
    assert len(ids) == len(set(ids))
    assert len(ids) >= report.glance.conflicts.now
    for name, (head, *body) in table.items():
        assert body, name
        assert all(len(row) <= len(head) for row in body), name


def test_a_conflict_names_the_source_beside_which_it_was_found(select: Select, world: World) -> None:
    def end(conflict: str) -> list[object]:
        head, *body = rows(render_workbook(select(), TEMPLATES))["Conflicts"]
        assert head[-1] == "Found beside"
        return next(row[-2:] for row in body if row[0] == world.conflicts[conflict].id)

    quoted, number = end("control")
    rest_on(world, "control", "captured")
    assert (type(quoted), end("control")) == (str, [number, 3])


def test_an_empty_week_gives_sheets_with_heads_alone(select: Select) -> None:
    table = rows(render_workbook(select("2019-W02"), TEMPLATES))
    assert len(table["Sources"]) == 1
    assert dict(row[:2] for row in table["Summary"])["Conflicts"] == 0
