"""Which state the database is in: a cheap value that another one follows whenever something changes."""

import sqlite3
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

from sqlalchemy import Engine, ScalarSelect, Select, event, func, select

from tracker.domain.decisions import Action
from tracker.storage.engine import reading
from tracker.storage.migration import file_of
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


class Commits:
    """Tells whether anything at all was committed to a SQLite database, whoever did it, in some microseconds.

    SQLite counts commits in memory that all processes share. On other databases, and for one in memory, it
    cannot tell. May be shared by threads.
    """

    _of: Final["weakref.WeakKeyDictionary[Engine, Commits]"] = weakref.WeakKeyDictionary()

    def __init__(self, engine: Engine) -> None:
        """Use `of`."""
        self._file = file_of(engine)
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._opened = 0

    @classmethod
    def of(cls, engine: Engine) -> "Commits":
        """The one of an engine, which is closed when the engine is disposed of."""
        found = cls._of.get(engine)
        if found is None:
            found = cls._of.setdefault(engine, cls(engine))
            event.listen(engine, "engine_disposed", found.close)
        return found

    def mark(self) -> tuple[int, int] | None:
        """A value that another one follows with every commit; None where that cannot be told."""
        if self._file is None:
            return None
        with self._lock:
            try:
                if self._connection is None:
                    # A connection of its own: what it committed itself, a connection is not told of.
                    self._connection = _watching(self._file.absolute().as_uri())
                    self._opened += 1
                return self._opened, self._connection.execute("PRAGMA data_version").fetchall()[0][0]
            except sqlite3.Error:
                return None

    def close(self, _engine: object = None) -> None:
        """Let go of the database; the next mark is another one."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


def _watching(uri: str) -> sqlite3.Connection:
    address = f"{uri}?mode=rw"  # without a file, none is made
    connection = sqlite3.connect(address, uri=True, timeout=1, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA query_only = ON")
    return connection


def last_commit(engine: Engine) -> Hashable:
    """Another value after every commit; None where only a query could tell."""
    return Commits.of(engine).mark()


class KeptByState:
    """Answers out of a database, kept while its state is the same. May be shared by threads.

    `state` is one of the functions above; nothing is kept in a state of None. At most `most` answers are
    kept, those used last.
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
        if state is None:
            return work_out()
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
