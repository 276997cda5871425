"""The audit trail in the database: entries are only ever added, each sealed with the one before it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tracker.domain.audit import START, AuditEntry, seal
from tracker.storage.tables import AuditEntryRow

State = Mapping[str, object] | None
"""What is written of a subject, as JSON."""


def append_entry(
    session: Session,
    *,
    actor: str,
    action: str,
    subject_kind: str,
    subject_id: str,
    at: datetime,
    before: State,
    after: State,
    reason: str = "",
    undoes: int | None = None,
    redoes: int | None = None,
) -> int:
    """Add an entry to the trail and return its number."""
    _wait_for_the_trail(session)
    last = session.execute(
        select(AuditEntryRow.id, AuditEntryRow.sha256).order_by(AuditEntryRow.id.desc()).limit(1)
    ).first()
    number, previous = (0, START) if last is None else last
    entry = AuditEntry(
        id=number + 1,
        actor=actor,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        at=at,
        before=_written(before),
        after=_written(after),
        reason=reason,
        undoes=undoes,
        redoes=redoes,
        previous=previous,
        sha256="",
    )
    sealed = replace(entry, sha256=seal(entry))
    session.add(AuditEntryRow(**{name: getattr(sealed, name) for name in AuditEntry.__slots__}))
    session.flush()
    return sealed.id


def _wait_for_the_trail(session: Session) -> None:
    # On SQLite a write transaction is alone from its beginning. Elsewhere two could seal the same entry.
    if session.get_bind().dialect.name != "sqlite":
        session.execute(text("LOCK TABLE audit_entry IN SHARE ROW EXCLUSIVE MODE"))


def _written(state: State) -> str | None:
    return None if state is None else json.dumps(state, ensure_ascii=False, sort_keys=True)


def entry_of(row: AuditEntryRow) -> AuditEntry:
    """The entry of a row."""
    return AuditEntry(**{name: getattr(row, name) for name in AuditEntry.__slots__})


def all_entries(session: Session, batch: int = 1_000) -> Iterator[AuditEntry]:
    """The whole trail in order."""
    last = 0
    while True:
        query = select(AuditEntryRow).where(AuditEntryRow.id > last).order_by(AuditEntryRow.id).limit(batch)
        rows = session.scalars(query).all()
        if not rows:
            return
        yield from map(entry_of, rows)
        last = rows[-1].id
        session.expunge_all()


def head_of(session: Session) -> tuple[int, str]:
    """How many entries there are, and the seal of the last one (`START` where there is none)."""
    count = session.scalar(select(func.count()).select_from(AuditEntryRow)) or 0
    last = session.scalar(select(AuditEntryRow.sha256).order_by(AuditEntryRow.id.desc()).limit(1))
    return count, last or START
