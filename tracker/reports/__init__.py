"""The weekly report: select what a week holds, render it, write it.

`select_week` reads the library, `render_html` and `render_markdown` turn its outcome into text, and
`write_reports` into files. The same stored statements give the same bytes.
"""

from tracker.reports.content import WeeklyReport
from tracker.reports.rendering import render_html, render_markdown
from tracker.reports.week import Week
from tracker.reports.weekly import select_week
from tracker.reports.writing import write_reports

__all__ = ["Week", "WeeklyReport", "render_html", "render_markdown", "select_week", "write_reports"]
