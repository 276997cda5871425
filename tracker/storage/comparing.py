"""Writing the conflicts that comparison found, past those that a person has judged."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from tracker.domain.conflicts import Conflict, Judgement
from tracker.storage.event_summaries import note_changed
from tracker.storage.loading import chunks, require, table_of, wanted
from tracker.storage.mapping import Columns, conflict_columns
from tracker.storage.tables import ConflictRow, EventRow, StatementRow

_COMPARED = ("event_id", "type", "score", "explanation", "comparator", "evidence", "detector")

# Of the table, not of entities: whenever a statement joins an event, all conflicts of the event come by here,
# and most are as they were.
_conflict = table_of(ConflictRow)
_FOUND: Final = select(_conflict.c.id, _conflict.c.judgement, *(_conflict.c[name] for name in _COMPARED))
_FOUND_BY: Final = tuple(_FOUND.where(wanted(column)) for column in (_conflict.c.event_id, _conflict.c.id))
_CHANGE: Final = (
    update(_conflict)
    .where(_conflict.c.id == bindparam("key"))
    .values(version=_conflict.c.version + 1, **{name: bindparam(name) for name in _COMPARED})
)
_REMOVE: Final = delete(_conflict).where(wanted(_conflict.c.id))
_INSERT: Final = insert(_conflict)


def write_conflicts(session: Session, events: Sequence[str], conflicts: Sequence[Conflict]) -> None:
    """Make these the suggested conflicts of these events; judged ones stay as they are.

    Raises NotFoundError for an event or statement that is not stored, ValueError for a conflict of
    an event that is not among `events`.
    """
    by_id = {conflict.id: conflict for conflict in conflicts}
    among = set(events)
    stray = next((conflict for conflict in conflicts if conflict.event not in among), None)
    if stray is not None:
        raise ValueError(f"conflict {stray.id} is of event {stray.event}, which is not being written")
    require(session, EventRow.id, events, "event")
    require(session, StatementRow.id, (key for c in conflicts for key in (c.one, c.other)), "statement")
    stored = _stored(session, events, by_id)
    note_changed(session, [*events, *(row.event_id for row in stored.values())])
    suggested = {key: row for key, row in stored.items() if row.judgement is Judgement.SUGGESTED}
    for chunk in chunks(key for key in suggested if key not in by_id):
        session.execute(_REMOVE, {"wanted": chunk})
    columns = {key: conflict_columns(conflict) for key, conflict in by_id.items()}
    changed = [
        _change(columns[key]) for key in by_id if key in suggested and _differs(suggested[key], columns[key])
    ]
    if changed:
        session.execute(_CHANGE, changed)
    new = [{**columns[key], "version": 1} for key in by_id if key not in stored]
    if new:
        session.execute(_INSERT, new)


def _stored(session: Session, events: Sequence[str], ids: Collection[str]) -> dict[str, Row[Any]]:
    stored: dict[str, Row[Any]] = {}
    for query, keys in zip(_FOUND_BY, (events, ids), strict=True):
        for chunk in chunks(keys):
            stored.update((row.id, row) for row in session.execute(query, {"wanted": chunk}))
    return stored


def _differs(row: Row[Any], columns: Columns) -> bool:
    return any(getattr(row, name) != columns[name] for name in _COMPARED)


def _change(columns: Columns) -> Columns:
    return {"key": columns["id"], **{name: columns[name] for name in _COMPARED}}
