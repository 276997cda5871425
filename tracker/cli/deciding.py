"""What an analyst decides, from the command line: judge, move, merge, undo."""

from collections.abc import Callable
from typing import Any

import click

from tracker.cli.console import opened
from tracker.domain.audit import AuditEntry
from tracker.domain.conflicts import Judgement

NEW = "new"
"""What stands for an event that does not exist yet."""

_BY = click.option("--by", required=True, help="Who decides.")
_REASON = click.option("--reason", default="", help="Why.")


def _who_and_why(command: Callable[..., Any]) -> Callable[..., Any]:
    return _BY(_REASON(command))


@click.group()
def decide() -> None:
    """Decide as an analyst does: it is on record, binds the machine, and can be undone."""


@decide.command()
@click.argument("conflicts", nargs=-1, required=True)
@click.option("--as", "judgement", required=True, type=click.Choice([one.value for one in Judgement]))
@_who_and_why
def judge(conflicts: tuple[str, ...], judgement: str, by: str, reason: str) -> None:
    """Judge conflicts; `suggested` gives them back to the machine."""
    with opened() as installed:
        _say(installed.decisions.judge(conflicts, Judgement(judgement), by=by, reason=reason))


@decide.command()
@click.argument("statements", nargs=-1, required=True)
@click.option("--to", "event", required=True, help="The event's id, or `new` for an event of their own.")
@_who_and_why
def move(statements: tuple[str, ...], event: str, by: str, reason: str) -> None:
    """Put statements into another event, or part them from theirs."""
    with opened() as installed:
        target = None if event == NEW else event
        _say(installed.decisions.move(statements, target, by=by, reason=reason))
        events = installed.store.events_of(statements)
    for statement in statements:
        click.echo(f"{statement}: event {events.get(statement, 'none')}")


@decide.command()
@click.argument("event")
@click.option("--into", required=True, help="The event that stays.")
@_who_and_why
def merge(event: str, into: str, by: str, reason: str) -> None:
    """Say that two events are one; the first one's id then leads to the other."""
    with opened() as installed:
        _say(installed.decisions.merge(event, into, by=by, reason=reason))


@decide.command()
@_BY
def undo(by: str) -> None:
    """Take back the last act of a person that stands."""
    with opened() as installed:
        _say(installed.decisions.undo(by=by))


@decide.command()
@_BY
def redo(by: str) -> None:
    """Make again the last act that a person took back."""
    with opened() as installed:
        _say(installed.decisions.redo(by=by))


def _say(entry: AuditEntry | None) -> None:
    if entry is None:
        click.echo("nothing to change: it stands so already", err=True)
    else:
        click.echo(f"entry {entry.id} of the audit trail: {entry.action}", err=True)


COMMANDS = (decide,)
