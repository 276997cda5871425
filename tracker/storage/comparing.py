"""Writing the conflicts that comparison found, past those that a person has judged."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.conflicts import Conflict, Judgement
from tracker.storage.event_summaries import note_changed
from tracker.storage.loading import chunks, require
from tracker.storage.mapping import conflict_columns
from tracker.storage.tables import ConflictRow, EventRow, StatementRow

_COMPARED = ("event_id", "type", "score", "explanation", "comparator", "evidence", "detector")


def write_conflicts(session: Session, events: Sequence[str], conflicts: Sequence[Conflict]) -> None:
    """Make these the suggested conflicts of these events; judged ones stay as they are.

    Raises NotFoundError for an event or statement that is not stored, ValueError for a conflict of
    an event that is not among `events`.
    """
    wanted = {conflict.id: conflict for conflict in conflicts}
    among = set(events)
    stray = next((conflict for conflict in conflicts if conflict.event not in among), None)
    if stray is not None:
        raise ValueError(f"conflict {stray.id} is of event {stray.event}, which is not being written")
    require(session, EventRow.id, events, "event")
    require(session, StatementRow.id, (key for c in conflicts for key in (c.one, c.other)), "statement")
    stored = _stored(session, events, wanted)
    note_changed(session, [*events, *(row.event_id for row in stored.values())])
    for row in stored.values():
        if row.judgement is not Judgement.SUGGESTED:
            continue
        conflict = wanted.get(row.id)
        if conflict is None:
            session.delete(row)
            continue
        columns = conflict_columns(conflict)
        for name in _COMPARED:
            setattr(row, name, columns[name])
    session.add_all(
        ConflictRow(**conflict_columns(conflict)) for key, conflict in wanted.items() if key not in stored
    )
    session.flush()


def _stored(session: Session, events: Sequence[str], ids: dict[str, Conflict]) -> dict[str, ConflictRow]:
    stored: dict[str, ConflictRow] = {}
    for column, keys in ((ConflictRow.event_id, events), (ConflictRow.id, list(ids))):
        for chunk in chunks(keys):
            rows = session.scalars(select(ConflictRow).where(column.in_(chunk)))
            stored.update((row.id, row) for row in rows)
    return stored
