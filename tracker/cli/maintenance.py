"""Commands that keep an installation in order: init, link, relink, index, config, doctor."""

import sys

import click

from tracker.bootstrap import IndexCare, checks, initialise
from tracker.cli.accounts import ACTOR
from tracker.cli.console import ProgressLine, opened, warn
from tracker.reports.pdf import pdf_fault
from tracker.settings import load_settings

SOME_FAILED = 1


@click.command()
def init() -> None:
    """Create the database, or bring it to the newest revision."""
    settings = load_settings()
    initialise(settings)
    warn(f"the database is ready: {settings.shown()['TRACKER_DATABASE_URL']}")


@click.command()
@click.option("--as-job", is_flag=True, help="Have workers do it, of which several share the embedding.")
def relink(*, as_job: bool) -> None:
    """Link all statements into events anew and compare them anew, keeping every analyst's decision.

    Needed after a change of embedding model; the vectors of all statements are then reckoned anew. What was
    broken off is finished by `tracker link`.
    """
    with opened() as installed:
        if as_job:
            click.echo(installed.jobs.relink(actor=ACTOR))
            return
        line = ProgressLine()
        installed.linking.relink(line)
        line.end()
        counts = installed.store.counts()
    click.echo(f"{counts.statements} statements, {counts.events} events, {counts.conflicts} conflicts")


@click.command()
def link() -> None:
    """Link and compare what was stored and not linked, because the program was stopped in between.

    The next `tracker ingest` and `tracker run` do the same by themselves.
    """
    with opened() as installed:
        before, line = installed.store.count_unlinked(), ProgressLine()
        installed.linking.link_pending(line)
        line.end()
    click.echo(f"{before} statements linked")


@click.group()
def index() -> None:
    """Check the vector index, or build it anew from the database."""


@index.command()
def verify() -> None:
    """Compare the vector index with the database, vector by vector."""
    with opened(care=IndexCare.LEAVE) as installed:
        found, accuracy = installed.verify_index(), installed.index_accuracy()
    click.echo(
        f"{found.checked} vectors checked: {found.missing} missing, {found.superfluous} superfluous, "
        f"{found.different} different"
    )
    if accuracy is not None:
        click.echo(str(accuracy))
    if not found.is_sound:
        warn("run `tracker index rebuild`")
        sys.exit(SOME_FAILED)


@index.command()
def rebuild() -> None:
    """Build the vector index anew from the database."""
    with opened(care=IndexCare.REPLACE) as installed:
        click.echo(f"{installed.rebuild_index()} vectors")


@click.group()
def config() -> None:
    """Look at the settings."""


@config.command()
def show() -> None:
    """Print every setting in force, secrets masked."""
    for name, value in load_settings().shown().items():
        click.echo(f"{name}={value}")


@click.command()
def doctor() -> None:
    """Check settings, database, index and model, and say what to do about each fault.

    Whether reports can be made as PDF is said as well; where they cannot, that is no fault.
    """
    found = checks(load_settings())
    for part, state in found:
        click.echo(f"{part}: {state}")
    click.echo(f"reports as PDF: {pdf_fault() or 'ok'}")
    if any(state != "ok" for _, state in found):
        sys.exit(SOME_FAILED)


COMMANDS = (init, link, relink, index, config, doctor)
