"""The command that writes reports."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import click

from tracker.cli.accounts import ACTOR
from tracker.cli.console import opened, warn
from tracker.domain.errors import SettingsError
from tracker.domain.report_orders import ReportOrder
from tracker.reports import (
    Period,
    ReportOptionError,
    ReportRequest,
    Week,
    WeeklyReport,
    checked,
    make_report,
    write_reports,
)
from tracker.reports.mail import Post
from tracker.resources import TEMPLATES

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.option("--week", help="ISO week, such as 2020-W23.")
@click.option("--from", "start", type=_DAY, help="First day, instead of a week (YYYY-MM-DD, in UTC).")
@click.option("--to", "end", type=_DAY, help="Last day, with --from.")
@click.option("--as-of", type=_DAY, help="Tell what was known at the end of this day.  [default: today]")
@click.option(
    "--party", "parties", multiple=True, help="Only events in which this party speaks (may be repeated)."
)
@click.option("--place", help="Only events at this place or inside it: its name, or its id.")
@click.option("--language", default="en", show_default=True, help="Of the report's own words: en, ar, tr.")
@click.option("--format", "formats", default="html,md", show_default=True, help="Any of html, md, pdf, xlsx.")
@click.option("--out", "folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--compare",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The .json file beside an earlier report: tell what has changed since.",
)
@click.option(
    "--mail-to",
    "recipients",
    multiple=True,
    help="Mail the report to this address as well (may be repeated), over the server of TRACKER_SMTP_HOST.",
)
@click.option("--as-job", is_flag=True, help="Have a worker write it, instead of --out; prints the job.")
@click.option("--base-url", default="", help="Where the pages are served, for links that work anywhere.")
def report(
    *,
    week: str | None,
    start: datetime | None,
    end: datetime | None,
    as_of: datetime | None,
    parties: tuple[str, ...],
    place: str | None,
    language: str,
    formats: str,
    folder: Path | None,
    compare: Path | None,
    base_url: str,
    recipients: tuple[str, ...],
    as_job: bool,
) -> None:
    """Write the report of a week, or of any days: conflicts, events and figures, each line with its source.

    Beside it stands a .json file for machines and for --compare. The same --as-of gives the same bytes.
    """
    request = ReportRequest(
        period=_period(week, _day(start), _day(end)),
        as_of=_day(as_of),
        parties=parties,
        place=place,
        language=language,
        base_url=base_url,
        compare=compare,
    )
    if as_job == (folder is not None) or (as_job and (compare or recipients)):
        raise click.UsageError("give --out, or --as-job without --compare and --mail-to")
    try:
        wanted = checked(formats.split(","))
        with opened() as installed:
            if folder is None:
                click.echo(installed.jobs.report(_order(request), wanted, actor=ACTOR))
                return
            # Before anything is made: what is wrong with an address is better known at once.
            post = Post.of(installed.settings, recipients) if recipients else None
            made = make_report(installed, request)
    except ReportOptionError as error:
        raise click.UsageError(str(error)) from error
    paths = _written(made, wanted, folder)
    if post is not None:
        post.send(made, paths)
        warn(f"the report was mailed to {', '.join(recipients)}")


def _order(request: ReportRequest) -> ReportOrder:
    return ReportOrder(
        name=request.period.name,
        language=request.language,
        parties=request.parties,
        place=request.place,
        as_of=request.as_of,
        base=request.base_url,
    )


def _written(made: WeeklyReport, formats: Sequence[str], folder: Path) -> Sequence[Path]:
    if not made.contested and not made.uncontested:
        warn(f"nothing is told of {made.period}; the report says so")
    paths = write_reports(made, formats, folder, TEMPLATES)
    for path in paths:
        click.echo(str(path))
    return paths


def _period(week: str | None, start: date | None, end: date | None) -> Period:
    if week is not None and (start is not None or end is not None):
        raise click.UsageError("give either --week, or --from and --to")
    if week is not None:
        try:
            return Period.of_week(Week.parse(week))
        except SettingsError as error:
            raise click.UsageError(str(error)) from error
    if start is None or end is None:
        raise click.UsageError("say what the report is about: --week, or --from and --to")
    if end < start:
        raise click.UsageError(f"--from {start} is later than --to {end}")
    return Period(start, end)


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


COMMANDS = (report,)
