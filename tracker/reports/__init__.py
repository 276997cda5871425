"""Reports: read what some days hold, as it was known at the end of a day, render it, write it.

`make_report` reads an installation, `write_reports` renders the outcome into files, with one for machines
beside them. The same stored documents, the same decisions and the same `as_of` give the same bytes.
"""

from tracker.reports.content import WeeklyReport
from tracker.reports.making import ReportRequest, make_report
from tracker.reports.options import ReportOptionError
from tracker.reports.period import Period
from tracker.reports.rendering import render_html, render_markdown
from tracker.reports.week import Week
from tracker.reports.writing import checked, report_name, write_reports

__all__ = [
    "Period",
    "ReportOptionError",
    "ReportRequest",
    "Week",
    "WeeklyReport",
    "checked",
    "make_report",
    "render_html",
    "render_markdown",
    "report_name",
    "write_reports",
]
