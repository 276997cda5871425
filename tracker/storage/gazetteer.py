"""Places that statements speak of, with the events there."""

from collections.abc import Hashable, Sequence
from datetime import date

from sqlalchemy import Engine, func, or_, select

from tracker.domain.conflicts import ConflictType, Judgement
from tracker.domain.dossiers import PlaceSummary, Tally
from tracker.domain.views import EventSummary, Page
from tracker.storage.cursors import latest_first
from tracker.storage.engine import reading
from tracker.storage.loading import chunks, has_members
from tracker.storage.mapping import place_of
from tracker.storage.paging import after_cursor, cursor_of, newest_first
from tracker.storage.states import state_of_conflicts, state_of_statements
from tracker.storage.tables import ConflictRow, DocumentRow, EventRow, PlaceRow, StatementRow
from tracker.storage.views import load_summaries


class SqlPlaces:
    """Places; each method takes a fixed number of queries. All raise DatabaseError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def state(self) -> Hashable:
        """Another value whenever what the summaries tell has changed."""
        return state_of_statements(self._engine)

    def conflict_state(self) -> Hashable:
        """The same, and another value also whenever a conflict was judged."""
        return state_of_conflicts(self._engine)

    def places(self) -> tuple[PlaceSummary, ...]:
        """All places spoken of, those with the most statements first, then by name. Three queries."""
        with reading(self._engine) as session:
            places = [place_of(row) for row in session.scalars(select(PlaceRow))]
            told: dict[str, tuple[int, date | None]] = {
                place: (count, last)
                for place, count, last in session.execute(
                    select(StatementRow.place_id, func.count(), func.max(StatementRow.event_day))
                    .where(StatementRow.place_id.is_not(None))
                    .group_by(StatementRow.place_id)
                )
                if place is not None
            }
            events: dict[str, int] = {
                place: count
                for place, count in session.execute(
                    select(EventRow.place_id, func.count())
                    .where(EventRow.place_id.is_not(None), EventRow.id.in_(has_members()))
                    .group_by(EventRow.place_id)
                )
                if place is not None
            }
        summaries = []
        for place in places:
            statements, last = told.get(place.id, (0, None))
            summaries.append(PlaceSummary(place, statements, events.get(place.id, 0), last))
        spoken_of = [row for row in summaries if row.statements or row.events]
        return tuple(sorted(spoken_of, key=lambda row: (-row.statements, row.place.name, row.place.id)))

    def parties(self, place: str) -> Tally:
        """How many statements of each party speak of a place. One query."""
        count = func.count()
        query = (
            select(StatementRow.party_code, count)
            .where(StatementRow.place_id == place)
            .group_by(StatementRow.party_code)
            .order_by(count.desc(), StatementRow.party_code)
        )
        with reading(self._engine) as session:
            return tuple((party, number) for party, number in session.execute(query))

    def events(self, place: str, after: str | None, size: int) -> Page[EventSummary]:
        """The events at a place, newest first, in the order of the list of events. Six queries.

        Raises NotFoundError for a cursor that no list of events gave out.
        """
        there = (EventRow.place_id == place, EventRow.id.in_(has_members()))
        query = select(EventRow.id, EventRow.end).where(*there).order_by(*newest_first())
        if after is not None:
            query = query.where(after_cursor(after))
        with reading(self._engine) as session:
            total = session.scalar(select(func.count()).select_from(EventRow).where(*there)) or 0
            rows = session.execute(query.limit(size + 1)).all()
            summaries: dict[str, EventSummary] = {}
            for chunk in chunks(key for key, _ in rows[:size]):
                summaries.update(load_summaries(session, chunk))
        following = cursor_of(*rows[size - 1]) if len(rows) > size else None
        return Page(tuple(summaries[key] for key, _ in rows[:size]), total, following)

    def statements(self, place: str, size: int) -> tuple[str, ...]:
        """Ids of the statements that speak of a place, those published last first. One query."""
        query = (
            select(StatementRow.id)
            .join(DocumentRow, DocumentRow.id == StatementRow.document_id)
            .where(StatementRow.place_id == place)
            .order_by(*latest_first(StatementRow.id))
            .limit(size)
        )
        with reading(self._engine) as session:
            return tuple(session.scalars(query))

    def contested_control(self, statements: Sequence[str]) -> frozenset[str]:
        """Which of these statements stand in a conflict over who holds a place. One query a 500."""
        found: set[str] = set()
        with reading(self._engine) as session:
            for chunk in chunks(statements):
                rows = session.execute(
                    select(ConflictRow.one, ConflictRow.other).where(
                        ConflictRow.type == ConflictType.CONTROL,
                        ConflictRow.judgement != Judgement.REJECTED,
                        or_(ConflictRow.one.in_(chunk), ConflictRow.other.in_(chunk)),
                    )
                )
                found |= {side for row in rows for side in row}
        return frozenset(found & set(statements))
