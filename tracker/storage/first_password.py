"""The password that the first run made up, kept in a file until somebody changes it."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from tracker.domain.errors import SettingsError
from tracker.domain.people import FIRST_ADMIN


class FirstPasswordFile:
    """A file that its owner alone can read. It holds the password of `FIRST_ADMIN`, alone on a line."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self) -> bool:
        """Whether the first password is still the one to sign in with."""
        return self.path.is_file()

    def keep(self, password: str) -> None:
        """Write the password, whole or not at all. Raises SettingsError where that cannot be done."""
        part = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(f"{password}\n")
            part.replace(self.path)
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            raise SettingsError(f"{self.path}: the first password cannot be kept there: {error}") from error

    def forget(self, name: str) -> None:
        """Remove the file if this user, who has a new password now, is the one whose password it holds.

        Raises SettingsError.
        """
        if name != FIRST_ADMIN:
            return
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise SettingsError(
                f"{self.path}: cannot be removed: {error}. The password in it no longer works."
            ) from error
