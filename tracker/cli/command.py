"""The tracker command: its groups, and what an error becomes at the shell.

Data goes to standard output, words to standard error. Exit codes: 0 all well, 1 some failed, 2 usage,
3 settings or database, 4 nothing could be read.
"""

import sys
from collections.abc import Sequence

import click

from tracker import __version__
from tracker.cli import (
    accounts,
    auditing,
    backups,
    deciding,
    maintenance,
    reading,
    reporting,
    serving,
    working,
)
from tracker.domain.errors import DatabaseError, ModelMismatchError, SettingsError, TrackerError

SOME_FAILED = 1
SETTINGS = 3


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tracker")
def tracker() -> None:
    r"""Counterclaim: who says what happened in Libya, and what clashes.

    \b
    tracker ingest news/ && tracker serve
    tracker search "who holds Sirte" --party GNA
    tracker report --week 2020-W02 --out reports
    """


for command in (
    *reading.COMMANDS,
    *reporting.COMMANDS,
    *maintenance.COMMANDS,
    *deciding.COMMANDS,
    *auditing.COMMANDS,
    *backups.COMMANDS,
    *accounts.COMMANDS,
    *serving.COMMANDS,
    *working.COMMANDS,
):
    tracker.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; a TrackerError becomes a line on standard error and an exit code."""
    try:
        tracker(args=arguments, prog_name="tracker")
    except (SettingsError, DatabaseError, ModelMismatchError) as error:
        _fail(error, SETTINGS)
    except TrackerError as error:
        _fail(error, SOME_FAILED)


def _fail(error: TrackerError, code: int) -> None:
    click.echo(f"tracker: {error}", err=True)
    sys.exit(code)
