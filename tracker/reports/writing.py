"""Writing the report to files: whole, or not at all."""

import os
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tracker.domain.errors import SettingsError
from tracker.reports.content import WeeklyReport
from tracker.reports.manifest import render_manifest
from tracker.reports.options import ReportOptionError
from tracker.reports.pdf import render_pdf
from tracker.reports.rendering import render_html, render_markdown
from tracker.reports.workbook import render_workbook

Render = Callable[[WeeklyReport, Path], bytes]

FORMATS: Final[Mapping[str, Render]] = {
    "html": lambda report, templates: render_html(report, templates).encode(),
    "pdf": render_pdf,
    "xlsx": render_workbook,
    "md": lambda report, templates: render_markdown(report, templates).encode(),
}
"""How each format is made; the templates are those of `tracker.resources.TEMPLATES`."""


def report_name(report: WeeklyReport) -> str:
    """The name of a report's files without ending: the period, what it is held to, and the language.

    "counterclaim-2020-W23", "counterclaim-2020-W23-LNA-GNA-tr".
    """
    scope = report.scope
    held = [*scope.parties, *([scope.place.id] if scope.place else [])]
    language = [] if report.language == "en" else [report.language]
    parts = ["counterclaim", scope.period.name, *held, *language]
    return re.sub(r"[^A-Za-z0-9.-]+", "-", "-".join(parts))


def write_reports(report: WeeklyReport, formats: Sequence[str], out_dir: Path, templates: Path) -> list[Path]:
    """Write the report in each format to `out_dir` (made if need be), replacing an earlier one; the paths.

    Beside them stands the report for machines, which is the last path. Everything is rendered before anything
    is written. Raises ReportOptionError for a format that there is not, SettingsError for missing templates,
    and for a folder that cannot be written.
    """
    wanted = checked(formats)
    name = report_name(report)
    rendered = {out_dir / f"{name}.{format_}": FORMATS[format_](report, templates) for format_ in wanted}
    rendered[out_dir / f"{name}.json"] = render_manifest(report).encode()
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        _replace_all(rendered)
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingsError(f"{out_dir}: the report cannot be written there: {reason}") from error
    return list(rendered)


def checked(formats: Sequence[str]) -> list[str]:
    """The formats, each once, in small letters. Raises ReportOptionError for one that there is not."""
    known = ", ".join(FORMATS)
    wanted = list(dict.fromkeys(format_.strip().lower() for format_ in formats))
    if not wanted:
        raise ReportOptionError(f"no format was given for the report: use one of {known}")
    for format_ in wanted:
        if format_ not in FORMATS:
            raise ReportOptionError(f"there is no report format {format_!r}; use one of {known}")
    return wanted


def _replace_all(files: Mapping[Path, bytes]) -> None:
    # A reader of the folder sees the old file or the new one, never half of one; and nothing takes the place
    # of an old file before there was room for all of the new.
    mark = secrets.token_hex(4)
    parts = {path: path.with_name(f".{path.name}.{mark}.part") for path in files}
    try:
        for path, part in parts.items():
            with part.open("xb") as file:
                file.write(files[path])
                file.flush()
                os.fsync(file.fileno())
        for path, part in parts.items():
            part.replace(path)
    except BaseException:
        for part in parts.values():
            part.unlink(missing_ok=True)
        raise
