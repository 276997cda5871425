"""What editing the registry needs from its file and from the database. The adapters satisfy it by shape."""

from collections.abc import Callable
from typing import Protocol

from tracker.domain.audit import AuditEntry
from tracker.domain.parties import Party, Speaker
from tracker.domain.registry_edits import Addition


class KnownParties(Protocol):
    """Parties in the order in which pages show them, and those who speak for them."""

    @property
    def parties(self) -> tuple[Party, ...]: ...  # noqa: D102
    @property
    def speakers(self) -> tuple[Speaker, ...]: ...  # noqa: D102


class RegistryFile(Protocol):
    """The desk's own file of parties, beside the registry that ships."""

    def now(self, *, at_once: bool = False) -> KnownParties:
        """The registry as it stands; `at_once`: looked at just now."""

    def read(self) -> str:
        """The text of the desk's file. Raises SettingsError."""

    def check(self, text: str) -> KnownParties:
        """The registry with this text as the desk's file. Raises SettingsError."""

    def added(self, text: str, addition: Addition, note: str) -> str:
        """A text of the desk's file with an addition, and a comment beside it."""


class RegistryEdits(Protocol):
    """Edits of the registry, each with its entry in the audit trail."""

    def edit(
        self,
        change: Callable[[str], str],
        *,
        action: str,
        party: str,
        actor: str,
        reason: str,
        undoes: int | None = None,
    ) -> AuditEntry:
        """Change the desk's file, the copy of the registry in the database, and the trail: all or nothing.

        `change` is given the file's text as it stands and answers with the text that is to stand; what it
        raises is raised here. Raises SettingsError for a text that cannot be used.
        """

    def history(self, size: int) -> list[AuditEntry]:
        """The last edits, the latest first."""
