"""Commands that take news in and give it out: ingest, demo, export, search."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from tracker.api.representation import search_result
from tracker.bootstrap import Installation, Models
from tracker.cli.console import ProgressLine, opened
from tracker.domain.addresses import WebAddress, looks_like_address
from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ReadingError, SettingsError
from tracker.domain.search import SearchMode
from tracker.domain.views import StatementFilter
from tracker.reading.fetching import Fetcher
from tracker.reading.reader import FileReader, Source
from tracker.reading.web_targets import FetchRules
from tracker.resources import DEMONSTRATION
from tracker.services.export import export as write_export
from tracker.services.ingest import IngestSummary, marked_constructed

SOME_FAILED = 1
NOTHING_READ = 4

_DAY = click.DateTime(formats=["%Y-%m-%d"])


class _SourceType(click.ParamType[Source]):
    """A path, or an address of the web."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Source:
        """What an argument means."""
        del param, ctx
        if isinstance(value, (Path, WebAddress)):
            return value
        return WebAddress(value) if looks_like_address(value) else Path(value)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=_SourceType())
@click.option("--outlet", help="Outlet of documents that do not name one.")
@click.option("--published", type=_DAY, help="Day of publication of documents that bear none (YYYY-MM-DD).")
@click.option("--language", help="Language of documents that do not name one (en, ar, tr, ru).")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def ingest(
    paths: Sequence[Source],
    outlet: str | None,
    published: datetime | None,
    language: str | None,
    as_json: bool,
) -> None:
    """Read files, folders or - (standard input) and link what they say.

    Reads .txt .html .jsonl .csv .xml (RSS, Atom) .warc and .warc.gz. Documents already stored are left as
    they are; what cannot be read is named with its reason, and the rest goes on. Addresses (https://...) are
    fetched where TRACKER_FETCH is on.
    """
    given = published.replace(tzinfo=UTC) if published else None
    with opened(models=Models.apart_of) as installed:
        fetcher = _fetcher(installed) if any(isinstance(one, WebAddress) for one in paths) else None
        try:
            reader = FileReader(outlet=outlet, published=given, language=language, fetcher=fetcher)
        except ValueError as error:
            raise click.UsageError(str(error)) from error
        summary = _ingest(installed, reader.read(list(paths)))
    _report(summary, as_json=as_json)


def _fetcher(installed: Installation) -> Fetcher:
    """What fetches addresses. Raises SettingsError where that is off."""
    settings = installed.settings
    if not settings.fetch:
        raise SettingsError(
            "nothing is fetched from the web unless you say so: set TRACKER_FETCH=on (docs/security.md says "
            "what is checked), or fetch it yourself: curl -sL ADDRESS | tracker ingest -"
        )
    return Fetcher(FetchRules(settings.ports_to_fetch, settings.hosts_to_fetch), installed.clock.now)


def _ingest(installed: Installation, incoming: Iterable[IncomingDocument | ReadingError]) -> IngestSummary:
    installed.update_registry()
    line = ProgressLine()
    try:
        return installed.ingest.ingest(incoming, line)
    finally:
        line.end()


def _report(summary: IngestSummary, *, as_json: bool) -> None:
    for message in (*summary.failures, *summary.notes):
        click.echo(f"tracker: {message}", err=True)
    counts = {"new": summary.new, "known": summary.known, "failed": summary.failed}
    totals = asdict(summary.totals)
    if as_json:
        answer: dict[str, Any] = {
            "documents": counts,
            "statements_added": summary.statements,
            "totals": totals,
            "failures": summary.failures,
        }
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        click.echo(f"documents: {summary.new} new, {summary.known} known, {summary.failed} failed")
        click.echo(
            f"statements: {summary.statements} added; now {totals['statements']} statements, "
            f"{totals['events']} events, {totals['conflicts']} conflicts"
        )
    if summary.failed:
        sys.exit(SOME_FAILED if summary.new or summary.known else NOTHING_READ)


@click.command()
@click.option("--if-empty", is_flag=True, help="Do nothing where documents are stored already.")
def demo(if_empty: bool) -> None:
    """Load the demonstration corpus: constructed texts, marked as such wherever they are shown."""
    with opened() as installed:
        if if_empty and installed.store.counts().documents:
            return
        click.echo("tracker: loading the demonstration corpus (constructed texts)", err=True)
        summary = _ingest(installed, marked_constructed(FileReader().read([DEMONSTRATION])))
    _report(summary, as_json=False)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def export(folder: Path) -> None:
    """Write documents, statements, events and conflicts as JSON Lines, and a manifest, into FOLDER."""
    with opened() as installed:
        counts = write_export(installed.exports, folder)
    click.echo(", ".join(f"{count} {kind}" for kind, count in counts.items()))


@click.command()
@click.argument("text")
@click.option("-k", "count", default=10, show_default=True, type=click.IntRange(1, 1000))
@click.option("--party", "parties", multiple=True, help="Only statements of this party (may be repeated).")
@click.option("--language", "languages", multiple=True, help="Only this language (may be repeated).")
@click.option("--from", "start", type=_DAY, help="Published on this day or later.")
@click.option("--to", "end", type=_DAY, help="Published on this day or earlier.")
@click.option(
    "--mode",
    default=SearchMode.HYBRID.value,
    show_default=True,
    type=click.Choice([str(mode) for mode in SearchMode]),
    help="By meaning (semantic), by words (lexical), or both (hybrid).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def search(
    text: str,
    count: int,
    parties: tuple[str, ...],
    languages: tuple[str, ...],
    start: datetime | None,
    end: datetime | None,
    mode: str,
    as_json: bool,
) -> None:
    """Find the statements most like TEXT, in any language."""
    wanted = StatementFilter(parties, languages, _day(start), _day(end))
    with opened() as installed:
        found = installed.search.search(text, count, wanted, SearchMode(mode))
    if as_json:
        click.echo(json.dumps([search_result(view) for view in found], ensure_ascii=False))
        return
    for view in found:
        click.echo(f"{view.score:.3f}  {view.statement.party:<6} {view.statement.quote}")
        published = view.document.published.date().isoformat() if view.document.published else "no date"
        click.echo(f"       {view.document.outlet or 'outlet unknown'}, {published}, {view.statement.id}")
    if not found:
        click.echo("tracker: nothing found", err=True)


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


COMMANDS = (ingest, demo, export, search)
