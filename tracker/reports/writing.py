"""Writing the report to files: whole, or not at all."""

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tracker.domain.errors import SettingsError
from tracker.reports.content import WeeklyReport
from tracker.reports.rendering import render_html, render_markdown

Render = Callable[[WeeklyReport, Path], str]

_RENDERERS: Final[Mapping[str, Render]] = {"html": render_html, "md": render_markdown}
_TO_COME: Final = frozenset({"pdf", "xlsx"})


def write_reports(report: WeeklyReport, formats: Sequence[str], out_dir: Path, templates: Path) -> list[Path]:
    """Write the report in each format to `out_dir` (made if need be), replacing an earlier one; the paths.

    Everything is rendered before anything is written. Raises SettingsError for a format that there is not,
    for missing templates, and for a folder that cannot be written.
    """
    wanted = _checked(formats)
    rendered = {
        out_dir / f"counterclaim-{report.week}.{format_}": _RENDERERS[format_](report, templates)
        for format_ in wanted
    }
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        for path, text in rendered.items():
            _replace(path, text)
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingsError(f"{out_dir}: the report cannot be written there: {reason}") from error
    return list(rendered)


def _checked(formats: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(format_.strip().lower() for format_ in formats))
    if not wanted:
        raise SettingsError("no format was given for the report: use html or md")
    for format_ in wanted:
        if format_ in _TO_COME:
            raise SettingsError(f"the format {format_} is not available in this version; use html or md")
        if format_ not in _RENDERERS:
            raise SettingsError(f"there is no report format {format_!r}; use html or md")
    return wanted


def _replace(path: Path, text: str) -> None:
    # A reader of the folder sees the old report or the new one, never half of one.
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
