"""Which acts of people left things as a report shows them, and how far the audit trail went."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.audit import START, AuditEntry
from tracker.domain.decisions import CORRECTIONS, Aspect, Key, SubjectKind, acts_standing
from tracker.domain.reporting import Judged, TrailMark
from tracker.storage.auditing import entry_of
from tracker.storage.loading import chunks
from tracker.storage.tables import AuditEntryRow, AuditSubjectRow


def trail_mark(session: Session, until: datetime) -> TrailMark:
    """How far the trail went before a moment. Two queries."""
    before = AuditEntryRow.at < until
    count = session.scalar(select(func.count()).select_from(AuditEntryRow).where(before)) or 0
    head = session.scalar(
        select(AuditEntryRow.sha256).where(before).order_by(AuditEntryRow.id.desc()).limit(1)
    )
    return TrailMark(count, head or START)


def judging_acts(session: Session, conflicts: Iterable[str], until: datetime) -> dict[str, Judged]:
    """For each of these conflicts the act whose judgement stood at a moment; none where none did."""
    entries = _entries_by_key(session, SubjectKind.CONFLICT, conflicts, until)
    return {
        key.id: found
        for key, about in entries.items()
        if key.aspect == Aspect.JUDGEMENT and (found := _standing(about)) is not None
    }


def correcting_acts(
    session: Session, statements: Iterable[str], until: datetime
) -> dict[str, Mapping[str, Judged]]:
    """For each of these statements that a person had set right: by aspect, the act that stood."""
    found: defaultdict[str, dict[str, Judged]] = defaultdict(dict)
    for key, about in _entries_by_key(session, SubjectKind.STATEMENT, statements, until).items():
        standing = _standing(about)
        if key.aspect in CORRECTIONS and standing is not None:
            found[key.id][key.aspect] = standing
    return dict(found)


def _standing(entries: list[AuditEntry]) -> Judged | None:
    standing = acts_standing(entries)
    if not standing:
        return None
    by_number = {entry.id: entry for entry in entries}
    entry = by_number.get(standing[-1])
    return None if entry is None else Judged(entry.id, entry.at.astimezone(UTC).date())


def _entries_by_key(
    session: Session, kind: SubjectKind, subjects: Iterable[str], until: datetime
) -> dict[Key, list[AuditEntry]]:
    """The entries before a moment that changed a value of these subjects, the oldest first."""
    found: defaultdict[Key, list[AuditEntry]] = defaultdict(list)
    for chunk in chunks(sorted(subjects)):
        among = frozenset(chunk)
        numbers = select(AuditSubjectRow.entry_id).where(
            AuditSubjectRow.kind == str(kind), AuditSubjectRow.subject_id.in_(chunk)
        )
        rows = session.scalars(
            select(AuditEntryRow)
            .where(AuditEntryRow.id.in_(numbers), AuditEntryRow.at < until)
            .order_by(AuditEntryRow.id)
        )
        for row in rows:
            entry = entry_of(row)
            for written in json.loads(entry.after or "{}"):
                key = Key.parse(written)
                if key.kind is kind and key.id in among:
                    found[key].append(entry)
    return dict(found)
