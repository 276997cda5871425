"""Which state the database is in: a cheap value that another one follows whenever something changes."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import Engine, ScalarSelect, Select, func, select

from tracker.domain.decisions import Action
from tracker.storage.engine import reading
from tracker.storage.tables import AuditEntryRow, DocumentRow, EventRow, EventSummaryRow, StatementRow

_Answer = TypeVar("_Answer")

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
_CONFLICTS = _state((*_OF_STATEMENTS, str(Action.JUDGE))).add_columns(
    # Goes up whenever conflicts are found or dropped, whatever the clock says.
    select(func.max(EventSummaryRow.revision)).scalar_subquery()
)


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


class KeptByState:
    """Answers out of a database, kept while its state is the same. May be shared by threads.

    `state` is one of the functions above. At most `most` answers are kept, those used last.
    """

    def __init__(self, engine: Engine, state: Callable[[Engine], Hashable], most: int) -> None:
        self._engine = engine
        self._state_of = state
        self._most = most
        self._lock = threading.Lock()
        self._state: Hashable = None
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()

    def of(self, key: Hashable, work_out: Callable[[], _Answer]) -> _Answer:
        """The answer for a key. What `work_out` raises is raised here, and not kept."""
        state = self._state_of(self._engine)
        with self._lock:
            if state != self._state:
                self._state, self._answers = state, OrderedDict()
            answers = self._answers
            if key in answers:
                answers.move_to_end(key)
                kept: _Answer = answers[key]
                return kept
        # What is read now is as new as the state or newer. Should something change meanwhile, the next
        # question has another state, and does not look among these answers.
        answer = work_out()
        with self._lock:
            answers[key] = answer
            while len(answers) > self._most:
                answers.popitem(last=False)
        return answer
