"""Views of statements, kept in memory for as long as nothing they show has changed."""

import sys
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tracker.domain.views import StatementView
from tracker.storage.engine import reading
from tracker.storage.event_summaries import current_revision
from tracker.storage.loading import chunks
from tracker.storage.states import last_commit
from tracker.storage.tables import EventSummaryRow
from tracker.storage.views import load_views_with_events

MOST_BYTES: Final = 64_000_000
"""What a process keeps at most, as reckoned by `_size`."""

_LARGEST_SHARE: Final = 64
"""A view that takes more than one part in so many is not kept: it would drive out too many others."""

_OWN_SIZE: Final = 3_000
"""Bytes of a view without its words, all that belongs to it included; measured."""


@dataclass(frozen=True, slots=True)
class _Kept:
    view: StatementView
    events: frozenset[str]
    size: int


class KeptViews:
    """Statement views by id. What was committed before a call is in its answer, whoever committed it.

    A statement and its document never change by themselves. What people decide, what linking and comparing
    find, takes up the revision of the events concerned, and drops the views that depend on these events; one
    of a statement that stands in no event is not kept. Where SQLite can tell that nothing at all was
    committed, no query is made. May be shared by threads. Raises DatabaseError.
    """

    def __init__(self, engine: Engine, most_bytes: int = MOST_BYTES) -> None:
        self._engine = engine
        self._most = most_bytes
        self._lock = threading.Lock()
        self._commit: object = None
        """What `last_commit` said before the views were last seen to."""
        self._revision = 0
        """Of the events, that the views have seen."""
        self._views: OrderedDict[str, _Kept] = OrderedDict()
        self._by_event: defaultdict[str, set[str]] = defaultdict(set)
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._views)

    @property
    def size(self) -> int:
        """Bytes of what is kept, as reckoned."""
        return self._bytes

    def of(self, ids: Sequence[str]) -> dict[str, StatementView]:
        """The views of those of these statements that are stored, as the database has them now."""
        commit = last_commit(self._engine)
        if commit is not None:
            with self._lock:
                found = self._at_hand(ids) if commit == self._commit else {}
            if len(found) == len(set(ids)):
                return found
        with reading(self._engine) as session:
            session.connection()  # so that nobody waits for one with the lock
            # The lock comes before the first query: a state seen before it could be older than what is kept.
            with self._lock:
                revision = self._bring_up(session)
                self._commit = commit
                found = self._at_hand(ids)
            for chunk in chunks(key for key in ids if key not in found):
                views, events = load_views_with_events(session, chunk)
                found.update(views)
                with self._lock:
                    # Another thread may have seen a later state meanwhile, in which this is the past.
                    if revision == self._revision:
                        self._keep(views.values(), events)
        return found

    def _at_hand(self, ids: Iterable[str]) -> dict[str, StatementView]:
        found = {}
        for key in ids:
            kept = self._views.get(key)
            if kept is not None:
                self._views.move_to_end(key)
                found[key] = kept.view
        return found

    def _bring_up(self, session: Session) -> int:
        """Drop what has changed since; the revision that the transaction sees."""
        revision = current_revision(session)
        if revision < self._revision:  # the database was put back to a former state
            self._views.clear()
            self._by_event.clear()
            self._bytes = 0
        elif revision > self._revision and self._views:
            changed = select(EventSummaryRow.event_id).where(EventSummaryRow.revision > self._revision)
            for event in session.scalars(changed):
                for key in list(self._by_event.get(event, ())):
                    self._drop(key)
        self._revision = revision
        return revision

    def _keep(self, views: Iterable[StatementView], events: dict[str, set[str]]) -> None:
        for view in views:
            key, size = view.statement.id, _size(view)
            if view.event_id is None or key in self._views or size > self._most // _LARGEST_SHARE:
                continue
            self._views[key] = _Kept(view, frozenset(events[key]), size)
            self._bytes += size
            for event in events[key]:
                self._by_event[event].add(key)
        while self._bytes > self._most:
            self._drop(next(iter(self._views)))

    def _drop(self, key: str) -> None:
        kept = self._views.pop(key)
        self._bytes -= kept.size
        for event in kept.events:
            keys = self._by_event[event]
            keys.discard(key)
            if not keys:
                del self._by_event[event]


def _size(view: StatementView) -> int:
    """Bytes of a view, its document included: as if it shared that with no other."""
    return _OWN_SIZE + sys.getsizeof(view.statement.quote) + sys.getsizeof(view.document.text)
