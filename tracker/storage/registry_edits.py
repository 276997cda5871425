"""Edits of the registry: the desk's file, the party table and the audit trail change together."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from sqlalchemy import Engine, select

from tracker.domain.audit import AuditEntry
from tracker.domain.errors import NotFoundError
from tracker.domain.parties import Party, Speaker
from tracker.storage.auditing import append_entry, entry_of
from tracker.storage.engine import reading, writing
from tracker.storage.registry import sync_into
from tracker.storage.tables import AuditEntryRow, PartyRow

SUBJECT = "party"
"""The kind of what these entries of the audit trail are about."""

BLOCK = "parties.toml"
"""Under which key an entry keeps the end of the desk's file that it added, or took away."""


class _Known(Protocol):
    @property
    def parties(self) -> tuple[Party, ...]: ...
    @property
    def speakers(self) -> tuple[Speaker, ...]: ...


class File(Protocol):
    """The desk's file (`tracker.registry.current.CurrentRegistry` in the program)."""

    def read(self) -> str:
        """Its text."""

    def check(self, text: str) -> _Known:
        """The registry with another text. Raises SettingsError."""

    def write(self, text: str) -> None:
        """Let another text stand, whole or not at all."""


class SqlRegistryEdits:
    """Edits of the registry. `clock` tells the time in UTC. All methods raise DatabaseError."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime], file: File) -> None:
        self._engine = engine
        self._clock = clock
        self._file = file

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
        """Change the desk's file, the party table and the trail: all or nothing.

        `change` is given the file's text as it stands, and answers with the text that is to stand: with a
        block more at its end, or less. Raises what it raises, and SettingsError for a text that cannot be
        used.
        """
        before: str | None = None
        try:
            with writing(self._engine) as session:
                # One edit after the other: SQLite has locked already, others lock the parties.
                session.scalars(select(PartyRow.code).with_for_update()).all()
                standing = self._file.read()
                text = change(standing)
                known = self._file.check(text)
                sync_into(session, known.parties, known.speakers)
                number = append_entry(
                    session,
                    actor=actor,
                    action=action,
                    subject_kind=SUBJECT,
                    subject_id=party,
                    at=self._clock(),
                    before=_beyond(standing, text),
                    after=_beyond(text, standing),
                    reason=reason,
                    undoes=undoes,
                )
                entry = _entry(session.get(AuditEntryRow, number), number)
                # Last, so that whatever fails before leaves the file alone.
                before = standing
                self._file.write(text)
        except BaseException:
            if before is not None and self._file.read() != before:
                self._file.write(before)
            raise
        return entry

    def history(self, size: int) -> list[AuditEntry]:
        """The last edits, the latest first."""
        query = (
            select(AuditEntryRow)
            .where(AuditEntryRow.subject_kind == SUBJECT)
            .order_by(AuditEntryRow.id.desc())
            .limit(size)
        )
        with reading(self._engine) as session:
            return [entry_of(row) for row in session.scalars(query)]


def _beyond(one: str, other: str) -> dict[str, object] | None:
    """What one text holds beyond another, which it begins with; all of it where it does not."""
    if other.startswith(one):
        return None
    return {BLOCK: one[len(other) :] if one.startswith(other) else one}


def _entry(row: AuditEntryRow | None, number: int) -> AuditEntry:
    if row is None:
        raise NotFoundError(f"the audit trail has no entry {number}")
    return entry_of(row)
