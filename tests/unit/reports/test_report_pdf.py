"""The report on paper. What it looks like is for eyes; here is what a reader's program finds in it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desks import make_world
from pypdf import PdfReader
from pypdfium2 import PdfDocument
from report_world import FakeReportSource, selecting

from tracker.domain.errors import BusyError, SettingsError
from tracker.reports import WeeklyReport, pdf
from tracker.reports.keeping import KeptFiles
from tracker.reports.paper import cut_for_paper
from tracker.reports.pdf import pdf_fault, render_pdf
from tracker.reports.rendering import render_for_paper
from tracker.resources import TEMPLATES

pytestmark = pytest.mark.skipif(pdf_fault() is not None, reason="Pango is not installed")

Select = Callable[..., WeeklyReport]
BASE = "https://desk.example"


def made(language: str) -> WeeklyReport:
    return selecting(FakeReportSource(make_world()))(language=language, base_url=BASE)


@pytest.fixture(scope="module", params=["en", "ar", "tr"])
def printed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    path = tmp_path_factory.mktemp("printed") / f"{request.param}.pdf"
    path.write_bytes(render_pdf(made(request.param), TEMPLATES))
    return request.param, path


def text_of(path: Path) -> str:
    with PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_the_file_says_what_it_is(printed: tuple[str, Path]) -> None:
    language, path = printed
    reader = PdfReader(path)
    root = reader.trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    metadata = reader.metadata
    assert metadata is not None
    assert "2020-W23" in str(metadata.title)
    assert metadata.author == "Counterclaim"
    # That of the day whose knowledge it tells: the time of its making would make no two files the same.
    assert metadata["/CreationDate"].startswith("D:20200702")
    assert len(reader.outline) > 0


def test_every_font_is_embedded_and_is_one_of_ours(printed: tuple[str, Path]) -> None:
    language, path = printed
    names = set()
    for page in PdfReader(path).pages:
        for font in page["/Resources"]["/Font"].values():
            name = str(font.get_object()["/BaseFont"])
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor), name
            names.add(re.sub(r"^/[A-Z]{6}\+", "", name))
    assert all(name.startswith("Report-") for name in names), names
    assert {name.split("-")[1] for name in names} >= {"Latin", "Arabic"}
    assert language


@pytest.mark.parametrize("words", ["Bakanlık", "المتحدث", "Harbour Courier"])
def test_the_words_of_others_can_be_found_and_copied(words: str, printed: tuple[str, Path]) -> None:
    text = text_of(printed[1])
    assert words in text or words[::-1] in text


def test_pages_are_numbered_in_the_language_of_the_report(printed: tuple[str, Path]) -> None:
    language, path = printed
    with PdfDocument(path) as document:
        pages = len(document)
        foot = {"en": "Page 2 of {}", "ar": "صفحة 2 من {}", "tr": "Sayfa 2 / {}"}[language].format(pages)
        text = document[1].get_textpage().get_text_range()
    assert foot in text
    assert "Counterclaim · 2020-W23" in text


def links(reader: PdfReader) -> Iterator[dict[str, object]]:
    for page in reader.pages:
        for annotation in page.get("/Annots") or ():
            found = annotation.get_object()
            if found["/Subtype"] == "/Link":
                yield found


def test_footnotes_lead_to_their_sources_and_addresses_out(printed: tuple[str, Path]) -> None:
    reader = PdfReader(printed[1])
    targets = set(reader.named_destinations)
    inner = {str(link["/Dest"]) for link in links(reader) if "/Dest" in link}
    outer = {str(link["/A"]["/URI"]) for link in links(reader) if "/A" in link}  # type: ignore[index]
    assert {one for one in inner if one.startswith("source-")}
    assert inner <= targets
    assert outer
    assert all(one.startswith((f"{BASE}/", "https://courier.example/")) for one in outer)


def test_other_processes_print_the_same_bytes(tmp_path: Path) -> None:
    page = render_for_paper(made("ar"), TEMPLATES)
    order = pdf._order(page, "")
    prints = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": f"UTC-{seed}", "LANG": "C"}
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-P", str(pdf._PRINTER)],
            input=json.dumps(order).encode(),
            capture_output=True,
            check=True,
            env=environment,
            cwd=tmp_path,
        )
        prints.append(done.stdout)
    assert prints[0] == prints[1]
    assert prints[0].startswith(b"%PDF-1.7")


def test_nothing_is_taken_from_elsewhere(tmp_path: Path) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="9"><text>secret</text></svg>'
    )
    page = f'<!doctype html><html lang="en"><title>-</title><img src="{secret.as_uri()}" alt="gone"><p>-</p>'
    style = f'@import url("{secret.as_uri()}"); p {{ background: url("https://192.0.2.1/x.png") }}'
    printed = pdf._printed(pdf._order(page, style))
    path = tmp_path / "printed.pdf"
    path.write_bytes(printed)
    text = text_of(path)
    assert "gone" in text
    assert "secret" not in text


def test_a_missing_library_is_named_with_what_to_install(
    select: Select, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer = tmp_path / "printer.py"
    printer.write_text(
        "import sys; print('cannot load library libpango-1.0-0', file=sys.stderr); sys.exit(3)"
    )
    monkeypatch.setattr(pdf, "_PRINTER", printer)
    with pytest.raises(SettingsError, match=r"apt-get install libpango.*libpango-1\.0-0"):
        render_pdf(select(), TEMPLATES)
    assert "every other format can" in str(pdf_fault())


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("import sys; print('Boom: it broke', file=sys.stderr); sys.exit(1)", "Boom: it broke"),
        ("import os; os.abort()", "exit code -6"),
        ("import time; time.sleep(60)", "not ready after 1 seconds; try fewer days"),
    ],
)
def test_what_goes_wrong_there_is_said_here(
    program: str, message: str, select: Select, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer = tmp_path / "printer.py"
    printer.write_text(program)
    monkeypatch.setattr(pdf, "_PRINTER", printer)
    monkeypatch.setattr(pdf, "PATIENCE", 1.0)
    with pytest.raises(SettingsError, match=message):
        render_pdf(select(), TEMPLATES)


def test_a_report_that_was_printed_is_not_printed_anew(
    select: Select, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer = tmp_path / "printer.py"
    printer.write_text("import sys; sys.stdout.write('printed'); open('tally', 'a').write('x')")
    monkeypatch.setattr(pdf, "_PRINTER", printer)
    monkeypatch.chdir(tmp_path)
    kept = KeptFiles(tmp_path / "reports")
    assert [render_pdf(select(), TEMPLATES, kept) for _ in range(3)] == [b"printed"] * 3
    assert (tmp_path / "tally").read_text() == "x"
    render_pdf(select(language="tr"), TEMPLATES, kept)
    assert (tmp_path / "tally").read_text() == "xx"


def test_one_file_is_made_at_a_time_and_others_wait_only_so_long(tmp_path: Path) -> None:
    outer = KeptFiles(tmp_path, patience=0.2)

    def make() -> bytes:
        with pytest.raises(BusyError, match="other reports are being made"):
            KeptFiles(tmp_path, patience=0.2).get("b", "pdf", lambda: b"two")
        return b"one"

    assert outer.get("a", "pdf", make) == b"one"
    assert KeptFiles(tmp_path, patience=0.2).get("b", "pdf", lambda: b"two") == b"two"


def test_what_was_asked_for_longest_ago_makes_room(tmp_path: Path) -> None:
    kept = KeptFiles(tmp_path, most_bytes=250)
    for age, digest in ((300, "a"), (200, "b"), (100, "c")):
        kept.get(digest, "pdf", lambda: b"x" * 100)
        os.utime(tmp_path / f"{digest}.pdf", (10_000 - age, 10_000 - age))
    kept.get("b", "pdf", lambda: b"never")
    kept.get("d", "pdf", lambda: b"x" * 100)
    assert sorted(path.name for path in tmp_path.glob("*.pdf")) == ["b.pdf", "d.pdf"]


def test_a_making_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    kept = KeptFiles(tmp_path)

    def fail() -> bytes:
        raise SettingsError("no paper")

    with pytest.raises(SettingsError, match="no paper"):
        kept.get("a", "pdf", fail)
    assert not list(tmp_path.glob("*.pdf"))
    assert kept.get("a", "pdf", lambda: b"one") == b"one"


def test_as_many_events_are_printed_as_there_is_room_for(select: Select) -> None:
    report = select()
    sections = [*report.contested, *report.uncontested]
    assert len(sections) > 2
    for most in range(1, len(report.sources)):
        cut = cut_for_paper(report, most)
        printed = [*cut.report.contested, *cut.report.uncontested]
        assert printed
        assert cut.events_left_out == len(sections) - len(printed)
        numbers = {number for section in sections[: len(printed)] for number in section.statements.numbers}
        following = sections[len(printed)] if cut.events_left_out else None
        assert len(printed) == 1 or len(numbers) <= most
        assert following is None or len(numbers | set(following.statements.numbers)) > most
        assert {source.number for source in cut.report.sources} == set(sorted(numbers)[:most])


def test_a_long_report_is_cut_and_says_so(select: Select, monkeypatch: pytest.MonkeyPatch) -> None:
    report = select()
    assert cut_for_paper(report).report is report
    first = [*report.contested, *report.uncontested][0]
    most = len(first.statements.numbers)
    cut = cut_for_paper(report, most)
    assert [one.event.id for one in (*cut.report.contested, *cut.report.uncontested)] == [first.event.id]
    assert cut.events_left_out == len(report.contested) + len(report.uncontested) - 1
    assert len(cut.report.sources) == most
    assert cut.report.glance.conflicts == report.glance.conflicts
    monkeypatch.setattr("tracker.reports.rendering.cut_for_paper", lambda whole: cut_for_paper(whole, most))
    page = render_for_paper(report, TEMPLATES)
    assert "Too long for paper" in page
    assert re.search(r"\[[^]]*, \+[0-9]+\]", page)
    cited = set(re.findall(r'href="#(source-[0-9]+)"', page))
    assert cited <= set(re.findall(r'id="(source-[0-9]+)"', page))
