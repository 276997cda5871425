"""Reports for the pages, made when they are asked for."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Final

from tracker.bootstrap import Installation
from tracker.domain.errors import SettingsError
from tracker.domain.report_orders import ReportFile, ReportOrder
from tracker.reports import Period, ReportRequest, Week, WeeklyReport, make_report
from tracker.reports.keeping import KeptFiles
from tracker.reports.pdf import render_pdf
from tracker.reports.writing import FORMATS, Render, report_name
from tracker.resources import TEMPLATES
from tracker.web.report_desk import Counted, ReportDesk, ReportedEvent, ReportSummary, WeekRow

_COUNTS: Final = (
    "documents", "published", "statements", "events", "happened", "contested", "conflicts", "new_conflicts",
)  # fmt: skip


def report_desk(installed: Installation) -> ReportDesk:
    """The weeks that are stored, and the reports of any days."""
    kept = KeptFiles(installed.settings.home / "reports")
    formats: dict[str, Render] = {**FORMATS, "pdf": partial(render_pdf, kept=kept)}

    def summary(order: ReportOrder) -> ReportSummary:
        return _summary(make_report(installed, _request(order)))

    def render(order: ReportOrder, ending: str) -> ReportFile:
        report = make_report(installed, _request(order))
        return ReportFile(f"{report_name(report)}.{ending}", formats[ending](report, TEMPLATES))

    return ReportDesk(lambda: _weeks(installed), summary, render)


def _weeks(installed: Installation) -> Sequence[WeekRow]:
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


def _request(order: ReportOrder) -> ReportRequest:
    return ReportRequest(
        period=period_named(order.name),
        as_of=order.as_of,
        parties=order.parties,
        place=order.place,
        language=order.language,
        base_url=order.base,
    )


def period_named(name: str) -> Period:
    """The period of a name: a week, or two days with "--" between. Raises SettingsError for anything else."""
    first, between, last = name.partition("--")
    if not between:
        return Period.of_week(Week.parse(name))
    try:
        return Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        raise SettingsError(f"{name!r} names no days: write two of them, as 2020-06-01--2020-06-10") from None


def _summary(report: WeeklyReport) -> ReportSummary:
    changes = {name: getattr(report.glance, name) for name in _COUNTS}
    return ReportSummary(
        name=report.period.name,
        first=report.period.first,
        last=report.period.last,
        as_of=report.scope.as_of,
        place_name=report.scope.place_name,
        counts={name: Counted(change.now, change.before) for name, change in changes.items()},
        contested=tuple(
            ReportedEvent(
                id=section.event.id,
                title=section.event.title,
                title_language=section.event.title_language,
                conflicts=section.conflicts,
                statements=section.statements.count,
                constructed=section.constructed,
            )
            for section in report.contested
        ),
        sources=len(report.sources),
    )
