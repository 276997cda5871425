"""Which state the database is in: a cheap value that another one follows whenever something changes."""

from collections.abc import Hashable
from typing import Any

from sqlalchemy import Engine, ScalarSelect, Select, func, select

from tracker.domain.decisions import Action
from tracker.storage.engine import reading
from tracker.storage.tables import AuditEntryRow, DocumentRow, EventRow, StatementRow

_OF_STATEMENTS = tuple(
    str(action)
    for action in (Action.CORRECT, Action.MOVE, Action.MERGE, Action.SPLIT, Action.UNDO, Action.REDO)
)


def _last(action: str) -> ScalarSelect[Any]:
    # One by one, each goes straight to the end of its part of the index.
    return select(func.max(AuditEntryRow.id)).where(AuditEntryRow.action == action).scalar_subquery()


def _state(actions: tuple[str, ...]) -> Select[Any]:
    waiting = select(func.count()).select_from(StatementRow).where(StatementRow.linked_at.is_(None))
    due = select(func.count()).select_from(EventRow).where(EventRow.due.is_(True))
    return select(
        # Without a column, so that the smallest index is gone through.
        select(func.count()).select_from(DocumentRow).scalar_subquery(),
        select(func.max(StatementRow.linked_at)).scalar_subquery(),
        waiting.scalar_subquery(),
        due.scalar_subquery(),
        *(_last(action) for action in actions),
    )


# Made once: they are asked with every page.
_STATEMENTS = _state(_OF_STATEMENTS)
_CONFLICTS = _state((*_OF_STATEMENTS, str(Action.JUDGE)))


def state_of_statements(engine: Engine) -> Hashable:
    """Another value whenever documents, statements, or what stands in which event have changed. One query.

    Documents are only ever added. Statements wait to be linked, and a batch is linked at one moment, together
    with its events. What people set right leaves an entry in the audit trail; events that wait to be reckoned
    anew after it are counted. All of it stands in indexes.
    """
    with reading(engine) as session:
        return tuple(session.execute(_STATEMENTS).one())


def state_of_conflicts(engine: Engine) -> Hashable:
    """The same, and another value also whenever a person has judged a conflict. One query."""
    with reading(engine) as session:
        return tuple(session.execute(_CONFLICTS).one())
