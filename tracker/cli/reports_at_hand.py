"""Weekly reports for the pages, made when they are opened."""

from collections import defaultdict
from collections.abc import Sequence

from tracker.bootstrap import Installation
from tracker.reports import Week, render_html, render_markdown, select_week
from tracker.resources import TEMPLATES
from tracker.web.report_desk import ReportDesk, WeekRow

_RENDERERS = {"html": render_html, "md": render_markdown}


def report_desk(installed: Installation) -> ReportDesk:
    """The weeks that are stored, and their reports."""

    def weeks() -> Sequence[WeekRow]:
        counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        for day, documents, statements in installed.weeks.days():
            row = counts[str(Week.of(day))]
            row[0] += documents
            row[1] += statements
        rows = []
        for name, (documents, statements) in sorted(counts.items(), reverse=True):
            week = Week.parse(name)
            rows.append(WeekRow(name, week.first, week.last, documents, statements))
        return rows

    def render(week: str, ending: str) -> str:
        model = str(installed.embeddings.identity)
        return _RENDERERS[ending](select_week(installed.library, Week.parse(week), model=model), TEMPLATES)

    return ReportDesk(weeks, render)
