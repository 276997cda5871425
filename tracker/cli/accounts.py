"""Commands for those who may use the program: token, user."""

import secrets
import sys

import argon2
import click

from tracker.bootstrap import token_digest
from tracker.cli.console import opened, warn

_SECRET_BYTES = 32
_SHORTEST_PASSWORD = 12
_LONGEST_PASSWORD = 256


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
        installed.people.add_token(token_id=identifier, name=name, sha256=token_digest(secret), scope=scope)
    click.echo(secret)


@click.group()
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(["viewer", "analyst", "admin"]))
def add_user(name: str, role: str) -> None:
    """Add a user; the password is asked for, or read from standard input."""
    password = _password()
    if not _SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        raise click.UsageError(
            f"a password has {_SHORTEST_PASSWORD} to {_LONGEST_PASSWORD} characters, this one {len(password)}"
        )
    with opened() as installed:
        installed.people.add_user(name, argon2.PasswordHasher().hash(password), role)
    warn(f"user {name} added as {role}")


def _password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\n")


COMMANDS = (token, user)
