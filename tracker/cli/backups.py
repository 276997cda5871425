"""Commands that copy or move an installation: backup, restore, migrate-to."""

from pathlib import Path

import click

from tracker import __version__
from tracker.bootstrap import back_up, move_to, put_back
from tracker.cli.console import ProgressLine, opened, warn
from tracker.settings import load_settings

_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.command()
@_FILE
def backup(file: Path) -> None:
    """Write a copy of all that is stored into FILE, also while the server runs.

    It holds the state of one moment. FILE is readable for you alone: passwords are in it as digests.
    """
    manifest = back_up(load_settings(), file, version=__version__)
    entries, seal = manifest.trail
    click.echo(
        f"{file}: {len(manifest.files)} files, {entries} entries of the audit trail, seal {seal or '-'}"
    )


@click.command()
@_FILE
def restore(file: Path) -> None:
    """Put a copy that `tracker backup` wrote back, into a TRACKER_HOME that has no database yet.

    All of FILE is checked first; the search index is then built anew.
    """
    manifest = put_back(load_settings(), file)
    with opened() as installed:
        checked = installed.verify_index()
        counts = installed.store.counts()
    if not checked.is_sound:
        warn("the search index does not fit the database: run `tracker index rebuild`")
    click.echo(
        f"restored the state of {manifest.made_at}: {counts.documents} documents, "
        f"{counts.statements} statements, {counts.events} events, {counts.conflicts} conflicts"
    )


@click.command("migrate-to")
@click.argument("url")
def migrate_to(url: str) -> None:
    """Move everything from SQLite into the empty PostgreSQL database at URL.

    Nobody can write meanwhile. All that arrives is compared with what was there, by count and by content; if
    this is broken off or fails, the database at URL is as empty as before. SQLite's file stays as it is.
    """
    line = ProgressLine()
    moved = move_to(load_settings(), url, line)
    line.end()
    for table in moved:
        click.echo(f"{table.name}: {table.rows} rows, {table.digest[:16]}")
    warn("all is there, compared by count and content; set TRACKER_DATABASE_URL to it before anybody writes")


COMMANDS = (backup, restore, migrate_to)
