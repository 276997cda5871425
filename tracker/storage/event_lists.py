"""The list of events over the database: kept in memory, and brought up to date before each answer."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, Row, select
from sqlalchemy.orm import Session

from tracker.domain.conflicts import Judgement
from tracker.domain.event_lists import Clashing, EventFilter, EventList, EventOrder, ListedEvent
from tracker.storage.engine import reading
from tracker.storage.event_summaries import current_revision
from tracker.storage.facets import EventBoard
from tracker.storage.tables import EventRow, EventSummaryRow, PlaceRow


class SqlEventLists:
    """Lists of events. What was committed before a call is in its answer. All methods raise DatabaseError.

    Where nothing has changed since the last call, it takes one query for one number; else, one more for
    the events that have changed. It may be shared by threads.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._board = EventBoard()
        self._revision = 0

    def page(self, wanted: EventFilter, order: EventOrder, after: str | None, size: int) -> EventList:
        """One page.

        Raises NotFoundError for a cursor that this list did not give out, ValueError for a size below 1.
        """
        with self.board() as (board, _):
            return board.page(wanted, order, after, size)

    @contextmanager
    def board(self) -> Iterator[tuple[EventBoard, int]]:
        """All events as they stand, and their revision. Nobody else has the board meanwhile."""
        # The lock comes first: a transaction begun before it could be older than the board.
        with self._lock, reading(self._engine) as session:
            revision = current_revision(session)
            if revision < self._revision:
                # The database was put back to a former state.
                self._board, self._revision = EventBoard(), 0
            if revision > self._revision:
                self._board.put(_changed_since(session, self._revision))
                self._revision = revision
            yield self._board, self._revision


def _changed_since(session: Session, revision: int) -> Iterator[ListedEvent]:
    query = (
        select(
            *EventSummaryRow.__table__.columns,
            EventRow.title,
            EventRow.title_language,
            EventRow.start,
            EventRow.end,
            EventRow.precision,
            EventRow.place_id,
            PlaceRow.name.label("place_name"),
        )
        .join(EventRow, EventRow.id == EventSummaryRow.event_id)
        .outerjoin(PlaceRow, PlaceRow.id == EventRow.place_id)
        .where(EventSummaryRow.revision > revision)
    )
    return (_listed(row) for row in session.execute(query))


def _listed(row: Row[*tuple[Any, ...]]) -> ListedEvent:
    clashes = tuple(
        Clashing(type=kind, one=one, other=other, judgement=judgement, count=count)
        for kind, one, other, judgement, count in row.clashes
    )
    counts = dict.fromkeys(Judgement, 0)
    for one in clashes:
        counts[Judgement(one.judgement)] += one.count
    return ListedEvent(
        id=row.event_id,
        title=row.title,
        title_language=row.title_language,
        place=row.place_id,
        place_name=row.place_name,
        start=row.start,
        end=row.end,
        precision=row.precision,
        statements=row.statements,
        documents=row.documents,
        parties=tuple((code, count) for code, count in row.parties),
        languages=tuple((code, count) for code, count in row.languages),
        clashes=clashes,
        conflicts=sum(count for judgement, count in counts.items() if judgement is not Judgement.REJECTED),
        waiting=counts[Judgement.SUGGESTED],
        judged=sum(count for judgement, count in counts.items() if judgement is not Judgement.SUGGESTED),
        grade=row.grade,
        assignees=tuple(row.assignees),
        latest=row.latest,
        first_captured=row.first_captured,
        last_captured=row.last_captured,
        constructed=row.constructed,
    )
