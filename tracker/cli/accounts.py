"""Commands for those who may use the program: token, user."""

import json
import sys
from dataclasses import asdict
from datetime import datetime

import click

from tracker.bootstrap import SystemClock
from tracker.cli.console import opened, warn
from tracker.domain.people import PeopleError, Role, WeakPasswordError, check_new_password, checked_name
from tracker.domain.tokens import ApiToken, Scope, TokenError, checked_token_name, expiry_of

ACTOR = "command line"
"""Who the audit trail names for what is done with these commands."""


@click.group()
def token() -> None:
    """API tokens."""


@token.command("create")
@click.option("--name", required=True, help="Who or what will use it.")
@click.option("--scope", required=True, type=click.Choice([scope.value for scope in Scope]))
@click.option(
    "--expires", default="", metavar="DAYS|DAY", help="After so many days, or with a day (YYYY-MM-DD)."
)
def create_token(name: str, scope: str, expires: str) -> None:
    """Print a new API token, once; only its hash is kept."""
    try:
        name = checked_token_name(name)
        if expires:
            expiry_of(expires, SystemClock().now())
    except TokenError as error:
        raise click.UsageError(str(error)) from error
    with opened() as installed:
        made, _ = installed.tokens.create(name, Scope(scope), actor=ACTOR, expires=expires)
    click.echo(made)


@token.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def list_tokens(as_json: bool) -> None:
    """List all tokens, oldest first: id, scope, state, last use, name. The secret of none is known."""
    with opened() as installed:
        tokens, now = installed.tokens.tokens(), installed.clock.now()
    if as_json:
        rows = [{**asdict(one), "works": one.works(now)} for one in tokens]
        click.echo(json.dumps(rows, ensure_ascii=False, default=datetime.isoformat))
        return
    for one in tokens:
        used = "never used" if one.last_used_at is None else f"used {_minute(one.last_used_at)}"
        click.echo(f"{one.id}  {one.scope:<6}  {_state(one, now):<26}  {used:<23}  {one.name}")
    if not tokens:
        warn("there are no tokens yet: tracker token create --name NAME --scope read")


def _state(one: ApiToken, now: datetime) -> str:
    if one.revoked_at is not None:
        return f"revoked {_minute(one.revoked_at)}"
    if one.expires_at is None:
        return "works"
    return f"{'works until' if one.works(now) else 'expired'} {_minute(one.expires_at)}"


def _minute(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M")


@token.command("revoke")
@click.argument("which", nargs=-1, required=True, metavar="ID...")
def revoke_token(which: tuple[str, ...]) -> None:
    """Let tokens work no more, by their ids, or by a name that only one of them has."""
    with opened() as installed:
        for one in which:
            revoked = installed.tokens.revoke(one, actor=ACTOR)
            warn(f"token {revoked.id} ({revoked.name}) is revoked")


@click.group()
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
def add_user(name: str, role: str) -> None:
    """Add a user; the password is asked for, or read from standard input."""
    try:
        name = checked_name(name)
    except PeopleError as error:
        raise click.UsageError(str(error)) from error
    password = _new_password()
    with opened() as installed:
        installed.accounts.add_user(name, password, Role(role), actor=ACTOR)
    warn(f"user {name} added as {role}")


@user.command("password")
@click.argument("name")
def set_password(name: str) -> None:
    """Give a user a new password, asked for or read from standard input. All their sessions end."""
    password = _new_password()
    with opened() as installed:
        installed.accounts.set_password(name, password, actor=ACTOR)
    warn(f"user {name} has a new password")


def _new_password() -> str:
    password = _password()
    try:
        check_new_password(password)
    except WeakPasswordError as error:
        raise click.UsageError(str(error)) from error
    return password


def _password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\n")


COMMANDS = (token, user)
