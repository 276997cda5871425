"""Commands for those who may use the program: token, user."""

import secrets
import sys

import click

from tracker.bootstrap import token_digest
from tracker.cli.console import opened, warn
from tracker.domain.people import PeopleError, Role, WeakPasswordError, check_new_password, checked_name

ACTOR = "command line"
"""Who the audit trail names for what is done with these commands."""

_SECRET_BYTES = 32


@click.group()
def token() -> None:
    """API tokens."""


@token.command("create")
@click.option("--name", required=True, help="Who or what will use it.")
@click.option("--scope", required=True, type=click.Choice(["read", "ingest", "review", "admin"]))
def create_token(name: str, scope: str) -> None:
    """Print a new API token, once; only its hash is kept."""
    identifier = secrets.token_hex(4)
    secret = f"cc_{identifier}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    with opened() as installed:
        installed.people.add_token(
            token_id=identifier, name=name, sha256=token_digest(secret), scope=scope, actor=ACTOR
        )
    click.echo(secret)


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
