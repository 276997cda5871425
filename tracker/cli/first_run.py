"""The first run makes somebody to sign in as; every run says how to."""

from tracker.bootstrap import Installation
from tracker.cli import logs
from tracker.cli.accounts import ACTOR
from tracker.cli.console import warn
from tracker.domain.errors import SettingsError
from tracker.domain.people import FIRST_ADMIN, Right


def add_first_admin(installed: Installation) -> list[str]:
    """Where nobody could sign in yet, add an administrator; what to say of it, nothing where that is done."""
    password = installed.accounts.add_first_admin(actor=ACTOR)
    if password is None:
        return []
    words = [f"sign in as: {FIRST_ADMIN}", f"password: {password}"]
    try:
        installed.first_password.keep(password)
    except SettingsError as error:
        warn(f"{error}. Write it down: it is told this once.")
        return words
    if logs.is_structured():
        # A log is kept and read by others.
        words.pop()
    return [*words, f"(kept in {installed.first_password.path} until you change it, at Your account)"]


def how_to_sign_in(installed: Installation) -> list[str]:
    """What to say to whoever starts the program and wants to sign in."""
    users = [user for user in installed.accounts.users() if user.is_active]
    if installed.first_password.exists() and any(user.name == FIRST_ADMIN for user in users):
        return [f"sign in as {FIRST_ADMIN}; the first password is in {installed.first_password.path}"]
    admins = [user.name for user in users if user.role.allows(Right.ADMINISTER)]
    if not admins:
        return ["nobody can sign in as administrator yet: tracker user add NAME --role admin"]
    return [f"sign in as {admins[0]}; to set a forgotten password: tracker user password {admins[0]}"]
