"""The audit trail: who changed what, each entry sealed with the hash of the one before it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

START = "0" * 64
"""What stands for the entry before the first one."""

MACHINE = "machine"
"""The actor of entries for what no person did."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change. `before` and `after` are JSON as it was written, None where there was or is nothing.

    `undoes` is the entry whose change was taken back, `redoes` the one whose change was made once more.
    `previous` is the seal of the entry before; `sha256` its own.
    """

    id: int
    actor: str
    action: str
    subject_kind: str
    subject_id: str
    at: datetime
    before: str | None
    after: str | None
    reason: str
    undoes: int | None
    redoes: int | None
    previous: str
    sha256: str


def seal(entry: AuditEntry) -> str:
    """The SHA-256 of an entry's content and of the seal before it, in hexadecimal.

    The fields stand as one JSON list, in the order of `AuditEntry`, without its own seal; times in UTC.
    """
    fields = [
        entry.previous,
        entry.id,
        entry.actor,
        entry.action,
        entry.subject_kind,
        entry.subject_id,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.before,
        entry.after,
        entry.reason,
        entry.undoes,
        entry.redoes,
    ]
    written = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def first_broken(entries: Iterable[AuditEntry]) -> AuditEntry | None:
    """The first entry, in the order of the trail, that its seal or the one before does not fit.

    An entry that was changed, taken out or slipped in breaks its own seal or that of the next.
    """
    previous = START
    for entry in entries:
        if entry.previous != previous or seal(entry) != entry.sha256:
            return entry
        previous = entry.sha256
    return None
