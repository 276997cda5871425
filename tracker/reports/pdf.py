"""The report as PDF, set with fonts of our own, so that it looks alike wherever it is made."""

import hashlib
import json
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from tracker.domain.errors import SettingsError
from tracker.language.catalogues import marked
from tracker.reports.content import WeeklyReport
from tracker.reports.keeping import KeptFiles
from tracker.reports.printing import LIBRARY_MISSING
from tracker.reports.rendering import render_for_paper, wording_of
from tracker.reports.wording import Wording

FONTS: Final = Path(__file__).parent / "fonts"

PATIENCE: Final = 300.0
"""How many seconds the making of one file may take."""

_PRINTER: Final = Path(__file__).with_name("printing.py")
_MISSING: Final = (
    "PDF files cannot be made here, every other format can: WeasyPrint needs the system's library Pango "
    "(Debian, Ubuntu: sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)"
)
_PROBE: Final = "<!doctype html><html lang='en'><title>-</title><p>-</p>"


def render_pdf(report: WeeklyReport, templates: Path, kept: KeptFiles | None = None) -> bytes:
    """The report as tagged PDF (PDF/UA-1), the same bytes for the same report; a long one is cut (`paper`).

    Where it was made before and `kept` has it, it is not made anew. Raises SettingsError where a library is
    missing, and as `render_html` does; BusyError as `kept` does.
    """
    page = render_for_paper(report, templates)
    order = _order(page, _margins(wording_of(report), f"Counterclaim · {report.period.name}"))
    if kept is None:
        return _printed(order)
    return kept.get(order["identifier"], "pdf", lambda: _printed(order))


def pdf_fault() -> str | None:
    """Why no PDF can be made here; None where it can."""
    try:
        _printed(_order(_PROBE, ""))
    except SettingsError as error:
        return str(error)
    return None


def _order(page: str, style: str) -> dict[str, str]:
    # Another version of the library may set the same page otherwise.
    made_of = json.dumps([page, style, _version()])
    digest = hashlib.sha256(made_of.encode()).hexdigest()[:32]
    return {"html": page, "style": style, "fonts": str(FONTS), "identifier": digest}


def _version() -> str:
    try:
        return version("weasyprint")
    except PackageNotFoundError:
        raise SettingsError(f"{_MISSING}; WeasyPrint itself is not installed") from None


def _printed(order: dict[str, str]) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter and file)
            [sys.executable, "-P", str(_PRINTER)],
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SettingsError(f"the PDF was not ready after {PATIENCE:.0f} seconds; try fewer days") from None
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode("utf-8", "replace").strip()
    reason = said.splitlines()[-1] if said else f"it ended with exit code {done.returncode}"
    if done.returncode == LIBRARY_MISSING:
        raise SettingsError(f"{_MISSING}. It says: {reason}")
    raise SettingsError(f"the PDF could not be made: {reason}")


def _margins(wording: Wording, heading: str) -> str:
    """What stands above and below every page: the heading, and which page of how many it is."""
    start, end = ("right", "left") if wording.direction == "rtl" else ("left", "right")
    pages = wording.gettext(marked("Page %(page)s of %(pages)s"), page="\x01", pages="\x02")
    counted = _quoted(pages).replace("\x01", '" counter(page) "').replace("\x02", '" counter(pages) "')
    side = f"direction: {wording.direction};"
    return (
        f"\n@page {{ @top-{start} {{ content: {_quoted(heading)}; direction: ltr; }}"
        f" @bottom-{end} {{ content: {counted}; {side} }} }}\n"
    )


def _quoted(text: str) -> str:
    """A text as CSS writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
